package org.afs4j.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileServerReply;
import org.afs4j.protocol.fs.StoreStatus;
import org.junit.jupiter.api.Test;

/// What a cell on a kept store has again after its process died at any moment.
abstract class RestartContract {
    /// Runs bodies one after the other, each with a new cell on what the process of the one before left when it died.
    abstract void runAcrossDeaths(CellLab.Body... bodies) throws Exception;

    private static void assertSound(CellLab lab) {
        assertThat(lab.cell.checkReport().findings()).isEmpty();
    }

    @Test
    void filesDirectoriesAndWhatTheyAreAreAsBefore() throws Exception {
        byte[] contents = new byte[200_001];
        new Random(5).nextBytes(contents);
        List<Fid> fids = new ArrayList<>();
        List<FetchStatus> statuses = new ArrayList<>();
        List<AfsUuid> uuids = new ArrayList<>();
        List<Map<String, Fid>> names = new ArrayList<>();
        runAcrossDeaths(
                lab -> {
                    CellClient client = lab.client();
                    uuids.add(lab.cell.fileServerUuid());
                    Fid file = client.create(lab.scratch(), "file").fid();
                    client.store(file, contents);
                    client.store(file, 70_000, new byte[] {1, 2, 3}, contents.length);
                    Fid hole = client.create(lab.scratch(), "hole").fid();
                    client.store(hole, 1_000_000, new byte[] {4}, 1_000_001);
                    Fid directory = client.fs.makeDir(lab.scratch(), "directory", StoreStatus.NONE).fid();
                    client.fs.storeAcl(directory, "1\n1\nsystem:anyuser\t127\nsystem:authuser\t32\n\0");
                    Fid link = client.fs.symlink(directory, "link", "../file", StoreStatus.NONE).fid();
                    client.fs.link(lab.scratch(), "again", file);
                    fids.addAll(List.of(file, hole, directory, link, lab.scratch()));
                    for (Fid fid : fids) {
                        statuses.add(client.fs.fetchStatus(fid).status());
                    }
                    names.add(client.list(lab.scratch()));
                    names.add(client.list(directory));
                },
                lab -> {
                    assertSound(lab);
                    CellClient client = lab.client();
                    assertThat(lab.cell.fileServerUuid()).isEqualTo(uuids.getFirst());
                    for (int i = 0; i < fids.size(); i++) {
                        assertThat(client.fs.fetchStatus(fids.get(i)).status()).isEqualTo(statuses.get(i));
                    }
                    System.arraycopy(new byte[] {1, 2, 3}, 0, contents, 70_000, 3);
                    assertThat(client.fetch(fids.get(0), 0, contents.length)).isEqualTo(contents);
                    assertThat(client.fetch(fids.get(1), 999_990, 100)).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4);
                    assertThat(client.fetch(fids.get(3), 0, 100)).asString().isEqualTo("../file");
                    assertThat(client.list(lab.scratch())).isEqualTo(names.get(0));
                    assertThat(client.list(fids.get(2))).isEqualTo(names.get(1));
                    assertThat(client.fs.fetchAcl(fids.get(2)).acl()).contains("system:authuser\t32");
                });
    }

    @Test
    void numbersAreUsedAgainAndUniquifiersNever() throws Exception {
        List<Fid> fids = new ArrayList<>();
        runAcrossDeaths(
                lab -> {
                    CellClient client = lab.client();
                    fids.add(client.create(lab.scratch(), "a").fid());
                    fids.add(client.create(lab.scratch(), "b").fid());
                    client.store(fids.get(1), new byte[100_000]);
                    client.fs.removeFile(lab.scratch(), "b");
                },
                lab -> {
                    assertSound(lab);
                    assertThat(lab.cell.checkReport().contentBytes()).as("mount points only").isLessThan(100);
                    CellClient client = lab.client();
                    Fid made = client.create(lab.scratch(), "c").fid();
                    assertThat(made.vnode()).isEqualTo(fids.get(1).vnode());
                    assertThat(made.uniquifier()).isGreaterThan(fids.get(1).uniquifier());
                    FileServerContract.assertRefused(AbortCode.VNOVNODE, () -> client.fs.fetchStatus(fids.get(1)));
                    assertThat(client.list(lab.scratch())).containsOnlyKeys(".", "..", "a", "c");
                });
    }

    @Test
    void aDataVersionNeverStandsForOtherData() throws Exception {
        List<Fid> fids = new ArrayList<>();
        List<Long> versions = new ArrayList<>();
        CellLab.Body store = lab -> {
            CellClient client = lab.client();
            if (fids.isEmpty()) {
                fids.add(client.create(lab.scratch(), "f").fid());
            }
            for (int i = 0; i < 3; i++) {
                FileServerReply.Changed changed = client.store(fids.getFirst(), new byte[] {(byte) versions.size()});
                versions.add(changed.status().dataVersion());
            }
        };
        runAcrossDeaths(store, store, store);
        assertThat(versions).isSorted().doesNotHaveDuplicates().hasSize(9);
    }

    @Test
    void aRenameOverAFileFreesItAndKeepsLinkCounts() throws Exception {
        runAcrossDeaths(
                lab -> {
                    CellClient client = lab.client();
                    Fid one = client.fs.makeDir(lab.scratch(), "one", StoreStatus.NONE).fid();
                    Fid two = client.fs.makeDir(lab.scratch(), "two", StoreStatus.NONE).fid();
                    client.fs.makeDir(one, "moved", StoreStatus.NONE);
                    client.fs.rename(one, "moved", two, "moved");
                    client.store(client.create(one, "f").fid(), new byte[] {1});
                    client.store(client.create(two, "f").fid(), new byte[] {2});
                    client.fs.rename(one, "f", two, "f");
                },
                lab -> {
                    assertSound(lab);
                    CellClient client = lab.client();
                    Map<String, Fid> names = client.list(lab.scratch());
                    Fid two = names.getOrDefault("two", lab.scratch());
                    assertThat(client.fs.fetchStatus(two).status().linkCount()).isEqualTo(3);
                    assertThat(client.fetch(client.list(two).getOrDefault("f", two), 0, 9)).containsExactly(1);
                });
    }

    @Test
    void snapshotsShareWhatTheyHaveInCommonAndStay() throws Exception {
        List<Fid> fids = new ArrayList<>();
        runAcrossDeaths(
                lab -> {
                    CellClient client = lab.client();
                    EmbeddedVolume volume = lab.cell.createVolume("v");
                    volume.setMaxBytes(10 << 20);
                    fids.add(client.create(volume.root(), "f").fid());
                    client.store(fids.getFirst(), new byte[] {1});
                    lab.cell.addReplica("v", lab.cell.server(0));
                    lab.cell.release("v");
                    client.store(fids.getFirst(), new byte[] {2});
                    lab.cell.backup("v");
                    client.store(fids.getFirst(), new byte[] {3});
                    lab.cell.mount(lab.cell.volume("root.cell"), "v", "#v.");
                },
                lab -> {
                    assertSound(lab);
                    CellClient client = lab.client();
                    Fid file = fids.getFirst();
                    int id = lab.cell.volume("v").id();
                    assertThat(client.fetch(file, 0, 9)).containsExactly(3);
                    assertThat(client.fetch(new Fid(id + 1, file.vnode(), file.uniquifier()), 0, 9)).containsExactly(1);
                    assertThat(client.fetch(new Fid(id + 2, file.vnode(), file.uniquifier()), 0, 9)).containsExactly(2);
                    assertThat(client.vl.lookUp("v").hasReadOnly()).isTrue();
                    assertThat(client.list(lab.cell.volume("root.cell").root())).containsKey("v");
                    client.fs.removeFile(lab.cell.volume("v").root(), "f");
                    lab.cell.restore("v");
                },
                lab -> {
                    assertSound(lab);
                    CellClient client = lab.client();
                    assertThat(client.fetch(fids.getFirst(), 0, 9)).containsExactly(2);
                    assertThat(lab.cell.createVolume("w").id()).isNotEqualTo(lab.cell.volume("v").id());
                });
    }

    @Test
    void aClientIsToldThatItsPromisesAreForgotten() throws Exception {
        runAcrossDeaths(
                lab -> lab.client().fs.fetchStatus(lab.scratch()),
                lab -> {
                    CellClient client = lab.client();
                    client.fs.fetchStatus(lab.scratch());
                    assertThat(client.log()).contains("InitCallBackState3 " + lab.cell.fileServerUuid());
                });
    }

    @Test
    void aLargeDirectoryIsAsBefore() throws Exception {
        List<Map<String, Fid>> names = new ArrayList<>();
        runAcrossDeaths(
                lab -> {
                    CellClient client = lab.client();
                    Random random = new Random(7);
                    for (int i = 0; i < 400; i++) {
                        client.create(lab.scratch(), "a name that takes some room " + i);
                        if (random.nextInt(3) == 0) {
                            client.fs.removeFile(lab.scratch(), "a name that takes some room " + i);
                        }
                    }
                    names.add(client.list(lab.scratch()));
                },
                lab -> {
                    assertSound(lab);
                    assertThat(lab.client().list(lab.scratch())).isEqualTo(names.getFirst());
                });
    }
}
