package org.afs4j.protocol.cb;

import java.io.IOException;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// AFSDBLockDesc: the state of a lock in a client, for debugging tools.
///
/// Source: OpenAFS src/fsint/common.xg.
///
/// @param waitStates who waits
/// @param exclusivelyLocked how it is held
/// @param readerCount how many read
/// @param waiterCount how many wait
/// @param spare without meaning
/// @param lastReader a process
/// @param writer a process
/// @param source where it was taken
public record LockReport(
        byte waitStates,
        byte exclusivelyLocked,
        short readerCount,
        short waiterCount,
        short spare,
        int lastReader,
        int writer,
        int source)
        implements XdrValue {
    /// Bytes on the wire: 8 words.
    public static final int WIRE_BYTES = 32;

    /// Reads it.
    ///
    /// @param in where from
    /// @throws IOException as [XdrReader]
    public static LockReport decode(XdrReader in) throws IOException {
        in.prefetch(WIRE_BYTES);
        return new LockReport(
                (byte) in.int32(),
                (byte) in.int32(),
                (short) in.int32(),
                (short) in.int32(),
                (short) in.int32(),
                in.int32(),
                in.int32(),
                in.int32());
    }

    @Override
    public void encode(XdrWriter out) {
        out.int32(waitStates);
        out.int32(exclusivelyLocked);
        out.int32(readerCount);
        out.int32(waiterCount);
        out.int32(spare);
        out.int32(lastReader);
        out.int32(writer);
        out.int32(source);
    }
}
