package org.afs4j.client.lock;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.counter.AfsCounters;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.client.error.AfsLockLostException;
import org.afs4j.protocol.AfsError;
import org.jspecify.annotations.Nullable;

/// The locks of one file: what is locked here, and the one lock at the server that stands for all of it.
///
/// Invariants:
/// 1. While anything is locked here, the server lock is as strong as the strongest of it, or a thread is changing it.
/// 2. One thread at a time, the one that has set [#busy], talks to the server about the lock; while it changes the lock, nobody
///    finds it strong enough.
/// 3. The server lock is given up only when everything dirty has been written back, or failed to be and told.
///
/// Locks: a leaf around the state, never held across a call. Threads: any.
final class FileLocks {
    /// How long a file server keeps a lock that is not prolonged.
    ///
    /// Source: OpenAFS `src/fsint/common.xg`, AFS_LOCKWAIT.
    static final long LIFE_NANOS = 300_000_000_000L;

    /// How often a refused lock is asked for again when no break comes: the lock in the way may run out, which breaks nothing.
    static final long POLL_NANOS = 5_000_000_000L;

    /// How soon a failed prolongation is tried again.
    private static final long RETRY_NANOS = 10_000_000_000L;

    private final World world;
    private final AfsCounters counters;
    private final LockedVnode vnode;
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final RankedCondition changed = mutex.newCondition();
    private final LockRanges ranges = new LockRanges();
    private final LockRanges wholeFile = new LockRanges();
    private final Set<Object> lost = new HashSet<>();
    private ServerLock server = ServerLock.NONE;
    private boolean busy;
    private long expiryNanos;
    private long wakeups;
    private boolean refused;
    private boolean refusedShared;
    private long refusedAtWakeups;
    private long nextTryNanos;
    private int waiters;
    private long timerNumber;
    private World.@Nullable Timer timer;
    private volatile boolean idle = true;
    /// How many threads and timers use this; guarded by the table.
    int users;

    FileLocks(World world, AfsCounters counters, LockedVnode vnode) {
        this.world = world;
        this.counters = counters;
        this.vnode = vnode;
    }

    LockedVnode vnode() {
        return vnode;
    }

    /// Whether nothing is locked, waited for or to be told.
    boolean isIdle() {
        return idle;
    }

    private LockRanges of(LockRequest request) {
        return request.wholeFile() ? wholeFile : ranges;
    }

    private boolean isEnough(boolean shared) {
        return vnode.isLocal() || server == ServerLock.EXCLUSIVE || (shared && server == ServerLock.SHARED);
    }

    private boolean isUnused() {
        return ranges.isEmpty() && wholeFile.isEmpty();
    }

    /// To be called at the end of every change of the state.
    private void changedLocked() {
        idle = isUnused() && server == ServerLock.NONE && !busy && waiters == 0 && lost.isEmpty();
        changed.signalAll();
    }

    /// Takes a lock.
    ///
    /// Blocks: for calls to the server, and, if it may wait, until nothing is in the way.
    ///
    /// @param request what is wanted
    /// @param mayWait whether to wait for what is in the way
    /// @param cancelled whether nobody wants it any longer
    /// @return whether it was taken; true if it may wait
    /// @throws AfsLockLostException if locks of the owner were lost before, or by an upgrade
    /// @throws IOException if the server refuses or cannot be asked, the file is closed, or the thread is interrupted
    boolean acquire(LockRequest request, boolean mayWait, BooleanSupplier cancelled) throws IOException {
        assert HeldLocks.none();
        boolean taken = false;
        mutex.lock();
        try {
            waiters++;
            changedLocked();
        } finally {
            mutex.unlock();
        }
        try {
            taken = tryOrWait(request, mayWait, cancelled);
            return taken;
        } finally {
            mutex.lock();
            try {
                waiters--;
                changedLocked();
            } finally {
                mutex.unlock();
            }
            if (!taken) {
                giveUpIfUnused();
            }
        }
    }

    private boolean tryOrWait(LockRequest request, boolean mayWait, BooleanSupplier cancelled) throws IOException {
        boolean asked = false;
        while (true) {
            ServerLock before;
            long seenWakeups;
            mutex.lock();
            try {
                if (cancelled.getAsBoolean()) {
                    throw new AfsFileException(AfsError.EBADF, vnode.where("lock of a file that was closed"));
                }
                expireLocked();
                tellLostLocked(request.owner());
                LockRanges mine = of(request);
                if (mine.conflict(request.owner(), request.fromBytes(), request.toBytes(), request.shared()) != null) {
                    if (!mayWait) {
                        return false;
                    }
                    awaitChange(null);
                    continue;
                }
                if (isEnough(request.shared())) {
                    mine.set(request.owner(), request.fromBytes(), request.toBytes(), request.shared());
                    changedLocked();
                    return true;
                }
                if (asked && !mayWait) {
                    return false;
                }
                if (busy) {
                    awaitChange(null);
                    continue;
                }
                if (mayWait && isRefusedStill(request.shared())) {
                    awaitChange(nextTryNanos);
                    continue;
                }
                busy = true;
                before = server;
                server = ServerLock.NONE;
                seenWakeups = wakeups;
            } finally {
                mutex.unlock();
            }
            obtain(request, before, seenWakeups);
            asked = true;
        }
    }

    private boolean isRefusedStill(boolean shared) {
        return refused
                && (refusedShared || !shared)
                && wakeups == refusedAtWakeups
                && world.nanoTime() - nextTryNanos < 0;
    }

    private void awaitChange(@Nullable Long deadlineNanos) throws InterruptedIOException {
        try {
            if (deadlineNanos == null) {
                changed.await();
            } else {
                boolean inTime = changed.awaitUntil(world, deadlineNanos);
                assert inTime || world.nanoTime() - deadlineNanos >= 0;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a lock");
        }
    }

    private LockExchange exchange(ServerLock from) {
        return new LockExchange(world, counters, vnode, from, expiryNanos - LIFE_NANOS);
    }

    /// Asks the server for a lock, as the thread that is busy.
    private void obtain(LockRequest request, ServerLock before, long seenWakeups) throws IOException {
        LockExchange exchange = exchange(before);
        try {
            if (before == ServerLock.SHARED) {
                exchange.upgrade();
            } else {
                exchange.begin(request.shared());
            }
        } finally {
            mutex.lock();
            try {
                busy = false;
                server = exchange.now();
                expiryNanos = exchange.sentNanos() + LIFE_NANOS;
                if (before != ServerLock.NONE && server == ServerLock.NONE) {
                    loseLocked(request);
                }
                refused = !isEnough(request.shared());
                refusedShared = request.shared();
                refusedAtWakeups = seenWakeups;
                nextTryNanos = world.nanoTime() + POLL_NANOS;
                changedLocked();
            } finally {
                mutex.unlock();
            }
            schedule();
        }
    }

    /// Gives up what an owner has in a range.
    ///
    /// Blocks: if it was the last lock, for the write-back and the call.
    ///
    /// @throws AfsLockLostException if locks of the owner were lost: told once
    /// @throws IOException if something could not be written back; the lock is given up all the same
    void release(LockRequest request) throws IOException {
        boolean wasLost;
        mutex.lock();
        try {
            expireLocked();
            boolean any = of(request).clear(request.owner(), request.fromBytes(), request.toBytes());
            wasLost = lost.remove(request.owner());
            assert !(any && wasLost);
            changedLocked();
        } finally {
            mutex.unlock();
        }
        giveUpIfUnused();
        if (wasLost) {
            throw new AfsLockLostException(vnode.where("lock"));
        }
    }

    private void giveUpIfUnused() throws IOException {
        mutex.lock();
        try {
            while (busy && isUnused()) {
                changed.awaitUninterruptibly();
            }
            if (!isUnused() || server == ServerLock.NONE) {
                return;
            }
            busy = true;
            server = ServerLock.NONE;
        } finally {
            mutex.unlock();
        }
        // A lock that stays at the server would keep everybody out for minutes, so an interrupt waits until it is given up.
        boolean interrupted = Thread.interrupted();
        try {
            vnode.writeBackForLock();
        } finally {
            try {
                vnode.releaseLock();
            } catch (IOException e) {
                System.getLogger("org.afs4j.client").log(System.Logger.Level.DEBUG, "a lock is left to run out", e);
            } finally {
                mutex.lock();
                try {
                    busy = false;
                    changedLocked();
                } finally {
                    mutex.unlock();
                }
                schedule();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private void schedule() {
        World.@Nullable Timer previous;
        long number;
        long delayNanos;
        mutex.lock();
        try {
            previous = timer;
            timer = null;
            number = ++timerNumber;
            delayNanos = server == ServerLock.NONE ? -1 : Math.max(0, expiryNanos - LIFE_NANOS / 2 - world.nanoTime());
        } finally {
            mutex.unlock();
        }
        if (previous != null) {
            previous.cancel();
        }
        if (delayNanos >= 0) {
            schedule(number, delayNanos);
        }
    }

    private void schedule(long number, long delayNanos) {
        World.Timer next = world.schedule(delayNanos, () -> world.start("afs4j-lock", () -> prolong(number)));
        mutex.lock();
        try {
            if (number == timerNumber) {
                timer = next;
                return;
            }
        } finally {
            mutex.unlock();
        }
        next.cancel();
    }

    /// Makes sure that the server still has the lock, on a thread of its own: its half life is over, or the server may have
    /// forgotten it.
    void check() {
        prolong(-1);
    }

    private void prolong(long number) {
        LockExchange exchange;
        mutex.lock();
        try {
            while (busy) {
                changed.awaitUninterruptibly();
            }
            expireLocked();
            if (server == ServerLock.NONE || (number >= 0 && number != timerNumber)) {
                return;
            }
            busy = true;
            exchange = exchange(server);
        } finally {
            mutex.unlock();
        }
        boolean failed = false;
        boolean kept = true;
        try {
            kept = exchange.extend();
        } catch (IOException e) {
            failed = true;
            System.getLogger("org.afs4j.client").log(System.Logger.Level.DEBUG, "a lock could not be prolonged", e);
        } finally {
            mutex.lock();
            try {
                busy = false;
                expiryNanos = exchange.sentNanos() + LIFE_NANOS;
                if (!kept) {
                    loseLocked(null);
                }
                expireLocked();
                changedLocked();
            } finally {
                mutex.unlock();
            }
        }
        if (failed) {
            retry();
        } else {
            schedule();
        }
    }

    private void retry() {
        long number;
        long delayNanos;
        mutex.lock();
        try {
            if (server == ServerLock.NONE) {
                return;
            }
            number = ++timerNumber;
            delayNanos = Math.max(0, Math.min(RETRY_NANOS, expiryNanos - world.nanoTime()));
        } finally {
            mutex.unlock();
        }
        schedule(number, delayNanos);
    }

    private void expireLocked() {
        if (server != ServerLock.NONE && world.nanoTime() - expiryNanos >= 0) {
            loseLocked(null);
        }
    }

    /// The lock is gone, and with it all that is locked here. An owner of whole-file locks that lost its own by its own upgrade,
    /// with nobody else's at stake, has just given it up, as `flock` says.
    private void loseLocked(@Nullable LockRequest upgrade) {
        server = ServerLock.NONE;
        if (upgrade != null && upgrade.wholeFile()) {
            wholeFile.clear(upgrade.owner(), 0, Long.MAX_VALUE);
        }
        lost.addAll(ranges.owners());
        lost.addAll(wholeFile.owners());
        counters.add(AfsCounter.LOCKS_LOST, ranges.count() + wholeFile.count());
        ranges.removeAll();
        wholeFile.removeAll();
        changedLocked();
    }

    private void tellLostLocked(Object owner) throws AfsLockLostException {
        if (lost.remove(owner)) {
            throw new AfsLockLostException(vnode.where("lock"));
        }
    }

    /// A break of the vnode has come: the lock that was in the way may be gone (CB-8). Never blocks.
    void wake() {
        mutex.lock();
        try {
            wakeups++;
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    /// Has those who wait look again whether they still want it.
    void wakeCancelled() {
        mutex.lock();
        changed.signalAll();
        mutex.unlock();
    }

    /// Whether an owner has lost locks and has not been told.
    boolean isLost(Object owner) {
        mutex.lock();
        try {
            expireLocked();
            return lost.contains(owner);
        } finally {
            mutex.unlock();
        }
    }

    /// Whether an owner has the whole of a range.
    boolean holds(LockRequest request) {
        mutex.lock();
        try {
            expireLocked();
            return of(request).holds(request.owner(), request.fromBytes(), request.toBytes(), request.shared());
        } finally {
            mutex.unlock();
        }
    }

    /// What is in the way here of a lock, or null.
    LockRanges.@Nullable Range conflict(LockRequest request) {
        mutex.lock();
        try {
            expireLocked();
            return of(request).conflict(request.owner(), request.fromBytes(), request.toBytes(), request.shared());
        } finally {
            mutex.unlock();
        }
    }

    /// Whether the server lock would do for a lock.
    boolean hasServerLockFor(boolean shared) {
        mutex.lock();
        try {
            expireLocked();
            return isEnough(shared);
        } finally {
            mutex.unlock();
        }
    }

    /// The state now.
    LockReport report() {
        mutex.lock();
        try {
            long leftNanos = server == ServerLock.NONE ? 0 : Math.max(0, expiryNanos - world.nanoTime());
            return new LockReport(vnode, server.name(), ranges.count() + wholeFile.count(), waiters, leftNanos);
        } finally {
            mutex.unlock();
        }
    }
}
