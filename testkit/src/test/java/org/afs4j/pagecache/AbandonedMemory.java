package org.afs4j.pagecache;

import java.io.IOException;

/// Frees the memory of caches that a failed simulation leaves behind: their threads will never run again, so they cannot be closed,
/// and a process has room for few of them.
public final class AbandonedMemory {
    private AbandonedMemory() {}

    /// Frees a cache's memory.
    ///
    /// @param cache the cache, which nobody uses any more
    /// @throws IOException if the system refuses
    public static void free(PageCache cache) throws IOException {
        cache.store().close();
    }
}
