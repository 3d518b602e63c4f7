package org.afs4j.system.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// A C program that maps a file and from then on only reads memory; it tells each change of the first byte that it sees, and gives
/// up by itself if none comes for some time.
public final class MappedReader implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final Process process;
    private final BufferedReader lines;

    private MappedReader(Process process) {
        this.process = process;
        this.lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /// Builds the program and starts it.
    ///
    /// @param file what to map
    /// @param changes after how many changes it ends
    public static MappedReader start(Path file, int changes) throws IOException {
        Path program = CProgram.build("mapped-watch");
        Process process = new ProcessBuilder(
                        program.toString(), file.toString(), Integer.toString(changes), Integer.toString(PATIENCE_SECONDS))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        MappedReader reader = new MappedReader(process);
        assertThat(reader.lines.readLine()).startsWith("mapped ");
        Files.delete(program);
        return reader;
    }

    /// Waits for the next change that it sees.
    ///
    /// @return the first byte; −1 if it saw none in time
    public int nextByte() throws IOException {
        String line = lines.readLine();
        return line == null ? -1 : Integer.parseInt(line);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("the reader has ended").isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
