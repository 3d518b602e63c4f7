package org.afs4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanShrinkerTest {
    private static final PlannedFault CRASH = new PlannedFault(FaultKind.CRASH, 100, 0, 1);
    private static final PlannedFault STOP = new PlannedFault(FaultKind.STOP, 200, 3000, 0);
    private static final PlannedFault LOSS = new PlannedFault(FaultKind.LOSS, 300, 3000, 0);

    private static final PlannedFault POWER = new PlannedFault(FaultKind.POWER_LOSS, 400, 3000, 0);

    private static SimulationPlan plan() {
        return new SimulationPlan(7, 40, 4, 3, 12, 4, 1, 1, 1, 3, 20, 5, 30, 100, 2, 500, List.of(CRASH, STOP, LOSS, POWER));
    }

    @Test
    void whatDoesNotMatterGoes() {
        List<SimulationPlan> told = new ArrayList<>();
        SimulationPlan smallest = new PlanShrinker(plan -> plan.faults().contains(STOP) && plan.slots() >= 3, told::add).shrink(plan(), 1000);
        assertThat(smallest.faults()).containsExactly(STOP);
        assertThat(smallest.slots()).isEqualTo(3);
        assertThat(smallest.seconds()).isEqualTo(1);
        assertThat(smallest.clients()).isEqualTo(2);
        assertThat(smallest.names()).isZero();
        assertThat(smallest.lossPerMille()).isZero();
        assertThat(smallest.locks() + smallest.pins() + smallest.skewPerMille() + smallest.disk() + smallest.diskMicros()).isZero();
        assertThat(told).isNotEmpty().last().isEqualTo(smallest);
    }

    @Test
    void aPlanThatOnlyFailsAsItIsStays() {
        assertThat(new PlanShrinker(plan -> plan.equals(plan()), plan -> {}).shrink(plan(), 1000)).isEqualTo(plan());
    }

    @Test
    void itEndsAfterAsManyRunsAsItMay() {
        int[] runs = {0};
        new PlanShrinker(plan -> ++runs[0] > 0, plan -> {}).shrink(plan(), 5);
        assertThat(runs[0]).isEqualTo(5);
    }

    @Test
    void aPlanComesBackFromItsText() {
        for (long seed = 1; seed <= 100; seed++) {
            SimulationPlan plan = SimulationPlan.of(seed);
            assertThat(SimulationPlan.parse(plan.toString())).isEqualTo(plan);
        }
    }
}
