package org.afs4j.base.world;

import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/// Time, timers, randomness and threads, as a component sees them. The real one is [SystemWorld]; a simulated one makes whole
/// systems run from one seed. Nothing in afs4j reads a clock, draws a random number, starts a thread or waits with a time-out
/// except through its world.
public interface World {
    /// The monotonic clock, nanoseconds from an arbitrary origin; differences count, and may be taken across 2⁶³.
    long nanoTime();

    /// The wall clock, for file times and expiry that servers name in wall time.
    Instant wallTime();

    /// The source of randomness; safe for use by many threads.
    RandomGenerator random();

    /// Starts a virtual thread.
    ///
    /// @param name its name
    /// @param body what it runs; what escapes it goes to the thread's uncaught exception handler
    Thread start(String name, Runnable body);

    /// Starts a thread that is kept for much work, one piece after the other, where that is best done by a thread of the system's:
    /// one that waits and wakes often. It keeps no process alive. A world that chooses who runs gives one of its own.
    ///
    /// @param name its name
    /// @param body what it runs; what escapes it goes to the thread's uncaught exception handler
    default Thread startWorker(String name, Runnable body) {
        return start(name, body);
    }

    /// Runs a task later.
    ///
    /// @param delayNanos how much later, 0 or more
    /// @param task short work that never blocks for long: it may take locks of leaf ranks and wake threads
    /// @return the handle that takes it back
    Timer schedule(long delayNanos, Runnable task);

    /// Makes an alarm: a task that runs later again and again, each time that it was set.
    ///
    /// @param task short work as that of [#schedule]
    default Alarm newAlarm(Runnable task) {
        return new RescheduledAlarm(this, task);
    }

    /// Waits on a condition for a bounded time; [org.afs4j.base.lock.RankedCondition] is the form to use.
    ///
    /// @param lock the lock of the condition, held
    /// @param condition what to wait on
    /// @param nanos the bound, more than 0
    /// @throws InterruptedException if the thread is interrupted
    void await(Lock lock, Condition condition, long nanos) throws InterruptedException;

    /// Waits for some time to pass.
    ///
    /// @param nanos how long; 0 or less returns at once
    /// @throws InterruptedException if the thread is interrupted
    default void pause(long nanos) throws InterruptedException {
        Lock lock = new ReentrantLock();
        Condition never = lock.newCondition();
        long untilNanos = nanoTime() + nanos;
        lock.lock();
        try {
            for (long leftNanos = nanos; leftNanos > 0; leftNanos = untilNanos - nanoTime()) {
                await(lock, never, leftNanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /// A task that waits for its time.
    interface Timer {
        /// Takes the task back; without effect if it has run or is running.
        void cancel();
    }

    /// A task that has one time at most, which may change.
    ///
    /// Threads: one at a time, unless the world's own says otherwise; a task that is already running may meet the next time being set.
    interface Alarm extends Timer {
        /// Has the task run once, at another time than was set before, if any was.
        ///
        /// @param delayNanos how much later, 0 or more
        void set(long delayNanos);
    }
}
