package org.afs4j.pagecache.readahead;

/// A part of a file that will be wanted.
///
/// @param fromBytes where it begins
/// @param toBytes where it ends, greater
public record Window(long fromBytes, long toBytes) {
    long lengthBytes() {
        return toBytes - fromBytes;
    }
}
