package org.afs4j.pagecache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedSharedLock;
import org.afs4j.pagecache.frames.FrameRange;
import org.afs4j.pagecache.frames.FrameStore;
import org.jspecify.annotations.Nullable;

/// One file's frames, that is its range of the frame store, and the invalidate lock, under which they are used.
///
/// A file takes a range with its first page, and a larger one when it has outgrown it: under the exclusive lock and after a strip
/// its pages move.
///
/// Invariants:
/// 1. The range changes only under the exclusive side of the lock; a holder of either side may use what [#range()] returned for
///    as long as it holds it.
/// 2. Once closed there is no range, and none is taken any more.
///
/// Threads: any.
final class PageFrames {
    private static final int GROWTH = 4;
    private static final long MOVE_BYTES = 1 << 20;

    /// The invalidate lock (PC-1).
    final RankedSharedLock lock;

    private final FrameStore store;
    private final PageStates states;
    private final MappedRegion region;
    private final PageCacheCounters counters;
    private final long maxFileBytes;
    private final String name;
    private volatile @Nullable FrameRange range;
    private volatile boolean closed;

    PageFrames(PageCache cache, PageStates states, MappedRegion region, String name, long key) {
        this.lock = new RankedSharedLock(LockRank.PAGE_INVALIDATE, key);
        this.store = cache.store();
        this.states = states;
        this.region = region;
        this.counters = cache.counters();
        this.maxFileBytes = cache.options().maxFileBytes();
        this.name = name;
    }

    /// The range; null while the file has no page.
    @Nullable FrameRange rangeOrNull() {
        return range;
    }

    /// The range, after [#lockSharedFor(long)].
    ///
    /// @throws IllegalStateException if the mapping is closed
    FrameRange range() {
        FrameRange frames = range;
        if (frames == null) {
            throw new IllegalStateException(name + " is closed");
        }
        return frames;
    }

    boolean isClosed() {
        return closed;
    }

    /// Frees the memory of pages.
    void punch(long offsetBytes, long lengthBytes) {
        store.punch(range(), offsetBytes, lengthBytes);
    }

    /// Gives the range back, for good.
    ///
    /// Locks: the invalidate lock exclusively; no page is there any more.
    void closeLocked() {
        closed = true;
        FrameRange old = range;
        if (old != null) {
            range = null;
            store.give(old, region.unclosed());
        }
    }

    /// Takes the invalidate lock shared, with frames for at least the first `endBytes` of the file.
    ///
    /// @throws IOException if the file is too large for the cache, or the frame store has no range; the lock is not held then
    void lockSharedFor(long endBytes) throws IOException {
        checkSize(0);
        while (true) {
            lock.lockShared();
            FrameRange frames = range;
            long needed = Math.max(endBytes, states.bytesOf(states.pageCeiling(states.sizeBytes())));
            if (closed || (frames != null && frames.capacityBytes() >= needed)) {
                return;
            }
            lock.unlockShared();
            lock.lockExclusive();
            try {
                growRangeLocked(needed);
            } finally {
                lock.unlockExclusive();
            }
        }
    }

    private FrameRange take(long bytes) throws IOException {
        FrameRange taken = store.take(bytes);
        if (taken == null) {
            throw new PageCacheFullException(name + ": no range of " + bytes + " bytes is free in the frame store");
        }
        return taken;
    }

    private void growRangeLocked(long neededBytes) throws IOException {
        FrameRange old = range;
        if (closed || (old != null && old.capacityBytes() >= neededBytes)) {
            return;
        }
        checkSize(states.sizeBytes());
        if (old == null) {
            range = take(neededBytes);
            return;
        }
        FrameRange grown = take(Math.max(neededBytes, old.capacityBytes() * GROWTH));
        region.strip();
        for (PageRun run : states.residentRuns()) {
            long end = states.bytesOf(run.toPage());
            for (long at = states.bytesOf(run.fromPage()); at < end; at += MOVE_BYTES) {
                // Piece by piece, so that only a piece of the file is in memory twice.
                long length = Math.min(MOVE_BYTES, end - at);
                MemorySegment.copy(old.frames(), at, grown.frames(), at, length);
                store.punch(old, at, length);
            }
        }
        range = grown;
        store.give(old, region.unclosed());
        counters.moves.increment();
    }

    /// Refuses sizes that the cache cannot hold.
    void checkSize(long sizeBytes) throws IOException {
        long bytes = Math.max(sizeBytes, states.sizeBytes());
        if (bytes > maxFileBytes) {
            throw new FileTooLargeException(name, bytes, maxFileBytes);
        }
    }
}
