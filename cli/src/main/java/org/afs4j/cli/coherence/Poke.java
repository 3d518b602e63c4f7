package org.afs4j.cli.coherence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.afs4j.cli.command.AmountConverters;
import org.afs4j.cli.command.ClientCommand;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.JsonLine;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.cli.control.ControlSocket;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `afs poke`: changes a file's first byte again and again.
@Command(
        name = "poke",
        description = {
            "Add one to the first byte of a file and store it (fsync), COUNT times; the byte after 255 is 0.",
            "Each line tells the byte and the moment at which the server had it."
        },
        sortOptions = false,
        footer = {
            "",
            "Example, together with: afs watch /afs/example.org/pub/flag",
            "  afs poke /afs/example.org/pub/flag --count 100 --interval 20ms"
        })
public final class Poke extends ClientCommand {
    private static final int BYTE_MASK = 0xff;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            defaultValue = "1",
            description = "How many changes. Default: ${DEFAULT-VALUE}.")
    private int count = 1;

    @Option(
            names = {"-i", "--interval"},
            paramLabel = "DURATION",
            converter = AmountConverters.OfDuration.class,
            defaultValue = "20ms",
            description = "The pause from one change, stored, to the next. Default: ${DEFAULT-VALUE}.")
    private Duration interval = Duration.ofMillis(20);

    @Option(
            names = "--json",
            description = "A line of JSON a change: poke (from 1), firstByte, epochNanos when fsync returned.")
    private boolean json;

    @Parameters(paramLabel = "PATH", description = "The file; it is made if it does not exist.")
    private String path = "";

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Poke(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(AfsClient client, Ending ending) throws IOException {
        if (count < 1) {
            throw wrongUsage("--count: one or more");
        }
        ControlSocket.offer(surroundings(), ending, "poke", client);
        AfsFile file = client.open(path, AfsOpenOption.WRITE, AfsOpenOption.CREATE);
        for (int poke = 1; poke <= count; poke++) {
            int value = increment(file);
            file.sync();
            tell(poke, value, surroundings().world().wallTime());
            if (poke < count && ending.await(interval)) {
                break;
            }
        }
        file.close();
        return ExitCode.DONE;
    }

    private static int increment(AfsFile file) throws IOException {
        ByteBuffer first = ByteBuffer.allocate(1);
        int old = file.read(0, first) < 1 ? 0 : first.get(0);
        int value = (old + 1) & BYTE_MASK;
        file.write(0, ByteBuffer.wrap(new byte[] {(byte) value}));
        return value;
    }

    private void tell(int poke, int value, Instant at) throws IOException {
        print(
                json
                        ? new JsonLine()
                                .put("poke", poke)
                                .put("firstByte", value)
                                .put("epochNanos", EpochNanos.of(at))
                                .end()
                        : at + " poke " + poke + ": first byte " + value);
    }
}
