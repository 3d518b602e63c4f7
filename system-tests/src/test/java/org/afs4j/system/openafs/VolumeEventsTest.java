package org.afs4j.system.openafs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.system.openafs.OpenAfsCell.VolumeBreak;
import org.junit.jupiter.api.Test;

/// CB-10: volumes of an OpenAFS server that are released and restored while a client reads and maps them.
@WithOpenAfsCell
class VolumeEventsTest {
    private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();
    private static final int RELEASES = 5;

    private final OpenAfsCell cell;

    VolumeEventsTest(OpenAfsCell cell) {
        this.cell = cell;
    }

    private AfsClient newClient() throws IOException {
        return AfsClient.builder()
                .cell(cell.name(), cell.locationServer().getHostString())
                .deadTimeout(Duration.ofMinutes(1))
                .patience(Duration.ofMinutes(2))
                .open();
    }

    private static void write(AfsClient by, String path, long value) throws IOException {
        try (AfsFile file = by.open(path, AfsOpenOption.WRITE, AfsOpenOption.CREATE)) {
            file.write(0, ByteBuffer.allocate(Long.BYTES).putLong(0, value));
        }
    }

    private static long read(AfsFile file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES);
        assertThat(file.read(0, bytes)).isEqualTo(Long.BYTES);
        return bytes.getLong(0);
    }

    private static long mapped(MappedView view) {
        return Long.reverseBytes(view.getLongAcquire(0));
    }

    private static void await(String what, BooleanSupplier comeAbout) {
        long start = System.nanoTime();
        while (!comeAbout.getAsBoolean()) {
            assertThat(System.nanoTime() - start).as(what).isLessThan(PATIENCE_NANOS);
            Thread.onSpinWait();
        }
    }

    @Test
    void whoReadsAndMapsAReplicaGoesFromReleaseToReleaseAndNeverBack() throws Exception {
        String name = "released" + ProcessHandle.current().pid();
        String writable = "/afs/." + cell.name() + "/repl/" + name;
        try (AfsClient writer = newClient();
                AfsClient reader = newClient()) {
            write(writer, writable, 1);
            cell.breakVolume("repl", VolumeBreak.RELEASE);
            AtomicBoolean over = new AtomicBoolean();
            AtomicReference<Throwable> failure = new AtomicReference<>();
            try (AfsFile file = reader.open("/afs/" + cell.name() + "/repl/" + name);
                    MappedView view = file.map(MapAccess.READ_ONLY, 0, Long.BYTES)) {
                Thread reading = Thread.ofPlatform().start(() -> {
                    long read = 0;
                    long mapped = 0;
                    try {
                        while (!over.get()) {
                            assertThat(read(file)).as("read").isBetween(read, (long) RELEASES);
                            read = read(file);
                            long now = mapped(view);
                            assertThat(now).as("mapped").isBetween(mapped, (long) RELEASES);
                            mapped = now;
                        }
                    } catch (IOException | RuntimeException | AssertionError e) {
                        failure.set(e);
                    }
                });
                try {
                    for (long value = 2; value <= RELEASES; value++) {
                        write(writer, writable, value);
                        assertThat(mapped(view)).as("not released yet").isLessThan(value);
                        cell.breakVolume("repl", VolumeBreak.RELEASE);
                        long released = value;
                        await("the mapping shows release " + value, () -> failure.get() != null || mapped(view) == released);
                        assertThat(read(file)).isEqualTo(value);
                    }
                } finally {
                    over.set(true);
                    reading.join();
                }
                assertThat(failure.get()).isNull();
            }
        }
    }

    /// What is newer than the dump is lost, though the data version may be the same again.
    @Test
    void whoReadsAndMapsAVolumeThatIsRestoredSeesItAsItWasDumped() throws Exception {
        cell.makeVolume("restored", "restored");
        String path = "/afs/" + cell.name() + "/restored/file";
        try (AfsClient writer = newClient();
                AfsClient reader = newClient()) {
            write(writer, path, 1);
            Path dump = cell.dumpVolume("restored");
            write(writer, path, 2);
            try (AfsFile file = reader.open(path);
                    MappedView view = file.map(MapAccess.READ_ONLY, 0, Long.BYTES)) {
                assertThat(read(file)).isEqualTo(2);
                assertThat(mapped(view)).isEqualTo(2);
                cell.restoreVolume("restored", dump);
                await("the mapping shows what was restored", () -> mapped(view) == 1);
                assertThat(read(file)).isEqualTo(1);
                write(writer, path, 3);
                await("the mapping shows what was written since", () -> mapped(view) == 3);
                assertThat(read(file)).isEqualTo(3);
            }
        }
    }
}
