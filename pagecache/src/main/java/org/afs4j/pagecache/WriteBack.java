package org.afs4j.pagecache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.pagecache.error.PageConflictException;
import org.afs4j.pagecache.mapped.MappedRegion;
import org.afs4j.pagecache.state.DirtyRange;
import org.afs4j.pagecache.state.PageStates;
import org.afs4j.pagecache.writeback.ErrorSequence;
import org.jspecify.annotations.Nullable;

/// One file's write-back: runs of dirty bytes go to the backing in ascending order, one at a time.
///
/// Before a run is called clean, the views' generation for writing is taken away if it reaches the run, under the page-state lock:
/// a write after that faults, and makes the page dirty again (MM-8).
///
/// Locks: its own of rank [LockRank#PAGE_WRITE_BACK], under the invalidate lock. Threads: any.
final class WriteBack {
    private final PageBacking backing;
    private final PageStates states;
    private final PageFrames frames;
    private final MappedRegion region;
    private final PageCacheCounters counters;
    private final long storeBytes;
    private final String name;
    private final ErrorSequence errors = new ErrorSequence();
    private final RankedMutex mutex;
    /// Whether dirty bytes met somebody else's change, and nobody who syncs has been told. Written under the mutex.
    private volatile boolean conflictUntold;

    WriteBack(
            PageBacking backing,
            PageStates states,
            PageFrames frames,
            MappedRegion region,
            PageCache cache,
            String name,
            long key) {
        this.backing = backing;
        this.states = states;
        this.frames = frames;
        this.region = region;
        this.counters = cache.counters();
        this.storeBytes = cache.options().storeBytes();
        this.name = name;
        this.mutex = new RankedMutex(LockRank.PAGE_WRITE_BACK, key);
    }

    /// The errors that were met.
    ErrorSequence errors() {
        return errors;
    }

    /// Writes back what is dirty of a range; an error is kept, too, for those that it is not thrown to.
    ///
    /// Locks: the invalidate lock. Blocks: for calls to the server.
    ///
    /// @throws PageConflictException if a conflict has not been told; nothing is written then
    /// @throws IOException if bytes could not be written; they stay dirty
    void write(long fromBytes, long toBytes) throws IOException {
        mutex.lock();
        try {
            if (conflictUntold) {
                conflictUntold = false;
                throw conflict();
            }
            IOException failure = writeLocked(fromBytes, toBytes);
            if (failure != null) {
                throw failure;
            }
        } finally {
            mutex.unlock();
        }
    }

    /// Writes back all that is dirty unless a conflict is untold; an error is kept.
    ///
    /// Locks: the invalidate lock. Blocks: for calls to the server.
    ///
    /// @return whether nothing failed
    boolean tryWrite() {
        mutex.lock();
        try {
            return !conflictUntold && writeLocked(0, Long.MAX_VALUE) == null;
        } finally {
            mutex.unlock();
        }
    }

    /// Has the dirty bytes stay here until somebody who syncs was told of a conflict.
    ///
    /// Locks: the invalidate lock exclusively.
    void reportConflict() {
        mutex.lock();
        try {
            conflictUntold = true;
            errors.record(conflict());
        } finally {
            mutex.unlock();
        }
    }

    private PageConflictException conflict() {
        return new PageConflictException(name);
    }

    void conflictTold() {
        mutex.lock();
        try {
            conflictUntold = false;
        } finally {
            mutex.unlock();
        }
    }

    void forgetErrors() {
        conflictTold();
        errors.forget();
    }

    private @Nullable IOException writeLocked(long fromBytes, long toBytes) {
        DirtyRange range = claim(fromBytes, toBytes);
        while (range != null) {
            IOException failure = writeOut(range);
            if (failure != null) {
                return failure;
            }
            range = claim(range.toBytes(), toBytes);
        }
        return null;
    }

    private @Nullable DirtyRange claim(long fromBytes, long toBytes) {
        states.mutex.lock();
        try {
            while (true) {
                DirtyRange range = states.dirtyPages().nextLocked(fromBytes, toBytes, storeBytes);
                if (range == null) {
                    return null;
                }
                DirtyRange run = new DirtyRange(range.fromBytes(), Math.min(range.toBytes(), frames.windowEnd(range.fromBytes())));
                long fromChunk = run.fromBytes() >>> region.chunkShift();
                long toChunk = ((run.toBytes() - 1) >>> region.chunkShift()) + 1;
                boolean closed = region.stripWritable(fromChunk, toChunk);
                // What views have written is known only now; it may be less, and begin elsewhere.
                if (!states.dirtyPages().mappedWrites().resolveLocked(fromChunk, toChunk, closed, frames::ofPage)) {
                    states.dirtyPages().claimLocked(run, !closed);
                    return run;
                }
            }
        } finally {
            states.mutex.unlock();
        }
    }

    private @Nullable IOException writeOut(DirtyRange range) {
        boolean written = false;
        try {
            MemorySegment source = frames.segment(range.fromBytes(), range.lengthBytes());
            assert HeldLocks.allowCall();
            backing.writeBack(range.fromBytes(), source.asReadOnly(), states.sizeBytes());
            written = true;
            counters.writeBacks.increment();
            counters.writtenBackBytes.add(source.byteSize());
            return null;
        } catch (IOException e) {
            counters.failedWriteBacks.increment();
            errors.record(e);
            return e;
        } finally {
            states.dirtyPages().finishWriteBack(range, written);
        }
    }
}
