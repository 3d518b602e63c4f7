package org.afs4j.client.lock;

import java.io.IOException;
import org.afs4j.base.world.World;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.counter.AfsCounters;

/// One change, or one prolongation, of the lock that a file server has given us; it tells what we have, also when it fails half way.
///
/// Threads: one. Blocks: for calls to the server; no lock is held.
final class LockExchange {
    private final World world;
    private final AfsCounters counters;
    private final LockedVnode vnode;
    private ServerLock now;
    private long sentNanos;

    /// Makes an exchange.
    ///
    /// @param from what we have
    /// @param sentNanos when what we have was asked for, or prolonged, last
    LockExchange(World world, AfsCounters counters, LockedVnode vnode, ServerLock from, long sentNanos) {
        this.world = world;
        this.counters = counters;
        this.vnode = vnode;
        this.now = from;
        this.sentNanos = sentNanos;
    }

    /// What we have now.
    ServerLock now() {
        return now;
    }

    /// When what we have was asked for, or prolonged, last: the server counts its life from later on.
    long sentNanos() {
        return sentNanos;
    }

    private boolean set(boolean exclusive) throws IOException {
        long askedNanos = world.nanoTime();
        counters.count(AfsCounter.LOCK_REQUESTS);
        boolean granted = vnode.setLock(exclusive);
        if (granted) {
            now = exclusive ? ServerLock.EXCLUSIVE : ServerLock.SHARED;
            sentNanos = askedNanos;
        }
        return granted;
    }

    /// From nothing: with a promise first, so that the release of what is in the way breaks it (CB-8), and a look at the status
    /// afterwards, so that what is read under the lock is what the last holder left.
    void begin(boolean shared) throws IOException {
        vnode.validateForLock();
        if (!set(!shared)) {
            return;
        }
        boolean current = false;
        try {
            vnode.validateForLock();
            current = true;
        } finally {
            if (!current) {
                now = ServerLock.NONE;
                vnode.releaseLock();
            }
        }
    }

    /// From shared to exclusive. The protocol has no exchange, so the shared lock is given up only if nobody else shares it; who
    /// takes the lock in between has it.
    void upgrade() throws IOException {
        if (vnode.askLockCount() > 1) {
            return;
        }
        vnode.writeBackForLock();
        vnode.releaseLock();
        now = ServerLock.NONE;
        if (!set(true)) {
            boolean back = set(false);
            assert back == (now == ServerLock.SHARED);
        }
    }

    /// Prolongs what we have. A server that knows of no lock is asked for it anew: it is as if it had never gone if we get it, and
    /// nobody has changed the file meanwhile.
    ///
    /// @return whether we still have it
    boolean extend() throws IOException {
        long askedNanos = world.nanoTime();
        counters.count(AfsCounter.LOCK_EXTENSIONS);
        if (vnode.extendLock()) {
            sentNanos = askedNanos;
            return true;
        }
        long dataVersion = vnode.knownDataVersion();
        if (!set(now == ServerLock.EXCLUSIVE)) {
            return false;
        }
        if (vnode.askLockCount() == 0 || vnode.knownDataVersion() != dataVersion) {
            vnode.releaseLock();
            return false;
        }
        counters.count(AfsCounter.LOCKS_RECLAIMED);
        return true;
    }
}
