package org.afs4j.protocol.cb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// interfaceAddr: who a client is, and where it can be reached. The wire always carries 32 interfaces; those beyond
/// the count are neither read nor written but as zeros.
///
/// Source: OpenAFS src/fsint/common.xg.
///
/// @param uuid tells the client from others, whatever its addresses
/// @param interfaces [Limits#INTERFACE_COUNT] at most
public record InterfaceAddresses(AfsUuid uuid, List<Interface> interfaces) implements XdrValue {
    /// One interface.
    ///
    /// @param address IPv4, the first byte the highest
    /// @param netmask likewise
    /// @param mtuBytes of its packets
    public record Interface(int address, int netmask, int mtuBytes) {}

    /// Copies the list.
    ///
    /// @param uuid tells the client from others
    /// @param interfaces the interfaces
    /// @throws IllegalArgumentException if there are too many
    public InterfaceAddresses {
        interfaces = List.copyOf(interfaces);
        if (interfaces.size() > Limits.INTERFACE_COUNT) {
            throw new IllegalArgumentException(interfaces.size() + " interfaces");
        }
    }

    /// Reads them.
    ///
    /// @param in where from
    /// @throws IOException as [XdrReader]
    public static InterfaceAddresses decode(XdrReader in) throws IOException {
        int count = in.count(Limits.INTERFACE_COUNT);
        AfsUuid uuid = AfsUuid.decode(in);
        List<Integer> addresses = words(in);
        List<Integer> netmasks = words(in);
        List<Integer> mtus = words(in);
        List<Interface> interfaces = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            interfaces.add(new Interface(addresses.get(i), netmasks.get(i), mtus.get(i)));
        }
        return new InterfaceAddresses(uuid, interfaces);
    }

    @Override
    public void encode(XdrWriter out) {
        out.int32(interfaces.size());
        uuid.encode(out);
        for (int i = 0; i < Limits.INTERFACE_COUNT; i++) {
            out.int32(i < interfaces.size() ? interfaces.get(i).address() : 0);
        }
        for (int i = 0; i < Limits.INTERFACE_COUNT; i++) {
            out.int32(i < interfaces.size() ? interfaces.get(i).netmask() : 0);
        }
        for (int i = 0; i < Limits.INTERFACE_COUNT; i++) {
            out.int32(i < interfaces.size() ? interfaces.get(i).mtuBytes() : 0);
        }
    }

    private static List<Integer> words(XdrReader in) throws IOException {
        return in.fixedList(Limits.INTERFACE_COUNT, Integer.BYTES, XdrReader::int32);
    }
}
