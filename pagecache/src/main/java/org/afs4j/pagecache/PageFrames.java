package org.afs4j.pagecache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.pagecache.error.FileTooLargeException;
import org.afs4j.pagecache.error.PageCacheFullException;
import org.afs4j.pagecache.frames.FrameRange;
import org.afs4j.pagecache.frames.FrameStore;
import org.afs4j.pagecache.frames.FrameWindow;
import org.afs4j.pagecache.mapped.MappedRegion;
import org.afs4j.pagecache.state.IndexTable;
import org.afs4j.pagecache.state.InvalidateLock;
import org.afs4j.pagecache.state.PageRun;
import org.afs4j.pagecache.state.PageStates;
import org.jspecify.annotations.Nullable;

/// One file's frames, and the invalidate lock, under which they are used.
///
/// A file of at most `maxFileBytes` has one range of the frame store, from its first page on, so that views can map it: it takes
/// one that fits with its first page, and a larger one when it has outgrown that. A larger file, up to 2⁶² bytes, has a range for
/// each of its windows that has a page, and cannot be mapped. When a file changes from one to the other, or outgrows its range, its
/// pages move: under the exclusive lock and after a strip.
///
/// Invariants:
/// 1. Ranges change only under the exclusive side of the lock; a holder of either side may use what [#windowAt(long)] returned
///    for as long as it holds it. Who reads without the lock asks it afterwards whether that was right (PC-4).
/// 2. Once closed there is no range, and none is taken any more.
/// 3. The windows of a large file that have a range are those that have a page, or that a holder of the lock is about to fill.
///
/// Threads: any.
final class PageFrames {
    /// The largest file that there can be.
    static final long LARGEST_FILE_BYTES = 1L << 62;

    private static final int GROWTH = 4;
    private static final long MOVE_BYTES = 1 << 20;
    private static final int WINDOW_SHIFT = 24;
    private static final int FEWEST_TO_SWEEP = 64;

    /// The invalidate lock (PC-1).
    final InvalidateLock lock;

    private final FrameStore store;
    private final PageStates states;
    private final MappedRegion region;
    private final PagePins pins;
    private final PageCacheCounters counters;
    private final long maxFileBytes;
    private final String name;
    /// The whole file's range; null while it has no page, and if it is a large file.
    private volatile @Nullable FrameWindow whole;
    /// A large file's windows; null if it is not large.
    private volatile @Nullable IndexTable<FrameWindow> windows;
    /// How many windows have a range. Exclusive lock.
    private int windowCount;
    private int sweepAtCount = FEWEST_TO_SWEEP;
    private volatile boolean closed;

    PageFrames(PageCache cache, PageStates states, MappedRegion region, PagePins pins, String name, long key) {
        this.lock = new InvalidateLock(key);
        this.store = cache.store();
        this.states = states;
        this.region = region;
        this.pins = pins;
        this.counters = cache.counters();
        this.maxFileBytes = cache.options().maxFileBytes();
        this.name = name;
    }

    /// The window that holds a byte of the file; null if it has no frames. Takes no lock and allocates nothing.
    @Nullable FrameWindow windowAt(long offsetBytes) {
        FrameWindow one = whole;
        if (one != null) {
            return offsetBytes < one.endBytes() ? one : null;
        }
        IndexTable<FrameWindow> all = windows;
        return all == null ? null : all.get(offsetBytes >>> WINDOW_SHIFT);
    }

    /// The frames of a part of the file that lies within a window, as chunks and what [#windowEnd(long)] bounds do.
    ///
    /// @throws IllegalStateException if the mapping is closed
    MemorySegment segment(long offsetBytes, long lengthBytes) {
        FrameWindow window = windowAt(offsetBytes);
        if (window == null) {
            throw new IllegalStateException(name + " is closed");
        }
        return window.segment(offsetBytes, lengthBytes);
    }

    /// The frames of a page.
    MemorySegment ofPage(long page) {
        return segment(states.bytesOf(page), states.bytesOf(1));
    }

    /// The frames of the whole file from its start, for views.
    ///
    /// @throws FileTooLargeException if the file is too large to be mapped
    MemorySegment mappable() throws FileTooLargeException {
        FrameWindow one = whole;
        if (one == null) {
            if (closed) {
                throw new IllegalStateException(name + " is closed");
            }
            throw new FileTooLargeException(name, states.sizeBytes(), maxFileBytes);
        }
        return one.range().frames();
    }

    /// How far a run of pages that begins at an offset may reach, so that its frames are one piece of memory.
    long windowEnd(long offsetBytes) {
        return windows == null ? Long.MAX_VALUE : ((offsetBytes >>> WINDOW_SHIFT) + 1) << WINDOW_SHIFT;
    }

    boolean isClosed() {
        return closed;
    }

    /// Frees the memory of pages.
    ///
    /// Locks: the invalidate lock.
    void punch(long offsetBytes, long lengthBytes) {
        long end = offsetBytes + lengthBytes;
        for (long at = offsetBytes; at < end; ) {
            long part = Math.min(end, windowEnd(at)) - at;
            FrameWindow window = windowAt(at);
            if (window != null) {
                store.punch(window.range(), at - window.startBytes(), part);
            }
            at += part;
        }
    }

    /// Frees again what somebody has read of an absent page without the lock, and so made memory of.
    ///
    /// Locks: the invalidate lock shared.
    ///
    /// @param window through which it was read; the file may have another by now
    @SuppressWarnings("ReferenceEquality") // a window is itself and no other
    void punchAbsent(FrameWindow window, long offsetBytes, long lengthBytes) {
        if (windowAt(offsetBytes) != window) {
            long from = offsetBytes - window.startBytes() & -states.bytesOf(1);
            store.punchIfFree(window.range(), from, states.bytesOf(states.pageCeiling(offsetBytes + lengthBytes)) - window.startBytes());
            return;
        }
        states.mutex.lock();
        try {
            for (long page = states.pageOf(offsetBytes); page < states.pageCeiling(offsetBytes + lengthBytes); page++) {
                if (!states.isAnyResidentLocked(page, page + 1)) {
                    punch(states.bytesOf(page), states.bytesOf(1));
                }
            }
        } finally {
            states.mutex.unlock();
        }
    }

    /// Gives back the ranges of windows that lost their last page.
    ///
    /// Locks: the invalidate lock exclusively.
    void releaseEmptyLocked(List<PageRun> dropped) {
        IndexTable<FrameWindow> all = windows;
        if (all == null) {
            return;
        }
        for (PageRun run : dropped) {
            long last = (states.bytesOf(run.toPage()) - 1) >>> WINDOW_SHIFT;
            for (long index = states.bytesOf(run.fromPage()) >>> WINDOW_SHIFT; index <= last; index++) {
                FrameWindow window = all.get(index);
                if (window != null) {
                    releaseIfEmptyLocked(all, index, window);
                }
            }
        }
    }

    /// Lets nobody use the frames any more, but for pins.
    ///
    /// Locks: the invalidate lock exclusively.
    void refuseLocked() {
        closed = true;
    }

    /// Gives all ranges back, for good.
    ///
    /// Locks: the invalidate lock exclusively; no page is there any more.
    void closeLocked() {
        closed = true;
        for (FrameWindow window : takeAllLocked()) {
            store.give(window.range(), region.unclosed());
        }
    }

    private List<FrameWindow> takeAllLocked() {
        List<FrameWindow> all = new ArrayList<>();
        FrameWindow one = whole;
        if (one != null) {
            all.add(one);
        }
        IndexTable<FrameWindow> table = windows;
        if (table != null) {
            table.forEach(0, Long.MAX_VALUE, (index, window) -> all.add(window));
        }
        whole = null;
        windows = null;
        return all;
    }

    /// Takes the invalidate lock shared, with frames for at least the first `endBytes` of the file, for views.
    ///
    /// @throws IOException if the file is too large for the cache, or the frame store has no range; the lock is not held then
    void lockSharedFor(long endBytes) throws IOException {
        lockSharedFor(Math.max(0, endBytes - 1), endBytes);
    }

    /// Takes the invalidate lock shared, with frames for a range of the file.
    ///
    /// @param fromBytes where the range begins
    /// @param toBytes where it ends
    /// @throws IOException if the file is too large for the cache, or the frame store has no range; the lock is not held then
    void lockSharedFor(long fromBytes, long toBytes) throws IOException {
        checkSize(0);
        while (true) {
            lock.lockShared();
            if (closed || fits(fromBytes, toBytes)) {
                return;
            }
            lock.unlockShared();
            // Pages may move, which pinned ones must not (PIN-1).
            try (PagePins.Change _ = pins.begin(new PageRun(0, Long.MAX_VALUE))) {
                grow(fromBytes, toBytes);
            }
        }
    }

    private void grow(long fromBytes, long toBytes) throws IOException {
        lock.lockExclusive();
        try {
            checkSize(0);
            if (!closed && !fits(fromBytes, toBytes)) {
                growLocked(fromBytes, toBytes);
            }
        } finally {
            lock.unlockExclusive();
        }
    }

    private long neededBytes(long toBytes) {
        return Math.max(toBytes, states.bytesOf(states.pageCeiling(states.sizeBytes())));
    }

    private boolean fits(long fromBytes, long toBytes) {
        if (isLarge(toBytes)) {
            IndexTable<FrameWindow> all = windows;
            if (all == null) {
                return false;
            }
            for (long index = fromBytes >>> WINDOW_SHIFT; index <= (toBytes - 1) >>> WINDOW_SHIFT; index++) {
                if (all.get(index) == null) {
                    return false;
                }
            }
            return true;
        }
        FrameWindow one = whole;
        return one != null && one.range().capacityBytes() >= neededBytes(toBytes);
    }

    private boolean isLarge(long toBytes) {
        // A chunk may end beyond the largest mappable file, which may end within it.
        return neededBytes(toBytes) > maxFileBytes + (1L << WINDOW_SHIFT);
    }

    private FrameRange take(long bytes) throws IOException {
        FrameRange taken = store.take(bytes);
        if (taken == null) {
            throw new PageCacheFullException(name + ": no range of " + bytes + " bytes is free in the frame store");
        }
        return taken;
    }

    private void growLocked(long fromBytes, long toBytes) throws IOException {
        boolean large = isLarge(toBytes);
        if (large && region.isMapped()) {
            throw new FileTooLargeException(name, neededBytes(toBytes), maxFileBytes);
        }
        IndexTable<FrameWindow> table = windows;
        if (!large || table == null) {
            moveLocked(large, neededBytes(toBytes));
            table = windows;
        }
        if (table != null) {
            if (windowCount >= sweepAtCount) {
                sweepLocked(table);
                sweepAtCount = Math.max(FEWEST_TO_SWEEP, 2 * windowCount);
            }
            takeWindowsLocked(table, fromBytes, toBytes);
        }
    }

    /// Gives back windows that were taken for fills which came to nothing.
    private void sweepLocked(IndexTable<FrameWindow> table) {
        table.forEach(0, Long.MAX_VALUE, (index, window) -> {
            releaseIfEmptyLocked(table, index, window);
            return true;
        });
    }

    private void releaseIfEmptyLocked(IndexTable<FrameWindow> table, long index, FrameWindow window) {
        if (!states.isAnyResident(states.pageOf(window.startBytes()), states.pageOf(window.endBytes()))) {
            table.remove(index);
            windowCount--;
            store.give(window.range(), List.of());
        }
    }

    private void takeWindowsLocked(IndexTable<FrameWindow> table, long fromBytes, long toBytes) throws IOException {
        for (long index = fromBytes >>> WINDOW_SHIFT; index <= (toBytes - 1) >>> WINDOW_SHIFT; index++) {
            if (table.get(index) == null) {
                table.put(index, new FrameWindow(index << WINDOW_SHIFT, take(1L << WINDOW_SHIFT)));
                windowCount++;
            }
        }
    }

    private void moveLocked(boolean large, long neededBytes) throws IOException {
        FrameWindow oldWhole = whole;
        IndexTable<FrameWindow> newWindows = null;
        FrameWindow newWhole = null;
        if (large) {
            newWindows = windowsForResidents();
        } else {
            long growth = oldWhole == null ? 0 : Math.min(maxFileBytes, oldWhole.range().capacityBytes() * GROWTH);
            newWhole = new FrameWindow(0, take(Math.max(neededBytes, growth)));
        }
        if (oldWhole != null) {
            region.revoke();
        }
        List<PageRun> runs = states.residentRuns();
        for (PageRun run : runs) {
            moveRunLocked(run, newWhole, newWindows);
        }
        List<FrameWindow> old = takeAllLocked();
        whole = newWhole;
        windows = newWindows;
        for (FrameWindow window : old) {
            store.give(window.range(), region.unclosed());
            counters.moves.increment();
        }
    }

    private IndexTable<FrameWindow> windowsForResidents() throws IOException {
        IndexTable<FrameWindow> table = new IndexTable<>();
        windowCount = 0;
        boolean taken = false;
        try {
            for (PageRun run : states.residentRuns()) {
                takeWindowsLocked(table, states.bytesOf(run.fromPage()), states.bytesOf(run.toPage()));
            }
            taken = true;
        } finally {
            if (!taken) {
                table.forEach(0, Long.MAX_VALUE, (index, window) -> {
                    store.give(window.range(), List.of());
                    return true;
                });
            }
        }
        return table;
    }

    /// Moves pages piece by piece, so that only a piece of the file is in memory twice.
    private void moveRunLocked(PageRun run, @Nullable FrameWindow newWhole, @Nullable IndexTable<FrameWindow> newWindows) {
        long end = states.bytesOf(run.toPage());
        for (long at = states.bytesOf(run.fromPage()); at < end; ) {
            long windowEnd = ((at >>> WINDOW_SHIFT) + 1) << WINDOW_SHIFT;
            long length = Math.min(MOVE_BYTES, Math.min(windowEnd, end) - at);
            FrameWindow target = newWindows == null ? newWhole : newWindows.get(at >>> WINDOW_SHIFT);
            if (target != null) {
                target.segment(at, length).copyFrom(segment(at, length));
            }
            punch(at, length);
            at += length;
        }
    }

    /// Refuses sizes that the cache cannot hold.
    void checkSize(long sizeBytes) throws IOException {
        long bytes = Math.max(sizeBytes, states.sizeBytes());
        if (bytes > LARGEST_FILE_BYTES || sizeBytes < 0) {
            throw new FileTooLargeException(name, bytes, LARGEST_FILE_BYTES);
        }
    }

    /// Refuses to map what is too large to be mapped.
    void checkMappable(long sizeBytes) throws IOException {
        long bytes = Math.max(sizeBytes, states.sizeBytes());
        if (bytes > maxFileBytes) {
            throw new FileTooLargeException(name, bytes, maxFileBytes);
        }
    }
}
