package org.afs4j.cell;

import org.afs4j.protocol.Fid;
import org.afs4j.protocol.fs.LockType;
import org.afs4j.rx.RxAbortException;

/// The locks of a vnode, for whomever: a file knows how many hold one, not who.
///
/// A volume that never changes has none: what asks for a lock to read, or prolongs or gives up one, is granted all the same.
///
/// Source: OpenAFS `src/viced/afsfileprocs.c`, `HandleLocking`. Locks: the volume's.
final class FileLocks {
    /// How long a lock lasts that is not prolonged: AFS_LOCKWAIT.
    private static final long LOCK_NANOS = 5 * 60 * 1_000_000_000L;

    private int count;
    private long expiresAtNanos;

    /// Whether SetLock takes such a lock.
    static boolean canBeSet(LockType type) {
        return type == LockType.READ || type == LockType.WRITE;
    }

    /// Takes a lock.
    ///
    /// @param type one that can be set
    /// @throws RxAbortException with EAGAIN if another is in the way
    static void set(EmbeddedVolume volume, Fid fid, LockType type, ClientHost host) throws RxAbortException {
        boolean exclusive = type == LockType.WRITE;
        if (!exclusive && !volume.isWritable()) {
            return;
        }
        volume.requireWritable();
        Vnode vnode = volume.vnode(fid);
        Access.requireLock(vnode, host.caller, exclusive);
        vnode.locks.take(exclusive, volume.world.nanoTime());
    }

    private void take(boolean exclusive, long nowNanos) throws RxAbortException {
        expire(nowNanos);
        if (exclusive ? count != 0 : count < 0) {
            throw AbortCode.refusal(AbortCode.EAGAIN);
        }
        count = exclusive ? -1 : count + 1;
        expiresAtNanos = nowNanos + LOCK_NANOS;
    }

    /// Prolongs the locks that there are, whose ever they be.
    ///
    /// @throws RxAbortException with EINVAL if there is none
    static void extend(EmbeddedVolume volume, Fid fid) throws RxAbortException {
        if (volume.isWritable()) {
            volume.vnode(fid).locks.extend(volume.world.nanoTime());
        }
    }

    private void extend(long nowNanos) throws RxAbortException {
        expire(nowNanos);
        if (count == 0) {
            throw AbortCode.refusal(AbortCode.EINVAL);
        }
        expiresAtNanos = nowNanos + LOCK_NANOS;
    }

    /// Gives one lock up.
    ///
    /// @return whether there is none any more, which whoever waits for the lock is to be told
    static boolean release(EmbeddedVolume volume, Fid fid) throws RxAbortException {
        return volume.isWritable() && volume.vnode(fid).locks.release(volume.world.nanoTime());
    }

    private boolean release(long nowNanos) {
        expire(nowNanos);
        count = Math.max(0, count - 1);
        return count == 0;
    }

    private void expire(long nowNanos) {
        if (nowNanos - expiresAtNanos >= 0) {
            count = 0;
        }
    }

    /// How many hold a lock to read; -1 if one holds a lock to write.
    int count(long nowNanos) {
        return nowNanos - expiresAtNanos >= 0 ? 0 : count;
    }

    void forget() {
        count = 0;
    }
}
