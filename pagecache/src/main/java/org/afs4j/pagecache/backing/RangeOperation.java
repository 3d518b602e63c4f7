package org.afs4j.pagecache.backing;

import java.io.IOException;

/// What changes the blocks beneath a range of a file: a call to the server, made while the page cache keeps the file's
/// invalidate lock exclusively (PC-1).
@FunctionalInterface
public interface RangeOperation {
    /// What an operation does to a range of a file.
    enum Kind {
        /// The range becomes zeros; the size stays.
        PUNCH_HOLE,
        /// The range is cut out; what comes after it moves down, and the file becomes shorter.
        COLLAPSE,
        /// Zeros are put in before what was at the start of the range; that and what comes after it moves up.
        INSERT,
        /// The range gets other contents, from wherever the server has them; a file that ended before the range does becomes longer.
        RESTORE
    }

    /// Changes the file on its server.
    ///
    /// Locks: called with the file's invalidate lock held exclusively; must not call the page cache for this file. Blocks: for
    /// calls to a server.
    ///
    /// @throws IOException if it was not changed; then the cached pages stay as they were
    void run() throws IOException;
}
