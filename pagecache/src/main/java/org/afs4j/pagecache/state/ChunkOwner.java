package org.afs4j.pagecache.state;

import java.util.List;

/// Who can take the pages of a chunk out: the file that it belongs to.
@FunctionalInterface
public interface ChunkOwner {
    /// Takes clean pages out, and frees their memory.
    ///
    /// Locks: takes the file's invalidate lock exclusively.
    ///
    /// @param chunks chunks of this owner
    /// @param mapped whether to take also pages that views can reach
    /// @param patient whether to wait for the invalidate lock
    /// @return how many bytes were freed
    long evict(List<? extends EvictionEntry> chunks, boolean mapped, boolean patient);
}
