package org.afs4j.client.callback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.simulation.SimulatedWorld;
import org.junit.jupiter.api.Test;

/// CB-11: what is slow happens after the answer, elsewhere; MM-7: shutting down waits for it.
class StripQueueTest {
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
