package org.afs4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.afs4j.base.simulation.Schedules;
import org.junit.jupiter.api.Test;

/// Whole systems under faults, from seeds: CB-1 to CB-14 and MM-1 to MM-7 as users see them.
class CoherenceSimulationTest {
    /// How many seeds run; the nightly form says 10000.
    private static final int SEEDS = Integer.getInteger(Schedules.COUNT_PROPERTY, 200);

    private static final int FIRST_SEED = Integer.getInteger(Schedules.FIRST_PROPERTY, 1);

    @Test
    void everyReadSeesWhatItMaySeeWhateverGoesWrong() {
        for (int seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            SimulationReport report = CoherenceSimulation.run(SimulationPlan.of(seed));
            assertThat(report.violations()).as("seed %d, plan '%s'", seed, report.plan()).isEmpty();
            assertThat(report.reads()).as("reads of seed %d", seed).isPositive();
        }
    }

    @Test
    void aPlanRunsTheSameWayEveryTime() {
        SimulationPlan plan = SimulationPlan.of(2);
        assertThat(CoherenceSimulation.run(plan)).isEqualTo(CoherenceSimulation.run(plan));
    }
}
