package org.afs4j.protocol.cb;

import java.io.IOException;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// AFSDBCacheEntry and AFSDBCacheEntry64: what a client knows of a vnode, for debugging tools. The two differ in the
/// width of the length only.
///
/// Source: OpenAFS src/fsint/common.xg.
///
/// @param address where the client keeps it
/// @param cell the client's number of the cell
/// @param fid the vnode
/// @param lengthBytes of the contents; the low 32 bits in the narrow form
/// @param dataVersion of the contents
/// @param lock the vnode's lock
/// @param callBack the server of the promise
/// @param promiseExpires seconds since 1970
/// @param referenceCount how many use it
/// @param openCount how often it is open
/// @param writerCount how often for writing
/// @param mountPointState whether it is a mount point or a root
/// @param states flags
public record CacheEntryReport(
        int address,
        int cell,
        Fid fid,
        long lengthBytes,
        int dataVersion,
        LockReport lock,
        int callBack,
        int promiseExpires,
        short referenceCount,
        short openCount,
        short writerCount,
        byte mountPointState,
        byte states)
        implements XdrValue {
    /// Reads the wide form.
    ///
    /// @param in where from
    /// @throws IOException as [XdrReader]
    public static CacheEntryReport decode(XdrReader in) throws IOException {
        return decode(in, true);
    }

    /// Reads the narrow form.
    ///
    /// @param in where from
    /// @throws IOException as [XdrReader]
    public static CacheEntryReport decodeNarrow(XdrReader in) throws IOException {
        return decode(in, false);
    }

    private static CacheEntryReport decode(XdrReader in, boolean wide) throws IOException {
        return new CacheEntryReport(
                in.int32(),
                in.int32(),
                Fid.decode(in),
                wide ? in.int64() : in.int32(),
                in.int32(),
                LockReport.decode(in),
                in.int32(),
                in.int32(),
                (short) in.int32(),
                (short) in.int32(),
                (short) in.int32(),
                (byte) in.int32(),
                (byte) in.int32());
    }

    /// Appends the wide form.
    @Override
    public void encode(XdrWriter out) {
        encode(out, true);
    }

    /// Appends the narrow form.
    ///
    /// @param out where to
    public void encodeNarrow(XdrWriter out) {
        encode(out, false);
    }

    private void encode(XdrWriter out, boolean wide) {
        out.int32(address);
        out.int32(cell);
        fid.encode(out);
        if (wide) {
            out.int64(lengthBytes);
        } else {
            out.int32((int) lengthBytes);
        }
        out.int32(dataVersion);
        lock.encode(out);
        out.int32(callBack);
        out.int32(promiseExpires);
        out.int32(referenceCount);
        out.int32(openCount);
        out.int32(writerCount);
        out.int32(mountPointState);
        out.int32(states);
    }
}
