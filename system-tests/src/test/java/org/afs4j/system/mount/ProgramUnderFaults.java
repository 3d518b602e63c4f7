package org.afs4j.system.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A C program of the tests that uses a file over and over while things fail around it: it tells each step by a line, and after a
/// failure waits until it is told to go on.
///
/// Threads: one.
public final class ProgramUnderFaults implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 120;
    private static final String ENDED = "ended";

    private final Process process;
    private final Writer toProgram;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private @Nullable String last;

    private ProgramUnderFaults(Process process) {
        this.process = process;
        toProgram = process.outputWriter();
        BufferedReader fromProgram = process.inputReader();
        Thread reader = new Thread(() -> {
            fromProgram.lines().forEach(lines::add);
            lines.add(ENDED);
        }, "program-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /// Builds a program and starts it on a file.
    ///
    /// @param name of its source in `src/test/c`, without `.c`
    /// @param file what it uses
    /// @param more further arguments
    public static ProgramUnderFaults start(String name, Path file, String... more) throws IOException {
        Path program = CProgram.build(name);
        List<String> command = new ArrayList<>(List.of(program.toString(), file.toString()));
        command.addAll(List.of(more));
        ProgramUnderFaults started =
                new ProgramUnderFaults(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
        started.awaitProgress(1);
        Files.delete(program);
        return started;
    }

    /// Lets it go on, after failures too, until it has done some steps from now on.
    ///
    /// @param steps how many
    /// @return the failures on the way
    public Set<String> awaitProgress(int steps) throws IOException {
        Set<String> failures = new TreeSet<>();
        List<String> before = new ArrayList<>();
        lines.drainTo(before);
        for (String line : before) {
            take(line, failures);
        }
        for (int done = 0; done < steps; ) {
            done += take(next(), failures) ? 1 : 0;
        }
        return failures;
    }

    private boolean take(String line, Set<String> failures) throws IOException {
        assertThat(line).as("it is not to end by itself").isNotEqualTo(ENDED);
        if (isFailure(line)) {
            failures.add(line);
            goOn();
            return false;
        }
        last = line;
        return true;
    }

    /// Waits for its next failure; it stays there until it is told to go on.
    public String awaitFailure() throws IOException {
        while (true) {
            String line = next();
            assertThat(line).as("it is not to end by itself").isNotEqualTo(ENDED);
            if (isFailure(line)) {
                return line;
            }
            last = line;
        }
    }

    /// Lets it go on after a failure.
    public void goOn() throws IOException {
        toProgram.write("\n");
        toProgram.flush();
    }

    private static boolean isFailure(String line) {
        return !Character.isDigit(line.charAt(0)) && !line.equals("round");
    }

    private String next() throws IOException {
        try {
            @Nullable String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new IOException("nothing comes from the program; it is in state " + state());
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private String state() throws IOException {
        return Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    }

    /// The last number that it told before it was ended: records up to that one are acknowledged.
    public long lastNumber() throws IOException {
        for (String line = next(); !line.equals(ENDED); line = next()) {
            last = isFailure(line) ? last : line;
        }
        return last == null ? -1 : Long.parseLong(last);
    }

    /// Kills it, and has it end: what waits in the kernel for good would not. What it has told can be read to its end.
    public void end() throws IOException {
        // By its handle: the process itself would close its streams, with lines in them that were not read yet.
        process.toHandle().destroyForcibly();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("killed, and still there: " + state());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        end();
    }
}
