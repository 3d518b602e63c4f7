package org.afs4j.pagecache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.afs4j.base.lock.HeldLocks;

/// Brings one file's pages in: for reads, faults, readahead and writes to parts of pages, always under the invalidate lock held
/// shared (PC-1), into memory that was reserved before the lock was taken.
///
/// Threads: any.
final class PageFiller {
    private final PageCache cache;
    private final PageBacking backing;
    private final PageStates states;
    private final PageFrames frames;
    private final String name;

    PageFiller(PageCache cache, PageBacking backing, PageStates states, PageFrames frames, String name) {
        this.cache = cache;
        this.backing = backing;
        this.states = states;
        this.frames = frames;
        this.name = name;
    }

    /// Has the first missing chunks of a range filled, as many as one fill may bring.
    void bringIn(long offsetBytes, long lengthBytes) throws IOException {
        long chunkBytes = cache.options().chunkBytes();
        long from = offsetBytes & -chunkBytes;
        long most = Math.min(cache.options().readaheadFillBytes(), cache.options().budgetBytes() / 8) & -chunkBytes;
        long to = Math.min((offsetBytes + lengthBytes + chunkBytes - 1) & -chunkBytes, from + Math.max(chunkBytes, most));
        try (PageBudget.Reservation reservation = cache.reserve(to - from)) {
            frames.lockSharedFor(to);
            try {
                fillAbsent(from, to, reservation, true);
            } finally {
                frames.lock.unlockShared();
            }
        }
    }

    /// Brings in what is absent of a range that lies in the file.
    ///
    /// Locks: the invalidate lock shared. Blocks: for fills, also those of others if `patient`.
    void fillAbsent(long fromBytes, long toBytes, PageBudget.Reservation reservation, boolean patient) throws IOException {
        long from = states.pageOf(fromBytes);
        while (true) {
            long to = states.pageCeiling(Math.min(toBytes, states.sizeBytes()));
            PageRun run;
            try {
                run = from < to ? states.claimAbsent(from, to, reservation, patient) : null;
            } catch (InterruptedException e) {
                throw PageCache.interrupted();
            }
            if (run == null) {
                return;
            }
            fill(run);
            from = patient ? from : run.toPage();
        }
    }

    private void fill(PageRun run) throws IOException {
        MemorySegment memory = frames.range().frames();
        long offset = states.bytesOf(run.fromPage());
        long length = states.bytesOf(run.count());
        boolean filled = false;
        try {
            assert HeldLocks.allowCall();
            backing.fill(offset, memory.asSlice(offset, length));
            long end = Math.max(offset, states.sizeBytes());
            if (end < offset + length) {
                // The backing may know a longer file than we do; what lies beyond our end must read as zero if we extend it.
                memory.asSlice(end, offset + length - end).fill((byte) 0);
            }
            filled = true;
            cache.counters().fills.increment();
            cache.counters().filledBytes.add(length);
        } finally {
            if (!filled) {
                cache.counters().failedFills.increment();
                frames.punch(offset, length);
            }
            states.finishFill(run, filled);
        }
    }

    /// Fills a range ahead of a reader, if there is memory for it; says nothing if it fails, as the reader will see for itself.
    void fillAhead(long fromBytes, long toBytes) {
        PageBudget.Reservation reserved = cache.tryReserve(toBytes - fromBytes);
        if (reserved == null) {
            return;
        }
        try (PageBudget.Reservation reservation = reserved) {
            frames.lockSharedFor(toBytes);
            try {
                if (!frames.isClosed()) {
                    fillAbsent(fromBytes, toBytes, reservation, false);
                    cache.counters().readaheadFills.increment();
                }
            } finally {
                frames.lock.unlockShared();
            }
        } catch (IOException e) {
            System.getLogger("org.afs4j.pagecache").log(System.Logger.Level.DEBUG, "readahead of {0} failed: {1}", name, e);
        }
    }

    /// Gives up pages that were claimed for a write that failed.
    void abandon(long fromPage, long claimed) {
        for (long left = claimed; left != 0; left &= left - 1) {
            long page = fromPage + Long.numberOfTrailingZeros(left);
            frames.punch(states.bytesOf(page), states.bytesOf(1));
            states.finishFill(new PageRun(page, page + 1), false);
        }
    }
}
