package org.afs4j.cli.coherence;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.afs4j.cli.command.AmountConverters;
import org.afs4j.cli.command.ClientCommand;
import org.afs4j.cli.command.CommandFailure;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.JsonLine;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.cli.control.ControlSocket;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.counter.AfsCounters;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `afs watch`: maps a file and reads the mapping's memory in a loop, and nothing else.
@Command(
        name = "watch",
        description = {
            "Map a file, read the first bytes of the mapping in a loop, and print each change as it is seen there.",
            "It never asks the file system: it reads memory. One processor is busy with it."
        },
        sortOptions = false,
        footer = {
            "",
            "Ends after --count changes or --seconds, or by a signal. A server that does not answer is reported and waited for.",
            "Example, together with: afs poke /afs/example.org/pub/flag --count 100",
            "  afs watch --bytes 1 --count 100 /afs/example.org/pub/flag"
        })
public final class Watch extends ClientCommand {
    private static final int MOST_BYTES = 4096;
    private static final HexFormat HEX = HexFormat.of();
    private static final int BYTE_MASK = 0xff;

    @Option(
            names = {"-b", "--bytes"},
            paramLabel = "N",
            defaultValue = "8",
            description = "How many bytes to watch, 1 to 4096; fewer if the file is shorter. Default: ${DEFAULT-VALUE}.")
    private int watchedBytes = 8;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "End after so many changes.")
    private long count = Long.MAX_VALUE;

    @Option(
            names = {"-s", "--seconds"},
            paramLabel = "DURATION",
            converter = AmountConverters.OfDuration.class,
            description = "End after this time; with --count: as a failure.")
    private @Nullable Duration bound;

    @Option(
            names = "--json",
            description = "A line of JSON an event: event (start, change, end), change (from 1), epochNanos, firstByte, bytes.")
    private boolean json;

    @Parameters(paramLabel = "PATH", description = "The file.")
    private String path = "";

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Watch(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(AfsClient client, Ending ending) throws IOException {
        if (watchedBytes < 1 || watchedBytes > MOST_BYTES) {
            throw wrongUsage("--bytes: 1 to " + MOST_BYTES);
        }
        if (count < 1) {
            throw wrongUsage("--count: one or more");
        }
        ControlSocket.offer(surroundings(), ending, "watch", client);
        AfsFile file = client.open(path);
        int length = (int) Math.min(watchedBytes, file.sizeBytes());
        if (length == 0) {
            throw new CommandFailure(ExitCode.FAILED, path + ": is empty: there is nothing to watch yet");
        }
        try (MappedView view = file.map(MapAccess.READ_ONLY, 0, length)) {
            ending.closes(view::close);
            return watch(new MappingWatch(view, surroundings().world(), ending), client);
        }
    }

    /// The reading has this thread, which is the platform's; the printing has one of its own.
    private ExitCode watch(MappingWatch watch, AfsClient client) throws IOException {
        AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
        CountDownLatch printed = new CountDownLatch(1);
        surroundings().world().start("afs4j-watch-printer", () -> {
            try {
                printAll(watch.events());
            } catch (IOException e) {
                failure.set(e);
            } finally {
                printed.countDown();
            }
        });
        long changes;
        try {
            long boundNanos = bound == null ? Long.MAX_VALUE : bound.toNanos();
            changes = watch.watch(count, boundNanos, () -> failure.get() == null);
        } finally {
            await(printed);
        }
        IOException unprinted = failure.get();
        if (unprinted != null) {
            throw unprinted;
        }
        if (json) {
            printCounters(changes, client.counters());
        }
        return changes < count && count != Long.MAX_VALUE ? ExitCode.FAILED : ExitCode.DONE;
    }

    private void printAll(BlockingQueue<MappingWatch.Event> events) throws IOException {
        try {
            while (true) {
                switch (events.take()) {
                    case MappingWatch.Seen seen -> tell(seen);
                    case MappingWatch.Unreachable unreachable -> report(unreachable.failure());
                    case MappingWatch.End end -> {
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static void await(CountDownLatch printed) throws IOException {
        try {
            printed.await();
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while changes were printed");
    }

    private void tell(MappingWatch.Seen seen) throws IOException {
        byte[] bytes = seen.bytes();
        if (json) {
            JsonLine line = new JsonLine()
                    .put("event", seen.number() == 0 ? "start" : "change")
                    .put("change", seen.number())
                    .put("path", path)
                    .put("epochNanos", EpochNanos.of(seen.at()));
            if (bytes.length > 0) {
                line.put("firstByte", bytes[0] & BYTE_MASK);
            }
            print(line.put("bytes", HEX.formatHex(bytes)).end());
        } else {
            String what = seen.number() == 0 ? "watching " + path : "change " + seen.number();
            print(seen.at() + " " + what + ": "
                    + (bytes.length == 0 ? "the file is shorter now" : HEX.formatHex(bytes)));
        }
    }

    private void printCounters(long changes, AfsCounters counters) throws IOException {
        print(new JsonLine()
                .put("event", "end")
                .put("changes", changes)
                .put("strips", counters.get(AfsCounter.STRIPS))
                .put("revalidations", counters.get(AfsCounter.REVALIDATIONS))
                .put("refetches", counters.get(AfsCounter.DATA_CHANGES))
                .put("fileServerCalls", counters.get(AfsCounter.FILE_SERVER_CALLS))
                .end());
    }
}
