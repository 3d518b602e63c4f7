package org.afs4j.protocol.vl;

import java.io.IOException;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.Capabilities;
import org.afs4j.protocol.call.ServerProcedures;
import org.afs4j.rx.RxAbortException;

/// What a volume location server does: a method a procedure. One that is not overridden refuses the call as unknown,
/// but for the probe.
///
/// Each method throws [RxAbortException] to refuse the call with its code; any other exception ends the call as
/// [org.afs4j.rx.RxService] says. In the old and N forms the sites must have addresses.
///
/// Threads: any number at once. Source: OpenAFS src/vlserver/vldbint.xg.
public interface VolumeLocationService {
    /// Tells where a volume is, by id, in the old form.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default VolumeLocation getEntryByIdOld(CallContext context, VolumeLocationRequest.ById request) throws IOException {
        throw new RxAbortException(ServerProcedures.OPCODE_UNKNOWN);
    }

    /// Tells where a volume is, by name, in the old form.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default VolumeLocation getEntryByNameOld(CallContext context, VolumeLocationRequest.ByName request) throws IOException {
        throw new RxAbortException(ServerProcedures.OPCODE_UNKNOWN);
    }

    /// Asks whether the server lives.
    ///
    /// @param context who calls
    /// @throws IOException as said above
    default void probe(CallContext context) throws IOException {}

    /// Tells the addresses of servers.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default VolumeLocationReply.Addresses getAddresses(CallContext context, VolumeLocationRequest.GetAddresses request) throws IOException {
        throw new RxAbortException(ServerProcedures.OPCODE_UNKNOWN);
    }

    /// Tells where a volume is, by id, in the N form.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default VolumeLocation getEntryByIdN(CallContext context, VolumeLocationRequest.ById request) throws IOException {
        throw new RxAbortException(ServerProcedures.OPCODE_UNKNOWN);
    }

    /// Tells where a volume is, by name, in the N form.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default VolumeLocation getEntryByNameN(CallContext context, VolumeLocationRequest.ByName request) throws IOException {
        throw new RxAbortException(ServerProcedures.OPCODE_UNKNOWN);
    }

    /// Lists volumes.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default VolumeLocationReply.Entries listAttributesN(CallContext context, VolumeLocationRequest.Attributes request)
            throws IOException {
        throw new RxAbortException(ServerProcedures.OPCODE_UNKNOWN);
    }

    /// Lists volumes, page by page.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default VolumeLocationReply.EntriesPage listAttributesN2(CallContext context, VolumeLocationRequest.ListPage request)
            throws IOException {
        throw new RxAbortException(ServerProcedures.OPCODE_UNKNOWN);
    }

    /// Tells where a volume is, by id, in the U form; OpenAFS servers do not serve this.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default VolumeLocation getEntryByIdU(CallContext context, VolumeLocationRequest.ById request) throws IOException {
        throw new RxAbortException(ServerProcedures.OPCODE_UNKNOWN);
    }

    /// Tells where a volume is, by name, in the U form.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default VolumeLocation getEntryByNameU(CallContext context, VolumeLocationRequest.ByName request) throws IOException {
        throw new RxAbortException(ServerProcedures.OPCODE_UNKNOWN);
    }

    /// Tells the addresses of a server.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default VolumeLocationReply.AddressesU getAddressesU(CallContext context, VolumeLocationRequest.GetAddressesU request) throws IOException {
        throw new RxAbortException(ServerProcedures.OPCODE_UNKNOWN);
    }

    /// Tells what the server can do; OpenAFS servers do not serve this.
    ///
    /// @param context who calls
    /// @throws IOException as said above
    default Capabilities getCapabilities(CallContext context) throws IOException {
        throw new RxAbortException(ServerProcedures.OPCODE_UNKNOWN);
    }
}
