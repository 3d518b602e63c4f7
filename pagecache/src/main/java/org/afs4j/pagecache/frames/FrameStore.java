package org.afs4j.pagecache.frames;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.pagecache.ffi.SparseMemory;
import org.afs4j.pagecache.ffi.SystemCallException;
import org.jspecify.annotations.Nullable;

/// The memory of all pages: one sparse file of enormous size, mapped once, out of which each cached file owns a contiguous range.
///
/// Invariants:
/// 1. A range that is free is all holes: whoever gets it reads zeros.
/// 2. A range whose memory somebody can still reach through something that would not close is not given out again: it waits
///    with that.
///
/// Locks: its own mutex of rank [LockRank#FRAME_STORE]. Threads: any.
public final class FrameStore {
    private static final long LARGEST_BYTES = 1L << 44;
    private static final long SMALLEST_BYTES = 1L << 36;

    private record Waiting(FrameRange range, List<? extends Reach> unclosed) {}

    private final RankedMutex mutex = new RankedMutex(LockRank.FRAME_STORE);
    private final SparseMemory memory;
    private final long smallestRangeBytes;
    private final BuddyRanges ranges;
    private final List<Waiting> waiting = new ArrayList<>();

    private FrameStore(SparseMemory memory, long smallestRangeBytes) {
        this.memory = memory;
        this.smallestRangeBytes = smallestRangeBytes;
        this.ranges = new BuddyRanges(smallestRangeBytes, memory.sizeBytes());
    }

    /// Opens a store, as large as the system allows.
    ///
    /// @param smallestRangeBytes the smallest range that is given out, a power of two
    /// @throws IOException if the system refuses the memory, or the JVM native access
    public static FrameStore open(long smallestRangeBytes) throws IOException {
        for (long bytes = LARGEST_BYTES; ; bytes >>= 1) {
            try {
                return new FrameStore(SparseMemory.create("afs4j-pages", bytes), smallestRangeBytes);
            } catch (SystemCallException refused) {
                // Address space may be limited (ulimit -v, a small machine); without an errno it was not that.
                if (refused.errno() == 0 || bytes <= SMALLEST_BYTES) {
                    throw refused;
                }
            }
        }
    }

    /// Takes a range for a file.
    ///
    /// @param bytes what it must hold at least
    /// @return the range, all holes; null if the store has none of this size free
    public @Nullable FrameRange take(long bytes) {
        long rangeBytes = Math.max(smallestRangeBytes, ceilingPowerOfTwo(bytes));
        mutex.lock();
        try {
            sweepLocked();
            long offset = rangeBytes > memory.sizeBytes() ? -1 : ranges.take(rangeBytes);
            return offset < 0 ? null : new FrameRange(offset, memory.segment().asSlice(offset, rangeBytes));
        } finally {
            mutex.unlock();
        }
    }

    /// Gives a range back; frees what memory it has.
    ///
    /// @param range the range, which its owner does not use any more
    /// @param unclosed what may still reach its memory
    public void give(FrameRange range, List<? extends Reach> unclosed) {
        punch(range, 0, range.capacityBytes());
        mutex.lock();
        try {
            waiting.add(new Waiting(range, List.copyOf(unclosed)));
            sweepLocked();
        } finally {
            mutex.unlock();
        }
    }

    private void sweepLocked() {
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting next = all.next();
            boolean closed = true;
            for (Reach reach : next.unclosed) {
                closed &= reach.tryClose();
            }
            if (closed) {
                if (!next.unclosed.isEmpty()) {
                    // Whoever held it on may have touched a hole, and so made a page.
                    punch(next.range, 0, next.range.capacityBytes());
                }
                ranges.give(next.range.offsetBytes(), next.range.capacityBytes());
                all.remove();
            }
        }
    }

    /// Frees the memory of a part of a range, which reads as zeros afterwards.
    ///
    /// @param range the range
    /// @param fromBytes where the part begins, a multiple of the page size
    /// @param lengthBytes its length, a multiple of the page size
    public void punch(FrameRange range, long fromBytes, long lengthBytes) {
        try {
            memory.punchHole(range.offsetBytes() + fromBytes, lengthBytes);
        } catch (SystemCallException e) {
            // The kernel may have no memory for it. The pages must not be found again with their old bytes, so zero them.
            System.getLogger("org.afs4j.pagecache").log(System.Logger.Level.WARNING, "cannot free pages of the frame store", e);
            MemorySegment frames = range.frames().asSlice(fromBytes, lengthBytes);
            frames.fill((byte) 0);
        }
    }

    /// Frees the memory of a part of a range that was given back, as far as it does not belong to somebody again: that one frees
    /// it, at the latest with its range.
    ///
    /// @param range the range, of whoever had it once
    /// @param fromBytes where the part begins, a multiple of the page size
    /// @param toBytes where it ends, a multiple of the page size
    public void punchIfFree(FrameRange range, long fromBytes, long toBytes) {
        mutex.lock();
        try {
            for (long at = fromBytes & -smallestRangeBytes; at < toBytes; at += smallestRangeBytes) {
                if (ranges.isFree(range.offsetBytes() + at, smallestRangeBytes)) {
                    long from = Math.max(at, fromBytes);
                    punch(range, from, Math.min(at + smallestRangeBytes, toBytes) - from);
                }
            }
        } finally {
            mutex.unlock();
        }
    }

    /// The bytes of memory that the system uses for all pages.
    ///
    /// @throws IOException if the system does not say
    public long allocatedBytes() throws IOException {
        return memory.allocatedBytes();
    }

    /// The bytes of the ranges that are out.
    public long usedRangeBytes() {
        mutex.lock();
        try {
            sweepLocked();
            return ranges.usedBytes();
        } finally {
            mutex.unlock();
        }
    }

    /// Frees everything.
    ///
    /// @throws IOException if the system refuses
    public void close() throws IOException {
        memory.close();
    }

    private static long ceilingPowerOfTwo(long bytes) {
        return bytes <= 1 ? 1 : Long.highestOneBit(bytes - 1) << 1;
    }
}
