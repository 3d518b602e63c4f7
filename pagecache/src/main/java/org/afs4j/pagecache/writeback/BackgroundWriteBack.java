package org.afs4j.pagecache.writeback;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.LongSupplier;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.jspecify.annotations.Nullable;

/// Writes dirty files back without being asked: those that have been dirty for long, and, while more than a share of the memory is
/// dirty, those that have been dirty for longest.
///
/// Invariants:
/// 1. A file that is dirty is queued, or about to be by the thread that has made it dirty, or being written back.
/// 2. While a file is queued a timer is set, or the thread runs. With nothing dirty there is neither.
/// 3. A file that could not be written waits for as long as a dirty one does before it is tried again.
///
/// Locks: its own, a leaf; none while a file is written. Threads: any; files are written on a thread of the world, one at a time.
public final class BackgroundWriteBack implements AutoCloseable {
    /// What can be written back.
    @FunctionalInterface
    public interface DirtyFile {
        /// Writes what is dirty back; keeps an error for who syncs.
        ///
        /// @return whether everything that was dirty was written
        boolean writeBack();
    }

    /// A file's place in the queue.
    public static final class Entry {
        private final DirtyFile file;
        private volatile boolean queued;
        private long sinceNanos;
        private boolean failed;

        private Entry(DirtyFile file) {
            this.file = file;
        }
    }

    private final World world;
    private final long ageNanos;
    private final LongSupplier dirtyBytes;
    private final long limitBytes;
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final RankedCondition stopped = mutex.newCondition();
    private final ArrayDeque<Entry> queue = new ArrayDeque<>();
    private World.@Nullable Timer timer;
    private boolean running;
    private boolean closed;

    /// Makes the write-back of a cache.
    ///
    /// @param world its clock and threads
    /// @param ageNanos how long a file may be dirty
    /// @param dirtyBytes how much is dirty in all; called with no lock held
    /// @param limitBytes how much may be dirty before age does not matter any more
    public BackgroundWriteBack(World world, long ageNanos, LongSupplier dirtyBytes, long limitBytes) {
        this.world = world;
        this.ageNanos = ageNanos;
        this.dirtyBytes = dirtyBytes;
        this.limitBytes = limitBytes;
    }

    /// Makes the entry of a file.
    public Entry entryOf(DirtyFile file) {
        return new Entry(file);
    }

    /// Takes note that a file is dirty.
    ///
    /// Locks: called with none held.
    public void noteDirty(Entry entry) {
        if (!entry.queued) {
            enqueue(entry, false);
        }
        if (dirtyBytes.getAsLong() > limitBytes) {
            start();
        }
    }

    private void enqueue(Entry entry, boolean failed) {
        mutex.lock();
        try {
            if (!entry.queued && !closed) {
                entry.queued = true;
                entry.failed = failed;
                entry.sinceNanos = world.nanoTime();
                queue.addLast(entry);
                setTimerLocked();
            }
        } finally {
            mutex.unlock();
        }
    }

    private void setTimerLocked() {
        Entry oldest = queue.peekFirst();
        if (oldest != null && timer == null && !running && !closed) {
            timer = world.schedule(Math.max(0, oldest.sinceNanos + ageNanos - world.nanoTime()), this::start);
        }
    }

    private void start() {
        mutex.lock();
        try {
            if (running || closed || queue.isEmpty()) {
                return;
            }
            running = true;
            if (timer != null) {
                timer.cancel();
                timer = null;
            }
        } finally {
            mutex.unlock();
        }
        Thread thread = world.start("afs4j-write-back", this::work);
        assert thread != null;
    }

    private void work() {
        boolean ended = false;
        try {
            for (Entry next = takeDue(); next != null; next = takeDue()) {
                if (!next.file.writeBack()) {
                    enqueue(next, true);
                }
            }
            ended = true;
        } finally {
            if (!ended) {
                stop();
            }
        }
    }

    private void stop() {
        mutex.lock();
        try {
            running = false;
            setTimerLocked();
            stopped.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    /// Takes the next file to be written; without any the thread ends.
    private @Nullable Entry takeDue() {
        boolean tooMuch = dirtyBytes.getAsLong() > limitBytes;
        mutex.lock();
        try {
            for (Iterator<Entry> all = queue.iterator(); all.hasNext() && !closed; ) {
                Entry entry = all.next();
                if (world.nanoTime() - entry.sinceNanos >= ageNanos || (tooMuch && !entry.failed)) {
                    all.remove();
                    // Before it is written: who makes it dirty from now on queues it again.
                    entry.queued = false;
                    return entry;
                }
            }
            running = false;
            setTimerLocked();
            stopped.signalAll();
            return null;
        } finally {
            mutex.unlock();
        }
    }

    /// Forgets a file that is closed.
    public void forget(Entry entry) {
        mutex.lock();
        try {
            if (entry.queued) {
                boolean ignored = queue.remove(entry);
                entry.queued = false;
            }
        } finally {
            mutex.unlock();
        }
    }

    /// Writes nothing any more.
    ///
    /// Blocks: until the file that is being written is.
    @Override
    public void close() {
        mutex.lock();
        try {
            closed = true;
            if (timer != null) {
                timer.cancel();
                timer = null;
            }
            while (running) {
                stopped.awaitUninterruptibly();
            }
        } finally {
            mutex.unlock();
        }
    }
}
