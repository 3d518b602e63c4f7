package org.afs4j.client.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.client.counter.AfsCounters;
import org.junit.jupiter.api.Test;

/// The prober looks for silent servers as long as the client lives.
class ServerProberTest {
    @Test
    void oneLookThatFailsDoesNotEndTheProbing() {
        SimulatedWorld world = new SimulatedWorld(1);
        int[] looks = new int[1];
        world.run(() -> {
            RankedMutex mutex = new RankedMutex(LockRank.LEAF);
            RankedCondition never = mutex.newCondition();
            try (ServerProber prober = new ServerProber(world, new ServerProbe(world, new AfsCounters(), 8_000), 8_000, () -> {
                looks[0]++;
                if (looks[0] == 2) {
                    throw new IllegalStateException("on purpose, to be logged");
                }
                return Set.of();
            }, List::of)) {
                assertThat(prober).isNotNull();
                long untilNanos = world.nanoTime() + 8_500;
                mutex.lock();
                try {
                    while (never.awaitUntil(world, untilNanos)) {
                        // until the time has come
                    }
                } finally {
                    mutex.unlock();
                }
            }
        });
        assertThat(looks[0]).isEqualTo(8);
    }
}
