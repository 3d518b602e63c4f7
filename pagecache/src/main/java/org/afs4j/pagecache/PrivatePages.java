package org.afs4j.pagecache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.afs4j.pagecache.error.PageCacheFullException;
import org.afs4j.pagecache.frames.FrameRange;
import org.afs4j.pagecache.mapped.Generation;
import org.afs4j.pagecache.mapped.MappedRegion;
import org.afs4j.pagecache.state.PageBudget;

/// The chunks that a copy-on-write view has for itself, in a range of the frame store that mirrors the file.
///
/// Invariants:
/// 1. A chunk is present in [#generation()] from when it is copied until the view is closed.
/// 2. The memory of each such chunk is in the budget's account, and nobody evicts it.
///
/// Threads: any.
final class PrivatePages implements AutoCloseable {
    private final PageCache cache;
    private final MappedRegion region;
    private final FrameRange range;
    private final Generation generation;
    private final AtomicBoolean closed = new AtomicBoolean();
    /// Under the mapping-generation lock.
    private long heldBytes;

    private PrivatePages(PageCache cache, MappedRegion region, FrameRange range, Generation generation) {
        this.cache = cache;
        this.region = region;
        this.range = range;
        this.generation = generation;
    }

    /// Makes a view's range, with no chunk in it.
    ///
    /// @param endBytes where the view ends in the file
    /// @throws IOException if the frame store has no range
    static PrivatePages open(PageCache cache, MappedRegion region, long endBytes) throws IOException {
        FrameRange range = cache.store().take(endBytes + (1L << region.chunkShift()));
        if (range == null) {
            throw new PageCacheFullException("no range of " + endBytes + " bytes is free in the frame store");
        }
        PrivatePages pages = new PrivatePages(cache, region, range, Generation.open(range.frames(), endBytes, region.chunkShift()));
        cache.add(pages);
        return pages;
    }

    /// What the view reaches of its own.
    Generation generation() {
        return generation;
    }

    /// Whether an access concerns a chunk that is copied.
    boolean touches(long offsetBytes, long lengthBytes) {
        return generation.isAnyPresent(offsetBytes >>> region.chunkShift(), generation.chunkAfter(offsetBytes + lengthBytes));
    }

    /// Copies a chunk.
    ///
    /// Locks: called with none of the page cache. Blocks: for memory.
    ///
    /// @param chunk the chunk
    /// @param file a generation in which it is present
    /// @return false if that generation is closed, and the file's chunk has to be looked for again
    /// @throws PageCacheFullException if there is no memory for it
    boolean copy(long chunk, Generation file) throws IOException {
        long chunkBytes = 1L << region.chunkShift();
        try (PageBudget.Reservation reservation = cache.reserve(chunkBytes)) {
            region.mutex.lock();
            try {
                if (closed.get()) {
                    throw new IllegalStateException("the view is closed");
                }
                if (generation.firstAbsentChunk(chunk, chunk + 1) > chunk) {
                    return true;
                }
                if (!file.segment().scope().isAlive()) {
                    return false;
                }
                if (!cache.tryHoldPrivate(chunkBytes)) {
                    throw new PageCacheFullException("the copies of copy-on-write views take half of the cache");
                }
                reservation.use(chunkBytes);
                heldBytes += chunkBytes;
                long from = chunk << region.chunkShift();
                long length = Math.min(chunkBytes, file.limitBytes() - from);
                // Generations are closed under this lock, so that it stays open.
                MemorySegment.copy(file.segment(), from, range.frames(), from, length);
                generation.setPresent(chunk);
                return true;
            } finally {
                region.mutex.unlock();
            }
        }
    }

    /// Whether the copies are gone.
    boolean isClosed() {
        return closed.get();
    }

    /// Frees the copies: at once, or, if a channel or a native call is using one, as soon as it is not.
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        long held;
        region.mutex.lock();
        try {
            held = heldBytes;
            heldBytes = 0;
        } finally {
            region.mutex.unlock();
        }
        cache.store().give(range, generation.tryClose() ? List.of() : List.of(generation));
        cache.budget().release(held);
        cache.releasePrivate(held);
        cache.remove(this);
    }
}
