package org.afs4j.base.lock;

import java.util.concurrent.locks.ReentrantLock;
import org.afs4j.base.simulation.SimulatedWorld;
import org.jspecify.annotations.Nullable;

/// A mutual exclusion lock with a rank. Not reentrant: taking it twice is a lock order error under `-ea`.
///
/// Threads: any, virtual ones too; a waiting virtual thread gives up its carrier.
public final class RankedMutex {
    /// How often a mutex that is held is tried again before its queue is joined: what it guards takes as long as that at most, most
    /// of the time, and a place in the queue costs an object and a switch of threads.
    private static final int SPINS = 64;

    private final LockRank rank;
    private final long key;
    final ReentrantLock lock = new ReentrantLock();

    /// Whom to wake when the mutex is released next; under the mutex.
    private @Nullable Parking toWake;

    /// Makes a mutex.
    ///
    /// @param rank its place in the lock order
    /// @param key its place among locks of the same rank, where a rank allows several; ascending
    public RankedMutex(LockRank rank, long key) {
        this.rank = rank;
        this.key = key;
    }

    /// Makes a mutex of a rank of which a thread never holds several.
    ///
    /// @param rank its place in the lock order
    public RankedMutex(LockRank rank) {
        this(rank, 0);
    }

    /// Takes the mutex.
    ///
    /// Blocks: until no other thread holds it.
    public void lock() {
        assert HeldLocks.check(rank, key, this) && SimulatedWorld.reachedPoint();
        acquire();
        assert HeldLocks.push(rank, key, this);
    }

    /// Takes the lock itself.
    void acquire() {
        for (int i = 0; i < SPINS; i++) {
            if (lock.tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        lock.lock();
    }

    /// Takes the mutex if no thread holds it.
    ///
    /// @return whether it was taken
    public boolean tryLock() {
        assert !HeldLocks.holds(this) : "taken twice: " + rank;
        assert SimulatedWorld.reachedPoint();
        boolean taken = lock.tryLock();
        assert !taken || HeldLocks.push(rank, key, this);
        return taken;
    }

    /// Releases the mutex, which the current thread holds.
    public void unlock() {
        assert HeldLocks.pop(this);
        release();
        assert SimulatedWorld.reachedPoint();
    }

    /// Releases the lock itself, then wakes those who are to be woken.
    void release() {
        Parking first = toWake;
        toWake = null;
        lock.unlock();
        wake(first);
    }

    /// Wakes those who are to be woken, before the mutex is released by other means than [#release()].
    void wakeBeforeRelease() {
        Parking first = toWake;
        toWake = null;
        wake(first);
    }

    private static void wake(@Nullable Parking first) {
        Parking parking = first;
        while (parking != null) {
            parking = parking.unchainAndWake();
        }
    }

    /// Has a thread woken as soon as the mutex, which the current thread holds, is released.
    ///
    /// @param parking where it waits; only ever given to one mutex at a time
    public void wakeAfterUnlock(Parking parking) {
        assert lock.isHeldByCurrentThread();
        if (parking.chain(toWake)) {
            toWake = parking;
        }
    }

    /// Says whether the current thread holds the mutex.
    public boolean isHeldByCurrentThread() {
        return lock.isHeldByCurrentThread();
    }

    /// Makes a condition on which holders of this mutex wait.
    public RankedCondition newCondition() {
        return new RankedCondition(this, lock.newCondition());
    }

    @Override
    public String toString() {
        return rank + "(" + key + ")";
    }
}
