package org.afs4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Whole systems under faults, from seeds: CB-1 to CB-14 and MM-1 to MM-7 as users see them.
class CoherenceSimulationTest {
    /// How many seeds run; the nightly form says 10000.
    private static final int SEEDS = Integer.getInteger("simulation.seeds", 200);

    private static final long FIRST_SEED = Long.getLong("simulation.first", 1);

    @Test
    void everyReadSeesWhatItMaySeeWhateverGoesWrong() {
        assertThat(LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS).mapToObj(SimulationPlan::of).map(CoherenceSimulation::run))
                .allSatisfy(report -> {
                    assertThat(report.violations()).as("plan %s", report.plan()).isEmpty();
                    assertThat(report.reads()).as("plan %s", report.plan()).isPositive();
                });
    }

    @Test
    void aPlanRunsTheSameWayEveryTime() {
        SimulationPlan plan = SimulationPlan.of(FIRST_SEED + 1);
        assertThat(CoherenceSimulation.run(plan)).isEqualTo(CoherenceSimulation.run(plan));
    }
}
