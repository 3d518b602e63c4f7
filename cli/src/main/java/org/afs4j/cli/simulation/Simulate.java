package org.afs4j.cli.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.afs4j.cli.command.AfsCommand;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.simulation.CoherenceSimulation;
import org.afs4j.simulation.PlanShrinker;
import org.afs4j.simulation.SimulationPlan;
import org.afs4j.simulation.SimulationReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `afs simulate`: clients, a cell, a network and faults in this process, from seeds, and a check of what every reader saw.
@Command(
        name = "simulate",
        description = {
            "Run clients, a cell and a network that fails, in one process from one seed, and check what every reader saw:",
            "no read may miss what was stored before it began, and none may go back.",
            "A run that fails prints its plan, and the smallest plan found that fails too; --plan brings either back, bit for bit.",
            "Ctrl-C ends it, with the sum so far. It ends with 1 if a run has failed."
        },
        sortOptions = false,
        footer = {"", "Examples:", "  afs simulate --seed 1 --minutes 2", "  afs simulate --seed 7 --seeds 100 --json"})
public final class Simulate extends AfsCommand {
    private static final long MINUTE_NANOS = 60_000_000_000L;
    private static final int DEFAULT_SEEDS = 10;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "The first seed. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--seeds", paramLabel = "COUNT", description = "How many seeds, one after another. Default: 10, or as many as --minutes allows.")
    private @Nullable Integer seeds;

    @Option(names = "--minutes", paramLabel = "M", description = "Begin no further seed after this time.")
    private @Nullable Double minutes;

    @Option(names = "--plan", paramLabel = "TEXT", description = "Run this plan instead, as a run that failed has printed it.")
    private @Nullable String plan;

    @Option(
            names = "--shrink-runs",
            paramLabel = "COUNT",
            defaultValue = "100",
            description = "How many runs to spend on a smaller plan that fails. Default: ${DEFAULT-VALUE}.")
    private int shrinkRuns;

    @Option(names = "--json", description = "A line of JSON for each run, and one in the end.")
    private boolean json;

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Simulate(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(Ending ending) throws IOException {
        if ((seeds != null && seeds < 1) || (minutes != null && !(minutes > 0)) || shrinkRuns < 0) {
            throw wrongUsage("--seeds and --minutes are more than 0, --shrink-runs is not less");
        }
        SimulationPlan only = plan == null ? null : parse(plan);
        // The sum is told also to who has seen enough and says so by a signal.
        SimulationLog log = new SimulationLog(this::print, surroundings().world(), json);
        ending.closes(log);
        if (only != null) {
            run(only, log);
        } else {
            runSeeds(ending, log);
        }
        return log.isAllGood() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void runSeeds(Ending ending, SimulationLog log) throws IOException {
        long startNanos = surroundings().world().nanoTime();
        long count = seeds != null ? seeds : minutes != null ? Long.MAX_VALUE : DEFAULT_SEEDS;
        for (long next = 0; next < count && !ending.hasBegun(); next++) {
            if (minutes != null && surroundings().world().nanoTime() - startNanos > minutes * MINUTE_NANOS) {
                return;
            }
            run(SimulationPlan.of(seed + next), log);
        }
    }

    private SimulationPlan parse(String text) {
        try {
            return SimulationPlan.parse(text);
        } catch (IllegalArgumentException e) {
            throw wrongUsage("--plan: " + e.getMessage());
        }
    }

    private void run(SimulationPlan next, SimulationLog log) throws IOException {
        SimulationReport report = CoherenceSimulation.run(next);
        log.ran(report);
        if (!report.isGood()) {
            log.smallest(shrink(next, log));
        }
    }

    private SimulationPlan shrink(SimulationPlan failing, SimulationLog log) throws IOException {
        try {
            return new PlanShrinker(plan -> !CoherenceSimulation.run(plan).isGood(), smaller -> {
                        try {
                            log.smaller(smaller);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .shrink(failing, shrinkRuns);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
