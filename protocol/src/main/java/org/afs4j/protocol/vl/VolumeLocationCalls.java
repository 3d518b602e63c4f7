package org.afs4j.protocol.vl;

import java.io.IOException;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.Capabilities;
import org.afs4j.protocol.call.ClientProcedure;
import org.afs4j.protocol.call.ServerProcedures;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxConnection;

/// The volume location server's procedures, called over one connection.
///
/// Each method throws [org.afs4j.rx.RxAbortException] if the server refuses (VL_NOENT if there is no such volume),
/// another [org.afs4j.rx.RxException] if no reply came, [org.afs4j.protocol.xdr.XdrException] if the reply is
/// malformed, [java.io.InterruptedIOException] if interrupted, and [IllegalArgumentException] if a name is longer than
/// [org.afs4j.protocol.Limits#VOLUME_NAME_BYTES].
///
/// Source: OpenAFS src/vlserver/vldbint.xg. Threads: any. Blocks: until the reply is there, a free channel included.
public final class VolumeLocationCalls {
    /// The Rx service that volume location servers offer.
    public static final int SERVICE_ID = 52;

    private final RxConnection connection;

    /// Makes the stub.
    ///
    /// @param connection the way to the server; it stays the caller's
    public VolumeLocationCalls(RxConnection connection) {
        this.connection = connection;
    }

    /// Tells where a volume is: in the U form, or, of a server that does not know that, in the N form or the old one.
    ///
    /// @param nameOrId a volume's name, or its id in decimal
    /// @throws IOException as said above
    public VolumeLocation lookUp(String nameOrId) throws IOException {
        try {
            return getEntryByNameU(nameOrId);
        } catch (RxAbortException e) {
            throwUnlessUnknown(e);
        }
        try {
            return getEntryByNameN(nameOrId);
        } catch (RxAbortException e) {
            throwUnlessUnknown(e);
        }
        return getEntryByNameOld(nameOrId);
    }

    /// Tells where a volume is, as [#lookUp(String)].
    ///
    /// @param volumeId the id of any of its volumes
    /// @throws IOException as said above
    public VolumeLocation lookUp(int volumeId) throws IOException {
        return lookUp(Integer.toUnsignedString(volumeId));
    }

    /// Tells the addresses of the server of a UUID.
    ///
    /// @param uuid the server
    /// @throws IOException as said above
    public VolumeLocationReply.AddressesU getAddressesU(AfsUuid uuid) throws IOException {
        return getAddressesU(
                new VolumeLocationRequest.GetAddressesU(VolumeLocationOpcode.BY_UUID, 0, 0, 0, uuid));
    }

    /// Tells where a volume is, by id, in the old form.
    ///
    /// @param volumeId the id of any of its volumes
    /// @param type 0 read-write, 1 read-only, 2 backup, −1 any
    /// @throws IOException as said above
    public VolumeLocation getEntryByIdOld(int volumeId, int type) throws IOException {
        return entry(VolumeLocationOpcode.GET_ENTRY_BY_ID, new VolumeLocationRequest.ById(volumeId, type), VolumeEntry.Form.OLD);
    }

    /// Tells where a volume is, by name, in the old form.
    ///
    /// @param name its name, or its id in decimal
    /// @throws IOException as said above
    public VolumeLocation getEntryByNameOld(String name) throws IOException {
        return entry(VolumeLocationOpcode.GET_ENTRY_BY_NAME, new VolumeLocationRequest.ByName(name), VolumeEntry.Form.OLD);
    }

    /// Asks whether the server lives.
    ///
    /// @throws IOException as said above
    public void probe() throws IOException {
        ClientProcedure.call(connection, VolumeLocationOpcode.PROBE, ClientProcedure.NOTHING);
    }

    /// Tells the addresses of servers.
    ///
    /// @param request which
    /// @throws IOException as said above
    public VolumeLocationReply.Addresses getAddresses(VolumeLocationRequest.GetAddresses request) throws IOException {
        return ClientProcedure.call(
                connection, VolumeLocationOpcode.GET_ADDRESSES, request, VolumeLocationReply.Addresses::decode);
    }

    /// Tells where a volume is, by id, in the N form.
    ///
    /// @param volumeId the id of any of its volumes
    /// @param type 0 read-write, 1 read-only, 2 backup, −1 any
    /// @throws IOException as said above
    public VolumeLocation getEntryByIdN(int volumeId, int type) throws IOException {
        return entry(VolumeLocationOpcode.GET_ENTRY_BY_ID_N, new VolumeLocationRequest.ById(volumeId, type), VolumeEntry.Form.N);
    }

    /// Tells where a volume is, by name, in the N form.
    ///
    /// @param name its name, or its id in decimal
    /// @throws IOException as said above
    public VolumeLocation getEntryByNameN(String name) throws IOException {
        return entry(VolumeLocationOpcode.GET_ENTRY_BY_NAME_N, new VolumeLocationRequest.ByName(name), VolumeEntry.Form.N);
    }

    /// Lists volumes.
    ///
    /// @param request which
    /// @throws IOException as said above
    public VolumeLocationReply.Entries listAttributesN(VolumeLocationRequest.Attributes request) throws IOException {
        return ClientProcedure.call(
                connection, VolumeLocationOpcode.LIST_ATTRIBUTES_N, request, VolumeLocationReply.Entries::decode);
    }

    /// Lists volumes, page by page.
    ///
    /// @param request which, and where the page begins
    /// @throws IOException as said above
    public VolumeLocationReply.EntriesPage listAttributesN2(VolumeLocationRequest.ListPage request) throws IOException {
        return ClientProcedure.call(
                connection, VolumeLocationOpcode.LIST_ATTRIBUTES_N2, request, VolumeLocationReply.EntriesPage::decode);
    }

    /// Tells where a volume is, by id, in the U form; OpenAFS servers do not serve this.
    ///
    /// @param volumeId the id of any of its volumes
    /// @param type 0 read-write, 1 read-only, 2 backup, −1 any
    /// @throws IOException as said above
    public VolumeLocation getEntryByIdU(int volumeId, int type) throws IOException {
        return entry(VolumeLocationOpcode.GET_ENTRY_BY_ID_U, new VolumeLocationRequest.ById(volumeId, type), VolumeEntry.Form.U);
    }

    /// Tells where a volume is, by name, in the U form.
    ///
    /// @param name its name, or its id in decimal
    /// @throws IOException as said above
    public VolumeLocation getEntryByNameU(String name) throws IOException {
        return entry(VolumeLocationOpcode.GET_ENTRY_BY_NAME_U, new VolumeLocationRequest.ByName(name), VolumeEntry.Form.U);
    }

    /// Tells the addresses of a server.
    ///
    /// @param request which
    /// @throws IOException as said above
    public VolumeLocationReply.AddressesU getAddressesU(VolumeLocationRequest.GetAddressesU request) throws IOException {
        return ClientProcedure.call(
                connection, VolumeLocationOpcode.GET_ADDRESSES_U, request, VolumeLocationReply.AddressesU::decode);
    }

    /// Tells what the server can do; OpenAFS servers do not serve this.
    ///
    /// @throws IOException as said above
    public Capabilities getCapabilities() throws IOException {
        return ClientProcedure.call(
                connection, VolumeLocationOpcode.GET_CAPABILITIES, ClientProcedure.NOTHING, Capabilities::decode);
    }

    private VolumeLocation entry(int opcode, VolumeLocationRequest request, VolumeEntry.Form form) throws IOException {
        return ClientProcedure.call(connection, opcode, request, in -> VolumeEntry.decode(form, in))
                .location();
    }

    private static void throwUnlessUnknown(RxAbortException e) throws RxAbortException {
        if (e.code() != ServerProcedures.OPCODE_UNKNOWN) {
            throw e;
        }
    }
}
