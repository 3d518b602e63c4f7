package org.afs4j.base.world;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.random.RandomGenerator;

/// The real world: the system's clocks, the JDK's virtual threads and one daemon thread, `afs4j-timer`, for all timers of the
/// process.
public final class SystemWorld implements World {
    private static final SystemWorld INSTANCE = new SystemWorld();

    private final AlarmClock alarms = new AlarmClock(System::nanoTime);

    private SystemWorld() {}

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
        Alarm alarm = alarms.newAlarm(task);
        alarm.set(delayNanos);
        return alarm;
    }

    @Override
    public Alarm newAlarm(Runnable task) {
        return alarms.newAlarm(task);
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
    public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
        // Woken early or late is all the same to callers: they look at the clock themselves.
        long remainingNanos = condition.awaitNanos(nanos);
        assert remainingNanos <= nanos;
    }
}
