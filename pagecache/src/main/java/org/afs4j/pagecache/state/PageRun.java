package org.afs4j.pagecache.state;

/// A run of pages of one file.
///
/// @param fromPage the first
/// @param toPage the one after the last
public record PageRun(long fromPage, long toPage) {
    /// How many pages there are.
    public long count() {
        return toPage - fromPage;
    }
}
