package org.afs4j.mount.operation;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsLock;
import org.afs4j.client.AfsLockConflict;
import org.afs4j.client.AfsLockOwner;
import org.afs4j.mount.protocol.FuseOpcode;
import org.afs4j.mount.protocol.FuseRequest;
import org.afs4j.mount.session.Exchange;
import org.afs4j.protocol.Errno;
import org.jspecify.annotations.Nullable;

/// Requests about locks as of `fcntl` and of `flock`: the client's locks, and so the server's, stand for them.
///
/// Whoever gets a lock finds what its last holder left: the client asks the server again once it has the lock, and the kernel is told
/// what it must not believe before it is told of the lock.
///
/// Source: Linux include/uapi/linux/fuse.h, fuse_lk_in: fh 8, owner 8, start 8, end 8 (the last byte, or the greatest number), type 4,
/// pid 4, flags 4.
final class LockRequests {
    private static final int OF_FLOCK = 1;

    private static final int READ_LOCK = 0;
    private static final int WRITE_LOCK = 1;
    private static final int UNLOCK = 2;

    /// FUSE_RELEASE_FLOCK_UNLOCK.
    private static final int RELEASE_FLOCK = 1 << 1;

    private final Mounted mounted;
    /// The process of each owner that has asked for a lock and closed nothing since, for those who ask who is in the way.
    private final ConcurrentMap<AfsLockOwner, Integer> processes = new ConcurrentHashMap<>();

    LockRequests(Mounted mounted) {
        this.mounted = mounted;
    }

    private static AfsLockOwner owner(FuseRequest request) {
        long number = request.int64(8);
        return (request.int32(40) & OF_FLOCK) != 0 ? AfsLockOwner.ofFlock(number) : AfsLockOwner.ofProcess(number);
    }

    private static long lengthBytes(FuseRequest request) throws RefusedException {
        long from = request.int64(16);
        long last = request.int64(24);
        if (from < 0 || last < from) {
            throw new RefusedException(Errno.EINVAL);
        }
        return last - from == Long.MAX_VALUE ? Long.MAX_VALUE : last - from + 1;
    }

    private static boolean isShared(FuseRequest request) throws RefusedException {
        return switch (request.int32(32)) {
            case READ_LOCK -> true;
            case WRITE_LOCK -> false;
            default -> throw new RefusedException(Errno.EINVAL);
        };
    }

    /// Tells what is in the way of a lock.
    void test(Exchange exchange) throws IOException {
        FuseRequest request = exchange.request();
        AfsFile file = mounted.file(request.int64(0)).file();
        @Nullable AfsLockConflict conflict =
                file.testLock(owner(request), request.int64(16), lengthBytes(request), isShared(request));
        if (conflict == null) {
            exchange.reply().int64(0).int64(0).int32(UNLOCK).int32(0);
            return;
        }
        long from = conflict.offsetBytes();
        long last = conflict.lengthBytes() > Long.MAX_VALUE - from ? Long.MAX_VALUE : from + conflict.lengthBytes() - 1;
        @Nullable AfsLockOwner holder = conflict.owner();
        // Who locks at another client cannot be told: 0 is what is not here.
        int process = holder == null ? 0 : processes.getOrDefault(holder, 0);
        exchange.reply().int64(from).int64(last).int32(conflict.shared() ? READ_LOCK : WRITE_LOCK).int32(process);
    }

    /// Takes or gives up a lock; SETLKW waits for what is in the way, until its process gets a signal.
    void set(Exchange exchange) throws IOException {
        FuseRequest request = exchange.request();
        OpenFile open = mounted.file(request.int64(0));
        AfsFile file = open.file();
        AfsLockOwner owner = owner(request);
        long from = request.int64(16);
        long length = lengthBytes(request);
        if (request.int32(32) == UNLOCK) {
            file.unlock(owner, from, length);
            return;
        }
        boolean shared = isShared(request);
        processes.put(owner, request.int32(36));
        boolean waits = exchange.opcode() == FuseOpcode.SETLKW;
        exchange.onInterrupt(file::reconsiderLocks);
        @Nullable AfsLock lock = waits
                ? file.lock(owner, from, length, shared, () -> exchange.isInterrupted() || exchange.isAnswered())
                : file.tryLock(owner, from, length, shared);
        if (lock == null) {
            throw new RefusedException(Errno.EAGAIN);
        }
        boolean told = false;
        try {
            if (!open.node().settle()) {
                open.node().changedBehindKernel(); // it is told late, and everything
            }
            told = exchange.answer();
        } finally {
            if (!told) {
                lock.close();
            }
        }
    }

    /// Gives up what a process has locked as `fcntl` says: with the first descriptor of the file that it closes.
    void flushed(OpenFile open, long owner) throws IOException {
        release(open, AfsLockOwner.ofProcess(owner));
    }

    /// Gives up what was locked by `flock`, which ends with the last descriptor of one open.
    ///
    /// @param flags of the release
    void released(OpenFile open, int flags, long owner) throws IOException {
        if ((flags & RELEASE_FLOCK) != 0) {
            release(open, AfsLockOwner.ofFlock(owner));
        }
    }

    private void release(OpenFile open, AfsLockOwner owner) throws IOException {
        processes.remove(owner);
        open.file().unlock(owner, 0, Long.MAX_VALUE);
    }
}
