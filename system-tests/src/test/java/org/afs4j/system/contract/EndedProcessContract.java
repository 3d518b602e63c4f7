package org.afs4j.system.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.protocol.Fid;
import org.afs4j.system.mount.MountedCell;
import org.afs4j.system.process.RequiredProgram;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// CB-3: a process that is ended by SIGTERM gives its promises up: its server never calls it again, and so never waits for it.
public abstract class EndedProcessContract extends ClientOnCell {
    private static final int END_LIMIT_SECONDS = 60;

    /// Waits until so many breaks of a file have left the server, whoever they were for.
    ///
    /// @return how many have left
    protected abstract long awaitBreaks(Fid fid, long atLeast) throws IOException;

    /// Looks at the server once the process has ended.
    protected abstract void assertPromisesGivenUp() throws IOException;

    /// Something to do with the process under test.
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /// Has breaks counted while a process holds a promise, and after it has ended.
    ///
    /// @param seen waits until the process has seen the file as it is now, so that it holds a promise
    /// @param end ends the process
    private void assertCalledOnlyUntilItEnds(String path, Step seen, Step end) throws IOException {
        try (AfsClient writer = newClient();
                AfsFile written = writer.open(path, AfsOpenOption.WRITE)) {
            Fid fid = written.info().fid();
            seen.run();
            assertThat(read(client, path)).hasSize(8);
            long before = awaitBreaks(fid, 0);
            change(written, 1);
            seen.run();
            assertThat(read(client, path)).startsWith(1);
            long breaks = awaitBreaks(fid, before + 2);
            assertThat(breaks).as("the process and the client of this test").isEqualTo(before + 2);
            end.run();
            assertPromisesGivenUp();
            // The second shows that what the first has drawn is all counted.
            for (int number = 2; number <= 3; number++) {
                change(written, number);
                breaks = awaitBreaks(fid, breaks + 1);
                assertThat(read(client, path)).startsWith(number);
            }
            assertThat(breaks).as("the client of this test alone").isEqualTo(before + 4);
        }
    }

    private static void change(AfsFile file, int number) throws IOException {
        file.write(0, ByteBuffer.wrap(new byte[] {(byte) number}));
        file.sync();
    }

    @Test
    void aWatcherThatIsEndedBySigtermGivesItsPromisesUp() throws IOException {
        String path = directory + "/watched";
        write(client, path, new byte[8]);
        String location = cell().configuration().locationServers().getFirst().getHostString() + ":"
                + cell().configuration().locationServers().getFirst().getPort() + ":" + cell().configuration().fileServerPort();
        List<String> command = MountedCell.afs(
                "watch", "--json", "--config", "/nonexistent", "--cell", cell().configuration().name(), "--server", location, path);
        Process watcher = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader lines = watcher.inputReader()) {
            assertCalledOnlyUntilItEnds(
                    path,
                    () -> assertThat(lines.readLine()).containsPattern("\"event\":\"(start|change)\""),
                    () -> {
                        watcher.destroy();
                        assertThat(hasEnded(watcher)).as("ended by SIGTERM").isTrue();
                    });
        } finally {
            watcher.destroyForcibly();
        }
    }

    private static boolean hasEnded(Process process) throws IOException {
        try {
            return process.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Test
    void aMountThatIsEndedBySigtermGivesItsPromisesUp() throws IOException {
        RequiredProgram.orSkip("/usr/bin/fusermount3", "fuse3");
        Assumptions.assumeTrue(Files.exists(Path.of("/dev/fuse")), "no /dev/fuse");
        String path = directory + "/mounted";
        write(client, path, new byte[8]);
        String below = path.substring(("/afs/" + cell().configuration().name()).length() + 1);
        MountedCell mount = MountedCell.mount(cell().configuration());
        boolean ended = false;
        try {
            assertCalledOnlyUntilItEnds(path, () -> assertThat(mount.run("cat \"$1\" | wc -c", below)).isEqualTo("8\n"), mount::close);
            ended = true;
        } finally {
            if (!ended) {
                mount.close();
            }
        }
    }
}
