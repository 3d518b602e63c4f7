package org.afs4j.system.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.afs4j.client.AfsAccessList;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsFileInfo;
import org.afs4j.client.AfsNode;
import org.afs4j.client.AfsNodeEntry;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.protocol.Errno;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.protocol.xdr.NameCodec;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a client promises of files and directories, by node and by path, on any cell.
public abstract class AfsFilesContract extends ClientOnCell {
    private AfsNode node() throws IOException {
        return client.node(directory, true);
    }

    private static void assertRefused(ThrowingCallable action, Errno... with) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(AfsFileException.class, e -> assertThat(e.errno()).isIn((Object[]) with));
    }

    private static List<String> names(AfsNode node) throws IOException {
        List<String> names = new ArrayList<>();
        long cookie = 0;
        for (List<AfsNodeEntry> some = node.list(cookie, 3); !some.isEmpty(); some = node.list(cookie, 3)) {
            assertThat(some.size()).isLessThanOrEqualTo(3);
            some.forEach(entry -> names.add(entry.name()));
            cookie = some.getLast().nextCookie();
        }
        return names;
    }

    @Test
    void reachesEveryFileFromTheRootWithoutPaths() throws IOException {
        AfsNode root = client.root();
        assertThat(names(root)).containsExactly(".", "..", cell().configuration().name());
        AfsNode cellRoot = root.lookUp(cell().configuration().name());
        AfsNode scratch = cellRoot.lookUp("scratch");
        assertThat(scratch.info().volume()).as("a mount point stands for what is mounted").isEqualTo("scratch");
        assertThat(scratch.lookUp("..")).isEqualTo(cellRoot);
        assertThat(cellRoot.lookUp("..")).isEqualTo(root);
        AfsNode made = scratch.lookUp(directory.substring(directory.lastIndexOf('/') + 1));
        assertThat(made).isEqualTo(node());
        assertThat(made.lookUp(".")).isEqualTo(made);
        assertThat(made.lookUp("..")).isEqualTo(scratch);
        assertRefused(() -> root.makeDirectory("x", 0755), Errno.EROFS);
        assertRefused(() -> made.lookUp("absent"), Errno.ENOENT);
    }

    @Test
    void changesADirectoryByNode() throws IOException {
        AfsNode here = node();
        AfsNode sub = here.makeDirectory("sub", 0750);
        AfsNode file = here.createFile("file", 0640);
        try (AfsFile open = file.open(AfsOpenOption.WRITE)) {
            open.write(0, ByteBuffer.wrap("hello".getBytes(UTF_8)));
        }
        assertThat(file.info().sizeBytes()).isEqualTo(5);
        assertThat(file.info().mode()).isEqualTo(0640);
        assertThat(here.makeSymlink("link", "file").readLink()).isEqualTo("file");
        here.makeLink("second", file);
        assertThat(file.info().linkCount()).isEqualTo(2);
        assertRefused(() -> sub.makeLink("third", file), Errno.EXDEV);
        assertRefused(() -> here.createFile("file", 0644), Errno.EEXIST);
        assertRefused(() -> here.remove("sub"), Errno.EISDIR, Errno.EPERM);
        assertRefused(() -> here.removeDirectory("file"), Errno.ENOTDIR);
        assertRefused(file::readLink, Errno.EINVAL);
        assertRefused(() -> file.lookUp("x"), Errno.ENOTDIR);
        assertRefused(() -> sub.open(), Errno.EISDIR);
        here.remove("second");
        here.rename("file", sub, "moved");
        assertThat(sub.lookUp("moved")).isEqualTo(file);
        assertThat(sub.lookUp("..")).isEqualTo(here);
        file.truncate(2);
        file.setAttributes(StoreStatus.NONE.withMode(0600).withModificationTime(1_000_000_000));
        assertThat(names(here)).containsExactlyInAnyOrder(".", "..", "sub", "link");
        try (AfsClient other = newClient()) {
            AfsNode seen = other.node(directory + "/sub/moved", true);
            assertThat(seen.info().mode()).isEqualTo(0600);
            assertThat(seen.info().modified().getEpochSecond()).isEqualTo(1_000_000_000);
            assertThat(seen.info().sizeBytes()).isEqualTo(2);
        }
    }

    /// CB-8: another client's change of an access list breaks the promise on the directory, and with it what it told of rights.
    @Test
    void changesAndTellsAccessLists() throws IOException {
        write(client, directory + "/file", new byte[1]);
        AfsAccessList before = client.accessList(directory);
        assertThat(before.grants()).containsKey("system:anyuser");
        AfsAccessList less = before.withGrant("system:anyuser", AfsAccessList.rights("rla"))
                .withGrant("system:authuser", AfsAccessList.rights("write"))
                .withDenial("system:authuser", AfsAccessList.rights("w"));
        try (AfsClient other = newClient()) {
            assertThat(AfsAccessList.letters(other.info(directory, true).rights())).contains("w");
            client.setAccessList(directory, less);
            assertThat(client.accessList(directory)).isEqualTo(less);
            assertThat(AfsAccessList.letters(client.info(directory, true).rights())).isEqualTo("rla");
            assertThat(AfsAccessList.letters(client.info(directory + "/file", true).rights())).isEqualTo("rla");
            assertThat(AfsAccessList.letters(other.info(directory, true).rights())).isEqualTo("rla");
            assertThat(other.accessList(directory)).isEqualTo(less);
            assertRefused(() -> write(other, directory + "/new", new byte[1]), Errno.EACCES);
        }
        assertRefused(
                () -> client.setAccessList(directory, before.withGrant("nobody.of.that.name", 1)), Errno.EINVAL, Errno.EPERM);
        client.setAccessList(directory, before);
        assertThat(client.accessList(directory)).isEqualTo(before);
    }

    /// Only an administrator gives files away; to set the owner and group that a file has changes nothing, and is allowed.
    @Test
    void givesNoFileAwayAndSaysWhose() throws IOException {
        String path = directory + "/mine";
        write(client, path, new byte[1]);
        AfsFileInfo before = client.info(path, true);
        AfsNode node = client.node(path, true);
        assertRefused(() -> node.setAttributes(StoreStatus.NONE.withOwner(before.owner() + 1)), Errno.EPERM, Errno.EACCES);
        node.setAttributes(StoreStatus.NONE.withOwner(before.owner()).withGroup(before.group()).withMode(0600));
        try (AfsClient other = newClient()) {
            AfsFileInfo after = other.info(path, true);
            assertThat(after.owner()).isEqualTo(before.owner());
            assertThat(after.group()).isEqualTo(before.group());
            assertThat(after.mode()).isEqualTo(0600);
        }
    }

    /// What a listing has asked about needs no call afterwards: at most one for 50 entries (`ls -l`).
    @Test
    void asksAboutFiftyEntriesWithOneCall() throws IOException {
        for (int i = 0; i < 120; i++) {
            node().createFile("f" + i, 0644);
        }
        try (AfsClient fresh = newClient()) {
            AfsNode listed = fresh.node(directory, true);
            List<AfsNodeEntry> entries = listed.list(0, 1000);
            long calls = fresh.counters().get(AfsCounter.FILE_SERVER_CALLS);
            listed.prefetch(entries);
            assertThat(fresh.counters().get(AfsCounter.FILE_SERVER_CALLS)).isBetween(calls + 1, calls + 3);
            long prefetched = fresh.counters().get(AfsCounter.FILE_SERVER_CALLS);
            for (AfsNodeEntry entry : entries) {
                assertThat(listed.lookUp(entry.name()).info().fid()).isNotNull();
            }
            assertRefused(() -> listed.lookUp("absent"), Errno.ENOENT);
            assertThat(fresh.counters().get(AfsCounter.FILE_SERVER_CALLS)).isEqualTo(prefetched);
        }
    }

    /// A bounded number of vnodes is cached; what is open, mapped or not yet stored stays, and what went comes back current (CB-2).
    @Test
    void letsVnodesGoThatNobodyUses() throws IOException {
        int most = 100;
        int files = 600;
        for (int i = 0; i < files; i++) {
            write(client, directory + "/f" + i, ("contents " + i).getBytes(UTF_8));
        }
        try (AfsClient small = newBuilder().cachedVnodes(most).open();
                AfsFile dirty = small.open(directory + "/f0", AfsOpenOption.WRITE);
                AfsFile mapped = small.open(directory + "/f1");
                MappedView view = mapped.map(MapAccess.READ_ONLY, 0, 8)) {
            dirty.write(0, ByteBuffer.wrap("CONTENTS".getBytes(UTF_8)));
            byte[] before = new byte[8];
            view.copyTo(0, before);
            AfsNode early = small.node(directory + "/f2", true);
            assertThat(early.info().sizeBytes()).isEqualTo("contents 2".length());
            assertThat(small.listWithInfo(directory)).hasSize(files);
            for (int i = 1; i < files; i++) {
                assertThat(read(small, directory + "/f" + i)).isEqualTo(("contents " + i).getBytes(UTF_8));
                assertThat(small.cachedVnodes()).isLessThanOrEqualTo(most + 10);
            }
            assertThat(small.counters().get(AfsCounter.VNODE_EVICTIONS)).isGreaterThanOrEqualTo(files - most);
            cell().thirdParty().write(relative(directory + "/f2"), "changed".getBytes(UTF_8));
            cell().thirdParty().write(relative(directory + "/f1"), "Contents".getBytes(UTF_8));
            assertThat(early.info().sizeBytes()).as("a node outlives its vnode").isEqualTo(7);
            assertThat(read(small, directory + "/f2")).isEqualTo("changed".getBytes(UTF_8));
            awaitByte(view, 0, (byte) 'C');
            assertThat(read(small, directory + "/f0")).isEqualTo("CONTENTS 0".getBytes(UTF_8));
        }
        assertThat(read(client, directory + "/f0")).isEqualTo("CONTENTS 0".getBytes(UTF_8));
    }

    /// How many entries the large directory of [#listsAndChangesALargeDirectory] has.
    protected abstract int manyEntries();

    @Test
    void listsAndChangesALargeDirectory() throws IOException {
        int many = manyEntries();
        AfsNode here = node();
        for (int i = 0; i < many; i++) {
            assertThat(here.createFile("e" + i, 0644)).isNotNull();
        }
        try (AfsClient fresh = newBuilder().cachedVnodes(1000).open()) {
            AfsNode listed = fresh.node(directory, true);
            int seen = 0;
            long cookie = 0;
            long calls = fresh.counters().get(AfsCounter.FILE_SERVER_CALLS);
            for (List<AfsNodeEntry> some = listed.list(cookie, 500); !some.isEmpty(); some = listed.list(cookie, 500)) {
                listed.prefetch(some);
                for (AfsNodeEntry entry : some) {
                    seen += listed.lookUp(entry.name()).info().isDirectory() ? 0 : 1;
                }
                cookie = some.getLast().nextCookie();
                assertThat(fresh.cachedVnodes()).isLessThanOrEqualTo(1010);
            }
            assertThat(seen).isEqualTo(many);
            assertThat(fresh.counters().get(AfsCounter.FILE_SERVER_CALLS) - calls)
                    .as("one call for 50 entries, and the directory itself")
                    .isLessThanOrEqualTo(many / 50 + many / 500 + 5);
            client.remove(directory + "/e" + (many - 1));
            assertRefused(() -> listed.lookUp("e" + (many - 1)), Errno.ENOENT);
            assertThat(listed.lookUp("e0").info().sizeBytes()).isZero();
        }
    }

    /// A directory has 1023 pages of 64 slots. An entry lies on one page; its name takes a slot, and one more for each 32 bytes beyond
    /// 15. The client predicts by its own copy of the directory where there is no room, and says so; who asks the server is told the same.
    @Test
    void tellsAheadThatADirectoryHasNoRoomForAName() throws IOException {
        AfsNode here = node();
        AfsNode file = here.createFile("file", 0644);
        int longNames = 5 + 1022 * 7;
        for (int i = 0; i < longNames; i++) {
            here.makeLink(longName(i), file);
        }
        String refused = longName(longNames);
        long calls = callsWithoutProbes();
        assertThatThrownBy(() -> here.createFile(refused, 0644))
                .isInstanceOfSatisfying(AfsFileException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EFBIG))
                .hasMessageContaining("CreateFile of a name of 255 bytes, which takes 9 slots in a row where the directory, at its longest, has fewer");
        assertRefused(() -> here.makeDirectory(refused, 0755), Errno.EFBIG);
        assertRefused(() -> here.makeSymlink(refused, "file"), Errno.EFBIG);
        assertRefused(() -> here.makeLink(refused, file), Errno.EFBIG);
        assertRefused(() -> here.rename("file", here, refused), Errno.EFBIG);
        assertThat(callsWithoutProbes()).as("all that was predicted").isEqualTo(calls);
        assertThatThrownBy(() -> cell().thirdParty().write(relative(directory + "/" + refused), new byte[1])).isInstanceOf(IOException.class);
        assertThat(here.createFile("short", 0644).info().sizeBytes()).as("a name of one slot finds room").isZero();
        here.remove(longName(7));
        assertThat(here.createFile(refused, 0644).fid()).as("the room of a name that went").isEqualTo(here.lookUp(refused).fid());
    }

    private static String longName(int number) {
        return String.format("%0255d", number);
    }

    /// A file that is removed while it is open or mapped stays for those who use it, and goes with the last of them.
    @Test
    void keepsARemovedFileForThoseWhoUseIt() throws IOException {
        AfsNode here = node();
        write(client, directory + "/victim", "before".getBytes(UTF_8));
        AfsNode file = here.lookUp("victim");
        try (AfsFile open = file.open(AfsOpenOption.WRITE)) {
            here.remove("victim");
            assertRefused(() -> here.lookUp("victim"), Errno.ENOENT);
            assertThat(open.info().linkCount()).isZero();
            open.write(0, ByteBuffer.wrap("BEFORE".getBytes(UTF_8)));
            open.sync();
            ByteBuffer seen = ByteBuffer.allocate(6);
            assertThat(open.read(0, seen)).isEqualTo(6);
            assertThat(seen.array()).isEqualTo("BEFORE".getBytes(UTF_8));
            List<String> kept = client.list(directory);
            assertThat(kept).as("the name that other clients see meanwhile").singleElement().asString().startsWith(".__afs");
            assertRefused(() -> here.remove(kept.getFirst()), Errno.EBUSY);
        }
        assertThat(client.list(directory)).isEmpty();
        try (AfsClient other = newClient()) {
            assertThat(other.list(directory)).isEmpty();
        }
        assertRefused(file::info, Errno.ENOENT, Errno.ESTALE);
    }

    @Test
    void keepsAFileThatAnotherTakesTheNameOf() throws IOException {
        AfsNode here = node();
        write(client, directory + "/old", "old".getBytes(UTF_8));
        write(client, directory + "/new", "new".getBytes(UTF_8));
        MappedView view;
        try (AfsFile open = client.open(directory + "/old")) {
            view = open.map(MapAccess.READ_ONLY, 0, 3);
        }
        here.rename("new", here, "old");
        assertThat(read(client, directory + "/old")).isEqualTo("new".getBytes(UTF_8));
        byte[] mapped = new byte[3];
        view.copyTo(0, mapped);
        assertThat(mapped).isEqualTo("old".getBytes(UTF_8));
        view.close();
        awaitNames("old");
    }

    private void awaitNames(String... names) throws IOException {
        try (AfsClient other = newClient()) {
            long startNanos = System.nanoTime();
            while (!other.list(directory).equals(List.of(names))) {
                if (System.nanoTime() - startNanos > PATIENCE_NANOS) {
                    throw new AssertionError("the directory has " + other.list(directory));
                }
                Thread.onSpinWait();
            }
        }
    }

    /// CB-13: whoever wants to know is told by sync, once, before anything is stored; then the bytes of both are there.
    @Test
    void reportsAConflictToWhoeverSyncs() throws IOException {
        String path = directory + "/both";
        write(client, path, new byte[8192]);
        try (AfsFile ours = client.open(path, AfsOpenOption.WRITE, AfsOpenOption.REPORT_CONFLICTS)) {
            ours.write(0, ByteBuffer.wrap(new byte[] {1}));
            cell().thirdParty().overwrite(relative(path), 5000, new byte[] {2});
            // Not every third party has stored when its close returns.
            long startNanos = System.nanoTime();
            while (client.counters().get(AfsCounter.CONFLICTS) == 0 && System.nanoTime() - startNanos < PATIENCE_NANOS) {
                assertThat(ours.sizeBytes()).isEqualTo(8192);
                Thread.onSpinWait();
            }
            assertRefused(ours::sync, Errno.EBUSY);
            assertThat(cell().thirdParty().read(relative(path))[0]).as("not stored yet").isZero();
            ours.sync();
        }
        byte[] merged = cell().thirdParty().read(relative(path));
        assertThat(merged[0]).isEqualTo((byte) 1);
        assertThat(merged[5000]).isEqualTo((byte) 2);
        assertThat(client.counters().get(AfsCounter.CONFLICTS)).isEqualTo(1);
    }

    /// PIN-1: what a channel is given is what a read gives, fetched or cached; the end of the file, or of the channel, ends it.
    @Test
    void sendsAFileToAChannelWithoutACopy(@TempDir Path local) throws IOException {
        byte[] contents = random(7, 3_000_017);
        String path = directory + "/sent";
        write(client, path, contents);
        try (AfsClient other = newClient();
                AfsFile file = other.open(path)) {
            for (String name : List.of("fetched", "cached")) {
                Path copy = local.resolve(name);
                try (FileChannel target = FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                    assertThat(file.transferTo(5, Long.MAX_VALUE, target)).isEqualTo(contents.length - 5);
                }
                assertThat(Files.readAllBytes(copy)).isEqualTo(Arrays.copyOfRange(contents, 5, contents.length));
            }
            sendThroughAPipe(file, contents, 300_000);
            WritableByteChannel closed = FileChannel.open(local.resolve("fetched"), StandardOpenOption.WRITE);
            closed.close();
            assertThatThrownBy(() -> file.transferTo(0, 1, closed)).isInstanceOf(ClosedChannelException.class);
            assertThat(file.transferTo(contents.length, 1, closed)).isZero();
            // No pin is left for it to wait for.
            write(other, path, new byte[] {1});
            assertThat(read(other, path)).isEqualTo(new byte[] {1});
        }
    }

    /// A pipe takes as much as fits, and nothing when it is full.
    private static void sendThroughAPipe(AfsFile file, byte[] contents, int lengthBytes) throws IOException {
        Pipe pipe = Pipe.open();
        ByteBuffer received = ByteBuffer.allocate(lengthBytes);
        try (Pipe.SinkChannel sink = pipe.sink();
                Pipe.SourceChannel source = pipe.source()) {
            sink.configureBlocking(false);
            source.configureBlocking(false);
            while (received.hasRemaining()) {
                long sent = file.transferTo(received.position(), received.remaining(), sink);
                assertThat(sent).isPositive();
                assertThat(source.read(received)).isPositive();
                while (source.read(received) > 0) {
                    // Until it is empty.
                }
            }
        }
        assertThat(received.array()).isEqualTo(Arrays.copyOf(contents, lengthBytes));
    }

    @Test
    void appendsInTurnAndCutsAndGrowsWithZeros() throws Exception {
        String path = directory + "/log";
        try (AfsFile file = client.open(path, AfsOpenOption.WRITE, AfsOpenOption.CREATE)) {
            List<Thread> writers = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                byte[] line = ("line of " + writer + "\n").getBytes(UTF_8);
                writers.add(Thread.startVirtualThread(() -> {
                    for (int i = 0; i < 100; i++) {
                        try {
                            long at = file.append(ByteBuffer.wrap(line));
                            assertThat(at % line.length).isZero();
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    }
                }));
            }
            for (Thread writer : writers) {
                writer.join();
            }
            file.sync();
            assertThat(cell().thirdParty().read(relative(path))).hasSize(400 * "line of 0\n".length());
            file.truncate(5);
            file.truncate(8);
            assertThat(cell().thirdParty().read(relative(path))).isEqualTo("line \0\0\0".getBytes(UTF_8));
        }
    }

    /// Names are bytes: each one but `/` and NUL comes through, whether or not it is UTF-8.
    @Test
    void takesNamesOfAllBytes() throws IOException {
        AfsNode here = node();
        byte[] all = new byte[254];
        int length = 0;
        for (int value = 1; value < 256; value++) {
            if (value != '/') {
                all[length++] = (byte) value;
            }
        }
        List<String> names = List.of(NameCodec.decode(all), NameCodec.decode(new byte[] {(byte) 0xff}), "naïve ☃", " ");
        for (String name : names) {
            here.createFile(name, 0644);
        }
        try (AfsClient other = newClient()) {
            assertThat(other.list(directory)).containsExactlyInAnyOrderElementsOf(names);
            for (String name : names) {
                assertThat(other.node(directory, true).lookUp(name).info().isDirectory()).isFalse();
            }
        }
        for (String name : names) {
            here.remove(name);
        }
        assertThat(client.list(directory)).isEmpty();
        assertRefused(() -> here.createFile("a/b", 0644), Errno.EINVAL);
        assertRefused(() -> here.createFile("", 0644), Errno.EINVAL);
        assertRefused(() -> here.createFile("x".repeat(256), 0644), Errno.ENAMETOOLONG);
    }

    @Test
    void findsTheNameOfTheSystemWhereAnEntryAsksForIt() throws IOException {
        write(client, directory + "/bin.amd64_test", "right".getBytes(UTF_8));
        write(client, directory + "/bin.other", "second".getBytes(UTF_8));
        try (AfsClient system = newBuilder().systemNames(List.of("amd64_test", "other")).open()) {
            assertThat(read(system, directory + "/bin.@sys")).isEqualTo("right".getBytes(UTF_8));
            system.remove(directory + "/bin.amd64_test");
            assertThat(read(system, directory + "/bin.@sys")).isEqualTo("second".getBytes(UTF_8));
        }
        assertRefused(() -> node().createFile("new.@sys", 0644), Errno.EINVAL);
    }
}
