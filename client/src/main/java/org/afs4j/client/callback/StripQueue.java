package org.afs4j.client.callback;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.jspecify.annotations.Nullable;

/// What is to be stripped because of breaks, and the thread, `afs4j-strip`, that does it. The breaks are answered already (CB-11),
/// except where strict mappings are concerned (MM-11): their strips go first, and whoever answers the break waits for them here.
///
/// Locks: a leaf lock around the queue; strips run under no lock.
public final class StripQueue implements AutoCloseable {
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final RankedCondition changed = mutex.newCondition();
    private final SequencedMap<Object, Runnable> queue = new LinkedHashMap<>();
    private final SequencedMap<Object, Runnable> strictQueue = new LinkedHashMap<>();
    /// How many strict strips have been queued, and how many of those, in their order, are done.
    private long strictQueued;
    private long strictDone;
    private int strictVnodes;
    /// Whether a strip is being done, and how many wait for all that is queued.
    private boolean busy;
    private int waiting;
    private final World world;
    private final Thread worker;
    private boolean closed;

    /// Makes a queue and starts its thread.
    ///
    /// @param world where the thread runs
    public StripQueue(World world) {
        this.world = world;
        this.worker = world.start("afs4j-strip", this::work);
    }

    /// Queues a strip, unless one of the same target waits already: it has yet to begin, so it serves both breaks. Never blocks.
    ///
    /// @param target what is stripped: a vnode, a volume or a server; so the queue is never longer than there are of those
    /// @param strip what to do; it takes its own care of vnodes that are no longer mapped
    public void add(Object target, Runnable strip) {
        mutex.lock();
        try {
            if (!closed) {
                queue.putIfAbsent(target, strip);
                changed.signalAll();
            }
        } finally {
            mutex.unlock();
        }
    }

    /// Queues a strip, ahead of all others if it is of a strict mapping (MM-11). Never blocks.
    ///
    /// @param target what is stripped
    /// @param strip what to do
    /// @param strict whether somebody will wait for it by [#awaitStrict(long)]
    public void add(Object target, Runnable strip, boolean strict) {
        if (!strict) {
            add(target, strip);
            return;
        }
        mutex.lock();
        try {
            if (!closed && strictQueue.putIfAbsent(target, strip) == null) {
                boolean ignored = queue.remove(target) != null;
                strictQueued++;
                changed.signalAll();
            }
        } finally {
            mutex.unlock();
        }
    }

    /// Takes note that a vnode has strict views, or none any more. Never blocks.
    ///
    /// @param strict whether it has
    public void strictChanged(boolean strict) {
        mutex.lock();
        try {
            strictVnodes += strict ? 1 : -1;
        } finally {
            mutex.unlock();
        }
    }

    /// Whether any vnode has strict views, so that a break of many vnodes is queued as strict. Never blocks.
    public boolean isAnyStrict() {
        mutex.lock();
        try {
            return strictVnodes > 0;
        } finally {
            mutex.unlock();
        }
    }

    /// Waits for the strict strips that are queued now, so that the break may be answered (MM-11).
    ///
    /// Blocks: for those strips, which never wait for a server, and not beyond the bound.
    ///
    /// @param mostNanos how long at most
    /// @return whether they are done
    public boolean awaitStrict(long mostNanos) {
        mutex.lock();
        try {
            long wanted = strictQueued;
            long deadlineNanos = world.nanoTime() + mostNanos;
            while (strictDone < wanted && !closed) {
                if (!changed.awaitUntil(world, deadlineNanos) && strictDone < wanted) {
                    return false;
                }
            }
            return strictDone >= wanted;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            mutex.unlock();
        }
    }

    /// Waits until all that is queued now is done: the strips of every break that has been answered.
    ///
    /// Blocks: for those strips, which never wait for a server, and not beyond the bound. Not to be called by a strip.
    ///
    /// @param mostNanos how long at most
    /// @return whether they are done
    public boolean awaitQueued(long mostNanos) {
        mutex.lock();
        waiting++;
        Object mark = new Object();
        try {
            if (closed || (!busy && queue.isEmpty() && strictQueue.isEmpty())) {
                return !closed;
            }
            // One thread strips, so its turn comes when all before it are done.
            queue.put(mark, () -> {});
            changed.signalAll();
            long deadlineNanos = world.nanoTime() + mostNanos;
            boolean inTime = true;
            while (inTime && queue.containsKey(mark)) {
                inTime = changed.awaitUntil(world, deadlineNanos);
            }
            return queue.remove(mark) == null;
        } catch (InterruptedException e) {
            queue.remove(mark);
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waiting--;
            mutex.unlock();
        }
    }

    private void work() {
        for (Next next = take(); next != null; next = take()) {
            assert HeldLocks.none();
            try {
                next.strip.run();
            } catch (RuntimeException | LinkageError | VirtualMachineError e) {
                System.getLogger("org.afs4j.client").log(System.Logger.Level.ERROR, "a strip failed", e);
            } finally {
                if (next.strict) {
                    strictIsDone();
                }
            }
        }
    }

    private void strictIsDone() {
        mutex.lock();
        try {
            strictDone++;
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    private record Next(Runnable strip, boolean strict) {}

    private @Nullable Next take() {
        mutex.lock();
        busy = false;
        try {
            while (queue.isEmpty() && strictQueue.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            boolean strict = !strictQueue.isEmpty();
            Map.Entry<Object, Runnable> next = (strict ? strictQueue : queue).pollFirstEntry();
            busy = next != null;
            if (waiting > 0) {
                changed.signalAll();
            }
            return next == null ? null : new Next(next.getValue(), strict);
        } finally {
            mutex.unlock();
        }
    }

    /// Lets what is queued be done, then ends the thread (MM-7).
    ///
    /// Blocks: until the thread has ended.
    @Override
    public void close() {
        mutex.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
        boolean interrupted = false;
        while (true) {
            try {
                worker.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
