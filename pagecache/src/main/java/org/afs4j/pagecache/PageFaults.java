package org.afs4j.pagecache;

import java.io.IOException;
import java.io.InterruptedIOException;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.pagecache.event.PageFaultEvent;
import org.afs4j.pagecache.error.MappedAccessException;
import org.afs4j.pagecache.error.PageCacheFullException;
import org.afs4j.pagecache.mapped.Generation;
import org.afs4j.pagecache.mapped.MappedRegion;
import org.afs4j.pagecache.state.PageBudget;
import org.afs4j.pagecache.state.PageRun;
import org.afs4j.pagecache.state.PageStates;

/// The faults of one file's views: what an access does that finds its chunk not present.
///
/// 1. Note the epoch.
/// 2. Ask the backing whether the pages are current (MM-2), holding no lock; it may have changed pages dropped.
/// 3. Bring in what is absent of the chunk, under the invalidate lock held shared.
/// 4. Still under it, and under the page-state and the mapping-generation lock: if no strip came since step 1 and the backing
///    still holds the pages valid, make the chunk present, and for a write mark its pages dirty (MM-8). Otherwise begin again.
///
/// Threads: any.
final class PageFaults {
    private static final long AROUND_CHUNKS = 1024;

    private final PageCache cache;
    private final PageMapping mapping;
    private final PageBacking backing;
    private final PageStates states;
    private final PageFrames frames;
    private final PageFiller filler;
    private final MappedRegion region;
    private final PagePins pins;

    PageFaults(
            PageCache cache,
            PageMapping mapping,
            PageBacking backing,
            PageStates states,
            PageFrames frames,
            PageFiller filler,
            MappedRegion region,
            PagePins pins) {
        this.cache = cache;
        this.mapping = mapping;
        this.backing = backing;
        this.states = states;
        this.frames = frames;
        this.filler = filler;
        this.region = region;
        this.pins = pins;
    }

    /// Brings in what a view's access needs, and makes it present (MM-2).
    ///
    /// Locks: called with none; see the steps. Blocks: for calls to the server.
    ///
    /// @throws MappedAccessException if a page cannot be validated (MM-6)
    void fault(long offsetBytes, long lengthBytes, boolean write) {
        PageFaultEvent event = PageFaultEvent.start();
        try {
            makePresent(offsetBytes, lengthBytes, write);
        } finally {
            if (event != null) {
                event.finish(mapping, offsetBytes, write);
            }
        }
    }

    private void makePresent(long offsetBytes, long lengthBytes, boolean write) {
        int shift = region.chunkShift();
        long last = (offsetBytes + lengthBytes - 1) >>> shift;
        try {
            for (long chunk = offsetBytes >>> shift; chunk <= last; chunk++) {
                long end = Math.min(offsetBytes + lengthBytes, (chunk + 1) << shift);
                Generation generation = write ? region.writable() : region.readable();
                long from = Math.max(offsetBytes, chunk << shift);
                while (!generation.isPresent(from, end - from) && !faultChunk(chunk, end, write)) {
                    generation = write ? region.writable() : region.readable();
                }
            }
        } catch (PageCacheFullException e) {
            throw new MappedAccessException(MappedAccessException.Reason.NO_MEMORY, mapping + ": no memory for a page", e);
        } catch (InterruptedIOException e) {
            throw new MappedAccessException(MappedAccessException.Reason.INTERRUPTED, mapping + ": interrupted in a fault", e);
        } catch (IOException e) {
            throw new MappedAccessException(MappedAccessException.Reason.IO, mapping + ": " + e.getMessage(), e);
        }
    }

    /// Has the backing make sure that the pages are current, as a fault does.
    ///
    /// Locks: called with none. Blocks: for calls to the server.
    ///
    /// @throws MappedAccessException if it cannot
    void validate() {
        assert HeldLocks.allowCall();
        try {
            backing.validate();
        } catch (InterruptedIOException e) {
            throw new MappedAccessException(MappedAccessException.Reason.INTERRUPTED, mapping + ": interrupted", e);
        } catch (IOException e) {
            throw new MappedAccessException(MappedAccessException.Reason.IO, mapping + ": " + e.getMessage(), e);
        }
    }

    private void checkInFile(long endBytes) {
        long sizeBytes = states.sizeBytes();
        if (endBytes > sizeBytes) {
            throw new MappedAccessException(
                    MappedAccessException.Reason.BEYOND_END,
                    mapping + ": byte " + (endBytes - 1) + " is beyond the end of the file at " + sizeBytes,
                    null);
        }
    }

    private boolean faultChunk(long chunk, long endBytes, boolean write) throws IOException {
        if (!region.isMapped()) {
            throw new IllegalStateException("the view is closed");
        }
        cache.counters().faults.increment();
        long notedEpoch = region.epoch();
        assert HeldLocks.allowCall();
        backing.validate();
        if (write) {
            cache.throttleView(mapping);
        }
        checkInFile(endBytes);
        long chunkBytes = cache.options().chunkBytes();
        long from = chunk << region.chunkShift();
        if (!write) {
            return bringIn(notedEpoch, chunk, endBytes, false);
        }
        // Pinned pages are not changed in place; a pin that comes later takes the chunk away from writers again.
        try (PagePins.Change _ = pins.begin(new PageRun(states.pageOf(from), states.pageOf(from + chunkBytes)))) {
            return bringIn(notedEpoch, chunk, endBytes, true);
        }
    }

    private boolean bringIn(long notedEpoch, long chunk, long endBytes, boolean write) throws IOException {
        long chunkBytes = cache.options().chunkBytes();
        long from = chunk << region.chunkShift();
        try (PageBudget.Reservation reservation = cache.reserve(chunkBytes)) {
            frames.lockSharedFor(from + chunkBytes);
            try {
                if (frames.isClosed()) {
                    throw new MappedAccessException(MappedAccessException.Reason.IO, mapping + ": the file's cache is closed", null);
                }
                checkInFile(endBytes);
                filler.fillAbsent(from, from + chunkBytes, reservation, true);
                return install(notedEpoch, chunk, endBytes, write);
            } finally {
                frames.lock.unlockShared();
            }
        }
    }

    /// Fault-around (MM-9): makes the chunks on either side present too, as far as they are up to date.
    private void presentNeighboursLocked(long chunk, long sizeBytes) {
        long toChunk = Math.min(chunk + AROUND_CHUNKS, ((sizeBytes - 1) >>> region.chunkShift()) + 1);
        long to = chunk + 1;
        while (to < toChunk && isUpToDate(to, sizeBytes)) {
            to++;
        }
        long from = chunk;
        while (from > Math.max(0, chunk - AROUND_CHUNKS) && isUpToDate(from - 1, sizeBytes)) {
            from--;
        }
        region.installAround(from, to);
    }

    private boolean isUpToDate(long chunk, long sizeBytes) {
        long from = chunk << region.chunkShift();
        return states.isUpToDate(
                states.pageOf(from), states.pageCeiling(Math.min(from + cache.options().chunkBytes(), sizeBytes)));
    }

    private void beforeLocked(long chunk, long toPage, boolean write) {
        if (write) {
            states.dirtyPages().mappedWrites().beginLocked(states.pageOf(chunk << region.chunkShift()), toPage, frames::ofPage);
        }
    }

    private boolean install(long notedEpoch, long chunk, long endBytes, boolean write) throws IOException {
        long from = chunk << region.chunkShift();
        states.mutex.lock();
        try {
            // Under the page-state lock the size stands still, and no page of the chunk is being written for the first time.
            long size = states.sizeBytes();
            long toPage = states.pageCeiling(Math.min(from + cache.options().chunkBytes(), size));
            if (size < endBytes
                    || !states.isUpToDate(states.pageOf(from), toPage)
                    || !region.install(notedEpoch, chunk, size, frames.mappable(), write, () -> beforeLocked(chunk, toPage, write))) {
                return false;
            }
            if (!write) {
                presentNeighboursLocked(chunk, size);
            } else {
                cache.counters().writeFaults.increment();
            }
            return true;
        } finally {
            states.mutex.unlock();
        }
    }
}
