package org.afs4j.protocol;

import java.io.IOException;
import java.util.UUID;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// A UUID, which tells hosts apart whose addresses change.
///
/// On the wire it takes 11 words: the low part of the time, its middle, its high part with the version, then eight
/// bytes as a signed word each.
///
/// Source: OpenAFS src/rx/xdr_afsuuid.c.
///
/// @param mostSignificantBits as in [UUID]
/// @param leastSignificantBits as in [UUID]
public record AfsUuid(long mostSignificantBits, long leastSignificantBits) implements XdrValue {
    /// The UUID of zeros only, which names nobody.
    public static final AfsUuid NIL = new AfsUuid(0, 0);

    /// Bytes on the wire.
    public static final int WIRE_BYTES = 44;

    /// The same UUID as Java has it.
    ///
    /// @param uuid the UUID
    public static AfsUuid of(UUID uuid) {
        return new AfsUuid(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    /// Reads a UUID.
    ///
    /// @param in where from
    /// @throws IOException as [XdrReader]
    public static AfsUuid decode(XdrReader in) throws IOException {
        in.prefetch(WIRE_BYTES);
        long most = in.uint32() << 32;
        most |= (in.int32() & 0xffffL) << 16;
        most |= in.int32() & 0xffffL;
        long least = 0;
        for (int i = 0; i < 8; i++) {
            least = (least << 8) | (in.int32() & 0xff);
        }
        return new AfsUuid(most, least);
    }

    @Override
    public void encode(XdrWriter out) {
        out.int32((int) (mostSignificantBits >>> 32));
        out.int32((int) (mostSignificantBits >>> 16) & 0xffff);
        out.int32((int) mostSignificantBits & 0xffff);
        for (int shift = 56; shift >= 0; shift -= 8) {
            out.int32((byte) (leastSignificantBits >>> shift));
        }
    }

    /// The first word, which holds an IPv4 address where a location entry names a server without UUID.
    public int timeLow() {
        return (int) (mostSignificantBits >>> 32);
    }

    /// The same UUID as Java has it.
    public UUID toUuid() {
        return new UUID(mostSignificantBits, leastSignificantBits);
    }

    @Override
    public String toString() {
        return toUuid().toString();
    }
}
