package org.afs4j.pagecache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.pagecache.frames.FrameRange;
import org.jspecify.annotations.Nullable;

/// One file's write-back: runs of dirty pages go to the backing in ascending order, one at a time.
///
/// Before a run is called clean, the views' generation for writing is taken away if it reaches the run, under the page-state lock:
/// a write after that faults, and makes the page dirty again (MM-8).
///
/// Locks: its own of rank [LockRank#PAGE_WRITE_BACK], under the invalidate lock held shared. Threads: any.
final class WriteBack {
    private final PageBacking backing;
    private final PageStates states;
    private final MappedRegion region;
    private final PageCacheCounters counters;
    private final PageCacheOptions options;
    private final RankedMutex mutex;
    /// An error that nobody has been told of. Guarded by the mutex.
    private @Nullable IOException untold;

    WriteBack(
            PageBacking backing,
            PageStates states,
            MappedRegion region,
            PageCacheCounters counters,
            PageCacheOptions options,
            long key) {
        this.backing = backing;
        this.states = states;
        this.region = region;
        this.counters = counters;
        this.options = options;
        this.mutex = new RankedMutex(LockRank.PAGE_WRITE_BACK, key);
    }

    /// Writes all that is dirty back, and tells of errors.
    ///
    /// Locks: the invalidate lock shared. Blocks: for calls to the server.
    ///
    /// @throws IOException if bytes could not be written, now or since the last report
    void sync(@Nullable FrameRange range) throws IOException {
        mutex.lock();
        try {
            long ignored = writeAllLocked(range);
            IOException failure = untold;
            untold = null;
            if (failure != null) {
                throw failure;
            }
        } finally {
            mutex.unlock();
        }
    }

    /// Writes all that is dirty back; an error is kept.
    ///
    /// Locks: the invalidate lock shared. Blocks: for calls to the server.
    ///
    /// @return how many pages were written
    long writeAll(@Nullable FrameRange range) {
        mutex.lock();
        try {
            return writeAllLocked(range);
        } finally {
            mutex.unlock();
        }
    }

    void forgetError() {
        mutex.lock();
        try {
            untold = null;
        } finally {
            mutex.unlock();
        }
    }

    private long writeAllLocked(@Nullable FrameRange range) {
        long written = 0;
        if (range == null) {
            return written;
        }
        PageRun run = claim(0);
        while (run != null) {
            if (!write(range, run)) {
                return written;
            }
            written += run.count();
            run = claim(run.toPage());
        }
        return written;
    }

    private @Nullable PageRun claim(long fromPage) {
        states.mutex.lock();
        try {
            PageRun run = states.nextDirtyLocked(fromPage, states.pageOf(options.storeBytes()));
            if (run != null) {
                long fromChunk = states.bytesOf(run.fromPage()) >>> region.chunkShift();
                long toChunk = ((states.bytesOf(run.toPage()) - 1) >>> region.chunkShift()) + 1;
                states.claimDirtyLocked(run, !region.stripWritable(fromChunk, toChunk));
            }
            return run;
        } finally {
            states.mutex.unlock();
        }
    }

    private boolean write(FrameRange range, PageRun run) {
        boolean written = false;
        try {
            long size = states.sizeBytes();
            long offset = states.bytesOf(run.fromPage());
            MemorySegment source = range.frames().asSlice(offset, Math.min(size, states.bytesOf(run.toPage())) - offset);
            assert HeldLocks.allowCall();
            backing.writeBack(offset, source.asReadOnly(), size);
            written = true;
            counters.writeBacks.increment();
            counters.writtenBackBytes.add(source.byteSize());
        } catch (IOException e) {
            counters.failedWriteBacks.increment();
            untold = e;
        } finally {
            states.finishWriteBack(run, written);
        }
        return written;
    }
}
