package org.afs4j.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.afs4j.cell.store.FileContents;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileServerReply;
import org.afs4j.protocol.fs.FileType;
import org.afs4j.protocol.fs.LockType;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.rx.RxAbortException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// What clients may expect of the file server's procedures, whatever the network.
abstract class FileServerContract {
    abstract void run(UnaryOperator<AfsCell.Builder> settings, CellLab.Body body) throws Exception;

    private void run(CellLab.Body body) throws Exception {
        run(UnaryOperator.identity(), body);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static void assertRefused(int code, ThrowingCallable call) {
        assertThatThrownBy(call).asInstanceOf(type(RxAbortException.class)).extracting(RxAbortException::code).isEqualTo(code);
    }

    @Test
    void aNewFileIsEmptyAndInItsDirectory() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            FetchStatus before = client.fs.fetchStatus(lab.scratch()).status();
            FileServerReply.Created made = client.create(lab.scratch(), "a");
            assertThat(made.fid().vnode() & 1).as("files are even").isZero();
            assertThat(made.status().fileType()).isEqualTo(FileType.FILE);
            assertThat(made.status().linkCount()).isEqualTo(1);
            assertThat(made.status().lengthBytes()).isZero();
            assertThat(made.status().dataVersion()).isZero();
            assertThat(made.status().unixModeBits()).isEqualTo(0644);
            assertThat(made.status().parentVnode()).isEqualTo(1);
            assertThat(made.status().callerAccess()).isEqualTo(Acl.ALL_RIGHTS);
            assertThat(made.promise().isGranted()).isTrue();
            assertThat(made.directoryStatus().dataVersion()).isEqualTo(before.dataVersion() + 1);
            assertThat(client.list(lab.scratch())).containsEntry("a", made.fid()).containsKeys(".", "..").hasSize(3);
            assertRefused(AbortCode.EEXIST, () -> client.create(lab.scratch(), "a"));
            assertThat(client.fs.fetchStatus(made.fid()).status()).isEqualTo(made.status());
        });
    }

    @Test
    void dataAreStoredAndFetchedBitForBit() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            Random random = new Random(1);
            for (int length : List.of(0, 1, 4095, 4096, 65535, 65536, 65537, 1_000_001)) {
                Fid fid = client.create(lab.scratch(), "f" + length).fid();
                byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                FetchStatus stored = client.store(fid, bytes).status();
                assertThat(stored.lengthBytes()).isEqualTo(length);
                assertThat(stored.dataVersion()).isEqualTo(1);
                assertThat(client.fetch(fid, 0, length + 10)).isEqualTo(bytes);
            }
        });
    }

    @Test
    void storesTruncateAndExtendAsOpenAfsDoes() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            Fid fid = client.create(lab.scratch(), "a").fid();
            client.store(fid, bytes("0123456789"));
            assertThat(client.store(fid, 2, bytes("xy"), 10).status().lengthBytes()).isEqualTo(10);
            assertThat(client.fetch(fid, 0, 99)).isEqualTo(bytes("01xy456789"));
            assertThat(client.store(fid, 0, bytes(""), 4).status().lengthBytes()).as("truncated").isEqualTo(4);
            assertThat(client.store(fid, 6, bytes(""), 6).status().lengthBytes()).as("extended").isEqualTo(6);
            assertThat(client.fetch(fid, 0, 99)).as("PC-9: zeros after a shorter end").isEqualTo(bytes("01xy\0\0"));
            assertThat(client.store(fid, 0, bytes(""), 100).status().lengthBytes())
                    .as("a file length beyond the data extends nothing")
                    .isEqualTo(6);
            assertThat(client.store(fid, 8, bytes("z"), 2).status().lengthBytes()).as("cut, then written").isEqualTo(9);
            assertThat(client.fetch(fid, 0, 99)).isEqualTo(bytes("01\0\0\0\0\0\0z"));
            assertThat(client.fetch(fid, 9, 5)).as("at the end").isEmpty();
            assertThat(client.fetch(fid, 1000, 5)).as("beyond the end").isEmpty();
            assertThat(client.fs.fetchStatus(fid).status().dataVersion()).isEqualTo(6);
        });
    }

    @Test
    void aSparseFileOfManyGigabytesCostsWhatWasWritten() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            Fid fid = client.create(lab.scratch(), "sparse").fid();
            long end = 5L << 30;
            assertThat(client.store(fid, end - 1, bytes("!"), end).status().lengthBytes()).isEqualTo(end);
            assertThat(client.fetch(fid, end - 3, 10)).isEqualTo(bytes("\0\0!"));
            assertThat(client.fetch(fid, 1L << 32, 100)).isEqualTo(new byte[100]);
            EmbeddedVolume volume = lab.cell.volume("scratch");
            volume.lock.lock();
            try {
                assertThat(volume.vnode(fid).contents().storedBytes()).isLessThanOrEqualTo(FileContents.CHUNK_BYTES);
            } finally {
                volume.lock.unlock();
            }
        });
    }

    @Test
    void statusIsSetInParts() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            FileServerReply.Created made = client.create(lab.scratch(), "a");
            FetchStatus mode = client.fs.storeStatus(made.fid(), StoreStatus.NONE.withMode(0600)).status();
            assertThat(mode.unixModeBits()).isEqualTo(0600);
            assertThat(mode.clientModificationTime()).isEqualTo(made.status().clientModificationTime());
            assertThat(mode.dataVersion()).as("no change of data").isEqualTo(made.status().dataVersion());
            assertThat(client.fs.storeStatus(made.fid(), StoreStatus.NONE.withMode(04600)).status().unixModeBits())
                    .as("nobody may set the bits that change the user")
                    .isEqualTo(0600);
            FetchStatus time = client.fs.storeStatus(made.fid(), StoreStatus.NONE.withModificationTime(86400)).status();
            assertThat(time.clientModificationTime()).isEqualTo(86400);
            assertThat(time.unixModeBits()).isEqualTo(0600);
            assertRefused(
                    AbortCode.EPERM, () -> client.fs.storeStatus(made.fid(), StoreStatus.NONE.withOwner(17)));
        });
    }

    @Test
    void directoriesCountTheirSubdirectories() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            FileServerReply.Created made = client.fs.makeDir(lab.scratch(), "d", StoreStatus.NONE.withMode(0755));
            assertThat(made.fid().vnode() & 1).as("directories are odd").isEqualTo(1);
            assertThat(made.status().fileType()).isEqualTo(FileType.DIRECTORY);
            assertThat(made.status().linkCount()).isEqualTo(2);
            assertThat(made.status().lengthBytes()).isEqualTo(2048);
            assertThat(made.directoryStatus().linkCount()).isEqualTo(3);
            assertThat(client.list(made.fid())).isEqualTo(Map.of(".", made.fid(), "..", lab.scratch()));
            client.create(made.fid(), "f");
            assertRefused(AbortCode.EEXIST, () -> client.fs.removeDir(lab.scratch(), "d"));
            assertRefused(AbortCode.EISDIR, () -> client.fs.removeFile(lab.scratch(), "d"));
            assertRefused(AbortCode.ENOTDIR, () -> client.fs.removeDir(made.fid(), "f"));
            client.fs.removeFile(made.fid(), "f");
            assertThat(client.fs.removeDir(lab.scratch(), "d").status().linkCount()).isEqualTo(2);
            assertRefused(AbortCode.VNOVNODE, () -> client.fs.fetchStatus(made.fid()));
            assertRefused(AbortCode.ENOENT, () -> client.fs.removeDir(lab.scratch(), "d"));
        });
    }

    @Test
    void aVnodeNumberIsUsedAgainWithAnotherUniquifier() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            Fid first = client.create(lab.scratch(), "a").fid();
            client.fs.removeFile(lab.scratch(), "a");
            Fid second = client.create(lab.scratch(), "a").fid();
            assertThat(second.vnode()).isEqualTo(first.vnode());
            assertThat(second.uniquifier()).isNotEqualTo(first.uniquifier());
            assertRefused(AbortCode.VNOVNODE, () -> client.fetch(first, 0, 1));
        });
    }

    @Test
    void linksAreNamesInTheSameDirectory() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            Fid file = client.create(lab.scratch(), "a").fid();
            Fid directory = client.fs.makeDir(lab.scratch(), "d", StoreStatus.NONE).fid();
            assertThat(client.fs.link(lab.scratch(), "b", file).status().linkCount()).isEqualTo(2);
            assertRefused(AbortCode.EEXIST, () -> client.fs.link(lab.scratch(), "b", file));
            assertRefused(AbortCode.EXDEV, () -> client.fs.link(directory, "b", file));
            assertRefused(AbortCode.EISDIR, () -> client.fs.link(lab.scratch(), "c", directory));
            assertRefused(AbortCode.EXDEV, () -> client.fs.rename(lab.scratch(), "a", directory, "a"));
            client.fs.removeFile(lab.scratch(), "a");
            assertThat(client.fs.fetchStatus(file).status().linkCount()).isEqualTo(1);
            client.fs.removeFile(lab.scratch(), "b");
            assertRefused(AbortCode.VNOVNODE, () -> client.fs.fetchStatus(file));
        });
    }

    @Test
    void renamesMoveReplaceAndKeepTheTreeSound() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            Fid root = lab.scratch();
            Fid a = client.fs.makeDir(root, "a", StoreStatus.NONE).fid();
            Fid b = client.fs.makeDir(root, "b", StoreStatus.NONE).fid();
            Fid file = client.create(a, "f").fid();
            Fid victim = client.create(b, "g").fid();
            long rootVersion = client.fs.fetchStatus(root).status().dataVersion();

            FileServerReply.Renamed moved = client.fs.rename(a, "f", b, "g");
            assertThat(client.list(a)).doesNotContainKey("f");
            assertThat(client.list(b)).containsEntry("g", file);
            assertThat(client.fs.fetchStatus(file).status().parentVnode()).isEqualTo(b.vnode());
            assertThat(moved.oldDirectoryStatus().dataVersion()).isEqualTo(2);
            assertThat(moved.newDirectoryStatus().dataVersion()).isEqualTo(2);
            assertRefused(AbortCode.VNOVNODE, () -> client.fs.fetchStatus(victim));

            FileServerReply.Renamed down = client.fs.rename(root, "a", b, "sub");
            assertThat(down.oldDirectoryStatus().linkCount()).isEqualTo(3);
            assertThat(down.newDirectoryStatus().linkCount()).isEqualTo(3);
            assertThat(client.list(a)).containsEntry("..", b);
            assertThat(client.fs.fetchStatus(root).status().dataVersion()).isEqualTo(rootVersion + 1);

            assertRefused(AbortCode.DIRECTORY_LOOP, () -> client.fs.rename(root, "b", a, "x"));
            assertRefused(AbortCode.ENOENT, () -> client.fs.rename(root, "none", a, "x"));
            assertRefused(AbortCode.EISDIR, () -> client.fs.rename(b, "g", b, "sub"));
            assertRefused(AbortCode.ENOTDIR, () -> client.fs.rename(b, "sub", b, "g"));
            assertRefused(AbortCode.EINVAL, () -> client.fs.rename(b, "g", b, ".."));
            assertRefused(AbortCode.EXDEV, () -> client.fs.rename(root, "b", lab.cell.volume("root.cell").root(), "b"));
            Fid full = client.fs.makeDir(root, "full", StoreStatus.NONE).fid();
            client.create(full, "x");
            assertRefused(AbortCode.EEXIST, () -> client.fs.rename(b, "sub", root, "full"));

            client.fs.rename(b, "g", b, "h");
            assertThat(client.list(b)).containsEntry("h", file).doesNotContainKey("g");
            client.fs.removeFile(full, "x");
            client.fs.rename(b, "sub", root, "full");
            assertThat(client.list(root)).containsEntry("full", a);
            assertThat(client.fs.fetchStatus(root).status().linkCount()).isEqualTo(4);
            assertRefused(AbortCode.VNOVNODE, () -> client.fs.fetchStatus(full));
        });
    }

    @Test
    void symlinksAndMountPointsAreTargetsByMode() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            FileServerReply.SymlinkCreated link =
                    client.fs.symlink(lab.scratch(), "l", "some/where", StoreStatus.NONE.withMode(0777));
            assertThat(link.status().fileType()).isEqualTo(FileType.SYMLINK);
            assertThat(link.status().lengthBytes()).isEqualTo(10);
            assertThat(client.fetch(link.fid(), 0, 1024)).isEqualTo(bytes("some/where"));
            FileServerReply.SymlinkCreated mount =
                    client.fs.symlink(lab.scratch(), "m", "#root.cell.", StoreStatus.NONE.withMode(0644));
            assertThat(mount.status().unixModeBits()).isEqualTo(0644);
            client.fs.removeFile(lab.scratch(), "m");

            Map<String, Fid> root = client.list(lab.cell.volume("root.afs").root());
            assertThat(root).containsKeys("demo.afs4j", ".demo.afs4j");
            Fid readWrite = Objects.requireNonNull(root.get(".demo.afs4j"));
            assertThat(client.fetch(readWrite, 0, 1024)).isEqualTo(bytes("%root.cell."));
            assertThat(client.fs.fetchStatus(readWrite).status().unixModeBits()).isEqualTo(0644);
        });
    }

    @Test
    void refusesWhatTheRightsDoNotGive() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            Fid directory = client.fs.makeDir(lab.scratch(), "d", StoreStatus.NONE).fid();
            Fid file = client.create(directory, "f").fid();
            lab.cell.volume("scratch").setAnyUserRights("d", "rl");
            assertThat(client.fs.fetchStatus(file).status().callerAccess())
                    .as("its owner administers it")
                    .isEqualTo(9 | FetchStatus.RIGHT_ADMINISTER);
            assertThat(client.fs.fetchAcl(directory).acl()).isEqualTo("1\n0\nsystem:anyuser\t9\n\0");
            assertRefused(AbortCode.EACCES, () -> client.create(directory, "g"));
            assertRefused(AbortCode.EACCES, () -> client.store(file, bytes("x")));
            assertRefused(AbortCode.EACCES, () -> client.fs.removeFile(directory, "f"));
            assertRefused(AbortCode.EACCES, () -> client.fs.storeStatus(file, StoreStatus.NONE.withMode(0600)));
            lab.cell.volume("scratch").setAnyUserRights("d", "");
            assertRefused(AbortCode.EACCES, () -> client.fetch(directory, 0, 2048));
            assertRefused(AbortCode.EACCES, () -> client.fetch(file, 0, 1));
            assertRefused(AbortCode.EACCES, () -> client.fs.fetchStatus(file));
            assertThat(client.fs.fetchStatus(directory).status().callerAccess()).isZero();
        });
    }

    @Test
    void refusesWrongCallsAsOpenAfsDoes() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            Fid root = lab.scratch();
            Fid file = client.create(root, "f").fid();
            Fid link = client.fs.symlink(root, "l", "f", StoreStatus.NONE).fid();
            Fid nowhere = new Fid(1, 1, 1);
            assertRefused(AbortCode.EINVAL, () -> client.fs.fetchStatus(new Fid(0, 1, 1)));
            assertRefused(AbortCode.EINVAL, () -> client.fs.getVolumeStatus(0));
            assertRefused(AbortCode.EINVAL, () -> client.create(nowhere, "a/b"));
            assertRefused(AbortCode.EINVAL, () -> client.fs.rename(nowhere, "a", nowhere, ".."));
            assertRefused(AbortCode.ENOENT, () -> client.fs.removeFile(root, ""));
            assertRefused(AbortCode.EINVAL, () -> client.fs.inlineBulkStatus(List.of()));
            assertRefused(AbortCode.EINVAL, () -> client.fs.bulkStatus(List.of()));
            assertRefused(AbortCode.EINVAL, () -> client.fs.lookup(root, "f"));
            assertRefused(AbortCode.EINVAL, () -> client.fs.setLock(nowhere, LockType.EXTEND));
            assertRefused(AbortCode.EINVAL, () -> client.fs.storeStatus(link, StoreStatus.NONE.withMode(0644)));
            assertRefused(AbortCode.EFBIG, () -> client.fetch(file, -1, 1));
            assertRefused(AbortCode.EFBIG, () -> client.fetch(file, Long.MAX_VALUE, 1));
            for (String acl : List.of("1\n0\nsystem:anyuser\t127\n", "1\n0\nnobody\t1\n\0", "1\n0\nanonymous\t1\n\0", "21\n0\n\0", "2\n0\nsystem:anyuser\t1\n\0")) {
                assertRefused(AbortCode.EINVAL, () -> client.fs.storeAcl(root, acl));
            }
            Fid directory = client.fs.makeDir(root, "d", StoreStatus.NONE).fid();
            client.fs.storeAcl(directory, "3\n0\nSystem:AnyUser 1\nsystem:administrators\t2\nsystem:anyuser\t2\n\0");
            assertRefused(AbortCode.EACCES, () -> client.fs.fetchAcl(directory));
            client.fs.storeAcl(root, "3\n0\nSystem:AnyUser 127\nsystem:administrators\t2\nsystem:anyuser\t2\n\0");
            assertThat(client.fs.fetchAcl(root).acl())
                    .isEqualTo("3\n0\nsystem:administrators\t2\nsystem:anyuser\t127\nsystem:anyuser\t2\n\0");
        });
    }

    @Test
    void aSnapshotHasNoLocksAndGrantsThoseThatChangeNothing() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            client.create(lab.scratch(), "f");
            lab.cell.addReplica("scratch", lab.cell.server(0));
            lab.cell.release("scratch");
            Fid root = new Fid(client.vl.lookUp("scratch").readOnlyId(), 1, 1);
            client.fs.setLock(root, LockType.READ);
            assertThat(client.fs.fetchStatus(root).status().lockCount()).isZero();
            client.fs.extendLock(root);
            client.fs.releaseLock(root);
            assertRefused(AbortCode.EROFS, () -> client.fs.setLock(root, LockType.WRITE));
        });
    }

    @Test
    void refusesWhatThereIsNoRoomFor() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            EmbeddedVolume volume = lab.cell.volume("scratch");
            Fid fid = client.create(lab.scratch(), "a").fid();
            volume.setMaxBytes(10 * 1024);
            client.store(fid, new byte[8 * 1024]);
            assertRefused(AbortCode.VOVERQUOTA, () -> client.store(fid, new byte[9 * 1024]));
            assertRefused(AbortCode.VOVERQUOTA, () -> client.create(lab.scratch(), "b"));
            assertThat(client.fs.fetchStatus(fid).status().lengthBytes()).as("refused whole").isEqualTo(8 * 1024);
            assertThat(client.fs.getVolumeStatus(volume.id()).status().maximumQuotaBlocks()).isEqualTo(10);
            assertThat(client.fs.getVolumeStatus(volume.id()).status().usedBlocks()).isEqualTo(10);
            volume.setMaxBytes(0);
            volume.setDiskFull(true);
            assertRefused(AbortCode.VDISKFULL, () -> client.store(fid, new byte[9 * 1024]));
            client.store(fid, new byte[1024]);
            volume.setDiskFull(false);
            client.store(fid, new byte[9 * 1024]);
            volume.setOffline(true);
            assertRefused(AbortCode.VOFFLINE, () -> client.fs.fetchStatus(fid));
        });
    }

    @Test
    void namesTheErrorAsTheClientKnowsIt() throws Exception {
        run(lab -> {
            CellClient old = lab.client();
            CellClient universal = lab.universalClient();
            assertRefused(2, () -> old.fs.removeFile(lab.scratch(), "none"));
            assertRefused(49733376 + 1, () -> universal.fs.removeFile(lab.scratch(), "none"));
            Fid unknown = new Fid(lab.scratch().volumeId(), 4711, 1);
            assertRefused(102, () -> universal.fs.fetchStatus(unknown));
            assertRefused(22, () -> old.fs.fetchStatus(Fid.ofVolume(lab.scratch().volumeId())));
            assertRefused(103, () -> universal.fs.fetchStatus(new Fid(1, 1, 1)));
            assertRefused(49733376 + 20 - 1, () -> {
                Fid file = universal.create(lab.scratch(), "f").fid();
                universal.create(file, "g");
            });
            Fid directory = old.fs.makeDir(lab.scratch(), "d", StoreStatus.NONE).fid();
            Fid below = old.fs.makeDir(directory, "e", StoreStatus.NONE).fid();
            assertRefused(90, () -> old.fs.rename(lab.scratch(), "d", below, "x"));
            assertRefused(49733464, () -> universal.fs.rename(lab.scratch(), "d", below, "x"));
            assertThat(old.create(lab.scratch(), "n".repeat(256)).status().lengthBytes()).isZero();
            for (String bad : List.of("", "a/b", "x@sys")) {
                assertRefused(22, () -> old.create(lab.scratch(), bad));
            }
        });
    }

    @Test
    void bulkStatusTellsEachVnodeOfItsOwn() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            Fid file = client.create(lab.scratch(), "a").fid();
            Fid unknown = new Fid(file.volumeId(), 4711, 1);
            FileServerReply.Bulk bulk = client.fs.inlineBulkStatus(List.of(file, unknown, lab.scratch()));
            assertThat(bulk.statuses()).extracting(FetchStatus::errorCode).containsExactly(0, 102, 0);
            assertThat(bulk.statuses()).extracting(FetchStatus::fileType)
                    .containsExactly(FileType.FILE, FileType.INVALID, FileType.DIRECTORY);
            assertThat(bulk.promises()).extracting(promise -> promise.isGranted()).containsExactly(true, false, true);
        });
    }

    @Test
    void locksExcludeAndTheirReleaseIsTold() throws Exception {
        run(lab -> {
            CellClient one = lab.client();
            CellClient other = lab.client();
            Fid fid = one.create(lab.scratch(), "a").fid();
            one.fs.setLock(fid, LockType.WRITE);
            assertThat(other.fs.fetchStatus(fid).status().lockCount()).isEqualTo(-1);
            assertRefused(AbortCode.EAGAIN, () -> other.fs.setLock(fid, LockType.READ));
            one.fs.extendLock(fid);
            other.takeLog();
            one.fs.releaseLock(fid);
            assertThat(other.takeLog()).containsExactly("break " + fid);
            other.fs.setLock(fid, LockType.READ);
            one.fs.setLock(fid, LockType.READ);
            assertThat(one.fs.fetchStatus(fid).status().lockCount()).isEqualTo(2);
            one.fs.releaseLock(fid);
            other.fs.releaseLock(fid);
            assertRefused(AbortCode.EINVAL, () -> other.fs.extendLock(fid));
        });
    }

    @Test
    void directoriesEqualAModelThroughAnyChanges() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            Random random = new Random(7);
            Fid directory = client.fs.makeDir(lab.scratch(), "churn", StoreStatus.NONE).fid();
            Map<String, Fid> model = new TreeMap<>();
            long version = 0;
            for (int step = 0; step < 400; step++) {
                String name = "name-" + random.nextInt(60) + "-".repeat(random.nextInt(3) * 17);
                List<String> names = new ArrayList<>(model.keySet());
                if (!model.containsKey(name)) {
                    model.put(name, client.create(directory, name).fid());
                    version++;
                } else if (random.nextBoolean()) {
                    client.fs.removeFile(directory, name);
                    model.remove(name);
                    version++;
                } else {
                    String to = names.get(random.nextInt(names.size()));
                    if (!to.equals(name)) {
                        client.fs.rename(directory, name, directory, to);
                        model.put(to, Objects.requireNonNull(model.remove(name)));
                        version++;
                    }
                }
            }
            Map<String, Fid> expected = new TreeMap<>(model);
            expected.put(".", directory);
            expected.put("..", lab.scratch());
            assertThat(client.list(directory)).isEqualTo(expected);
            assertThat(client.fs.fetchStatus(directory).status().dataVersion()).as("one a change").isEqualTo(version);
            assertThat(lab.cell.volume("scratch").vnodeCount()).as("no vnode leaks").isEqualTo(model.size() + 2);
        });
    }

    @Test
    void countsCallsByName() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            client.fs.getTime();
            client.fs.getCapabilities();
            client.fs.getTime();
            assertThat(lab.cell.counters().calls()).containsEntry("GetTime", 2L).containsEntry("GetCapabilities", 1L);
            assertThat(lab.cell.counters().clientsGreeted()).isEqualTo(1);
        });
    }
}
