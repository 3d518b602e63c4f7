package org.afs4j.cli.coherence;

import java.io.IOException;
import java.util.Locale;
import org.afs4j.cli.command.JsonLine;
import org.jspecify.annotations.Nullable;

/// What the demo prints: a line a change, what happens to the server, and the summary.
final class DemoOutput {
    private static final double NANOS_PER_MICRO = 1000;
    private static final double MICROS_PER_MILLI = 1000;

    private final Printer printer;
    private final boolean json;

    /// Takes lines.
    @FunctionalInterface
    interface Printer {
        void print(String line) throws IOException;
    }

    /// What the demo ends with.
    ///
    /// @param changes how many changes were stored
    /// @param seen how many of them were seen, in order
    /// @param latencies of those made while the server knew the reader
    /// @param catchUpMicros how late the change after the restart was seen; null if there was no restart
    /// @param strips how often the reader's mapping was stripped
    /// @param revalidations how often the reader asked the server whether the file had changed
    /// @param refetches how often it had
    record Summary(
            long changes,
            long seen,
            Latencies latencies,
            @Nullable Double catchUpMicros,
            long strips,
            long revalidations,
            long refetches) {}

    DemoOutput(Printer printer, boolean json) {
        this.printer = printer;
        this.json = json;
    }

    void step(String event, String text) throws IOException {
        printer.print(json ? new JsonLine().put("event", event).put("text", text).end() : text);
    }

    void change(long number, long latencyNanos, String remark) throws IOException {
        double micros = Math.max(latencyNanos, 0) / NANOS_PER_MICRO;
        if (json) {
            printer.print(new JsonLine()
                    .put("event", "change")
                    .put("number", number)
                    .put("latencyMicros", micros)
                    .end());
        } else {
            printer.print("  change " + number + " seen " + time(micros) + " after fsync" + remark);
        }
    }

    private static String time(double micros) {
        return micros < MICROS_PER_MILLI
                ? String.format(Locale.ROOT, "%.0f µs", micros)
                : String.format(Locale.ROOT, "%.1f ms", micros / MICROS_PER_MILLI);
    }

    void summary(Summary summary) throws IOException {
        Latencies latencies = summary.latencies;
        Double catchUp = summary.catchUpMicros;
        if (json) {
            JsonLine line = new JsonLine()
                    .put("event", "summary")
                    .put("changes", summary.changes)
                    .put("seen", summary.seen)
                    .put("p50Micros", latencies.medianMicros())
                    .put("p99Micros", latencies.tailMicros())
                    .put("maxMicros", latencies.maxMicros());
            if (catchUp != null) {
                line.put("catchUpMicros", catchUp);
            }
            printer.print(line.put("strips", summary.strips)
                    .put("revalidations", summary.revalidations)
                    .put("refetches", summary.refetches)
                    .end());
            return;
        }
        printer.print("changes " + summary.changes + ", seen " + summary.seen
                + (summary.changes == summary.seen ? ", each one, in order" : ""));
        printer.print(String.format(
                Locale.ROOT,
                "latency from the writer's fsync returning: p50 %.0f µs, p99 %.0f µs, at most %.0f µs",
                latencies.medianMicros(),
                latencies.tailMicros(),
                latencies.maxMicros()));
        if (catchUp != null) {
            printer.print("caught up " + time(catchUp) + " after the first change that the restarted server did not announce");
        }
        printer.print("reader: strips " + summary.strips + ", revalidations " + summary.revalidations + ", refetches "
                + summary.refetches);
    }
}
