package org.afs4j.rx.peer;

import org.afs4j.base.world.World;

/// A bound on answers to packets of strangers: so many at once, so many a second.
///
/// Threads: one at a time.
final class RateLimit {
    private final World world;
    private final long intervalNanos;
    private final int burst;
    private long fullAtNanos;

    RateLimit(World world, int perSecond, int burst) {
        this.world = world;
        this.intervalNanos = 1_000_000_000L / perSecond;
        this.burst = burst;
        this.fullAtNanos = world.nanoTime();
    }

    /// Takes one of the answers that are left.
    boolean allow() {
        long now = world.nanoTime();
        if (fullAtNanos - now < 0) {
            fullAtNanos = now;
        }
        if (fullAtNanos - now > (burst - 1) * intervalNanos) {
            return false;
        }
        fullAtNanos += intervalNanos;
        return true;
    }
}
