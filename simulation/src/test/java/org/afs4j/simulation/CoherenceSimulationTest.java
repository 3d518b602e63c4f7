package org.afs4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
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

    @Test
    void aPlanWithADiskRunsTheSameWayEveryTime() {
        SimulationPlan plan = LongStream.iterate(1, seed -> seed + 1)
                .mapToObj(SimulationPlan::of)
                .filter(each -> each.faults().stream().anyMatch(fault -> fault.kind() == FaultKind.POWER_LOSS))
                .findFirst()
                .orElseThrow();
        assertThat(CoherenceSimulation.run(plan)).isEqualTo(CoherenceSimulation.run(plan));
    }

    /// Whatever a slow disk, a server that dies again and again, and losses of power leave of the changes that were under way.
    @Test
    void whatWasStoredOutlivesTheServerAndItsPower() {
        List<PlannedFault> faults = List.of(
                new PlannedFault(FaultKind.POWER_LOSS, 1_000, 2_000, 0),
                new PlannedFault(FaultKind.SLOW_DISK, 4_000, 8_000, 0),
                new PlannedFault(FaultKind.POWER_LOSS, 6_000, 1_000, 0),
                new PlannedFault(FaultKind.QUOTA, 8_000, 5_000, 0),
                new PlannedFault(FaultKind.KILL_SERVER, 9_000, 3_000, 0),
                new PlannedFault(FaultKind.STOP, 10_000, 4_000, 0),
                new PlannedFault(FaultKind.POWER_LOSS, 11_000, 500, 0));
        SimulationPlan plan = new SimulationPlan(3, 16, 3, 3, 12, 6, 1, 1, 1, 0, 10, 0, 0, 200, 2, 4_000, faults);
        SimulationReport report = CoherenceSimulation.run(plan);
        assertThat(report.violations()).as("plan '%s'", plan).isEmpty();
        assertThat(report.writes()).isPositive();
    }

    /// CB-3: a client that closes gives its promises up if its call gets through within the time that it takes for it. In the run of this
    /// plan one did not, and all was well but for that.
    @Test
    void aPromiseThatWasNotGivenUpForLossIsNobodysFault() {
        SimulationPlan plan = SimulationPlan.parse("seed=701 seconds=14 clients=3 files=1 slots=2 names=2 mappedWrites=1 locks=0 pins=1 skewPerMille=-5"
                + " pauseMillis=13 promiseSeconds=0 lossPerMille=50 delayMicros=1594 disk=0 diskMicros=0"
                + " faults=RESTART_KEEPING@7987+18065#1;PARTITION@11221+17933#0");
        assertThat(CoherenceSimulation.run(plan).violations()).isEmpty();
    }

    /// In the run of this plan the break of a client that was cut off kept that of another back for so long that the server gave both up.
    @Test
    void aClientThatIsCutOffKeepsNobodyElsesBreakBack() {
        SimulationPlan plan = SimulationPlan.parse("seed=1094 seconds=42 clients=3 files=2 slots=1 names=1 mappedWrites=0 locks=0 pins=1 skewPerMille=-8"
                + " pauseMillis=1355 promiseSeconds=0 lossPerMille=0 delayMicros=2625 disk=0 diskMicros=0"
                + " faults=REORDERED_BREAKS@13076+13674#2;PARTITION@16848+20226#1;REORDERED_BREAKS@22819+8422#2");
        assertThat(CoherenceSimulation.run(plan).violations()).isEmpty();
    }

    /// In the run of this plan a client prolonged and gave up a lock that the server had forgotten, and with it another's: a server counts who
    /// holds a lock, and does not know them.
    @Test
    void aLockBesideOneThatTheServerForgotIsNobodysFault() {
        SimulationPlan plan = SimulationPlan.parse("seed=1618 seconds=23 clients=3 files=3 slots=5 names=0 mappedWrites=0 locks=1 pins=0 skewPerMille=0"
                + " pauseMillis=70 promiseSeconds=0 lossPerMille=46 delayMicros=838 disk=2 diskMicros=449"
                + " faults=RESTART_KEEPING@8083+8100#1;KILL_SERVER@11402+4966#1");
        assertThat(CoherenceSimulation.run(plan).violations()).isEmpty();
    }

    /// In the run of this plan a lock was given up twice by one call, whose answer was lost when the server started anew.
    @Test
    void aLockThatWasGivenUpTwiceByOneCallIsNobodysFault() {
        SimulationPlan plan = SimulationPlan.parse("seed=7454 seconds=9 clients=2 files=1 slots=2 names=3 mappedWrites=0 locks=1 pins=1 skewPerMille=6"
                + " pauseMillis=12 promiseSeconds=0 lossPerMille=4 delayMicros=3835 disk=0 diskMicros=0"
                + " faults=RESTART_KEEPING@7469+11677#1;RESTART_FORGETTING@7698+5281#1");
        assertThat(CoherenceSimulation.run(plan).violations()).isEmpty();
    }

    @Test
    void aServerInMemoryIsNotKilled() {
        List<PlannedFault> faults = List.of(new PlannedFault(FaultKind.KILL_SERVER, 1_000, 2_000, 0));
        SimulationPlan plan = SimulationPlan.of(2).withoutDisk();
        assertThatThrownBy(() -> plan.withFaults(faults)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("KILL_SERVER");
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
        SimulationPlan plan = new SimulationPlan(5, 8, 3, 2, 6, 2, 1, 1, 1, 3, 20, 0, 10, 200, 0, 0, faults);
        assertThat(CoherenceSimulation.run(plan).violations()).as("reads are stale whose break was lost").isNotEmpty();
        SimulationPlan smallest = new PlanShrinker(each -> !CoherenceSimulation.run(each).isGood(), each -> {}).shrink(plan, 60);
        assertThat(smallest.faults()).containsExactly(lost);
        assertThat(smallest.seconds()).isLessThan(plan.seconds());
        assertThat(CoherenceSimulation.run(SimulationPlan.parse(smallest.toString())).violations()).isNotEmpty();
    }
}
