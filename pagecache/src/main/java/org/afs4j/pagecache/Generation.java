package org.afs4j.pagecache;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.afs4j.pagecache.frames.Reach;
import org.jspecify.annotations.Nullable;

/// What the views of one file may reach between two strips: a segment over the file's pages that can be revoked, and for each
/// chunk whether it is present.
///
/// Invariants:
/// 1. A presence bit is set only while every page of the chunk up to the limit is up to date, and stays set for the life of the
///    generation. Whatever takes a page away closes the generation first.
/// 2. The segment ends at the limit, the size that the file had when the generation was made.
///
/// Threads: presence is read by any; it is set under the mapping-generation lock.
final class Generation implements Reach {
    private static final VarHandle BITS = MethodHandles.arrayElementVarHandle(long[].class);

    /// The generation in which nothing is present, which has nothing to close.
    static final Generation NONE = new Generation(null, MemorySegment.NULL, 0, 0);

    private final @Nullable Arena arena;
    /// The file's pages from offset 0 to the limit.
    final MemorySegment segment;
    /// Where the segment ends, in bytes from the start of the file.
    final long limitBytes;

    private final int chunkShift;
    private final long[] bits;

    private Generation(@Nullable Arena arena, MemorySegment segment, long limitBytes, int chunkShift) {
        this.arena = arena;
        this.segment = segment;
        this.limitBytes = limitBytes;
        this.chunkShift = chunkShift;
        this.bits = new long[(int) ((chunkCount(limitBytes, chunkShift) + Long.SIZE - 1) / Long.SIZE)];
    }

    /// Makes a generation in which nothing is present.
    ///
    /// @param frames the file's pages
    /// @param limitBytes the size of the file
    /// @param chunkShift log2 of the chunk size
    @SuppressWarnings("restricted") // the range outlives every generation: it is given back only after they are closed
    static Generation open(MemorySegment frames, long limitBytes, int chunkShift) {
        Arena arena = Arena.ofShared();
        MemorySegment segment = frames.asSlice(0, limitBytes).reinterpret(arena, null);
        return new Generation(arena, segment, limitBytes, chunkShift);
    }

    /// Whether an access may be tried: all its chunks are present.
    boolean isPresent(long offsetBytes, long lengthBytes) {
        long end = offsetBytes + lengthBytes;
        if (end > limitBytes) {
            return false;
        }
        long first = offsetBytes >>> chunkShift;
        long last = (end - 1) >>> chunkShift;
        if (first == last) {
            return isPresent(first);
        }
        for (long chunk = first; chunk <= last; chunk++) {
            if (!isPresent(chunk)) {
                return false;
            }
        }
        return true;
    }

    private boolean isPresent(long chunk) {
        long word = (long) BITS.getAcquire(bits, (int) (chunk >>> 6));
        return (word >>> chunk & 1) != 0;
    }

    /// Whether any of some chunks is present.
    boolean isAnyPresent(long fromChunk, long toChunk) {
        long to = Math.min(toChunk, chunkCount(limitBytes, chunkShift));
        for (long chunk = fromChunk; chunk < to; chunk++) {
            if (isPresent(chunk)) {
                return true;
            }
        }
        return false;
    }

    /// Makes a chunk present.
    ///
    /// Locks: the mapping-generation lock.
    void setPresent(long chunk) {
        int index = (int) (chunk >>> 6);
        BITS.setRelease(bits, index, bits[index] | 1L << chunk);
    }

    /// Takes over what is present in an earlier generation with a lower limit, except the chunk in which that ended.
    ///
    /// Locks: the mapping-generation lock.
    void inherit(Generation earlier) {
        long whole = earlier.limitBytes >>> chunkShift;
        for (long chunk = 0; chunk < whole; chunk++) {
            if (earlier.isPresent(chunk)) {
                setPresent(chunk);
            }
        }
    }

    /// Closes the segment: afterwards no thread is inside an access to it, and none gets in.
    ///
    /// @return false if a channel or a native call keeps it alive
    @Override
    public boolean tryClose() {
        if (arena == null || !arena.scope().isAlive()) {
            return true;
        }
        try {
            arena.close();
            return true;
        } catch (IllegalStateException acquired) {
            return !arena.scope().isAlive();
        }
    }

    /// The one place where the exception of a closed segment is told from others: returns, so that the access faults, if this
    /// generation is closed; otherwise throws what it was given, for then the fault is the caller's (a destination that is
    /// closed, a thread that may not use it).
    ///
    /// The JVM that closes a shared arena throws the exception into threads that are inside an access, and sets their interrupt
    /// status for it as if that were any asynchronous exception. The access was not interrupted by anybody, so the status is put
    /// back to what it was just before the access.
    ///
    /// @param interrupted the thread's interrupt status before the access
    void absorb(IllegalStateException thrown, boolean interrupted) {
        if (arena == null || arena.scope().isAlive()) {
            throw thrown;
        }
        if (!interrupted) {
            boolean ignored = Thread.interrupted();
        }
    }

    private static long chunkCount(long limitBytes, int chunkShift) {
        return (limitBytes + (1L << chunkShift) - 1) >>> chunkShift;
    }
}
