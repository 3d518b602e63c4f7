package org.afs4j.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.afs4j.client.cache.LockedFile;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.client.error.AfsLockLostException;
import org.afs4j.client.lock.LockRequest;
import org.afs4j.client.lock.LockTable;
import org.afs4j.protocol.Errno;

/// What is locked through one open file, so that it ends with it.
///
/// Threads: any.
final class HeldFileLocks {
    private static final AtomicLong HANDLES = new AtomicLong();

    private final AfsFile file;
    private final LockedFile locked;
    private final AfsLockOwner own = new AfsLockOwner(AfsLockOwner.Kind.HANDLE, HANDLES.incrementAndGet());
    private final Set<AfsLockOwner> owners = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    HeldFileLocks(AfsFile file, LockedFile locked) {
        this.file = file;
        this.locked = locked;
    }

    AfsLockOwner own() {
        return own;
    }

    private LockTable table() {
        return locked.context().locks();
    }

    void lock(AfsLock lock, BooleanSupplier unwanted) throws IOException {
        boolean taken;
        try {
            taken = acquire(lock, true, () -> closing || unwanted.getAsBoolean());
        } catch (AfsFileException e) {
            if (closing || e.errno() != Errno.EBADF) {
                throw e;
            }
            InterruptedIOException given = new InterruptedIOException("the lock was not wanted any longer");
            given.initCause(e);
            throw given;
        }
        assert taken;
    }

    boolean tryLock(AfsLock lock) throws IOException {
        return acquire(lock, false, () -> closing);
    }

    private boolean acquire(AfsLock lock, boolean mayWait, BooleanSupplier cancelled) throws IOException {
        owners.add(lock.owner());
        return table().acquire(locked.vnode(), () -> locked, lock.request(), mayWait, cancelled);
    }

    void unlock(AfsLock lock) throws IOException {
        table().release(locked.vnode(), lock.request());
    }

    void requireNoneLost() throws AfsLockLostException {
        if (!owners.isEmpty() && table().isLost(locked.vnode(), own)) {
            throw new AfsLockLostException(locked.where("write"));
        }
    }

    boolean holds(AfsLock lock) {
        return table().holds(locked.vnode(), lock.request());
    }

    Optional<AfsLockConflict> test(AfsLock lock) throws IOException {
        LockRequest request = lock.request();
        LockRequest here = table().conflict(locked.vnode(), request);
        if (here != null) {
            boolean endless = here.toBytes() == Long.MAX_VALUE;
            return Optional.of(new AfsLockConflict(
                    (AfsLockOwner) here.owner(),
                    here.fromBytes(),
                    endless ? Long.MAX_VALUE : here.toBytes() - here.fromBytes(),
                    here.shared()));
        }
        if (locked.isLocal() || table().hasServerLockFor(locked.vnode(), request.shared())) {
            return Optional.empty();
        }
        int others = locked.askLockCount() - (table().hasServerLockFor(locked.vnode(), true) ? 1 : 0);
        boolean inTheWay = others < 0 || (others > 0 && !request.shared());
        return inTheWay ? Optional.of(new AfsLockConflict(null, 0, Long.MAX_VALUE, others > 0)) : Optional.empty();
    }

    /// Ends the waiting of those who want a lock through this file, which is about to be closed.
    void cancelWaiting() {
        closing = true;
        reconsider();
    }

    void reconsider() {
        table().cancel(locked.vnode());
    }

    void unlockAll() throws IOException {
        IOException failure = null;
        for (AfsLockOwner owner : List.copyOf(owners)) {
            try {
                unlock(new AfsLock(file, owner, 0, Long.MAX_VALUE, true));
            } catch (IOException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
