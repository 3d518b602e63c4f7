package org.afs4j.rx.engine;

import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.jspecify.annotations.Nullable;

/// Forgets connections that nobody has used for long: those of peers, and ours with their paths. It runs while there are any.
///
/// Ours are not refused when they are too many, for it is we who ask for them; but then those without a call go, whatever their age.
///
/// Threads: the timer; [#makeRoom] by callers. Locks: none is held but to set the timer.
final class IdleSweep {
    /// How often connections are looked at for their age.
    private static final long SWEEP_NANOS = 60_000_000_000L;

    /// Connections of ours beyond which those without a call are forgotten.
    static final int MAX_CLIENT_CONNECTIONS = 8192;

    /// How long no room is made after it was.
    private static final long PAUSE_NANOS = 1_000_000_000L;

    private final Endpoint endpoint;
    private final AtomicInteger clientConnections = new AtomicInteger();
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private World.@Nullable Timer timer;
    private boolean closed;
    private boolean madeRoom;
    private long madeRoomNanos;

    IdleSweep(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /// Sees to it that the sweep runs; there is a connection.
    void arm() {
        mutex.lock();
        try {
            if (timer == null && !closed) {
                timer = endpoint.world.schedule(SWEEP_NANOS, this::run);
            }
        } finally {
            mutex.unlock();
        }
    }

    private void run() {
        long idleNanos = endpoint.options.limits().connectionIdleTimeout().toNanos();
        endpoint.servers.forgetIdle(idleNanos);
        collectPaths(idleNanos);
        mutex.lock();
        try {
            timer = null;
        } finally {
            mutex.unlock();
        }
        if (endpoint.hasConnections()) {
            arm();
        }
    }

    private void collectPaths(long idleNanos) {
        long now = endpoint.world.nanoTime();
        for (ClientPath path : endpoint.allPaths()) {
            if (path.collect(idleNanos, now)) {
                endpoint.remove(path);
            }
        }
    }

    /// Takes note of a connection of ours.
    void added() {
        clientConnections.incrementAndGet();
    }

    /// Takes note that a connection of ours is gone.
    void removed() {
        clientConnections.decrementAndGet();
    }

    /// Before a call of ours may need a connection more: forgets those without a call if there are too many.
    void makeRoom() {
        if (clientConnections.get() >= MAX_CLIENT_CONNECTIONS && mayMakeRoom()) {
            collectPaths(0);
        }
    }

    private boolean mayMakeRoom() {
        long now = endpoint.world.nanoTime();
        mutex.lock();
        try {
            boolean may = !madeRoom || now - madeRoomNanos >= PAUSE_NANOS;
            if (may) {
                madeRoom = true;
                madeRoomNanos = now;
            }
            return may;
        } finally {
            mutex.unlock();
        }
    }

    /// Stops it for good.
    void close() {
        mutex.lock();
        try {
            closed = true;
            if (timer != null) {
                timer.cancel();
                timer = null;
            }
        } finally {
            mutex.unlock();
        }
    }
}
