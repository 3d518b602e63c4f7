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

/// What is to be stripped because of breaks that are answered already (CB-11), and the thread, `afs4j-strip`, that does it.
///
/// Locks: a leaf lock around the queue; strips run under no lock.
public final class StripQueue implements AutoCloseable {
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final RankedCondition changed = mutex.newCondition();
    private final SequencedMap<Object, Runnable> queue = new LinkedHashMap<>();
    private final Thread worker;
    private boolean closed;

    /// Makes a queue and starts its thread.
    ///
    /// @param world where the thread runs
    public StripQueue(World world) {
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

    private void work() {
        for (Runnable next = take(); next != null; next = take()) {
            assert HeldLocks.none();
            try {
                next.run();
            } catch (RuntimeException | LinkageError | VirtualMachineError e) {
                System.getLogger("org.afs4j.client").log(System.Logger.Level.ERROR, "a strip failed", e);
            }
        }
    }

    private @Nullable Runnable take() {
        mutex.lock();
        try {
            while (queue.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            Map.Entry<Object, Runnable> next = queue.pollFirstEntry();
            return next == null ? null : next.getValue();
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
