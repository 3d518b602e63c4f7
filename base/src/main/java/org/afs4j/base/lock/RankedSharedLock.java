package org.afs4j.base.lock;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.afs4j.base.simulation.SimulatedWorld;

/// A shared/exclusive lock with a rank. Not reentrant, no upgrade, no downgrade; released by the thread that took it.
///
/// A thread that waits for the exclusive side keeps later shared takers behind it, so a stream of readers cannot starve it.
public final class RankedSharedLock {
    private final LockRank rank;
    private final long key;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);

    /// Makes a lock.
    ///
    /// @param rank its place in the lock order
    /// @param key its place among locks of the same rank, where a rank allows several; ascending
    public RankedSharedLock(LockRank rank, long key) {
        this.rank = rank;
        this.key = key;
    }

    /// Takes the lock together with other shared holders.
    ///
    /// Blocks: while it is held, or waited for, exclusively.
    public void lockShared() {
        assert HeldLocks.check(rank, key, this) && SimulatedWorld.reachedPoint();
        lock.readLock().lock();
        assert HeldLocks.push(rank, key, this);
    }

    /// Takes the lock together with other shared holders, if nobody holds it exclusively.
    ///
    /// @return whether it was taken
    public boolean tryLockShared() {
        assert !HeldLocks.holds(this) : "taken twice: " + rank;
        assert SimulatedWorld.reachedPoint();
        boolean taken = lock.readLock().tryLock();
        assert !taken || HeldLocks.push(rank, key, this);
        return taken;
    }

    /// Releases a shared hold of the current thread.
    public void unlockShared() {
        assert HeldLocks.pop(this);
        lock.readLock().unlock();
        assert SimulatedWorld.reachedPoint();
    }

    /// Takes the lock alone.
    ///
    /// Blocks: while anyone holds it.
    public void lockExclusive() {
        assert HeldLocks.check(rank, key, this) && SimulatedWorld.reachedPoint();
        lock.writeLock().lock();
        assert HeldLocks.push(rank, key, this);
    }

    /// Takes the lock alone, if nobody holds it.
    ///
    /// @return whether it was taken
    public boolean tryLockExclusive() {
        assert !HeldLocks.holds(this) : "taken twice: " + rank;
        assert SimulatedWorld.reachedPoint();
        boolean taken = lock.writeLock().tryLock();
        assert !taken || HeldLocks.push(rank, key, this);
        return taken;
    }

    /// Releases the exclusive hold of the current thread.
    public void unlockExclusive() {
        assert HeldLocks.pop(this);
        lock.writeLock().unlock();
        assert SimulatedWorld.reachedPoint();
    }

    /// Says whether the current thread holds the lock exclusively.
    public boolean isHeldExclusive() {
        return lock.isWriteLockedByCurrentThread();
    }

    /// Says whether the current thread holds the lock shared.
    public boolean isHeldShared() {
        return lock.getReadHoldCount() > 0;
    }

    @Override
    public String toString() {
        return rank + "(" + key + ")";
    }
}
