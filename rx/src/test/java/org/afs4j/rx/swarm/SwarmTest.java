package org.afs4j.rx.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Whatever happens, every call ends, right or with a typed error, and nothing is left of it.
class SwarmTest {
    private static final int SEEDS = 25;
    private static final Duration EACH = Duration.ofMinutes(3);

    @Test
    void everyCallEndsRightOrWithATypedErrorAndNothingLeaks() {
        int right = 0;
        int failed = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            SwarmRun.Result result = SwarmRun.run(seed, EACH);
            right += result.right();
            failed += result.failed();
        }
        assertThat(right).as("calls that ended right").isGreaterThan(20 * SEEDS);
        assertThat(failed).as("calls that met the faults").isGreaterThan(SEEDS);
    }

    @Test
    void aSeedReplaysBitForBit() {
        for (long seed = 4711; seed < 4714; seed++) {
            SwarmRun.Result once = SwarmRun.run(seed, EACH);
            assertThat(SwarmRun.run(seed, EACH)).isEqualTo(once);
            assertThat(SwarmRun.run(seed + 100, EACH).traceHash()).isNotEqualTo(once.traceHash());
        }
    }

    /// By `-Dtest.argLine=-Drx.swarm.hours=24`; `benchmarks/rx-swarm` does the same without Maven's test run.
    @Test
    @Tag("nightly")
    @EnabledIfSystemProperty(named = SwarmHours.HOURS, matches = "[0-9.]+")
    void aDayOfSimulatedTimeLeavesNoSeedThatFails() {
        assertThat(SwarmHours.run(1_000_000, Double.parseDouble(System.getProperty(SwarmHours.HOURS)), System.out)).isZero();
    }
}
