package org.afs4j.cell.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.afs4j.cell.store.CellStore;
import org.afs4j.cell.store.CellStoreException;
import org.afs4j.cell.store.FileKey;
import org.afs4j.cell.store.RecordBatch;
import org.afs4j.cell.store.SimulatedDisk;
import org.afs4j.cell.store.StoreSync;
import org.afs4j.protocol.directory.DirectoryContents;
import org.afs4j.protocol.directory.DirectoryEditor;
import org.afs4j.protocol.directory.DirectoryEntry;
import org.afs4j.protocol.fs.FileType;
import org.junit.jupiter.api.Test;

/// What the check at the start makes of a volume that is damaged: a root with a directory `d` (3.2), in which is `f` (2.3).
class StoreCheckTest {
    private static final int INSTANCE = 1;
    private static final FileKey FILE = new FileKey(7, 2, 3);

    private final CellStore store = new SimulatedDisk().open(StoreSync.ALWAYS);

    StoreCheckTest() throws Exception {
        DirectoryEditor root = DirectoryEditor.create(1, 1, 1, 1);
        root.add("d", 3, 2);
        DirectoryEditor directory = DirectoryEditor.create(3, 2, 1, 1);
        directory.add("f", 2, 3);
        RecordBatch batch = new RecordBatch();
        VolumeTables.put(batch, new VolumeHeader(INSTANCE, 0, 7, 7, "v", false, 5, 4, 0));
        put(batch, vnode(1, 1, FileType.DIRECTORY, 0, 3, 2048), root.toByteArray());
        put(batch, vnode(3, 2, FileType.DIRECTORY, 1, 2, 2048), directory.toByteArray());
        put(batch, vnode(2, 3, FileType.FILE, 3, 1, 5), new byte[0]);
        VolumeTables.put(
                batch, INSTANCE, 2, 0, Objects.requireNonNull(store.file(FILE).put(0, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5})).place()));
        store.commit(batch);
    }

    private static StoredVnode vnode(int number, int uniquifier, FileType type, int parent, int linkCount, long length) {
        String acl = type == FileType.DIRECTORY ? "1\n0\nsystem:anyuser\t127\n" : "";
        return new StoredVnode(number, uniquifier, type, parent, linkCount, 9, 1, 1, 1, 0644, 5, 5, length, acl);
    }

    private static void put(RecordBatch batch, StoredVnode vnode, byte[] image) {
        VolumeTables.put(batch, INSTANCE, vnode);
        for (int page = 0; page < image.length / VolumeTables.PAGE_BYTES; page++) {
            VolumeTables.putPage(batch, INSTANCE, vnode.number(), page, image);
        }
    }

    private interface Damage {
        void add(RecordBatch batch) throws Exception;
    }

    /// Loads twice: what the first load finds and repairs, the second finds sound.
    private StoreCheck.Loaded load(Damage damage) throws Exception {
        RecordBatch batch = new RecordBatch();
        damage.add(batch);
        store.commit(batch);
        StoreCheck.Loaded loaded = StoreCheck.load(store, true);
        List<CheckReport.Finding> left = StoreCheck.load(store, true).report().findings().stream()
                .filter(finding -> !finding.repair().isEmpty())
                .toList();
        assertThat(left).as("found again").isEmpty();
        return loaded;
    }

    private static List<String> names(StoreCheck.Loaded loaded, int directory) throws Exception {
        return DirectoryContents.of(loaded.volumes().getFirst().image(directory)).entries().stream()
                .map(DirectoryEntry::name)
                .toList();
    }

    private static StoredVnode vnode(StoreCheck.Loaded loaded, int number) {
        return Objects.requireNonNull(loaded.volumes().getFirst().vnodes().get(number));
    }

    private static void assertFound(StoreCheck.Loaded loaded, String... problems) {
        assertThat(loaded.report().findings()).extracting(CheckReport.Finding::problem).containsExactly(problems);
    }

    @Test
    void aSoundVolumeIsLeftAlone() throws Exception {
        StoreCheck.Loaded loaded = load(batch -> {});
        assertFound(loaded);
        assertThat(loaded.report().vnodes()).isEqualTo(3);
        assertThat(loaded.report().contentBytes()).isEqualTo(5);
        assertThat(loaded.report().unusedFiles()).isZero();
    }

    @Test
    void linkCountsAndParentsArePutRight() throws Exception {
        StoreCheck.Loaded loaded = load(batch -> {
            VolumeTables.put(batch, INSTANCE, vnode(2, 3, FileType.FILE, 1, 4, 5));
            VolumeTables.put(batch, INSTANCE, vnode(1, 1, FileType.DIRECTORY, 0, 2, 2048));
        });
        assertFound(loaded, "its link count is 2", "its link count is 4", "its parent is 1");
        assertThat(vnode(loaded, 2).linkCount()).isEqualTo(1);
        assertThat(vnode(loaded, 2).parent()).isEqualTo(3);
        assertThat(vnode(loaded, 1).linkCount()).isEqualTo(3);
    }

    @Test
    void aNameThatLeadsNowhereGoes() throws Exception {
        StoreCheck.Loaded loaded = load(batch -> VolumeTables.removeVnode(batch, INSTANCE, 2));
        assertFound(loaded, "there are contents without vnode", "the name f leads nowhere");
        assertThat(names(loaded, 3)).containsExactlyInAnyOrder(".", "..");
        assertThat(vnode(loaded, 3).dataVersion()).as("clients must not keep the old one").isEqualTo(10);
        assertThat(store.files()).as("nobody names its contents").isEmpty();
    }

    @Test
    void whatNoNameLeadsToIsNamedInTheRoot() throws Exception {
        StoreCheck.Loaded loaded = load(batch -> put(
                batch, vnode(1, 1, FileType.DIRECTORY, 0, 2, 2048), DirectoryEditor.create(1, 1, 1, 1).toByteArray()));
        assertThat(loaded.report().findings()).extracting(CheckReport.Finding::fid).contains("3.2");
        assertThat(names(loaded, 1)).contains("__ORPHANDIR__.3.2");
        assertThat(names(loaded, 3)).as("with what is in it").contains("f");
        assertThat(vnode(loaded, 1).linkCount()).isEqualTo(3);
    }

    @Test
    void aDamagedDirectoryIsBuiltAnewAndItsFilesAreKept() throws Exception {
        StoreCheck.Loaded loaded = load(batch -> VolumeTables.putPage(batch, INSTANCE, 3, 0, new byte[2048]));
        assertThat(loaded.report().findings().getFirst().problem()).startsWith("the directory is damaged");
        assertThat(names(loaded, 1)).contains("d", "__ORPHANFILE__.2.3");
        assertThat(vnode(loaded, 2).parent()).isEqualTo(1);
    }

    @Test
    void aDirectoryHasOneName() throws Exception {
        StoreCheck.Loaded loaded = load(batch -> {
            DirectoryEditor root = DirectoryEditor.create(1, 1, 1, 1);
            root.add("d", 3, 2);
            root.add("e", 3, 2);
            put(batch, vnode(1, 1, FileType.DIRECTORY, 0, 3, 2048), root.toByteArray());
        });
        assertThat(loaded.report().findings()).hasSize(1);
        assertThat(names(loaded, 1)).hasSize(3);
    }

    @Test
    void uniquifiersInUseAreNotGivenAgain() throws Exception {
        StoreCheck.Loaded loaded = load(
                batch -> VolumeTables.put(batch, new VolumeHeader(INSTANCE, 0, 7, 7, "v", false, 5, 2, 0)));
        assertFound(loaded, "the next uniquifier is one that is in use");
        assertThat(loaded.volumes().getFirst().header().nextUniquifier()).isEqualTo(4);
    }

    @Test
    void contentsThatNobodyNamesAreRemovedAndDamagedOnesTold() throws Exception {
        store.file(new FileKey(7, 4, 9)).put(0, ByteBuffer.wrap(new byte[10]));
        store.file(FILE).put(0, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 6}));
        StoreCheck.Loaded loaded = StoreCheck.load(store, true);
        assertThat(loaded.report().unusedFiles()).isEqualTo(1);
        assertThat(store.files()).containsOnlyKeys(FILE);
        assertThat(loaded.report().findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.problem()).contains("not what was stored"));
    }

    @Test
    void aRecordThatMakesNoSenseIsAnErrorAndNothingElse() throws Exception {
        RecordBatch batch = new RecordBatch();
        batch.put("vnodes." + INSTANCE, 2, new byte[] {1, 2, 3});
        store.commit(batch);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> StoreCheck.load(store, false)))
                .isInstanceOf(CellStoreException.class)
                .hasMessageContaining("vnode 2");
    }
}
