package org.afs4j.system.openafs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import org.afs4j.system.openafs.OpenAfsCell.CallbackState;
import org.afs4j.system.openafs.OpenAfsCell.VolumeBreak;
import org.afs4j.system.process.ForeignProgram;
import org.junit.jupiter.api.Test;

@WithOpenAfsCell
class OpenAfsFixtureTest {
    private static final Duration CALLBACK_LIMIT = Duration.ofSeconds(30);

    private final OpenAfsCell cell;

    OpenAfsFixtureTest(OpenAfsCell cell) {
        this.cell = cell;
    }

    @Test
    void theCellServesTheVolumesThatItsDescriptionNames() throws IOException {
        assertThat(cell.exec("vos", "listvldb", "-quiet", "-noresolve", "-localauth"))
                .contains("root.afs", "root.cell", "scratch", "repl")
                .contains(cell.locationServer().getAddress().getHostAddress());
        assertThat(Files.readString(cell.configDirectory().resolve("CellServDB")))
                .contains(">" + cell.name(), cell.locationServer().getHostString());
    }

    @Test
    void twoMountsAreTwoClientsAndOneReadsWhatTheOtherWrote(AfsdFuseMount writer) throws IOException {
        byte[] contents = "written by a third party".getBytes(StandardCharsets.UTF_8);
        writer.write("afs.test/scratch/shared", contents);
        try (AfsdFuseMount reader = cell.mountAfsdFuse()) {
            assertThat(reader.read("afs.test/scratch/shared")).isEqualTo(contents);
            writer.overwrite("afs.test/scratch/shared", 8, "BY".getBytes(StandardCharsets.UTF_8));
            writer.chmod("afs.test/scratch/shared", "604");
            assertThat(writer.run("stat -c %a \"$1\"", "afs.test/scratch/shared")).isEqualTo("604\n");
        }
        assertThat(writer.read("afs.test/scratch/shared"))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("written BY a third party");
    }

    @Test
    void aWholeVolumesBreakIsSeenOnTheWire() throws IOException {
        cell.makeVolume("broken", "broken");
        try (AfsdFuseMount holder = cell.mountAfsdFuse();
                CallbackWatch watch = cell.watchCallbacks()) {
            holder.write("afs.test/broken/file", new byte[] {1});
            assertThat(holder.read("afs.test/broken/file")).containsExactly(1);
            cell.breakVolume("broken", VolumeBreak.FSSYNC);
            assertThat(watch.await(line -> line.matches(".* CallBack .*\\b\\d+\\.0\\.0\\b.*"), CALLBACK_LIMIT))
                    .as("CB-10: a break of the whole volume; calls seen: %s", watch.calls())
                    .isNotNull();
        }
    }

    @Test
    void aRestartWithoutCallbackStateDrawsInitCallBackState3(AfsdFuseMount holder) throws IOException {
        holder.write("afs.test/scratch/before-restart", new byte[] {2});
        try (CallbackWatch watch = cell.watchCallbacks()) {
            cell.restartFileServer(CallbackState.DROPPED);
            holder.write("afs.test/scratch/after-restart", new byte[] {3});
            assertThat(watch.await(line -> line.contains("InitCallBackState3"), CALLBACK_LIMIT))
                    .as("calls seen: %s", watch.calls())
                    .isNotNull();
        }
        assertThat(holder.read("afs.test/scratch/before-restart")).containsExactly(2);
    }

    @Test
    void aFileServerThatWasStoppedServesAgainAfterItsStart(AfsdFuseMount client) throws IOException {
        cell.stopFileServer();
        assertThat(cell.exec("bos", "status", cell.locationServer().getHostString(), "dafs", "-localauth"))
                .contains("disabled");
        cell.startFileServer();
        client.write("afs.test/scratch/after-start", new byte[] {4});
        assertThat(client.read("afs.test/scratch/after-start")).containsExactly(4);
    }

    @Test
    void aMountWhoseDaemonHangsIsUnmountedAllTheSame() throws IOException {
        AfsdFuseMount mount = cell.mountAfsdFuse();
        mount.write("afs.test/scratch/held", new byte[] {5});
        mount.run("kill -STOP $(pgrep -f \"mountdir $1\")", "");
        mount.close();
        assertThat(ForeignProgram.of("cat", "/proc/mounts").run().text()).doesNotContain(mount.mountPoint().toString());
    }
}
