package org.afs4j.protocol;

import java.io.IOException;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// A FID: the name of a vnode within a cell. All three parts are unsigned.
///
/// @param volumeId the volume's id
/// @param vnode the vnode's number; odd for directories, even for files and symlinks; 0 with uniquifier 0 names the volume
/// @param uniquifier tells the vnode from earlier ones of the same number
public record Fid(int volumeId, int vnode, int uniquifier) implements XdrValue {
    /// Bytes on the wire: three words.
    public static final int WIRE_BYTES = 12;

    /// Reads a fid.
    ///
    /// @param in where from
    /// @throws IOException as [XdrReader]
    public static Fid decode(XdrReader in) throws IOException {
        in.prefetch(WIRE_BYTES);
        return new Fid(in.int32(), in.int32(), in.int32());
    }

    @Override
    public void encode(XdrWriter out) {
        out.int32(volumeId);
        out.int32(vnode);
        out.int32(uniquifier);
    }

    /// The FID that names a whole volume in a break.
    ///
    /// @param volumeId the volume's id
    public static Fid ofVolume(int volumeId) {
        return new Fid(volumeId, 0, 0);
    }

    /// Whether this names a whole volume.
    public boolean isVolume() {
        return vnode == 0 && uniquifier == 0;
    }

    /// `volume.vnode.uniquifier`, as AFS tools print it.
    @Override
    public String toString() {
        return Integer.toUnsignedString(volumeId)
                + '.'
                + Integer.toUnsignedString(vnode)
                + '.'
                + Integer.toUnsignedString(uniquifier);
    }
}
