package org.afs4j.base.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SimulatedWorldTest {
    private static final long SECOND_NANOS = 1_000_000_000L;

    @Test
    void waitsAnHourInNoTime() {
        SimulatedWorld world = new SimulatedWorld(1);
        RankedMutex mutex = new RankedMutex(LockRank.LEAF);
        RankedCondition never = mutex.newCondition();
        long start = world.nanoTime();
        world.run(() -> {
            mutex.lock();
            try {
                assertThat(never.awaitUntil(world, start + 3600 * SECOND_NANOS)).isFalse();
            } finally {
                mutex.unlock();
            }
        });
        assertThat(world.nanoTime() - start).isEqualTo(3600 * SECOND_NANOS);
    }

    @Test
    void pausesForExactlyTheTimeAsked() {
        SimulatedWorld world = new SimulatedWorld(1);
        long start = world.nanoTime();
        world.run(() -> {
            world.pause(0);
            assertThat(world.nanoTime()).isEqualTo(start);
            world.pause(3 * SECOND_NANOS);
            assertThat(world.nanoTime()).isEqualTo(start + 3 * SECOND_NANOS);
        });
    }

    /// As the JDK's cleaners do with a monitor of theirs, which every direct buffer takes.
    @Test
    void theClockStandsStillWhileAMonitorIsHeldOutside() throws InterruptedException {
        SimulatedWorld world = new SimulatedWorld(1);
        Object monitor = new Object();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch later = new CountDownLatch(1);
        AtomicReference<@Nullable Thread> inside = new AtomicReference<>();
        Thread holder = Thread.ofPlatform().start(() -> holdUntilBlocked(monitor, held, inside, later));
        held.await();
        long start = world.nanoTime();
        long[] taken = new long[1];
        List<String> order = new ArrayList<>();
        world.run(() -> {
            var _ = world.schedule(SECOND_NANOS, later::countDown);
            Thread blocked = world.start("blocked", () -> {
                inside.set(Thread.currentThread());
                synchronized (monitor) {
                    taken[0] = world.nanoTime() - start;
                }
                order.add("blocked");
            });
            world.pause(3 * SECOND_NANOS);
            order.add("paused");
            blocked.join();
        });
        holder.join();
        assertThat(taken[0]).as("simulated time that passed outside").isZero();
        assertThat(order).containsExactly("blocked", "paused");
    }

    private static void holdUntilBlocked(
            Object monitor, CountDownLatch held, AtomicReference<@Nullable Thread> inside, CountDownLatch later) {
        synchronized (monitor) {
            held.countDown();
            Thread thread = null;
            while (thread == null || thread.getState() != Thread.State.BLOCKED) {
                thread = inside.get();
                Thread.onSpinWait();
            }
            try {
                // A clock that goes on ends this at once.
                boolean _ = later.await(100, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void replaysTheSameInterleavingFromTheSameSeed() {
        assertThat(interleaving(7)).isEqualTo(interleaving(7));
        assertThat(List.of(interleaving(1), interleaving(2), interleaving(3)).stream().distinct().count())
                .as("different seeds give different interleavings")
                .isGreaterThan(1);
    }

    @SuppressWarnings("ThreadPriorityCheck") // a yield is a point at which the seed chooses
    private static List<String> interleaving(long seed) {
        SimulatedWorld world = new SimulatedWorld(seed);
        List<String> trace = new ArrayList<>();
        world.run(() -> {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String name = "t" + i;
                threads.add(world.start(name, () -> {
                    for (int step = 0; step < 3; step++) {
                        trace.add(name + step);
                        Thread.yield();
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        });
        return trace;
    }

    /// Two threads that add to a number in two steps, with a lock around each step only.
    private static int addedWithoutALock(SimulatedWorld world) {
        RankedMutex mutex = new RankedMutex(LockRank.LEAF);
        int[] number = {0};
        world.run(() -> {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                threads.add(world.start("adder " + i, () -> {
                    int seen = number[0];
                    mutex.lock();
                    mutex.unlock();
                    number[0] = seen + 1;
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        });
        return number[0];
    }

    @Test
    void comesBetweenTwoStepsAtALockOnlyWithPreemption() {
        List<Integer> without = new ArrayList<>();
        List<Integer> with = new ArrayList<>();
        for (int seed = 0; seed < 50; seed++) {
            without.add(addedWithoutALock(new SimulatedWorld(seed)));
            with.add(addedWithoutALock(new SimulatedWorld(seed, 50)));
        }
        assertThat(without).containsOnly(2);
        assertThat(with).contains(1, 2);
    }

    @Test
    void exploresAsManySchedulesAsItIsToldAndReplaysThem() {
        List<Integer> explored = new ArrayList<>();
        Schedules.explore(3, world -> explored.add(world.random().nextInt()));
        List<Integer> replayed = new ArrayList<>();
        Schedules.run(2, world -> replayed.add(world.random().nextInt()));
        assertThat(explored).doesNotHaveDuplicates().endsWith(replayed.getFirst());
    }

    @Test
    void saysWhereEachThreadWaitsWhenAProgramIsStuck() {
        SimulatedWorld world = new SimulatedWorld(5);
        RankedMutex mutex = new RankedMutex(LockRank.LEAF);
        RankedCondition never = mutex.newCondition();
        assertThatThrownBy(() -> world.run(() -> world.start("one that waits", () -> {
                            mutex.lock();
                            never.awaitUninterruptibly();
                        })
                        .join()))
                .isInstanceOfSatisfying(SimulationFailure.class, failure -> assertThat(failure.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .contains("thread one that waits waits"));
    }

    @Test
    void namesTheSeedWhenAProgramIsStuck() {
        SimulatedWorld world = new SimulatedWorld(42);
        RankedMutex mutex = new RankedMutex(LockRank.LEAF);
        RankedCondition never = mutex.newCondition();
        assertThatThrownBy(() -> world.run(() -> {
                    mutex.lock();
                    never.await();
                }))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("seed 42")
                .hasMessageContaining("stuck");
    }

    @Test
    void failsWhenAThreadOfTheWorldThrows() {
        SimulatedWorld world = new SimulatedWorld(3);
        assertThatThrownBy(() -> world.run(() -> world.start("bad", () -> {
                            throw new IllegalArgumentException("boom");
                        })
                        .join()))
                .isInstanceOf(SimulationFailure.class)
                .hasRootCauseMessage("boom");
    }
}
