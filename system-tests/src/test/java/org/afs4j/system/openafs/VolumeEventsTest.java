package org.afs4j.system.openafs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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

/// CB-10: volumes of an OpenAFS server that are released and restored while a client reads and maps them; who looks into a mapping is
/// current within the probe interval and what the calls take. A volume that moves is an event of [ServerEventsTest].
@WithOpenAfsCell
class VolumeEventsTest extends EventsOnOpenAfs {
    private static final int RELEASES = 5;

    VolumeEventsTest(OpenAfsCell cell) {
        super(cell);
    }

    private static void write(AfsClient by, String path, long value) throws IOException {
        try (AfsFile file = by.open(path, AfsOpenOption.WRITE, AfsOpenOption.CREATE)) {
            file.write(0, number(value));
        }
    }

    /// Looks into a mapping until it shows what has happened on the server by now.
    private static void awaitMapped(String what, BooleanSupplier shown) {
        long happenedNanos = System.nanoTime();
        while (!shown.getAsBoolean()) {
            assertThat(System.nanoTime() - happenedNanos).as("the mapping shows %s within the bound", what).isLessThan(MAPPED_BOUND_NANOS);
            Thread.onSpinWait();
        }
        System.out.printf("a mapping showed %s after %d ms%n", what, Duration.ofNanos(System.nanoTime() - happenedNanos).toMillis());
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
                        awaitMapped("release " + value, () -> failure.get() != null || mapped(view) == released);
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
                awaitMapped("what was restored", () -> mapped(view) == 1);
                assertThat(read(file)).isEqualTo(1);
                write(writer, path, 3);
                awaitMapped("what was written since", () -> mapped(view) == 3);
                assertThat(read(file)).isEqualTo(3);
            }
        }
    }
}
