package org.afs4j.rx.swarm;

import java.io.PrintStream;
import java.time.Duration;
import org.afs4j.base.simulation.SimulationFailure;

/// Runs seed after seed until so many hours of simulated time have passed, and prints what came of them.
///
/// Arguments: hours, then the first seed (1 if there is none). With hours 0 only that seed runs, twice.
public final class SwarmHours {
    /// The system property that says how many hours the nightly test runs.
    static final String HOURS = "rx.swarm.hours";

    private static final Duration EACH = Duration.ofMinutes(10);

    private SwarmHours() {}

    /// Runs.
    ///
    /// @param arguments hours, first seed
    public static void main(String[] arguments) {
        double hours = Double.parseDouble(arguments[0]);
        long first = arguments.length < 2 ? 1 : Long.parseLong(arguments[1]);
        if (hours == 0) {
            System.out.println(SwarmRun.run(first, EACH));
            System.out.println(SwarmRun.run(first, EACH));
        } else {
            System.exit(run(first, hours, System.out) == 0 ? 0 : 1);
        }
    }

    /// Runs seeds from one on.
    ///
    /// @return how many failed
    static int run(long firstSeed, double hours, PrintStream out) {
        double seconds = 0;
        long seed = firstSeed;
        int right = 0;
        int failed = 0;
        int failures = 0;
        while (seconds < hours * 3600) {
            try {
                SwarmRun.Result result = SwarmRun.run(seed, EACH);
                seconds += result.simulatedSeconds();
                right += result.right();
                failed += result.failed();
            } catch (SimulationFailure e) {
                failures++;
                seconds += EACH.toSeconds();
                out.println("seed " + seed + ": " + e);
                e.printStackTrace(out);
            }
            seed++;
            if ((seed - firstSeed) % 20 == 0) {
                out.printf("%d seeds, %.1f h, %d right, %d typed errors, %d failures%n", seed - firstSeed, seconds / 3600, right, failed, failures);
            }
        }
        out.printf("%d seeds, %.1f h, %d right, %d typed errors, %d failures%n", seed - firstSeed, seconds / 3600, right, failed, failures);
        return failures;
    }
}
