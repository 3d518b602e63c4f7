package org.afs4j.system.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.cell.AfsCell;
import org.afs4j.cell.export.HostExport;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A client that maps a file of a host's directory, which a program of the host changes.
class ExportedDirectoryTest {
    private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();

    @TempDir
    private Path directory;

    @Test
    void aMappedReaderSeesAChangeOnTheHost_MM3() throws Exception {
        Path file = directory.resolve("file");
        Files.writeString(file, "old bytes");
        try (AfsCell cell = AfsCell.builder().name("export.test").start();
                HostExport export = HostExport.open(SystemWorld.instance(), cell, "host", directory);
                AfsClient client = AfsClient.builder()
                        .cell(new CellConfiguration(
                                cell.name(), List.of(cell.volumeLocationAddress()), cell.fileServerAddress().getPort()))
                        .open();
                AfsFile opened = client.open("/afs/export.test/host/file");
                MappedView view = opened.map(MapAccess.READ_ONLY, 0, 9)) {
            assertThat(export).isNotNull();
            assertThat((char) view.getByteAcquire(0)).isEqualTo('o');
            Files.write(file, "new".getBytes(StandardCharsets.UTF_8), StandardOpenOption.WRITE);
            long start = System.nanoTime();
            while (view.getByteAcquire(0) != 'n') {
                assertThat(System.nanoTime() - start).isLessThan(PATIENCE_NANOS);
                Thread.onSpinWait();
            }
            assertThat((char) view.getByteAcquire(4)).isEqualTo('b');
        }
    }
}
