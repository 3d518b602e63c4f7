package org.afs4j.system.openafs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.junit.jupiter.api.Test;

/// A client killed by SIGKILL leaves its promises behind at the server; that must not disturb others.
@WithOpenAfsCell
class KilledClientTest {
    private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();

    private final OpenAfsCell cell;

    KilledClientTest(OpenAfsCell cell) {
        this.cell = cell;
    }

    private AfsClient newClient() throws IOException {
        return AfsClient.builder().cell(cell.name(), cell.locationServer().getHostString()).open();
    }

    @Test
    void othersGoOnWritingAndSeeingChangesAfterAWatcherWasKilled() throws Exception {
        String path = "/afs/" + cell.name() + "/scratch/killed" + ProcessHandle.current().pid();
        try (AfsClient writer = newClient();
                AfsClient reader = newClient();
                AfsFile file = writer.open(path, AfsOpenOption.WRITE, AfsOpenOption.CREATE)) {
            file.write(0, ByteBuffer.allocate(4096));
            file.sync();
            killWatcherOf(path);
            try (AfsFile read = reader.open(path);
                    MappedView view = read.map(MapAccess.READ_ONLY, 0, 4096)) {
                for (byte change = 1; change <= 5; change++) {
                    file.write(0, ByteBuffer.wrap(new byte[] {change}));
                    file.sync();
                    long start = System.nanoTime();
                    while (view.getByteAcquire(0) != change) {
                        assertThat(System.nanoTime() - start).isLessThan(PATIENCE_NANOS);
                        Thread.onSpinWait();
                    }
                }
            }
        }
    }

    /// Starts another process that maps the file, waits until it has seen the first bytes, and kills it.
    private void killWatcherOf(String path) throws Exception {
        Process watcher = new ProcessBuilder(
                        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.afs4j.cli.Main",
                        "watch",
                        "--json",
                        "--cell",
                        cell.name(),
                        "--server",
                        cell.locationServer().getHostString(),
                        path)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(watcher.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).contains("\"event\":\"start\"");
        } finally {
            watcher.destroyForcibly();
        }
        assertThat(watcher.waitFor()).as("killed").isEqualTo(128 + 9);
    }
}
