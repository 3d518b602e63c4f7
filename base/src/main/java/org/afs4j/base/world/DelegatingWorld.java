package org.afs4j.base.world;

import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.random.RandomGenerator;

/// A world that is another one but for what a subclass says. Alarms are made of its own timers.
///
/// Threads: as the world beneath.
public abstract class DelegatingWorld implements World {
    /// The world beneath.
    protected final World world;

    /// Makes a world.
    ///
    /// @param world the one beneath
    protected DelegatingWorld(World world) {
        this.world = world;
    }

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
        return world.startWorker(name, body);
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
