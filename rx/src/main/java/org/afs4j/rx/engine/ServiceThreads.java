package org.afs4j.rx.engine;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;

/// The calls of peers that are being served, bounded in number.
///
/// Threads: any. Locks: [LockRank#LEAF].
final class ServiceThreads {
    private final World world;
    private final int limit;
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final RankedCondition fewer = mutex.newCondition();
    private final Set<ServerCall> calls = new LinkedHashSet<>();
    private boolean closed;

    ServiceThreads(World world, int limit) {
        this.world = world;
        this.limit = limit;
    }

    /// Takes a place for a call, if there is one.
    boolean begin(ServerCall call) {
        mutex.lock();
        try {
            return !closed && calls.size() < limit && calls.add(call);
        } finally {
            mutex.unlock();
        }
    }

    boolean hasPlace() {
        mutex.lock();
        try {
            return !closed && calls.size() < limit;
        } finally {
            mutex.unlock();
        }
    }

    void end(ServerCall call) {
        mutex.lock();
        try {
            calls.remove(call);
            fewer.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    int count() {
        mutex.lock();
        try {
            return calls.size();
        } finally {
            mutex.unlock();
        }
    }

    /// Gives out no more places, and waits until the calls have ended; those that have not after half of the time are interrupted.
    ///
    /// @return how many are left when the time is over
    int close(long boundNanos) {
        long deadline = world.nanoTime() + boundNanos;
        if (await(deadline - boundNanos / 2) == 0) {
            return 0;
        }
        List<ServerCall> left;
        mutex.lock();
        try {
            left = List.copyOf(calls);
        } finally {
            mutex.unlock();
        }
        left.forEach(ServerCall::interrupt);
        return await(deadline);
    }

    private int await(long deadlineNanos) {
        boolean interrupted = false;
        mutex.lock();
        try {
            closed = true;
            while (!calls.isEmpty()) {
                try {
                    if (!fewer.awaitUntil(world, deadlineNanos)) {
                        break;
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return calls.size();
        } finally {
            mutex.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
