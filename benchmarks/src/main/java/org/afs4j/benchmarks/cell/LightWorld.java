package org.afs4j.benchmarks.cell;

import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.random.RandomGenerator;
import org.afs4j.base.world.World;

/// A world whose workers are virtual threads: for so many endpoints in one process that a thread of the system for each would be
/// what is measured.
///
/// @param world where everything else comes from
record LightWorld(World world) implements World {
    @Override
    public long nanoTime() {
        return world.nanoTime();
    }

    @Override
    public Instant wallTime() {
        return world.wallTime();
    }

    @Override
    public RandomGenerator random() {
        return world.random();
    }

    @Override
    public Thread start(String name, Runnable body) {
        return world.start(name, body);
    }

    @Override
    public Thread startWorker(String name, Runnable body) {
        return world.start(name, body);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return world.schedule(delayNanos, task);
    }

    @Override
    public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
        world.await(lock, condition, nanos);
    }
}
