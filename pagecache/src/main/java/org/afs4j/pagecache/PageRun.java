package org.afs4j.pagecache;

/// A run of pages of one file.
///
/// @param fromPage the first
/// @param toPage the one after the last
record PageRun(long fromPage, long toPage) {
    /// How many pages there are.
    long count() {
        return toPage - fromPage;
    }
}
