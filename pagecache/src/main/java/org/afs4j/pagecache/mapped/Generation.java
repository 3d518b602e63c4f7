package org.afs4j.pagecache.mapped;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;
import org.afs4j.pagecache.frames.Reach;
import org.afs4j.pagecache.state.Presence;
import org.jspecify.annotations.Nullable;

/// What the views of one file may reach between two strips: a segment over the file's pages that can be revoked, and for each
/// chunk whether it is present.
///
/// Invariants:
/// 1. A presence bit is set only while every page of the chunk up to the limit is up to date, and stays set for the life of the
///    generation. Whatever takes a page away closes the generation first.
/// 2. The segment ends at the limit, the size that the file had when the generation was made.
/// 3. What is given to callers lives apart from what accessors use: a channel or a native call that holds it delays its end, not theirs.
///
/// Threads: presence is read by any; it is set under the mapping-generation lock.
public final class Generation implements Reach {
    /// The generation in which nothing is present, which has nothing to close.
    public static final Generation NONE = new Generation(null, MemorySegment.NULL, MemorySegment.NULL, 0, 0);

    /// What is given to callers, and lives as long as its arena.
    private record Lent(@Nullable Arena arena, MemorySegment segment) {}

    private final @Nullable Arena arena;
    private final MemorySegment segment;
    private final MemorySegment frames;
    private final AtomicReference<@Nullable Lent> lent = new AtomicReference<>();
    private final long limitBytes;

    private final int chunkShift;
    private final Presence presence;

    private Generation(
            @Nullable Arena arena, MemorySegment segment, MemorySegment frames, long limitBytes, int chunkShift) {
        this.arena = arena;
        this.segment = segment;
        this.frames = frames;
        this.limitBytes = limitBytes;
        this.chunkShift = chunkShift;
        this.presence = new Presence(chunkCount(limitBytes, chunkShift));
    }

    /// The file's pages from offset 0 to the limit, for accessors: for nobody who could give them to a channel or a native call.
    public MemorySegment segment() {
        return segment;
    }

    /// The same pages, for callers.
    ///
    /// @return a segment that is closed if the generation is
    @SuppressWarnings("restricted") // as in open
    public MemorySegment lend() {
        Lent now = lent.get();
        if (now == null) {
            Arena shared = Arena.ofShared();
            Lent made = new Lent(shared, frames.reinterpret(shared, null));
            if (lent.compareAndSet(null, made)) {
                return made.segment;
            }
            shared.close();
            now = lent.get();
        }
        return now == null ? segment : now.segment;
    }

    /// Where the segment ends, in bytes from the start of the file.
    public long limitBytes() {
        return limitBytes;
    }

    /// Makes a generation in which nothing is present.
    ///
    /// @param frames the file's pages
    /// @param limitBytes the size of the file
    /// @param chunkShift log2 of the chunk size
    @SuppressWarnings("restricted") // the range outlives every generation: it is given back only after they are closed
    public static Generation open(MemorySegment frames, long limitBytes, int chunkShift) {
        Arena arena = Arena.ofShared();
        MemorySegment pages = frames.asSlice(0, limitBytes);
        return new Generation(arena, pages.reinterpret(arena, null), pages, limitBytes, chunkShift);
    }

    /// Whether an access may be tried: all its chunks are present.
    public boolean isPresent(long offsetBytes, long lengthBytes) {
        long end = offsetBytes + lengthBytes;
        long first = offsetBytes >>> chunkShift;
        return end <= limitBytes
                && presence.isPresent(first)
                && (((end - 1) >>> chunkShift) == first || firstAbsentChunk(first, chunkAfter(end)) == chunkAfter(end));
    }

    /// The first chunk of a range that is not present; the end of the range if all are.
    public long firstAbsentChunk(long fromChunk, long toChunk) {
        return presence.firstAbsent(fromChunk, toChunk);
    }

    /// The chunk after the one that holds the byte before an offset.
    public long chunkAfter(long endBytes) {
        return chunkCount(endBytes, chunkShift);
    }

    /// Whether any of some chunks is present.
    public boolean isAnyPresent(long fromChunk, long toChunk) {
        return presence.isAnyPresent(fromChunk, Math.min(toChunk, chunkCount(limitBytes, chunkShift)));
    }

    /// Makes a chunk present.
    ///
    /// Locks: the mapping-generation lock.
    public void setPresent(long chunk) {
        presence.setPresent(chunk);
    }

    /// Makes the chunks of a range present, as far as they lie below the limit.
    ///
    /// Locks: the mapping-generation lock.
    public void setPresent(long fromChunk, long toChunk) {
        long to = Math.min(toChunk, chunkCount(limitBytes, chunkShift));
        for (long chunk = fromChunk; chunk < to; chunk++) {
            presence.setPresent(chunk);
        }
    }

    /// Takes over what is present in an earlier generation with a lower limit, except the chunk in which that ended.
    ///
    /// Locks: the mapping-generation lock.
    public void inherit(Generation earlier) {
        presence.addAll(earlier.presence, Math.min(earlier.limitBytes, limitBytes) >>> chunkShift);
    }

    /// Closes the segment: afterwards no thread is inside an access to it, and none gets in.
    ///
    /// @return false if a channel or a native call keeps it alive
    @Override
    public boolean tryClose() {
        boolean closed = tryClose(arena);
        // From now on nobody is lent anything but what is closed.
        boolean ignored = closed && lent.compareAndSet(null, new Lent(null, segment));
        Lent given = lent.get();
        return closed && (given == null || tryClose(given.arena));
    }

    private static boolean tryClose(@Nullable Arena arena) {
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

    /// The one place where the exception of a closed segment is told from others: returns, so that the access faults, if the
    /// segment is closed; otherwise throws what it was given, for then the fault is the caller's (a destination that is closed, a
    /// thread that may not use it).
    ///
    /// The JVM that closes a shared arena throws the exception into platform threads that are inside an access, and sets their
    /// interrupt status for it as if that were any asynchronous exception (of a virtual thread it sets the carrier's, which the
    /// next mount puts right). The access was not interrupted by anybody, so the status is taken back.
    ///
    /// @param interrupted the thread's interrupt status before the access
    public static void absorb(MemorySegment segment, IllegalStateException thrown, boolean interrupted) {
        if (segment.scope().isAlive()) {
            throw thrown;
        }
        if (!interrupted && !Thread.currentThread().isVirtual()) {
            boolean ignored = Thread.interrupted();
        }
    }

    /// The same for an access that is too short to look at the interrupt status before it, which costs as much as the access. A
    /// thread that was interrupted before, and whose access a strip ends from within, loses that interrupt; compiled code
    /// cannot be stopped within an access of a number, so that needs code that has hardly run.
    public static void absorb(MemorySegment segment, IllegalStateException thrown) {
        absorb(segment, thrown, false);
    }

    private static long chunkCount(long limitBytes, int chunkShift) {
        return (limitBytes + (1L << chunkShift) - 1) >>> chunkShift;
    }
}
