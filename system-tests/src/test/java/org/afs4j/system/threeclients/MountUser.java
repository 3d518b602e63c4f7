package org.afs4j.system.threeclients;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.afs4j.system.process.RepositoryRoot;

/// A process that uses a mount for the test, whose own threads must not touch it: `system-tests/openafs/mount-user`.
///
/// Threads: one at a time.
final class MountUser implements AutoCloseable {
    /// The time-outs of `afsd.fuse` itself take most of a minute.
    private static final long ANSWER_SECONDS = 120;

    private final Process process;
    private final Writer commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    /// What was refused.
    static final class Refusal extends IOException {
        private static final long serialVersionUID = 1;
        private final String command;
        private final String errno;

        private Refusal(String command, String errno) {
            super(command + ": " + errno);
            this.command = command;
            this.errno = errno;
        }

        /// What was to be done.
        String command() {
            return command;
        }

        /// The error's name, as `ENOENT`.
        String errno() {
            return errno;
        }
    }

    MountUser() throws IOException {
        Path script = RepositoryRoot.path().resolve("system-tests/openafs/mount-user");
        process = new ProcessBuilder(script.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        commands = process.outputWriter();
        Thread.ofPlatform().daemon().name("answers of the mount's user").start(this::takeAnswers);
    }

    private void takeAnswers() {
        try (BufferedReader lines = process.inputReader()) {
            lines.lines().forEach(answers::add);
        } catch (UncheckedIOException | IOException e) {
            answers.add("failed\tunreadable: " + e);
        }
    }

    /// Has one command done.
    ///
    /// @return what was asked for
    /// @throws Refusal if the system call failed
    /// @throws IOException if there is no answer within two minutes
    List<String> ask(String... command) throws IOException {
        String told = String.join("\t", command);
        commands.write(told + "\n");
        commands.flush();
        String answer;
        try {
            answer = answers.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(told + ": interrupted", e);
        }
        if (answer == null) {
            throw new IOException(told + ": no answer");
        }
        String[] fields = answer.split("\t", -1);
        if (!fields[0].equals("ok")) {
            throw new Refusal(told, fields[1]);
        }
        return Arrays.asList(fields).subList(1, fields.length);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
