package org.afs4j.pagecache;

import java.io.IOException;

/// What changes the blocks beneath a range of a file: a call to the server, made while the page cache keeps the file's
/// invalidate lock exclusively (PC-1).
@FunctionalInterface
public interface RangeOperation {
    /// Changes the file on its server.
    ///
    /// Locks: called with the file's invalidate lock held exclusively; must not call the page cache for this file. Blocks: for
    /// calls to a server.
    ///
    /// @throws IOException if it was not changed; then the cached pages stay as they were
    void run() throws IOException;
}
