package org.afs4j.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.cell.export.HostExport;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.StoreStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A directory of the host, served as a volume.
class HostExportTest {
    @TempDir
    private Path directory;

    private interface Body {
        void run(CellLab lab, EmbeddedVolume volume) throws Exception;
    }

    private void run(Body body) throws Exception {
        CellLab.onUdp(builder -> builder, lab -> {
            try (HostExport export = HostExport.open(SystemWorld.instance(), lab.cell, "host", directory)) {
                assertThat(export).isNotNull();
                body.run(lab, lab.cell.volume("host"));
            }
        });
    }

    private static Fid named(CellClient client, Fid directory, String name) throws Exception {
        return client.list(directory).getOrDefault(name, new Fid(0, 0, 0));
    }

    @Test
    void filesDirectoriesAndSymlinksAreThoseOfTheHost() throws Exception {
        byte[] bytes = new byte[150_000];
        new Random(1).nextBytes(bytes);
        Files.createDirectories(directory.resolve("a/b"));
        Files.write(directory.resolve("a/b/file"), bytes);
        Files.createSymbolicLink(directory.resolve("link"), Path.of("/no/such/place"));
        run((lab, volume) -> {
            CellClient client = lab.client();
            Fid b = named(client, named(client, volume.root(), "a"), "b");
            Fid file = named(client, b, "file");
            assertThat(client.fetch(file, 0, bytes.length)).isEqualTo(bytes);
            assertThat(client.fs.fetchStatus(file).status().lengthBytes()).isEqualTo(bytes.length);
            assertThat(client.fs.fetchStatus(volume.root()).status().linkCount()).isEqualTo(3);
            Fid link = named(client, volume.root(), "link");
            assertThat(client.fetch(link, 0, 100)).as("told, not followed").asString(StandardCharsets.UTF_8).isEqualTo("/no/such/place");
            assertThat(client.list(lab.cell.volume("root.cell").root())).containsKey("host");
        });
    }

    @Test
    void clientsCanOnlyRead() throws Exception {
        Files.writeString(directory.resolve("file"), "x");
        run((lab, volume) -> {
            CellClient client = lab.client();
            Fid file = named(client, volume.root(), "file");
            FileServerContract.assertRefused(AbortCode.EROFS, () -> client.store(file, new byte[1]));
            FileServerContract.assertRefused(AbortCode.EROFS, () -> client.create(volume.root(), "new"));
            FileServerContract.assertRefused(
                    AbortCode.EROFS, () -> client.fs.makeDir(volume.root(), "new", StoreStatus.NONE));
        });
        assertThat(directory).isDirectoryContaining(path -> path.endsWith("file"));
    }

    @Test
    void aChangeOnTheHostBreaksPromisesAndIsSeen() throws Exception {
        Files.writeString(directory.resolve("file"), "old");
        run((lab, volume) -> {
            CellClient client = lab.client();
            Fid file = named(client, volume.root(), "file");
            FetchStatus before = client.fs.fetchStatus(file).status();
            Files.writeString(directory.resolve("file"), "newer");
            client.awaitEvent("break " + Fid.ofVolume(volume.id()));
            FetchStatus after = client.fs.fetchStatus(file).status();
            // The host may tell of the file when it is empty already and not yet written.
            while (after.lengthBytes() != 5) {
                client.takeLog();
                after = client.fs.fetchStatus(file).status();
                if (after.lengthBytes() != 5) {
                    client.awaitEvent("break " + Fid.ofVolume(volume.id()));
                }
            }
            assertThat(after.dataVersion()).isGreaterThan(before.dataVersion());
            assertThat(client.fetch(file, 0, 10)).asString(StandardCharsets.UTF_8).isEqualTo("newer");
        });
    }

    @Test
    void aFileIsTheSameVnodeAfterARestartAndARename() throws Exception {
        Files.writeString(directory.resolve("file"), "x");
        List<Fid> fids = new ArrayList<>();
        List<Long> versions = new ArrayList<>();
        Body note = (lab, volume) -> {
            CellClient client = lab.client();
            Fid file = client.list(volume.root()).entrySet().stream()
                    .filter(entry -> !entry.getKey().startsWith("."))
                    .findFirst()
                    .orElseThrow()
                    .getValue();
            fids.add(file);
            versions.add(client.fs.fetchStatus(file).status().dataVersion());
        };
        run(note);
        Files.move(directory.resolve("file"), directory.resolve("renamed"));
        run(note);
        assertThat(fids.get(1)).isEqualTo(fids.get(0));
        assertThat(versions.get(1)).isEqualTo(versions.get(0));
    }

    @Test
    void whatIsPutInTheWayOfADirectoryLeadsNowhereElse() throws Exception {
        Path outside = Files.createDirectory(directory.resolveSibling(directory.getFileName() + "-outside"));
        Files.writeString(outside.resolve("file"), "secret");
        Files.createDirectory(directory.resolve("d"));
        Files.writeString(directory.resolve("d/file"), "public");
        CellLab.onUdp(builder -> builder, lab -> {
            HostExport export = HostExport.open(SystemWorld.instance(), lab.cell, "host", directory);
            export.close(); // so that it is not told of what comes
            CellClient client = lab.client();
            Fid file = named(client, named(client, lab.cell.volume("host").root(), "d"), "file");
            Files.move(directory.resolve("d"), directory.resolve("moved"));
            Files.createSymbolicLink(directory.resolve("d"), outside);
            assertThatThrownBy(() -> client.fetch(file, 0, 6)).isInstanceOf(org.afs4j.rx.RxAbortException.class);
        });
        Files.delete(outside.resolve("file"));
        Files.delete(outside);
    }
}
