package org.afs4j.base.world;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.random.RandomGenerator;

/// The real world: the system's clocks, the JDK's virtual threads and one daemon thread, `afs4j-timer`, for all timers of the
/// process.
public final class SystemWorld implements World {
    private static final SystemWorld INSTANCE = new SystemWorld();

    private final ScheduledThreadPoolExecutor timers;

    private SystemWorld() {
        timers = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "afs4j-timer");
            thread.setDaemon(true);
            return thread;
        });
        timers.setRemoveOnCancelPolicy(true);
    }

    /// The real world of this process.
    public static SystemWorld instance() {
        return INSTANCE;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Instant wallTime() {
        return Clock.systemUTC().instant();
    }

    @Override
    public RandomGenerator random() {
        return ThreadLocalRandom.current();
    }

    @Override
    public Thread start(String name, Runnable body) {
        return Thread.ofVirtual().name(name).start(body);
    }

    @Override
    public Thread startWorker(String name, Runnable body) {
        return Thread.ofPlatform().daemon().name(name).start(body);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        ScheduledFuture<?> future = timers.schedule(() -> runReporting(task), delayNanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
    public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
        // Woken early or late is all the same to callers: they look at the clock themselves.
        long remainingNanos = condition.awaitNanos(nanos);
        assert remainingNanos <= nanos;
    }

    /// An executor keeps what a task throws to itself; a timer's failure must be seen.
    private static void runReporting(Runnable task) {
        try {
            task.run();
        } catch (Throwable failure) {
            System.getLogger("org.afs4j.base").log(System.Logger.Level.ERROR, "a timer failed", failure);
            throw failure;
        }
    }
}
