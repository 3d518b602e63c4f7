package org.afs4j.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.cell.AfsCell;
import org.afs4j.cli.command.Surroundings;

/// The `afs` command, run in this JVM against an embedded cell of its own.
final class CommandLineOnCell implements AutoCloseable {
    static final String CELL = "test.cell";
    static final String SCRATCH = "/afs/test.cell/scratch";

    private final AfsCell cell;
    private final Map<String, String> variables = new HashMap<>();

    CommandLineOnCell(Path emptyDirectory) throws IOException {
        cell = AfsCell.builder().name(CELL).start();
        variables.put("AFS4J_CONFIG", emptyDirectory.toString());
        variables.put("AFS4J_CELL", CELL);
        variables.put("AFS4J_SERVER", server());
    }

    /// What a run of the command left behind.
    @SuppressWarnings("ArrayRecordComponent") // file data; runs are never compared
    record Run(int exitCode, byte[] outBytes, String err) {
        String out() {
            return new String(outBytes, StandardCharsets.UTF_8);
        }

        List<String> lines() {
            return out().lines().toList();
        }

        List<JsonNode> json() {
            ObjectMapper mapper = new ObjectMapper();
            return out().lines()
                    .map(line -> {
                        try {
                            return mapper.readTree(line);
                        } catch (IOException e) {
                            throw new UncheckedIOException(line, e);
                        }
                    })
                    .toList();
        }
    }

    AfsCell cell() {
        return cell;
    }

    /// The text for `--server`.
    String server() {
        return "127.0.0.1:" + cell.volumeLocationAddress().getPort() + ":" + cell.fileServerAddress().getPort();
    }

    Map<String, String> variables() {
        return variables;
    }

    Run run(String... args) {
        return run(new byte[0], args);
    }

    Run run(byte[] in, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return run(in, out, out, args);
    }

    Run run(byte[] in, OutputStream out, ByteArrayOutputStream copy, String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Surroundings around =
                new Surroundings(new ByteArrayInputStream(in), out, err, false, variables, SystemWorld.instance());
        int exitCode = Main.commandLine(around).execute(args);
        return new Run(exitCode, copy.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        cell.close();
    }
}
