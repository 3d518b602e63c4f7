package org.afs4j.pagecache.state;

/// A run of dirty bytes of one file, which may begin and end within pages.
///
/// @param fromBytes the first
/// @param toBytes the one after the last
public record DirtyRange(long fromBytes, long toBytes) {
    /// How many bytes there are.
    public long lengthBytes() {
        return toBytes - fromBytes;
    }
}
