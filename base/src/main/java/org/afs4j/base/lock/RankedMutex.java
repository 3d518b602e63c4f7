package org.afs4j.base.lock;

import java.util.concurrent.locks.ReentrantLock;
import org.afs4j.base.simulation.SimulatedWorld;

/// A mutual exclusion lock with a rank. Not reentrant: taking it twice is a lock order error under `-ea`.
///
/// Threads: any, virtual ones too; a waiting virtual thread gives up its carrier.
public final class RankedMutex {
    private final LockRank rank;
    private final long key;
    final ReentrantLock lock = new ReentrantLock();

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
        lock.lock();
        assert HeldLocks.push(rank, key, this);
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
        lock.unlock();
        assert SimulatedWorld.reachedPoint();
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
