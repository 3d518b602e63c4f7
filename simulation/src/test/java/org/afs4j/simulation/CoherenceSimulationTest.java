package org.afs4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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

    /// A run that fails for one fault among others is cut down to that fault, and the shorter plan fails by itself, from its text.
    @Test
    void aRunThatFailsIsShrunkToWhatItFailsFor() {
        PlannedFault lost = new PlannedFault(FaultKind.LOSE_BREAKS, 100, 0, 0);
        List<PlannedFault> faults = List.of(
                lost,
                new PlannedFault(FaultKind.PARTITION, 4_000, 500, 1),
                new PlannedFault(FaultKind.RESTART_KEEPING, 6_000, 0, 0),
                new PlannedFault(FaultKind.QUOTA, 7_000, 900, 0));
        SimulationPlan plan = new SimulationPlan(5, 8, 3, 2, 6, 2, 1, 1, 1, 3, 20, 0, 10, 200, faults);
        assertThat(CoherenceSimulation.run(plan).violations()).as("reads are stale whose break was lost").isNotEmpty();
        SimulationPlan smallest = new PlanShrinker(each -> !CoherenceSimulation.run(each).isGood(), each -> {}).shrink(plan, 60);
        assertThat(smallest.faults()).containsExactly(lost);
        assertThat(smallest.seconds()).isLessThan(plan.seconds());
        assertThat(CoherenceSimulation.run(SimulationPlan.parse(smallest.toString())).violations()).isNotEmpty();
    }
}
