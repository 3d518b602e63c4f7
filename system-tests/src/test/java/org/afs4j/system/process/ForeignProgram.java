package org.afs4j.system.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// One run of another program, bounded in time: output goes through files, so a grandchild that keeps a descriptor open, or a
/// process that hangs in the kernel on a dead mount, cannot hang the test.
public final class ForeignProgram {
    private final List<String> command;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private Duration limit = Duration.ofSeconds(60);
    private byte[] input = new byte[0];
    private Path directory = RepositoryRoot.path();

    private ForeignProgram(List<String> command) {
        this.command = command;
    }

    /// A program and its arguments, not yet run; the first is looked up on `PATH`.
    public static ForeignProgram of(String... command) {
        return new ForeignProgram(List.of(command));
    }

    /// Sets how long the program may take; the default is 60 s.
    public ForeignProgram within(Duration newLimit) {
        limit = newLimit;
        return this;
    }

    /// Sets what the program reads from standard input; the default is nothing.
    public ForeignProgram reading(byte[] newInput) {
        input = newInput.clone();
        return this;
    }

    /// Sets the working directory; the default is the checkout's root.
    public ForeignProgram in(Path newDirectory) {
        directory = newDirectory;
        return this;
    }

    /// Sets an environment variable, or removes it if the value is empty.
    public ForeignProgram with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /// Runs the program to its end.
    ///
    /// @throws IOException if it cannot be started, or is not done within the limit; it is then killed, and not waited for
    public Outcome run() throws IOException {
        Path files = Files.createTempDirectory("afs4j-run");
        Path in = Files.write(files.resolve("in"), input);
        Path out = files.resolve("out");
        Path err = files.resolve("err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            environment.forEach((name, value) -> {
                if (value.isEmpty()) {
                    builder.environment().remove(name);
                } else {
                    builder.environment().put(name, value);
                }
            });
            Process process = builder.start();
            if (!waitFor(process)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + ": not done after " + limit + "; it said: "
                        + Files.readString(out) + Files.readString(err));
            }
            return new Outcome(command, process.exitValue(), Files.readAllBytes(out), Files.readString(err));
        } finally {
            for (Path file : List.of(in, out, err, files)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private boolean waitFor(Process process) throws IOException {
        try {
            return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException(String.join(" ", command) + ": interrupted", e);
        }
    }

    /// How a run ended.
    ///
    /// @param command what was run
    /// @param exitCode its exit status
    /// @param output all bytes of its standard output; the caller owns the array
    /// @param errors all of its standard error
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Outcome(List<String> command, int exitCode, byte[] output, String errors) {
        /// The standard output as UTF-8 text.
        public String text() {
            return new String(output, StandardCharsets.UTF_8);
        }

        /// This outcome, if the program ended with 0.
        ///
        /// @throws IOException if it ended otherwise, with all that it said
        public Outcome orThrow() throws IOException {
            if (exitCode != 0) {
                throw new IOException(
                        String.join(" ", command) + ": exit code " + exitCode + "\n" + text() + errors);
            }
            return this;
        }
    }
}
