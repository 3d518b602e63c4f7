package org.afs4j.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Looks for a smaller plan that fails too: without one of the faults, with less of everything, with a network that loses nothing.
public final class PlanShrinker {
    private final Predicate<SimulationPlan> fails;
    private final Consumer<SimulationPlan> progress;

    /// Makes a shrinker.
    ///
    /// @param fails whether a plan fails: runs it
    /// @param progress told each smaller plan that fails
    public PlanShrinker(Predicate<SimulationPlan> fails, Consumer<SimulationPlan> progress) {
        this.fails = fails;
        this.progress = progress;
    }

    /// Shrinks.
    ///
    /// Blocks: for as many runs as it takes, at most.
    ///
    /// @param plan one that fails
    /// @param mostRuns how many runs it may take
    /// @return the smallest plan found that fails; the plan itself if none is
    public SimulationPlan shrink(SimulationPlan plan, int mostRuns) {
        SimulationPlan smallest = plan;
        int runs = 0;
        boolean smaller = true;
        while (smaller) {
            smaller = false;
            for (SimulationPlan candidate : smallerThan(smallest)) {
                if (runs++ >= mostRuns) {
                    return smallest;
                }
                if (fails.test(candidate)) {
                    smallest = candidate;
                    progress.accept(candidate);
                    smaller = true;
                    break;
                }
            }
        }
        return smallest;
    }

    private static List<SimulationPlan> smallerThan(SimulationPlan plan) {
        List<SimulationPlan> candidates = new ArrayList<>();
        int faults = plan.faults().size();
        if (faults > 1) {
            candidates.add(plan.withFaults(plan.faults().subList(0, faults / 2)));
            candidates.add(plan.withFaults(plan.faults().subList(faults / 2, faults)));
        }
        for (int fault = 0; fault < faults; fault++) {
            List<PlannedFault> others = new ArrayList<>(plan.faults());
            others.remove(fault);
            candidates.add(plan.withFaults(others));
        }
        Stream.of(
                        plan.with("lossPerMille", 0),
                        plan.with("promiseSeconds", 0),
                        plan.withPlainUse(),
                        plan.withoutDisk(),
                        plan.with("diskMicros", 0),
                        plan.with("locks", 0),
                        plan.with("pins", 0),
                        plan.with("mappedWrites", 0),
                        plan.with("clients", Math.max(2, plan.clients() - 1)),
                        plan.with("seconds", (plan.seconds() + 1) / 2),
                        plan.with("seconds", Math.max(1, plan.seconds() * 4 / 5)),
                        plan.with("files", (plan.files() + 1) / 2),
                        plan.with("names", plan.names() / 2),
                        plan.with("slots", (plan.slots() + 1) / 2))
                .filter(candidate -> !candidate.equals(plan))
                .forEach(candidates::add);
        return candidates;
    }
}
