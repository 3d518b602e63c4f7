package org.afs4j.base.simulation;

import java.lang.reflect.Constructor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SequencedMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.random.RandomGenerator;
import org.afs4j.base.world.World;
import org.jspecify.annotations.Nullable;

/// A world that follows from one seed: virtual threads run one at a time, the seed picks which of those that could run does,
/// and the clock jumps to the next timer when none can. Ordinary blocking code runs in it unchanged, as long as it waits
/// through locks, conditions and joins, and takes time only from this world.
///
/// Invariants:
/// 1. At most one of the world's threads runs at any moment, on the thread that called [#run(Body)].
/// 2. The order of execution is a function of the seed and of the code that runs. A thread that has to wait for a monitor which some
///    other thread of the JVM holds (the JDK's cleaners hold such ones) is waited for in real time, before anything else runs.
///
/// A thread gives way where it waits, and where it yields. A world with preemption also takes the processor away from its threads
/// at points that code names by [#reachedPoint()], among them every taking and letting go of a ranked lock.
///
/// Threads: the world's own; from outside only [#run(Body)] may be called, by one thread.
///
/// Needs `--add-opens java.base/java.lang` (to the module or the unnamed module that holds this class): the JDK has no public
/// way yet to give virtual threads a scheduler. Threads that still wait when the program has ended wait for ever, and what they hold is
/// garbage only if the JVM keeps no list of them: who runs many worlds in one JVM starts it with `-Djdk.trackAllThreads=false`.
public final class SimulatedWorld implements World {
    /// Where the wall clock of every simulation starts.
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final long ORIGIN_NANOS = 1_000_000_000L;

    private static final int PATIENCE_ATTEMPTS = 20;
    private static final int MONITOR_PATIENCE_ATTEMPTS = 500;
    private static final long PATIENCE_MILLIS = 10;

    /// The world that may take the processor away from the current thread.
    private static final ScopedValue<SimulatedWorld> PREEMPTING = ScopedValue.newInstance();

    private final long seed;
    private final int preemptionPercent;
    private final SplitRandom schedulerRandom;
    private final SplitRandom random;
    private final List<Runnable> ready = new ArrayList<>();

    /// The threads that live, in the order of their start, by the continuation that the JDK gives to the scheduler: one a thread, for
    /// all of its life.
    private final SequencedMap<Runnable, Thread> alive = new LinkedHashMap<>();

    /// The thread that is being started, whose continuation is still to come.
    private @Nullable Thread starting;
    private final PriorityQueue<SimulatedTimer> timers =
            new PriorityQueue<>(Comparator.comparingLong(SimulatedTimer::atNanos).thenComparingLong(SimulatedTimer::order));
    private final Thread.Builder.OfVirtual threads = builder(this::makeReady);
    private long nowNanos = ORIGIN_NANOS;
    private long nextOrder;
    private @Nullable Throwable failure;

    /// Makes a world whose threads give way only where they wait or yield.
    ///
    /// @param seed what everything in it follows from
    public SimulatedWorld(long seed) {
        this(seed, 0);
    }

    /// Makes a world with preemption.
    ///
    /// @param seed what everything in it follows from
    /// @param preemptionPercent at how many of a hundred points the seed lets another thread run, 0 to 100
    public SimulatedWorld(long seed, int preemptionPercent) {
        this.seed = seed;
        this.preemptionPercent = preemptionPercent;
        this.schedulerRandom = new SplitRandom(seed);
        this.random = new SplitRandom(seed ^ 0x5DEECE66DL);
    }

    /// A program that runs in the world.
    @FunctionalInterface
    public interface Body {
        /// Runs the program on a thread of the world.
        ///
        /// @throws Exception whatever makes the run fail
        void run() throws Exception;
    }

    /// Runs a program to its end, and with it whatever threads and timers it starts, as far as they are needed.
    ///
    /// @param body the program
    /// @throws SimulationFailure if the program or one of its threads threw, or if the program can never go on (deadlock: nothing
    ///     can run and no timer waits); its message names the seed that replays the run, and where each thread waits is suppressed in it
    public void run(Body body) {
        Thread main = start("simulation", () -> {
            try {
                body.run();
            } catch (Throwable thrown) {
                fail(thrown);
            }
        });
        while (main.isAlive() && failure == null) {
            step(main);
        }
        if (failure != null) {
            throw new SimulationFailure(seed, "failed at " + elapsed(), failure);
        }
    }

    private void step(Thread main) {
        Runnable next = takeReady();
        if (next != null) {
            next.run();
            awaitMonitor(next);
            return;
        }
        SimulatedTimer timer = timers.poll();
        if (timer == null && awaitReady(null, PATIENCE_ATTEMPTS)) {
            return;
        }
        if (timer == null) {
            SimulationFailure stuck = new SimulationFailure(seed, "stuck at " + elapsed() + ": nothing can run", null);
            stuck.setStackTrace(main.getStackTrace());
            for (Thread thread : living()) {
                Throwable where = new Throwable("thread " + thread.getName() + " waits");
                where.setStackTrace(thread.getStackTrace());
                stuck.addSuppressed(where);
            }
            throw stuck;
        }
        if (!timer.cancelled) {
            nowNanos = Math.max(nowNanos, timer.atNanos);
            start("timer", timer.task);
        }
    }

    private String elapsed() {
        return (nowNanos - ORIGIN_NANOS) / 1_000_000 + " ms";
    }

    /// Names a point at which another thread may come between. Without effect but in a world with preemption.
    ///
    /// @return true, so that callers write `assert SimulatedWorld.reachedPoint()`
    public static boolean reachedPoint() {
        if (PREEMPTING.isBound()) {
            PREEMPTING.get().preempt();
        }
        return true;
    }

    @SuppressWarnings("ThreadPriorityCheck") // the yield hands over to this world's scheduler
    private void preempt() {
        if (schedulerRandom.nextInt(100) < preemptionPercent) {
            Thread.yield();
        }
    }

    private synchronized void makeReady(Runnable continuation) {
        if (starting != null && alive.putIfAbsent(continuation, starting) == null) {
            starting = null;
        }
        ready.add(continuation);
        notifyAll();
    }

    /// Waits until a thread that has just run has the monitor that it waits for, if it does: its turn was not over, and the clock must
    /// not move meanwhile. Not for ever, as the holder may be a thread of this world, which then has to go on.
    private void awaitMonitor(Runnable ran) {
        Thread thread = continuedBy(ran);
        switch (thread.getState()) {
            // Runnable is who has the monitor already, though whoever let it go may still be about to say so, and who has only yielded.
            case BLOCKED, RUNNABLE -> {
                boolean _ = awaitReady(ran, MONITOR_PATIENCE_ATTEMPTS);
            }
            case TERMINATED -> forget(ran);
            case NEW, WAITING, TIMED_WAITING -> {}
        }
    }

    private synchronized Thread continuedBy(Runnable continuation) {
        return Objects.requireNonNull(alive.get(continuation));
    }

    private synchronized void forget(Runnable continuation) {
        alive.remove(continuation);
    }

    private synchronized List<Thread> living() {
        return List.copyOf(alive.values());
    }

    /// Waits for a thread that may be waiting for a lock within the JDK which a thread of the JVM holds: nobody else wakes a thread
    /// of the world from outside.
    ///
    /// @param awaited the thread's continuation; null for any
    /// @param attempts how often it is waited for, [#PATIENCE_MILLIS] each
    private synchronized boolean awaitReady(@Nullable Runnable awaited, int attempts) {
        try {
            for (int i = 0; !isReady(awaited) && i < attempts; i++) {
                wait(PATIENCE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return isReady(awaited);
    }

    private boolean isReady(@Nullable Runnable awaited) {
        return awaited == null ? !ready.isEmpty() : ready.contains(awaited);
    }

    private synchronized @Nullable Runnable takeReady() {
        return ready.isEmpty() ? null : ready.remove(schedulerRandom.nextInt(ready.size()));
    }

    private void fail(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        }
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public Instant wallTime() {
        return START.plusNanos(nowNanos - ORIGIN_NANOS);
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public Thread start(String name, Runnable body) {
        Runnable preempted = preemptionPercent == 0 ? body : () -> ScopedValue.where(PREEMPTING, this).run(body);
        Thread thread = threads.name(name).uncaughtExceptionHandler((_, thrown) -> fail(thrown)).unstarted(preempted);
        starting = thread;
        thread.start();
        return thread;
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        SimulatedTimer timer = new SimulatedTimer(nowNanos + Math.max(0, delayNanos), nextOrder++, task);
        timers.add(timer);
        return timer;
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
    public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
        Timer timer = schedule(nanos, () -> {
            lock.lock();
            try {
                condition.signalAll();
            } finally {
                lock.unlock();
            }
        });
        try {
            condition.await();
        } finally {
            timer.cancel();
        }
    }

    private static Thread.Builder.OfVirtual builder(Executor scheduler) {
        try {
            Constructor<?> constructor =
                    Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder").getDeclaredConstructor(Executor.class);
            constructor.setAccessible(true);
            return (Thread.Builder.OfVirtual) constructor.newInstance(scheduler);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalStateException("a simulation needs a JDK 25 started with --add-opens java.base/java.lang=ALL-UNNAMED", e);
        }
    }

    private static final class SimulatedTimer implements Timer {
        private final long atNanos;
        private final long order;
        private final Runnable task;
        private boolean cancelled;

        SimulatedTimer(long atNanos, long order, Runnable task) {
            this.atNanos = atNanos;
            this.order = order;
            this.task = task;
        }

        long atNanos() {
            return atNanos;
        }

        long order() {
            return order;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    /// A small generator of our own kind of use: one thread at a time, state in one word, the same on every JDK.
    private static final class SplitRandom implements RandomGenerator {
        private long state;

        SplitRandom(long seed) {
            this.state = seed;
        }

        @Override
        public long nextLong() {
            state += 0x9E3779B97F4A7C15L;
            long z = state;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            return z ^ (z >>> 31);
        }
    }
}
