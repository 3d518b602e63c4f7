package org.afs4j.protocol.fs;

import java.io.IOException;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// AFSVolSync: the state of the whole volume that a reply comes with. Four further words on the wire are spare:
/// not read, and written as 0.
///
/// Source: OpenAFS src/fsint/afsint.xg; Linux fs/afs/validation.c for what they mean.
///
/// @param creationTime of this instance of the volume, seconds since 1970, unsigned; 0 where the server gives none
/// @param updateTime of the volume's last change, likewise
public record VolSync(int creationTime, int updateTime) implements XdrValue {
    /// Bytes on the wire: 6 words.
    public static final int WIRE_BYTES = 24;

    /// Reads it.
    ///
    /// @param in where from
    /// @throws IOException as [XdrReader]
    public static VolSync decode(XdrReader in) throws IOException {
        in.prefetch(WIRE_BYTES);
        VolSync volSync = new VolSync(in.int32(), in.int32());
        in.int64();
        in.int64();
        return volSync;
    }

    @Override
    public void encode(XdrWriter out) {
        out.int32(creationTime);
        out.int32(updateTime);
        out.int64(0);
        out.int64(0);
    }
}
