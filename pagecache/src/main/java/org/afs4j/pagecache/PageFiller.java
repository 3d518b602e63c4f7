package org.afs4j.pagecache;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.function.BooleanSupplier;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.pagecache.state.PageBudget;
import org.afs4j.pagecache.state.PageFill;
import org.afs4j.pagecache.state.PageStates;
import org.afs4j.pagecache.state.WriteClaim;
import org.jspecify.annotations.Nullable;

/// Brings one file's pages in: for reads, faults and readahead, always under the invalidate lock held
/// shared (PC-1), into memory that was reserved before the lock was taken.
///
/// A page of which only dirty bytes are known is filled beside, and the rest of it put around them.
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
            frames.lockSharedFor(from, to);
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
            long end = states.pageOf(frames.windowEnd(states.bytesOf(from)));
            PageFill fill;
            try {
                fill = from < to ? states.claimAbsent(from, Math.min(to, end), reservation, patient) : null;
            } catch (InterruptedException e) {
                throw PageCache.interrupted();
            }
            if (fill != null) {
                fill(fill);
                from = patient ? from : fill.run().toPage();
            } else if (end < to) {
                from = end;
            } else {
                return;
            }
        }
    }

    private void fill(PageFill fill) throws IOException {
        long offset = states.bytesOf(fill.run().fromPage());
        long length = states.bytesOf(fill.run().count());
        BitSet newer = fill.newer();
        boolean filled = false;
        try {
            MemorySegment memory = frames.segment(offset, length);
            if (newer == null) {
                fill(offset, memory);
            } else {
                fillAround(offset, memory, newer);
            }
            filled = true;
            cache.counters().fills.increment();
            cache.counters().filledBytes.add(length);
        } finally {
            if (!filled) {
                cache.counters().failedFills.increment();
                if (newer == null) {
                    frames.punch(offset, length);
                }
            }
            states.finishFill(fill, filled);
        }
    }

    private void fill(long offset, MemorySegment memory) throws IOException {
        assert HeldLocks.allowCall();
        backing.fill(offset, memory);
        long end = Math.max(offset, states.sizeBytes());
        if (end < offset + memory.byteSize()) {
            // The backing may know a longer file than we do; what lies beyond our end must read as zero if we extend it.
            memory.asSlice(end - offset).fill((byte) 0);
        }
    }

    /// Fills a page but for the bytes that are newer than what the backing brings.
    private void fillAround(long offset, MemorySegment memory, BitSet newer) throws IOException {
        int size = (int) memory.byteSize();
        MemorySegment beside = Arena.ofAuto().allocate(size, Long.BYTES);
        fill(offset, beside);
        for (int from = newer.nextClearBit(0); from < size; ) {
            int next = newer.nextSetBit(from);
            int to = next < 0 ? size : next;
            MemorySegment.copy(beside, from, memory, from, to - from);
            from = newer.nextClearBit(to);
        }
        cache.counters().mergedPages.increment();
    }

    /// Fills a range ahead of a reader, if there is memory for it; says nothing if it fails, as the reader will see for itself.
    ///
    /// @param stillWanted asked under the invalidate lock
    void fillAhead(long fromBytes, long toBytes, BooleanSupplier stillWanted) {
        PageBudget.@Nullable Reservation reserved = cache.tryReserve(toBytes - fromBytes);
        if (reserved == null) {
            return;
        }
        try (PageBudget.Reservation reservation = reserved) {
            frames.lockSharedFor(fromBytes, toBytes);
            try {
                if (!frames.isClosed() && stillWanted.getAsBoolean()) {
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
    void abandon(WriteClaim claim) {
        for (long left = claim.absent(); left != 0; left &= left - 1) {
            frames.punch(states.bytesOf(claim.fromPage() + Long.numberOfTrailingZeros(left)), states.bytesOf(1));
        }
        states.abandon(claim);
    }
}
