package org.afs4j.client.cache;

import org.afs4j.client.error.AfsContext;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.directory.DirectoryContents;
import org.afs4j.protocol.directory.DirectoryEditor;
import org.afs4j.protocol.directory.MalformedDirectoryException;
import org.afs4j.protocol.xdr.NameCodec;
import org.jspecify.annotations.Nullable;

/// The whole data of a directory or symlink at one data version.
final class VnodeContents {
    /// How long a symlink's target may be, bytes: as long as a path on Linux.
    private static final int MOST_TARGET_BYTES = 4096;

    private final byte[] bytes;
    private final long dataVersion;
    private volatile @Nullable DirectoryContents directory;
    /// Whether the data are known to be a directory whose parts agree.
    private volatile boolean verified;

    /// Keeps data.
    ///
    /// @param bytes the data, not copied and never changed
    /// @param dataVersion the data version
    VnodeContents(byte[] bytes, long dataVersion) {
        this.bytes = bytes;
        this.dataVersion = dataVersion;
    }

    /// The data, not to be changed.
    byte[] bytes() {
        return bytes;
    }

    long dataVersion() {
        return dataVersion;
    }

    /// The data as a symlink's target.
    ///
    /// @param where what a failure is told with
    /// @throws AfsFileException ENAMETOOLONG if they are longer than any target may be
    String target(AfsContext where) throws AfsFileException {
        if (bytes.length > MOST_TARGET_BYTES) {
            throw new AfsFileException(AfsError.ENAMETOOLONG, where);
        }
        return NameCodec.decode(bytes);
    }

    /// The data as a directory, looked through once.
    ///
    /// @throws MalformedDirectoryException if it is none
    DirectoryContents directory() throws MalformedDirectoryException {
        DirectoryContents read = directory;
        if (read == null) {
            read = DirectoryContents.of(bytes);
            directory = read;
        }
        return read;
    }

    /// An editor of a copy of the data.
    ///
    /// @throws MalformedDirectoryException if they are no directory, or one whose parts contradict each other
    DirectoryEditor editor() throws MalformedDirectoryException {
        if (!verified) {
            directory().verify();
            verified = true;
        }
        return DirectoryEditor.ofVerified(bytes.clone());
    }

    /// The data that an editor of this directory has made of them; they need not be verified again.
    ///
    /// @param editor from [#editor()], not to be used any more
    /// @param newVersion their data version
    static VnodeContents edited(DirectoryEditor editor, long newVersion) {
        VnodeContents contents = new VnodeContents(editor.takeBytes(), newVersion);
        contents.verified = true;
        return contents;
    }
}
