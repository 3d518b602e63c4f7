package org.afs4j.client.cache;

import org.afs4j.protocol.directory.DirectoryContents;
import org.afs4j.protocol.directory.MalformedDirectoryException;
import org.jspecify.annotations.Nullable;

/// The whole data of a directory or symlink at one data version.
final class VnodeContents {
    private final byte[] bytes;
    private final long dataVersion;
    private volatile @Nullable DirectoryContents directory;

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
}
