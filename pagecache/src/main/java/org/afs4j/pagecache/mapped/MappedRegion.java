package org.afs4j.pagecache.mapped;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.pagecache.state.Presence;

/// The mapped side of one file: how many views there are, what they may reach now, and the epoch.
///
/// There are two generations, one for reading and one for writing. A strip takes both out and closes them; before pages are
/// written back only the one for writing goes, so that the next write is noticed (MM-8) while readers go on.
///
/// Invariants:
/// 1. The epoch moves with every strip, before a generation is taken out. A fault installs presence only if the epoch still is
///    what it was before the fault asked the backing: a late fault cannot undo a strip.
/// 2. Where there is no view there is no generation.
/// 3. Presence is installed only by holders of the invalidate lock, so under its exclusive side a strip is final.
/// 4. The count of changes moves with everything after which the file may have other bytes than before, once a fault can find that
///    out: with each strip but those of [#revoke()], and with [#noteChange()].
///
/// Locks: [#mutex], of rank [LockRank#MAPPING_GENERATION]. Threads: any.
public final class MappedRegion {
    private static final long CLOSE_RETRY_NANOS = 1_000_000;
    private static final int CLOSE_ATTEMPTS = 100;

    public final RankedMutex mutex;
    private final RankedCondition retry;
    private final RankedCondition changed;
    private final World world;
    private final PageBacking backing;
    private final LongAdder strips;
    private final LongAdder delayedStrips;
    private final int chunkShift;
    private final List<Generation> unclosed = new ArrayList<>();
    private volatile Generation readable = Generation.NONE;
    private volatile Generation writable = Generation.NONE;
    private volatile long epoch;
    private volatile int views;
    private int strictViews;
    private volatile long changes;
    private volatile int watchers;

    /// Makes the mapped side of a file that has no view.
    ///
    /// @param world where time passes
    /// @param backing told of views
    /// @param strips counts strips that took something away
    /// @param delayedStrips counts strips that could not close everything in time
    /// @param chunkBytes the size of a chunk
    /// @param key the file's place in the lock order
    public MappedRegion(World world, PageBacking backing, LongAdder strips, LongAdder delayedStrips, int chunkBytes, long key) {
        this.mutex = new RankedMutex(LockRank.MAPPING_GENERATION, key);
        this.retry = mutex.newCondition();
        this.changed = mutex.newCondition();
        this.world = world;
        this.backing = backing;
        this.strips = strips;
        this.delayedStrips = delayedStrips;
        this.chunkShift = Integer.numberOfTrailingZeros(chunkBytes);
    }

    public Generation readable() {
        return readable;
    }

    public Generation writable() {
        return writable;
    }

    public long epoch() {
        return epoch;
    }

    public int chunkShift() {
        return chunkShift;
    }

    public boolean isMapped() {
        return views > 0;
    }

    /// Counts a view in.
    ///
    /// @param strict whether it is strict (MM-11)
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the mutex only
    public void addView(boolean strict) {
        mutex.lock();
        try {
            views++;
            if (views == 1) {
                backing.mappedChanged(true);
            }
            strictViews += strict ? 1 : 0;
            if (strict && strictViews == 1) {
                backing.strictChanged(true);
            }
        } finally {
            mutex.unlock();
        }
    }

    /// Counts a view out; with the last one goes what it could reach. Waits for a strip that is under way (MM-7), and for another who
    /// counts the same view out.
    ///
    /// @param strict whether it is strict
    /// @param close closes the view, under the mutex; says whether it was open
    /// @return what that said; if it was not open nothing was done
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the mutex only
    public boolean removeView(boolean strict, BooleanSupplier close) {
        mutex.lock();
        try {
            if (!close.getAsBoolean()) {
                return false;
            }
            strictViews -= strict ? 1 : 0;
            if (strict && strictViews == 0) {
                backing.strictChanged(false);
            }
            views--;
            if (views == 0) {
                backing.mappedChanged(false);
                stripLocked();
            }
            return true;
        } finally {
            mutex.unlock();
        }
    }

    /// Takes away whatever the views can reach (MM-1): when this returns no thread is inside an access, and the next one faults.
    ///
    /// Blocks: for faults in their step of installation, and for a bounded time for channels and native calls that hold a
    /// segment; if they do not let go in that time the strip is counted as delayed and finished later.
    ///
    /// @return false if it is delayed
    public boolean strip() {
        mutex.lock();
        try {
            stripLocked();
            changedLocked();
            return unclosed.isEmpty();
        } finally {
            mutex.unlock();
        }
    }

    /// As [#strip()], for the sake of the memory: the file stays what it is.
    ///
    /// @return false if it is delayed
    public boolean revoke() {
        mutex.lock();
        try {
            stripLocked();
            return unclosed.isEmpty();
        } finally {
            mutex.unlock();
        }
    }

    /// Takes note that bytes of the file have changed in place. Takes no lock if nobody watches.
    public void noteChange() {
        if (watchers > 0) {
            mutex.lock();
            try {
                changedLocked();
            } finally {
                mutex.unlock();
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the mutex only
    private void changedLocked() {
        changes++;
        changed.signalAll();
    }

    /// How often the file may have changed so far.
    public long changes() {
        return changes;
    }

    /// Counts somebody in who wants [#awaitChange], or out.
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the mutex only
    public void watch(boolean watches) {
        mutex.lock();
        try {
            watchers += watches ? 1 : -1;
        } finally {
            mutex.unlock();
        }
    }

    /// Waits until the file may have changed since a count was read, or has been woken by [#wakeWatchers()].
    ///
    /// Locks: called with none. Blocks: without bound.
    ///
    /// @param seenChanges what [#changes()] was
    /// @param over whether to wait no more; asked under the mutex
    /// @throws InterruptedException if the thread is interrupted
    public void awaitChange(long seenChanges, BooleanSupplier over) throws InterruptedException {
        mutex.lock();
        try {
            while (changes == seenChanges && !over.getAsBoolean()) {
                changed.await();
            }
        } finally {
            mutex.unlock();
        }
    }

    /// Has those who wait for changes look whether it is over.
    public void wakeWatchers() {
        mutex.lock();
        try {
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    @SuppressWarnings({"NonAtomicVolatileUpdate", "ReferenceEquality"}) // written under the mutex only; NONE is one object
    private void stripLocked() {
        epoch++;
        Generation oldReadable = readable;
        Generation oldWritable = writable;
        readable = Generation.NONE;
        writable = Generation.NONE;
        if (oldReadable != Generation.NONE || oldWritable != Generation.NONE) {
            strips.increment();
        }
        retireLocked(oldReadable);
        retireLocked(oldWritable);
        closeLocked();
    }

    private void retireLocked(Generation generation) {
        if (!generation.tryClose()) {
            unclosed.add(generation);
        }
    }

    private void closeLocked() {
        boolean interrupted = false;
        for (int attempt = 0; !sweepLocked() && attempt < CLOSE_ATTEMPTS; attempt++) {
            try {
                retry.awaitUntil(world, world.nanoTime() + CLOSE_RETRY_NANOS);
            } catch (InterruptedException e) {
                interrupted = true;
                break;
            }
        }
        if (!unclosed.isEmpty()) {
            delayedStrips.increment();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean sweepLocked() {
        for (Iterator<Generation> all = unclosed.iterator(); all.hasNext(); ) {
            if (all.next().tryClose()) {
                all.remove();
            }
        }
        return unclosed.isEmpty();
    }

    /// What would not close yet; its range of the frame store must wait for it.
    public List<Generation> unclosed() {
        mutex.lock();
        try {
            sweepLocked();
            return List.copyOf(unclosed);
        } finally {
            mutex.unlock();
        }
    }

    /// Takes the generation for writing away if it reaches any of some chunks.
    ///
    /// Locks: the page-state lock, so that no write fault comes between this and what the caller does next.
    ///
    /// @return false if it could not be closed, so that somebody may still write the pages unseen
    public boolean stripWritable(long fromChunk, long toChunk) {
        mutex.lock();
        try {
            if (writable.isAnyPresent(fromChunk, toChunk)) {
                Generation old = writable;
                writable = Generation.NONE;
                retireLocked(old);
                changedLocked();
            }
            return sweepLocked();
        } finally {
            mutex.unlock();
        }
    }

    /// The last step of a fault: makes a chunk present if nothing has happened since the epoch was noted.
    ///
    /// Locks: the invalidate lock shared; for writing also the page-state lock.
    ///
    /// @param notedEpoch the epoch before the backing was asked
    /// @param chunk the chunk, up to date up to `sizeBytes`
    /// @param sizeBytes the size of the file
    /// @param frames the file's pages
    /// @param write which generation
    /// @param first what to do before the chunk can be reached
    /// @return false if the fault has to begin again
    public boolean install(long notedEpoch, long chunk, long sizeBytes, MemorySegment frames, boolean write, Runnable first) {
        mutex.lock();
        try {
            if (epoch != notedEpoch || !backing.isValid() || views == 0) {
                return false;
            }
            Generation generation = write ? writable : readable;
            if (chunk << chunkShift >= generation.limitBytes() || endOf(chunk, sizeBytes) > generation.limitBytes()) {
                generation = grownLocked(generation, sizeBytes, frames);
                if (write) {
                    writable = generation;
                } else {
                    readable = generation;
                }
            }
            first.run();
            generation.setPresent(chunk);
            return true;
        } finally {
            mutex.unlock();
        }
    }

    /// Makes chunks present beside one that a fault has just made so, if no strip came between.
    ///
    /// Locks: as [#install].
    public void installAround(long fromChunk, long toChunk) {
        mutex.lock();
        try {
            readable.setPresent(fromChunk, toChunk);
        } finally {
            mutex.unlock();
        }
    }

    private long endOf(long chunk, long sizeBytes) {
        return Math.min((chunk + 1) << chunkShift, sizeBytes);
    }

    private Generation grownLocked(Generation old, long sizeBytes, MemorySegment frames) {
        Generation grown = Generation.open(frames, sizeBytes, chunkShift);
        grown.inherit(old);
        retireLocked(old);
        return grown;
    }
}
