package org.afs4j.cli.coherence;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.afs4j.base.world.World;
import org.afs4j.cell.AfsCell;
import org.afs4j.cli.command.AfsCommand;
import org.afs4j.cli.command.AmountConverters;
import org.afs4j.cli.command.ClientOptions;
import org.afs4j.cli.command.CommandFailure;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.cli.control.ControlSocket;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsClientBuilder;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.AfsPath;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `afs demo`: a mapping reader and a writer, two clients, on a cell of their own; and a server that forgets the reader.
@Command(
        name = "demo",
        description = {
            "Show a mapped file following another client's changes, with no set-up: on a cell of its own, in memory.",
            "One client maps a file and reads its memory in a loop, and nothing else. Another changes the file and stores each"
                    + " change (fsync). Then the file server is restarted without its callback state, so that it cannot tell"
                    + " the reader of the next change: the reader's probe finds out, and the mapping catches up.",
            "Exit code 0 only if every change was seen, in order."
        },
        sortOptions = false,
        footer = {
            "",
            "With --path it does the same in a directory of a real cell, without the restart.",
            "Examples:",
            "  afs demo --seconds 10",
            "  afs demo --json | jq 'select(.event == \"summary\")'",
            "  afs demo --cell example.org --server afs1.example.org --path /afs/example.org/tmp"
        })
public final class Demo extends AfsCommand {
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(1);
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(15);
    private static final String CELL_NAME = "demo.afs4j";
    private static final double SHARE_BEFORE_RESTART = 0.6;

    @Option(
            names = {"-s", "--seconds"},
            paramLabel = "DURATION",
            converter = AmountConverters.OfDuration.class,
            defaultValue = "5s",
            description = "About how long. Default: ${DEFAULT-VALUE}.")
    private Duration time = Duration.ofSeconds(5);

    @Option(
            names = {"-i", "--interval"},
            paramLabel = "DURATION",
            converter = AmountConverters.OfDuration.class,
            defaultValue = "20ms",
            description = "The time from one change to the next; it begins only when the last was seen. Default: ${DEFAULT-VALUE}.")
    private Duration interval = Duration.ofMillis(20);

    @Option(
            names = "--path",
            paramLabel = "DIR",
            description = "A directory of a real cell, where a file may be made; it is removed at the end.")
    private @Nullable String directory;

    @Option(
            names = "--json",
            description = "A line of JSON an event (start, change, restart, summary); latencies are in microseconds.")
    private boolean json;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli injects it before anything here runs
    private ClientOptions options;

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Demo(Surroundings surroundings) {
        super(surroundings);
    }

    /// Where the demo takes place.
    ///
    /// @param cell the embedded cell, or null if it is a real one
    /// @param reader the client that maps
    /// @param writer the client that changes
    /// @param path the file
    private record Stage(@Nullable AfsCell cell, AfsClient reader, AfsClient writer, String path) {}

    @Override
    protected ExitCode run(Ending ending) throws IOException {
        if (directory == null && options.choosesCell()) {
            throw wrongUsage("--cell and --server: say with --path in which directory");
        }
        Stage stage = directory == null ? embedded(ending) : real(ending, directory);
        ControlSocket.offer(surroundings(), ending, "demo", stage.reader);
        DemoOutput output = new DemoOutput(this::print, json);
        try (AfsFile written = stage.writer.open(stage.path, AfsOpenOption.WRITE, AfsOpenOption.CREATE_NEW)) {
            ending.closes(() -> stage.writer.remove(stage.path));
            written.write(0, ByteBuffer.allocate(Long.BYTES));
            written.sync();
            try (AfsFile read = stage.reader.open(stage.path);
                    MappedView view = read.map(MapAccess.READ_ONLY, 0, Long.BYTES)) {
                ending.closes(view::close);
                return play(stage, written, view, output, ending);
            }
        }
    }

    private Stage embedded(Ending ending) throws IOException {
        AfsCell cell = AfsCell.builder().name(CELL_NAME).world(surroundings().world()).start();
        ending.closes(cell::close);
        String server = cell.volumeLocationAddress().getAddress().getHostAddress() + ":"
                + cell.volumeLocationAddress().getPort() + ":" + cell.fileServerAddress().getPort();
        AfsClient reader = open(options.limits(AfsClient.builder().cell(CELL_NAME, server)), ending);
        AfsClient writer = open(options.limits(AfsClient.builder().cell(CELL_NAME, server)), ending);
        return new Stage(cell, reader, writer, "/afs/" + CELL_NAME + "/scratch/counter");
    }

    private Stage real(Ending ending, String where) throws IOException {
        AfsClient reader = open(options.builder(surroundings().variables()), ending);
        AfsClient writer = open(options.builder(surroundings().variables()), ending);
        String name = "afs4j-demo-"
                + HexFormat.of().toHexDigits(surroundings().world().random().nextInt());
        return new Stage(null, reader, writer, AfsPath.parse(where).resolve(name).toString());
    }

    private AfsClient open(AfsClientBuilder builder, Ending ending) throws IOException {
        Duration probeInterval = options.probeInterval();
        AfsClient client =
                builder.probeInterval(probeInterval == null ? PROBE_INTERVAL : probeInterval).open();
        ending.closes(client::close);
        return client;
    }

    /// The reader has this thread, which is the platform's: it never waits. The writer has one of its own.
    private ExitCode play(Stage stage, AfsFile written, MappedView view, DemoOutput output, Ending ending) throws IOException {
        World world = surroundings().world();
        MappingReader reader = new MappingReader(view, world);
        ChangeWriter changes = new ChangeWriter(written, reader, world, ending, output, SEEN_WITHIN);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        AtomicReference<@Nullable Double> catchUpMicros = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        output.step("start", "a reader maps " + stage.path + " and reads memory only; a writer changes it every "
                + interval.toMillis() + " ms");
        long strips = stage.reader.counters().get(AfsCounter.STRIPS);
        long revalidations = stage.reader.counters().get(AfsCounter.REVALIDATIONS);
        long refetches = stage.reader.counters().get(AfsCounter.DATA_CHANGES);
        world.start("afs4j-demo-writer", () -> {
            try {
                catchUpMicros.set(write(stage, changes, output, ending));
            } catch (IOException | RuntimeException e) {
                failure.set(e);
            } finally {
                reader.stop();
                ended.countDown();
            }
        });
        reader.spin();
        awaitWriter(ended);
        rethrow(failure.get());
        output.summary(new DemoOutput.Summary(
                changes.changes(),
                changes.seen(),
                changes.latencies(),
                catchUpMicros.get(),
                stage.reader.counters().get(AfsCounter.STRIPS) - strips,
                stage.reader.counters().get(AfsCounter.REVALIDATIONS) - revalidations,
                stage.reader.counters().get(AfsCounter.DATA_CHANGES) - refetches));
        String surprise = changes.surprise();
        if (surprise != null) {
            throw new CommandFailure(ExitCode.FAILED, stage.path + ": " + surprise);
        }
        return ExitCode.DONE;
    }

    private @Nullable Double write(Stage stage, ChangeWriter changes, DemoOutput output, Ending ending)
            throws IOException {
        AfsCell cell = stage.cell;
        if (cell == null) {
            changes.changeFor(time, interval);
            return null;
        }
        Duration before = Duration.ofNanos((long) (time.toNanos() * SHARE_BEFORE_RESTART));
        changes.changeFor(before, interval);
        if (!changes.isGood() || ending.hasBegun()) {
            return null;
        }
        Duration probe = options.probeInterval() == null ? PROBE_INTERVAL : options.probeInterval();
        output.step("restart", "the file server restarts without its callback state; the reader, idle, probes it every "
                + probe.toMillis() + " ms");
        cell.restartFileServer(false);
        double micros = Math.max(changes.change(", by the probe"), 0) / 1000.0;
        Duration rest = time.minus(before).minusNanos((long) (micros * 1000));
        if (changes.isGood()) {
            changes.changeFor(rest.isNegative() ? Duration.ofNanos(interval.toNanos() * 5) : rest, interval);
        }
        return micros;
    }

    private static void awaitWriter(CountDownLatch ended) throws IOException {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the writer was awaited");
        }
    }

    private static void rethrow(@Nullable Throwable failure) throws IOException {
        switch (failure) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }
}
