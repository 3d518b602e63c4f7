package org.afs4j.pagecache.state;

import java.lang.invoke.VarHandle;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedSharedLock;

/// One file's invalidate lock (PC-1), with a count by which readers of pages that are there do without it (PC-4).
///
/// Who brings pages in holds it shared; who takes pages out or moves them holds it exclusively. A reader that holds neither notes
/// [#optimisticStamp()], looks pages up and copies them, and believes the copy only if [#isValid(long)] says that nobody has held
/// the lock exclusively meanwhile. What it copied then may have been freed under its hands, never unmapped.
///
/// Fair: who waits for the exclusive side keeps later shared takers behind it, and shared takers that came first are served first.
/// So neither a stream of reads starves a truncate nor a stream of truncates the readers.
///
/// Locks: rank [LockRank#PAGE_INVALIDATE]. Threads: any.
public final class InvalidateLock {
    private final RankedSharedLock lock;
    /// Odd while the lock is held exclusively. Written by its exclusive holder only.
    private volatile long changes;

    /// Makes a lock.
    ///
    /// @param key its place among the invalidate locks, which are taken in ascending order (PC-8)
    public InvalidateLock(long key) {
        lock = new RankedSharedLock(LockRank.PAGE_INVALIDATE, key);
    }

    /// Takes the lock together with other shared holders.
    ///
    /// Blocks: while it is held, or waited for, exclusively.
    public void lockShared() {
        lock.lockShared();
    }

    /// Takes the lock together with other shared holders, if nobody holds it exclusively.
    ///
    /// @return whether it was taken
    public boolean tryLockShared() {
        return lock.tryLockShared();
    }

    /// Releases a shared hold of the current thread.
    public void unlockShared() {
        lock.unlockShared();
    }

    /// Takes the lock alone.
    ///
    /// Blocks: while anyone holds it.
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the exclusive holder only
    public void lockExclusive() {
        lock.lockExclusive();
        changes++;
        VarHandle.fullFence();
    }

    /// Takes the lock alone, if nobody holds it.
    ///
    /// @return whether it was taken
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the exclusive holder only
    public boolean tryLockExclusive() {
        if (!lock.tryLockExclusive()) {
            return false;
        }
        changes++;
        VarHandle.fullFence();
        return true;
    }

    /// Releases the exclusive hold of the current thread.
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the exclusive holder only
    public void unlockExclusive() {
        changes++;
        lock.unlockExclusive();
    }

    /// Says whether the current thread holds the lock exclusively.
    public boolean isHeldExclusive() {
        return lock.isHeldExclusive();
    }

    /// Says whether the current thread holds the lock shared.
    public boolean isHeldShared() {
        return lock.isHeldShared();
    }

    /// Notes that the caller is about to read pages without the lock.
    ///
    /// @return what to give to [#isValid(long)]; odd if the lock is held exclusively, and then nothing can be read without it
    public long optimisticStamp() {
        return changes;
    }

    /// Says whether what was read since a stamp can be believed.
    ///
    /// @param stamp an even one of [#optimisticStamp()]
    public boolean isValid(long stamp) {
        VarHandle.loadLoadFence();
        return changes == stamp;
    }

    @Override
    public String toString() {
        return lock.toString();
    }
}
