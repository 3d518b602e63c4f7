package org.afs4j.rx.links;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/// Prints, in Markdown, how much of what a link or the windows permit calls really get, link by link.
///
/// Arguments: a seed (1 if there is none), and then any number of `WINDOW/MILLISECONDS/LOSS/MEGABITS/CALLS`, the rows that are
/// wanted (all if there is none).
public final class LinkTable {
    private static final long[] ROUND_TRIPS_NANOS = {12_500_000, 100_000_000};
    private static final double[] LOSSES = {0, 0.001, 0.01, 0.02};
    private static final long[] MEGABITS = {10, 100, 1_000, 10_000};
    private static final int[] CALLS = {1, 8};
    private static final int[] WINDOWS = {255, 32};

    private LinkTable() {}

    /// Prints the table.
    ///
    /// @param arguments the seed and the rows
    public static void main(String[] arguments) {
        long seed = arguments.length == 0 ? 1 : Long.parseLong(arguments[0]);
        List<String> wanted = List.of(arguments).subList(Math.min(1, arguments.length), arguments.length);
        PrintStream out = System.out;
        out.println("| peer's window | round trip | loss | link | calls | permitted MB/s | got MB/s | share | Jain | resent | queue losses |");
        out.println("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        int rows = 0;
        int good = 0;
        for (int window : WINDOWS) {
            for (long roundTrip : ROUND_TRIPS_NANOS) {
                for (double loss : LOSSES) {
                    for (long megabits : MEGABITS) {
                        for (int calls : CALLS) {
                            String name = window + "/" + roundTrip / 1e6 + "/" + loss + "/" + megabits + "/" + calls;
                            if (!wanted.isEmpty() && !wanted.contains(name)) {
                                continue;
                            }
                            double share = row(out, new LinkRun(roundTrip, loss, megabits * 125_000, window, calls, 0), seed);
                            rows++;
                            good += share > 0.9 ? 1 : 0;
                        }
                    }
                }
            }
        }
        out.println();
        out.println(good + " of " + rows + " rows above 90 %; seed " + seed);
    }

    private static double row(PrintStream out, LinkRun run, long seed) {
        // Enough for slow start and for what follows it to be over; and enough round trips to be measured.
        Duration warmUp = Duration.ofSeconds(run.roundTripNanos() > 50_000_000 ? 10 : 4);
        LinkRun.Result result = run.run(seed, warmUp, Duration.ofSeconds(run.roundTripNanos() > 50_000_000 ? 20 : 4));
        double permitted = run.permittedBytesPerSecond();
        double share = result.bytesPerSecond() / permitted;
        out.printf(
                "| %d | %.1f ms | %.1f %% | %d Mbit/s | %d | %.2f | %.2f | %.0f %% | %.3f | %d | %d |%n",
                run.receiveWindowPackets(),
                run.roundTripNanos() / 1e6,
                run.loss() * 100,
                run.bytesPerSecond() / 125_000,
                run.calls(),
                permitted / 1e6,
                result.bytesPerSecond() / 1e6,
                share * 100,
                result.fairness(),
                result.resent(),
                result.queueLosses());
        return share;
    }
}
