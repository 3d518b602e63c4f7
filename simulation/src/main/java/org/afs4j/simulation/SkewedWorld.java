package org.afs4j.simulation;

import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.afs4j.base.world.DelegatingWorld;
import org.afs4j.base.world.World;

/// A world as a machine with a bad clock sees it: its time of day is off by hours, and its seconds are longer or shorter than others'.
///
/// Threads: as the world beneath.
final class SkewedWorld extends DelegatingWorld {
    private static final long HOUR_SECONDS = 3600;

    private final int skewPerMille;
    private final long startNanos;

    /// @param world the one beneath
    /// @param skewPerMille how much faster the clock is, negative for slower; by as many hours its time of day is off
    SkewedWorld(World world, int skewPerMille) {
        super(world);
        this.skewPerMille = skewPerMille;
        this.startNanos = world.nanoTime();
    }

    private long beneath(long nanos) {
        return nanos - Math.floorDiv(nanos * skewPerMille, 1000L + skewPerMille);
    }

    @Override
    public long nanoTime() {
        long passed = world.nanoTime() - startNanos;
        return startNanos + passed + Math.floorDiv(passed * skewPerMille, 1000L);
    }

    @Override
    public Instant wallTime() {
        return world.wallTime().plusSeconds(skewPerMille * HOUR_SECONDS);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return world.schedule(beneath(delayNanos), task);
    }

    @Override
    public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
        // A nanosecond more, so that who wakes finds his time over.
        world.await(lock, condition, beneath(nanos) + 1);
    }
}
