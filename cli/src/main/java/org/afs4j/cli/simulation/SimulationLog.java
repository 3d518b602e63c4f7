package org.afs4j.cli.simulation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.afs4j.base.world.World;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.JsonLine;
import org.afs4j.simulation.FaultKind;
import org.afs4j.simulation.PlannedFault;
import org.afs4j.simulation.SimulationPlan;
import org.afs4j.simulation.SimulationReport;
import org.afs4j.simulation.history.Violation;

/// What `afs simulate` prints: a line for each run, what a run has done wrong, and in the end the sum, once and last, be it because all
/// runs are done or because a signal has ended them.
///
/// Threads: any.
final class SimulationLog implements Ending.Resource {
    private static final double SECOND_NANOS = 1e9;
    private static final int MOST_SHOWN = 5;

    private final Output output;
    private final World world;
    private final long startNanos;
    private final boolean json;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Long> badSeeds = new ArrayList<>();
    private int good;
    private long reads;
    private double simulatedSeconds;
    private boolean ended;

    /// Where lines go.
    @FunctionalInterface
    interface Output {
        /// Writes a line.
        ///
        /// @throws IOException if nobody reads it any longer
        void print(String line) throws IOException;
    }

    /// A part of the log, written as a whole.
    @FunctionalInterface
    private interface Part {
        void write() throws IOException;
    }

    /// @param world whose time runs take
    /// @param json whether lines are JSON
    SimulationLog(Output output, World world, boolean json) {
        this.output = output;
        this.world = world;
        this.json = json;
        startNanos = world.nanoTime();
    }

    /// Whether no run has failed yet.
    boolean isAllGood() {
        lock.lock();
        try {
            return badSeeds.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void unlessEnded(Part part) throws IOException {
        lock.lock();
        try {
            if (!ended) {
                part.write();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Tells of a run.
    void ran(SimulationReport report) throws IOException {
        unlessEnded(() -> {
            reads += report.reads();
            simulatedSeconds += report.simulatedSeconds();
            if (report.isGood()) {
                good++;
            } else {
                badSeeds.add(report.plan().seed());
            }
            if (json) {
                output.print(jsonOf(report));
            } else {
                printPlain(report);
            }
        });
    }

    private static String jsonOf(SimulationReport report) {
        return new JsonLine()
                .put("event", report.isGood() ? "good" : "bad")
                .put("plan", report.plan().toString())
                .put("writes", report.writes())
                .put("reads", report.reads())
                .put("typedErrors", report.typedErrors())
                .put("simulatedSeconds", report.simulatedSeconds())
                .put("violations", report.violations().size())
                .put("first", report.isGood() ? "" : report.violations().getFirst().what())
                .end();
    }

    private void printPlain(SimulationReport report) throws IOException {
        output.print("seed %d: %s, %d clients, %d writes, %d reads, %d typed errors, %.0f s%s"
                .formatted(
                        report.plan().seed(),
                        report.isGood() ? "good" : "BAD",
                        report.plan().clients(),
                        report.writes(),
                        report.reads(),
                        report.typedErrors(),
                        report.simulatedSeconds(),
                        faults(report.plan())));
        for (Violation violation : report.violations().stream().limit(MOST_SHOWN).toList()) {
            output.print("  " + violation.what());
        }
        if (!report.isGood()) {
            output.print("  again: afs simulate --plan '" + report.plan() + "'");
        }
    }

    private static String faults(SimulationPlan plan) {
        Map<FaultKind, Long> counts = plan.faults().stream().collect(Collectors.groupingBy(PlannedFault::kind, TreeMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                .map(entry -> (entry.getValue() == 1 ? "" : entry.getValue() + " ") + entry.getKey())
                .collect(Collectors.collectingAndThen(Collectors.joining(", "), text -> text.isEmpty() ? "" : "; " + text));
    }

    /// Tells of a smaller plan that fails too.
    void smaller(SimulationPlan plan) throws IOException {
        unlessEnded(() -> {
            if (!json) {
                output.print("  fails too: " + plan);
            }
        });
    }

    /// Tells the smallest plan found that fails.
    void smallest(SimulationPlan plan) throws IOException {
        unlessEnded(() -> output.print(
                json
                        ? new JsonLine().put("event", "shrunk").put("plan", plan.toString()).end()
                        : "the smallest plan found that fails: afs simulate --plan '" + plan + "'"));
    }

    /// Tells the sum. Nothing is told after it.
    @Override
    public void close() throws IOException {
        unlessEnded(() -> {
            ended = true;
            double seconds = (world.nanoTime() - startNanos) / SECOND_NANOS;
            String bad = badSeeds.stream().map(String::valueOf).collect(Collectors.joining(", "));
            if (json) {
                output.print(new JsonLine()
                        .put("event", "end")
                        .put("good", good)
                        .put("bad", badSeeds.size())
                        .put("badSeeds", bad)
                        .put("reads", reads)
                        .put("simulatedSeconds", simulatedSeconds)
                        .put("seconds", seconds)
                        .end());
                return;
            }
            output.print("%d good, %d bad%s; %d reads checked in %.0f simulated seconds, which took %.0f s"
                    .formatted(good, badSeeds.size(), bad.isEmpty() ? "" : " (seeds " + bad + ")", reads, simulatedSeconds, seconds));
        });
    }
}
