package org.afs4j.client.server;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.afs4j.base.world.World;

/// Notices that the host has slept: the wall clock went on, and the clock by which promises are measured stood still, as Linux's
/// `CLOCK_MONOTONIC` does. A promise may have ended meanwhile, and then nobody breaks it (CB-12). A wall clock that was set forward looks
/// the same, and costs no more than asking again.
///
/// Threads: used by one at a time.
public final class HostSleep {
    /// What the wall clock may gain between two looks by being corrected.
    private static final long TOLERANCE_NANOS = 2_000_000_000L;

    private final World world;
    private long aheadNanos;

    /// Begins now.
    ///
    /// @param world both clocks
    public HostSleep(World world) {
        this.world = world;
        this.aheadNanos = wallAheadNanos();
    }

    /// Whether the host has slept since this was asked last.
    public boolean hasEnded() {
        long beforeNanos = aheadNanos;
        aheadNanos = wallAheadNanos();
        return aheadNanos - beforeNanos > TOLERANCE_NANOS;
    }

    private long wallAheadNanos() {
        Instant wall = world.wallTime();
        return TimeUnit.SECONDS.toNanos(wall.getEpochSecond()) + wall.getNano() - world.nanoTime();
    }
}
