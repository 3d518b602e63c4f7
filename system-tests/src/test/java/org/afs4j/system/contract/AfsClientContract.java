package org.afs4j.system.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsEntry;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.error.AfsConfigurationException;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.client.error.AfsUnreachableException;
import org.afs4j.pagecache.FreshSegment;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MapOption;
import org.afs4j.pagecache.MappedView;
import org.afs4j.protocol.Errno;
import org.afs4j.protocol.fs.FileType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client promises on any cell.
public abstract class AfsClientContract extends ClientOnCell {
    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();

    @Test
    void listsTheRootOfTheCell() throws IOException {
        assertThat(client.list("/afs/" + cell().configuration().name())).contains("scratch");
        List<AfsEntry> entries = client.listWithInfo("/afs/" + cell().configuration().name());
        AfsEntry scratch = entries.stream().filter(entry -> entry.name().equals("scratch")).findFirst().orElseThrow();
        assertThat(scratch.info().type()).isEqualTo(FileType.DIRECTORY);
        assertThat(scratch.info().volume()).as("a mount point is told as what is mounted").isEqualTo("scratch");
    }

    @Test
    void listsTheCellsItKnowsAndAsksNone() throws IOException {
        try (AfsClient fresh = newClient()) {
            assertThat(fresh.listWithInfo("/afs")).extracting(AfsEntry::name).containsExactly(cell().configuration().name());
            assertThat(fresh.counters().get(AfsCounter.LOCATION_CALLS)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4096, (1 << 20) + 1, 9_000_001})
    void readsBackWhatItWroteThroughAnotherClient(int length) throws IOException {
        byte[] contents = random(length, length);
        String path = directory + "/f" + length;
        write(client, path, contents);
        try (AfsClient other = newClient()) {
            assertThat(read(other, path)).isEqualTo(contents);
            assertThat(other.info(path, true).sizeBytes()).isEqualTo(length);
        }
        assertThat(read(client, path)).isEqualTo(contents);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4097, 300_000})
    void exchangesFilesWithAThirdParty(int length) throws IOException {
        byte[] ours = random(1, length);
        byte[] theirs = random(2, length);
        write(client, directory + "/ours", ours);
        assertThat(cell().thirdParty().read(relative(directory + "/ours"))).isEqualTo(ours);
        cell().thirdParty().write(relative(directory + "/theirs"), theirs);
        assertThat(read(client, directory + "/theirs")).isEqualTo(theirs);
    }

    @Test
    void keepsTheLastByteOfAFileOf3GiB() throws IOException {
        long last = 3L << 30;
        String path = directory + "/large";
        try (AfsFile file = client.open(path, AfsOpenOption.WRITE, AfsOpenOption.CREATE)) {
            file.write(last - 1, ByteBuffer.wrap(new byte[] {42}));
        }
        try (AfsClient other = newClient();
                AfsFile file = other.open(path)) {
            assertThat(file.sizeBytes()).isEqualTo(last);
            ByteBuffer tail = ByteBuffer.allocate(3);
            assertThat(file.read(last - 2, tail)).isEqualTo(2);
            assertThat(tail.array()).containsExactly(0, 42, 0);
        }
        client.remove(path);
    }

    /// Offsets that 32 bits do not hold, in calls, in the cache and in views; next to nothing is stored, for what was never written is a
    /// hole.
    @Test
    void writesReadsMapsAndCutsAFileBeyond4GiB() throws IOException {
        long edge = 1L << 32;
        long far = edge + (1 << 20) + 7;
        String path = directory + "/huge";
        byte[] across = random(4, 10_000);
        byte[] tail = random(5, 1000);
        try (AfsFile file = client.open(path, AfsOpenOption.WRITE, AfsOpenOption.CREATE)) {
            file.write(far, ByteBuffer.wrap(tail));
            file.write(edge - 5000, ByteBuffer.wrap(across));
            file.sync();
            assertThat(client.counters().get(AfsCounter.DATA_STORED_BYTES)).as("no hole is stored").isLessThan(1 << 20);
        }
        try (AfsClient other = newClient();
                AfsFile file = other.open(path);
                MappedView view = file.map(MapAccess.READ_ONLY, edge - 8192, 16384)) {
            assertThat(file.sizeBytes()).isEqualTo(far + tail.length);
            assertBytes(file, far, tail);
            assertBytes(file, edge - 5000, across);
            assertBytes(file, far - edge, new byte[tail.length]);
            assertBytes(file, 0, new byte[5000]);
            assertBytes(file, edge + 5000, new byte[5000]);
            byte[] mapped = new byte[across.length];
            view.copyTo(8192 - 5000, mapped);
            assertThat(mapped).isEqualTo(across);
            cell().thirdParty().overwrite(relative(path), edge + 17, new byte[] {(byte) ~across[5017]});
            awaitByte(view, 8192 + 17, (byte) ~across[5017]);
        }
        try (AfsFile file = client.open(path, AfsOpenOption.WRITE)) {
            file.truncate(edge + 100);
            file.sync();
            assertSize(path, edge + 100);
            file.truncate(edge - 100);
            file.sync();
            assertSize(path, edge - 100);
            file.truncate(edge + 4096);
            file.write(edge + 50, ByteBuffer.wrap(tail));
            file.sync();
        }
        try (AfsClient other = newClient();
                AfsFile file = other.open(path)) {
            assertThat(file.sizeBytes()).isEqualTo(edge + 4096);
            assertBytes(file, edge - 5000, Arrays.copyOf(across, 4900));
            assertBytes(file, edge - 100, new byte[150]);
            assertBytes(file, edge + 50, tail);
            assertBytes(file, edge + 50 + tail.length, new byte[4096 - 50 - tail.length]);
            assertThat(file.read(edge + 4096, ByteBuffer.allocate(1))).as("beyond the end").isEqualTo(-1);
        }
        client.remove(path);
    }

    private void assertSize(String path, long sizeBytes) throws IOException {
        try (AfsClient fresh = newClient()) {
            assertThat(fresh.info(path, true).sizeBytes()).isEqualTo(sizeBytes);
        }
    }

    private static void assertBytes(AfsFile file, long offsetBytes, byte[] expected) throws IOException {
        ByteBuffer found = ByteBuffer.allocate(expected.length);
        int count = 0;
        while (found.hasRemaining() && count >= 0) {
            count = file.read(offsetBytes + found.position(), found);
        }
        assertThat(found.array()).as("at %d", offsetBytes).isEqualTo(expected);
    }

    @Test
    void makesReadsAndRemovesNames() throws IOException {
        client.makeDirectory(directory + "/sub");
        write(client, directory + "/sub/a", "a".getBytes(UTF_8));
        client.makeSymlink(directory + "/link", "sub/a");
        client.makeLink(directory + "/sub/b", directory + "/sub/a");
        assertThat(client.info(directory + "/sub/b", true).linkCount()).isEqualTo(2);
        assertThat(read(client, directory + "/link")).isEqualTo("a".getBytes(UTF_8));
        assertThat(client.readLink(directory + "/link")).isEqualTo("sub/a");
        assertThatThrownBy(() -> client.rename(directory + "/sub/b", directory + "/c"))
                .as("AFS keeps a file with several names in one directory")
                .isInstanceOfSatisfying(AfsFileException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EXDEV));
        client.rename(directory + "/sub/b", directory + "/sub/c");
        assertThat(client.list(directory + "/sub")).containsExactlyInAnyOrder("a", "c");
        client.remove(directory + "/sub/a");
        assertThat(client.info(directory + "/sub/c", true).linkCount()).isEqualTo(1);
        write(client, directory + "/d", "d".getBytes(UTF_8));
        client.rename(directory + "/d", directory + "/sub/c");
        try (AfsClient other = newClient()) {
            assertThat(other.list(directory)).containsExactlyInAnyOrder("sub", "link");
            assertThat(read(other, directory + "/sub/c")).isEqualTo("d".getBytes(UTF_8));
        }
        assertThatThrownBy(() -> client.removeDirectory(directory + "/sub"))
                .isInstanceOfSatisfying(AfsFileException.class, e -> assertThat(e.errno()).isIn(Errno.ENOTEMPTY, Errno.EEXIST));
        client.remove(directory + "/sub/c");
        client.removeDirectory(directory + "/sub");
        client.remove(directory + "/link");
        assertThat(client.list(directory)).isEmpty();
    }

    @Test
    void walksBackOverMountPointsAndSymlinks() throws IOException {
        write(client, directory + "/x", new byte[] {1});
        String name = directory.substring(directory.lastIndexOf('/') + 1);
        assertThat(read(client, scratch() + "/../scratch/" + name + "/x")).containsExactly(1);
        client.makeSymlink(directory + "/up", "../..");
        assertThat(client.list(directory + "/up")).contains("scratch");
        client.makeSymlink(directory + "/loop", "loop");
        assertThatThrownBy(() -> client.open(directory + "/loop/x"))
                .isInstanceOfSatisfying(AfsFileException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ELOOP));
    }

    /// CB-13: a directory that we change ourselves is not fetched again.
    @Test
    void keepsADirectoryThatItChangesItself() throws IOException {
        client.list(directory);
        long fetches = client.counters().get(AfsCounter.DATA_FETCHES);
        for (int i = 0; i < 100; i++) {
            write(client, directory + "/n" + i, new byte[0]);
        }
        assertThat(client.list(directory)).hasSize(100);
        for (int i = 0; i < 100; i++) {
            client.remove(directory + "/n" + i);
        }
        assertThat(client.list(directory)).isEmpty();
        assertThat(client.counters().get(AfsCounter.DATA_FETCHES)).isEqualTo(fetches);
    }

    /// MM-3: the reader sees the change without entering the file system, reading memory only.
    @Test
    void showsAThirdPartysChangesInAMapping() throws IOException {
        String path = directory + "/mapped";
        write(client, path, new byte[8192]);
        try (AfsFile file = client.open(path);
                MappedView view = file.map(MapAccess.READ_ONLY, 0, 8192)) {
            for (int change = 1; change <= 20; change++) {
                cell().thirdParty().overwrite(relative(path), 4096, new byte[] {(byte) change});
                awaitByte(view, 4096, (byte) change);
            }
            assertThat(client.counters().get(AfsCounter.STRIPS)).isGreaterThanOrEqualTo(1);
        }
    }

    /// MM-3: memory at one place that nobody comes back for shows each change as well.
    @Test
    void showsAThirdPartysChangesInASegmentThatIsKeptFresh() throws IOException {
        String path = directory + "/fresh";
        write(client, path, new byte[8192]);
        try (AfsFile file = client.open(path);
                FreshSegment fresh = file.mapFresh(0, 8192)) {
            MemorySegment segment = fresh.segment();
            for (int change = 1; change <= 20; change++) {
                cell().thirdParty().overwrite(relative(path), 4096, new byte[] {(byte) change});
                awaitByte(() -> (byte) BYTE.getAcquire(segment, 4096L), (byte) change);
            }
        }
    }

    /// MM-3 with a writer of our own make: 100 changes, each seen.
    @Test
    void showsEachOfAHundredChangesOfAnotherClientInAMapping() throws IOException {
        String path = directory + "/mapped";
        write(client, path, new byte[4096]);
        try (AfsClient writer = newClient();
                AfsFile file = client.open(path);
                MappedView view = file.map(MapAccess.READ_ONLY, 0, 4096);
                AfsFile written = writer.open(path, AfsOpenOption.WRITE)) {
            for (int change = 1; change <= 100; change++) {
                written.write(0, ByteBuffer.wrap(new byte[] {(byte) change}));
                written.sync();
                awaitByte(view, 0, (byte) change);
            }
        }
    }

    /// MM-11: once the other client's sync has returned no access of a strict view sees what was before it, not even the first. The
    /// writer is ours, as OpenAFS's FUSE client returns from fsync before the server has the data.
    @Test
    void showsAChangeInAStrictMappingToTheFirstAccessAfterTheOthersSync() throws IOException {
        int changes = Integer.getInteger("strict.changes", 200);
        String path = directory + "/strict";
        write(client, path, new byte[4096]);
        try (AfsClient writer = newClient();
                AfsFile file = client.open(path);
                MappedView view = file.map(MapAccess.READ_ONLY, 0, 4096, MapOption.STRICT);
                AfsFile written = writer.open(path, AfsOpenOption.WRITE)) {
            int seenAtOnce = 0;
            for (int change = 1; change <= changes; change++) {
                written.write(8, ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(0, change));
                written.sync();
                seenAtOnce += view.getInt(8) == change ? 1 : 0;
            }
            assertThat(seenAtOnce).as("changes that the first access after the sync saw").isEqualTo(changes);
            assertThat(client.counters().get(AfsCounter.STRICT_BREAKS_MISSED)).isZero();
        }
    }

    /// MM-1, MM-2: a break for another reason than data strips and revalidates, and fetches nothing again.
    @Test
    void fetchesNothingAgainAfterAChangeOfModeByAThirdParty() throws IOException {
        String path = directory + "/mode";
        write(client, path, random(3, 100_000));
        try (AfsFile file = client.open(path);
                MappedView view = file.map(MapAccess.READ_ONLY, 0, 100_000)) {
            byte[] before = new byte[100_000];
            view.copyTo(0, before);
            long fetches = client.counters().get(AfsCounter.DATA_FETCHES);
            long strips = client.counters().get(AfsCounter.STRIPS);
            long revalidations = client.counters().get(AfsCounter.REVALIDATIONS);
            cell().thirdParty().chmod(relative(path), "600");
            awaitCount(AfsCounter.STRIPS, strips + 1);
            byte[] after = new byte[100_000];
            view.copyTo(0, after);
            assertThat(after).isEqualTo(before);
            assertThat(client.counters().get(AfsCounter.REVALIDATIONS)).isGreaterThan(revalidations);
            assertThat(client.counters().get(AfsCounter.DATA_FETCHES)).as("fetches").isEqualTo(fetches);
            assertThat(client.info(path, true).mode()).isEqualTo(0600);
        }
    }

    /// CB-5, MM-5: an idle watcher learns by its probe that the server has forgotten it; afterwards warm reads are call-free.
    @Test
    void noticesThatTheServerHasForgottenItsPromises() throws IOException {
        String path = directory + "/forgotten";
        write(client, path, new byte[4096]);
        try (AfsFile file = client.open(path);
                MappedView view = file.map(MapAccess.READ_ONLY, 0, 4096)) {
            assertThat(view.getByteAcquire(0)).isZero();
            cell().restartWithoutCallbackState();
            cell().thirdParty().overwrite(relative(path), 0, new byte[] {7});
            awaitByte(view, 0, (byte) 7);
            assertThat(client.counters().get(AfsCounter.MASS_BREAKS)).isGreaterThanOrEqualTo(1);
            assertThat(read(client, path)[0]).isEqualTo((byte) 7);
            long calls = callsWithoutProbes();
            for (int i = 0; i < 1000; i++) {
                assertThat(file.read(0, ByteBuffer.allocate(4096))).isEqualTo(4096);
            }
            assertThat(callsWithoutProbes()).as("calls of warm reads").isEqualTo(calls);
        }
    }

    @Test
    void tellsOfADeadServerAndGoesOnWhenItIsBack() throws IOException {
        String path = directory + "/file";
        write(client, path, new byte[] {1});
        cell().stopFileServer();
        try (AfsClient fresh = newClient()) {
            assertThatThrownBy(() -> read(fresh, path))
                    .isInstanceOf(AfsUnreachableException.class)
                    .hasMessageContaining(cell().configuration().name())
                    .hasMessageContaining(":" + cell().configuration().fileServerPort());
            cell().startFileServer();
            assertThat(read(fresh, path)).containsExactly(1);
        }
        assertThat(read(client, path)).containsExactly(1);
    }

    @Test
    void namesTheCellThatIsNotKnown() {
        assertThatThrownBy(() -> client.list("/afs/no.such.cell/x"))
                .isInstanceOf(AfsConfigurationException.class)
                .hasMessageStartingWith("/afs/no.such.cell/x: unknown cell 'no.such.cell'")
                .hasMessageContaining("CellServDB");
    }

    @Test
    void namesTheVolumeThatDoesNotExist() throws IOException {
        client.makeMountPoint(directory + "/nowhere", "#no.such.volume.");
        assertThatThrownBy(() -> client.list(directory + "/nowhere"))
                .isInstanceOfSatisfying(AfsFileException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV))
                .hasMessageContaining("no.such.volume")
                .hasMessageContaining(directory + "/nowhere")
                .hasMessageContaining("no such volume");
        assertThat(client.listWithInfo(directory)).as("such a mount point is still listed").hasSize(1);
    }

    @Test
    void namesThePathThatDoesNotExist() {
        assertThatThrownBy(() -> client.open(directory + "/absent"))
                .isInstanceOfSatisfying(AfsFileException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
                .hasMessageContaining(directory + "/absent")
                .hasMessageContaining("volume scratch");
        assertThatThrownBy(() -> client.list(directory + "/absent/below"))
                .isInstanceOfSatisfying(AfsFileException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    }

    @Test
    void refusesToWalkThroughAFile() throws IOException {
        write(client, directory + "/file", new byte[1]);
        assertThatThrownBy(() -> client.list(directory + "/file"))
                .isInstanceOfSatisfying(AfsFileException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOTDIR))
                .hasMessageContaining("ENOTDIR");
    }

    @Test
    void refusesWhatTheAccessListDoesNotGrant() throws IOException {
        cell().makeReadableVolume("readable");
        String root = "/afs/" + cell().configuration().name() + "/readable";
        try (AfsClient fresh = newClient()) {
            assertThat(fresh.list(root)).isEmpty();
            assertThatThrownBy(() -> write(fresh, root + "/file", new byte[1]))
                    .isInstanceOfSatisfying(AfsFileException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EACCES))
                    .hasMessageContaining("volume readable")
                    .hasMessageContaining(root + "/file");
        }
    }

    @Test
    void tellsOfAFullVolumeWhenItStores() throws IOException {
        cell().makeSmallVolume("small", 1024);
        String root = "/afs/" + cell().configuration().name() + "/small";
        try (AfsClient fresh = newClient();
                AfsFile file = fresh.open(root + "/file", AfsOpenOption.WRITE, AfsOpenOption.CREATE)) {
            file.write(0, ByteBuffer.wrap(random(1, 4 << 20)));
            assertThatThrownBy(file::sync)
                    .isInstanceOfSatisfying(
                            AfsFileException.class, e -> assertThat(e.errno()).isIn(Errno.EDQUOT, Errno.ENOSPC))
                    .hasMessageContaining("volume small");
            file.truncate(0);
        }
    }
}
