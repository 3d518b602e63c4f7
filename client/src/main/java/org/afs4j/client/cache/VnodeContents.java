package org.afs4j.client.cache;

/// The whole data of a directory or symlink at one data version.
final class VnodeContents {
    private final byte[] bytes;
    private final long dataVersion;

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
}
