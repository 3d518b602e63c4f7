package org.afs4j.client.callback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.simulation.SimulatedWorld;
import org.junit.jupiter.api.Test;

/// CB-11: what is slow happens after the answer, elsewhere; MM-7: shutting down waits for it.
class StripQueueTest {
    private static final long PAUSE_NANOS = 1_000_000;

    @Test
    void stripsInOrderOnItsOwnThreadAndFinishesBeforeItCloses() {
        SimulatedWorld world = new SimulatedWorld(5);
        List<String> done = new ArrayList<>();
        world.run(() -> {
            StripQueue queue = new StripQueue(world);
            Thread caller = Thread.currentThread();
            for (int i = 0; i < 3; i++) {
                String name = "strip" + i;
                queue.add(name, () -> {
                    assertThat(Thread.currentThread()).isNotSameAs(caller);
                    done.add(name);
                });
            }
            queue.close();
            assertThat(done).containsExactly("strip0", "strip1", "strip2");
            queue.add("late", () -> done.add("too late"));
        });
        assertThat(done).hasSize(3);
    }

    /// MM-11: strict strips go first and are waited for, but not for ever.
    @Test
    void letsAnAnswerWaitForStrictStripsWithinABound() {
        SimulatedWorld world = new SimulatedWorld(7);
        List<String> done = new ArrayList<>();
        world.run(() -> {
            StripQueue queue = new StripQueue(world);
            assertThat(queue.awaitStrict(0)).as("nothing is queued").isTrue();
            queue.add(new Object(), () -> pause(world));
            Object both = new Object();
            queue.add(new Object(), () -> done.add("not strict"));
            queue.add(both, () -> done.add("never"));
            queue.add(both, () -> done.add("strict"), true);
            assertThat(queue.awaitStrict(10 * PAUSE_NANOS)).isTrue();
            assertThat(done).isSubsetOf("strict", "not strict").contains("strict");
            queue.add(new Object(), () -> pause(world), true);
            long beginNanos = world.nanoTime();
            assertThat(queue.awaitStrict(PAUSE_NANOS / 1000)).as("the bound").isFalse();
            assertThat(world.nanoTime() - beginNanos).isLessThan(PAUSE_NANOS);
            queue.close();
        });
        assertThat(done).containsOnlyOnce("strict", "not strict").doesNotContain("never");
    }

    /// Whoever must not believe what a break took back waits for what the break has queued, and for nothing that comes later.
    @Test
    void letsOthersWaitForAllThatIsQueuedWithinABound() {
        SimulatedWorld world = new SimulatedWorld(8);
        List<String> done = new ArrayList<>();
        world.run(() -> {
            StripQueue queue = new StripQueue(world);
            assertThat(queue.awaitQueued(0)).as("nothing is queued").isTrue();
            Object escalated = new Object();
            queue.add(new Object(), () -> pause(world));
            queue.add(new Object(), () -> {
                done.add("first");
                queue.add(new Object(), () -> pause(world));
            });
            queue.add(escalated, () -> done.add("never"));
            queue.add(escalated, () -> done.add("strict"), true);
            assertThat(queue.awaitQueued(10 * PAUSE_NANOS)).isTrue();
            assertThat(done).containsExactly("strict", "first");
            queue.add(new Object(), () -> done.add("last"));
            assertThat(queue.awaitQueued(PAUSE_NANOS / 1000)).as("the bound").isFalse();
            queue.close();
            assertThat(queue.awaitQueued(PAUSE_NANOS)).as("it is closed").isFalse();
        });
        assertThat(done).containsExactly("strict", "first", "last");
    }

    private static void pause(SimulatedWorld world) {
        RankedMutex mutex = new RankedMutex(LockRank.LEAF);
        mutex.lock();
        try {
            boolean ignored = mutex.newCondition().awaitUntil(world, world.nanoTime() + PAUSE_NANOS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            mutex.unlock();
        }
    }

    @Test
    void goesOnAfterAStripThatFails() {
        SimulatedWorld world = new SimulatedWorld(6);
        List<String> done = new ArrayList<>();
        world.run(() -> {
            StripQueue queue = new StripQueue(world);
            queue.add(new Object(), () -> {
                throw new IllegalStateException("on purpose, to be logged");
            });
            queue.add(new Object(), () -> done.add("next"));
            queue.close();
        });
        assertThat(done).containsExactly("next");
    }
}
