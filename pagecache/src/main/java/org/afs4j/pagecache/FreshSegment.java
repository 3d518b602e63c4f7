package org.afs4j.pagecache;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import org.afs4j.pagecache.error.MappedAccessException;
import org.afs4j.pagecache.error.PageCacheFullException;
import org.afs4j.pagecache.mapped.MappedRegion;
import org.jspecify.annotations.Nullable;

/// Bytes of a file at one place in memory, kept fresh in the background: for code that takes a [MemorySegment] and cannot come back
/// for another when a strip has closed it.
///
/// The memory is a copy. After a break, a third party's change, or a change of ours, a thread of the world asks the backing at once, and
/// copies the file's bytes over it in place. So what the segment shows is older than what a view would show by no more than one
/// validation and the fills that follow it; meanwhile old and new bytes may stand beside each other. What is written through views of
/// the same cache shows once it is written back. If the file cannot be validated or brought in the segment is closed: whoever uses it
/// gets [IllegalStateException] from then on, never bytes that nobody vouches for, and [#segment()] says why.
///
/// Bytes beyond the end of the file are zero, and become the file's if it grows.
///
/// Invariants:
/// 1. The memory is in the account of private pages from when this is made until the memory is closed.
/// 2. A change that was counted when a copy began is in that copy.
///
/// Threads: any.
public final class FreshSegment implements AutoCloseable {
    private static final long FIRST_RETRY_NANOS = 1_000_000;
    private static final long MOST_RETRY_NANOS = 1_000_000_000;

    private final PageCache cache;
    private final PageMapping mapping;
    private final MappedView view;
    private final MappedRegion region;
    private final PageFaults faults;
    private final long offsetBytes;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final AtomicBoolean closed = new AtomicBoolean();
    /// Up to which count of changes the memory shows the file.
    private volatile long shownChanges;
    private volatile @Nullable MappedAccessException lost;

    private FreshSegment(
            PageCache cache, PageMapping mapping, MappedView view, MappedRegion region, PageFaults faults, long offsetBytes) {
        this.cache = cache;
        this.mapping = mapping;
        this.view = view;
        this.region = region;
        this.faults = faults;
        this.offsetBytes = offsetBytes;
        this.memory = arena.allocate(view.sizeBytes(), Long.BYTES);
    }

    /// Makes a segment, and copies the file's bytes for the first time.
    ///
    /// @param view of the bytes, read-only; closed with the segment, and if it cannot be made
    /// @throws PageCacheFullException if the copies of all views together would have half of the cache's budget
    /// @throws MappedAccessException if the file cannot be validated or brought in
    static FreshSegment open(
            PageCache cache, PageMapping mapping, MappedView view, MappedRegion region, PageFaults faults, long offsetBytes)
            throws PageCacheFullException {
        if (!cache.tryHoldPrivate(view.sizeBytes())) {
            view.close();
            throw new PageCacheFullException(mapping + ": no memory for a segment of " + view.sizeBytes() + " bytes");
        }
        FreshSegment fresh = new FreshSegment(cache, mapping, view, region, faults, offsetBytes);
        region.watch(true);
        boolean made = false;
        try {
            fresh.refresh();
            made = true;
        } finally {
            if (!made) {
                fresh.end();
            }
        }
        Thread ignored = cache.world().start("afs4j-fresh-segment", fresh::keepFresh);
        return fresh;
    }

    /// The bytes, read-only; the same memory each time.
    ///
    /// @throws MappedAccessException if the file could not be validated or brought in after a change, so that the memory was closed
    /// @throws IllegalStateException if this was closed
    public MemorySegment segment() {
        MappedAccessException cause = lost;
        if (cause != null) {
            throw new MappedAccessException(cause.reason(), String.valueOf(cause.getMessage()), cause.ioCause());
        }
        if (closed.get()) {
            throw new IllegalStateException(mapping + ": the segment is closed");
        }
        return memory.asReadOnly();
    }

    /// Whether the segment shows every change of the file that this client knew of just now.
    public boolean isFresh() {
        return shownChanges == region.changes() && lost == null && !closed.get();
    }

    /// Closes the segment's memory, and ends the work in the background. Memory that a channel or a native call uses is closed once it
    /// is not used any more.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            boolean ignored = tryCloseMemory();
            view.close();
            region.wakeWatchers();
        }
    }

    private void keepFresh() {
        try {
            while (!closed.get()) {
                region.awaitChange(shownChanges, closed::get);
                if (!closed.get()) {
                    refresh();
                    cache.counters().refreshes.increment();
                }
            }
        } catch (MappedAccessException e) {
            lose(e);
        } catch (InterruptedException e) {
            // Its thread is its own, and ends.
            lose(new MappedAccessException(MappedAccessException.Reason.INTERRUPTED, mapping + ": interrupted", null));
        } catch (IllegalStateException e) {
            // The memory was closed in the middle of a copy, or the file's cache was.
            lose(new MappedAccessException(MappedAccessException.Reason.IO, mapping + ": " + e.getMessage(), null));
        } finally {
            end();
        }
    }

    private void lose(MappedAccessException cause) {
        if (!closed.get()) {
            lost = cause;
            cache.counters().lostSegments.increment();
        }
    }

    private void refresh() {
        while (true) {
            long changes = region.changes();
            // A file that ends before the segment begins has no page whose fault would ask.
            faults.validate();
            long inFile = Math.clamp(mapping.sizeBytes() - offsetBytes, 0, memory.byteSize());
            try {
                view.copyTo(0, memory.asSlice(0, inFile));
                memory.asSlice(inFile).fill((byte) 0);
                shownChanges = changes;
                return;
            } catch (MappedAccessException e) {
                // The file became shorter since its size was asked.
                if (e.reason() != MappedAccessException.Reason.BEYOND_END) {
                    throw e;
                }
            }
        }
    }

    private void end() {
        for (long retryNanos = FIRST_RETRY_NANOS; !tryCloseMemory(); retryNanos = Math.min(2 * retryNanos, MOST_RETRY_NANOS)) {
            try {
                cache.world().pause(retryNanos);
            } catch (InterruptedException e) {
                // The memory has to go all the same, and the wait's interrupt is used up.
                retryNanos = FIRST_RETRY_NANOS;
            }
        }
        cache.releasePrivate(memory.byteSize());
        region.watch(false);
        view.close();
    }

    private boolean tryCloseMemory() {
        try {
            if (arena.scope().isAlive()) {
                arena.close();
            }
            return true;
        } catch (IllegalStateException inUse) {
            return !arena.scope().isAlive();
        }
    }
}
