package org.afs4j.system.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.afs4j.protocol.fs.FileServerRequest;
import org.afs4j.protocol.fs.LockType;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.system.differential.CalledTree.Kind;
import org.jspecify.annotations.Nullable;

/// Makes calls from a seed, right ones and wrong ones: what comes next depends on the seed and on which calls were served.
final class CallGenerator {
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f", "g", "h", "a-name-of-more-than-one-slot", "ü");
    private static final List<String> ODD_NAMES = List.of(
            ".", "..", "", "a/b", "/", "x@sys", "@sys", "sys@", "y".repeat(254), "y".repeat(255), "y".repeat(256), "a\nb", " ", "\udcff", ".x", "...");
    private static final List<String> ELSEWHERE = List.of(
            "root", "other", "otherDir", "otherFile", "otherLink", "snapshot", "snapshotDir", "snapshotFile", "snapshotLink",
            "noVnode", "noDirectory", "noUniquifier", "farVnode", "volume", "noVolume", "volume0");
    private static final List<String> ACL_NAMES =
            List.of("system:anyuser", "system:anyuser", "system:anyuser", "system:administrators", "system:authuser");

    /// How many words a request has at least, by the procedure's number; some procedures are none.
    private static final Map<Integer, Integer> WORDS = new TreeMap<>(Map.ofEntries(
            Map.entry(130, 5), Map.entry(131, 3), Map.entry(132, 3), Map.entry(133, 12), Map.entry(135, 9), Map.entry(136, 4),
            Map.entry(137, 10), Map.entry(138, 8), Map.entry(139, 11), Map.entry(140, 7), Map.entry(141, 10), Map.entry(142, 4),
            Map.entry(149, 1), Map.entry(155, 4), Map.entry(156, 4), Map.entry(157, 3), Map.entry(158, 3), Map.entry(999, 5),
            Map.entry(65_536, 4), Map.entry(65_537, 7), Map.entry(65_538, 15), Map.entry(70_000, 3)));

    private static final int MOST_ENTRIES = 10;
    private static final long MOST_OFFSET_BYTES = 1 << 20;

    private final Random random;
    private final boolean bounded;
    private final CalledTree tree = new CalledTree();
    private int steps;
    private @Nullable Step next;

    /// @param bounded whether the volume has a quota: then nothing is done after which the servers count used blocks differently
    CallGenerator(long seed, boolean bounded) {
        this.bounded = bounded;
        random = new Random(seed);
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String ofKind(Kind kind, String otherwise) {
        List<String> all = tree.all(kind);
        return all.isEmpty() ? otherwise : any(all);
    }

    private String vnode() {
        int way = random.nextInt(100);
        if (way < 45) {
            return ofKind(Kind.FILE, "top");
        }
        if (way < 75) {
            return ofKind(Kind.DIRECTORY, "top");
        }
        if (way < 83) {
            return ofKind(Kind.SYMLINK, "top");
        }
        return way < 90 && !tree.gone.isEmpty() ? any(tree.gone) : any(ELSEWHERE);
    }

    private String directory() {
        return chance(90) ? ofKind(Kind.DIRECTORY, "top") : vnode();
    }

    private String file() {
        return chance(85) ? ofKind(Kind.FILE, "top") : vnode();
    }

    private String newName() {
        return chance(90) ? any(NAMES) : any(ODD_NAMES);
    }

    private String name(String directory) {
        List<String> entries = List.copyOf(tree.entries(directory).keySet());
        return entries.isEmpty() || chance(15) ? newName() : any(entries);
    }

    private String name(String directory, Kind kind) {
        List<String> entries = tree.entries(directory).entrySet().stream()
                .filter(each -> tree.kinds.get(each.getValue()) == kind)
                .map(Map.Entry::getKey)
                .toList();
        return entries.isEmpty() || chance(30) ? name(directory) : any(entries);
    }

    private int id() {
        return any(List.of(32766, 32766, 0, 1, -204, 7));
    }

    private StoreStatus status(boolean plain) {
        StoreStatus status = StoreStatus.NONE;
        if (chance(plain ? 70 : 60)) {
            status = status.withMode(any(List.of(0644, 0644, 0600, 0755, 0777, 0444, 0400, 0200, 0, 0111, 04755, 02755, 01777, 0100644, -1)));
        }
        if (chance(plain ? 20 : 40)) {
            status = status.withModificationTime(any(List.of(0, 1, 17, 123_456_789)));
        }
        if (chance(plain ? 10 : 20)) {
            status = status.withOwner(id());
        }
        if (chance(plain ? 10 : 20)) {
            status = status.withGroup(id());
        }
        if (chance(5)) {
            status = new StoreStatus(
                    status.mask() | any(List.of(StoreStatus.SET_SEGMENT_SIZE, StoreStatus.SYNC, 32, 0x8000)),
                    status.clientModificationTime(), status.owner(), status.group(), status.unixModeBits(), 4711);
        }
        return status;
    }

    private static String shown(StoreStatus status) {
        StringBuilder text = new StringBuilder("{");
        if (status.sets(StoreStatus.SET_MODE)) {
            text.append("mode=").append(Integer.toOctalString(status.unixModeBits())).append(' ');
        }
        if (status.sets(StoreStatus.SET_MODIFICATION_TIME)) {
            text.append("time=").append(status.clientModificationTime()).append(' ');
        }
        if (status.sets(StoreStatus.SET_OWNER)) {
            text.append("owner=").append(status.owner()).append(' ');
        }
        if (status.sets(StoreStatus.SET_GROUP)) {
            text.append("group=").append(status.group()).append(' ');
        }
        return text.append("mask=").append(Integer.toHexString(status.mask())).append('}').toString();
    }

    Step next() {
        steps++;
        Step due = next;
        if (due != null) {
            next = null;
            return due;
        }
        int way = random.nextInt(100);
        if (way < 14) {
            return createFile();
        } else if (way < 22) {
            return makeDir();
        } else if (way < 27) {
            return symlink();
        } else if (way < 32) {
            return link();
        } else if (way < 41) {
            return remove();
        } else if (way < 53) {
            return rename();
        } else if (way < 63) {
            return storeData();
        } else if (way < 71) {
            return fetchData();
        } else if (way < 78) {
            return storeStatus();
        } else if (way < 85) {
            return acl();
        } else if (way < 91) {
            return lock();
        } else if (way < 95) {
            return bulk();
        } else if (way < 97) {
            return look();
        }
        return rest();
    }

    private static Step step(String text, Step.Action action) {
        return new Step(text, action, () -> {});
    }

    private Step createFile() {
        String in = directory();
        String name = newName();
        String made = "f" + steps;
        StoreStatus status = status(true);
        return new Step(
                made + " = CreateFile(" + in + ", " + Calls.quoted(name) + ", " + shown(status) + ")",
                peer -> Calls.createFile(peer, in, name, status, made),
                () -> tree.made(in, name, made, Kind.FILE));
    }

    private Step makeDir() {
        String in = tree.all(Kind.DIRECTORY).size() > MOST_ENTRIES ? name("top") : directory();
        String name = newName();
        String made = "d" + steps;
        StoreStatus status = status(true);
        return new Step(
                made + " = MakeDir(" + in + ", " + Calls.quoted(name) + ", " + shown(status) + ")",
                peer -> Calls.makeDir(peer, in, name, status, made),
                () -> tree.made(in, name, made, Kind.DIRECTORY));
    }

    private Step symlink() {
        String in = directory();
        String name = newName();
        String made = "s" + steps;
        String target = any(List.of("there", "#root.cell.", "%root.cell.", "#root.cell", "", "x".repeat(1023), "x".repeat(1024), "a/b", "*x"));
        StoreStatus status = chance(30) ? StoreStatus.NONE.withMode(0644) : status(true);
        return new Step(
                made + " = Symlink(" + in + ", " + Calls.quoted(name) + ", " + Calls.quoted(target) + ", " + shown(status) + ")",
                peer -> Calls.symlink(peer, in, name, target, status, made),
                () -> tree.made(in, name, made, Kind.SYMLINK));
    }

    private Step link() {
        String in = directory();
        String name = newName();
        List<String> files = List.copyOf(tree.entries(in).values());
        String existing = files.isEmpty() || chance(30) ? file() : any(files);
        return new Step(
                "Link(" + in + ", " + Calls.quoted(name) + ", " + existing + ")",
                peer -> Calls.link(peer, in, name, existing),
                () -> tree.linked(in, name, existing));
    }

    private Step remove() {
        String in = directory();
        boolean directories = chance(40);
        String name = name(in, chance(75) == directories ? Kind.DIRECTORY : Kind.FILE);
        return new Step(
                (directories ? "RemoveDir(" : "RemoveFile(") + in + ", " + Calls.quoted(name) + ")",
                peer -> directories ? Calls.removeDir(peer, in, name) : Calls.removeFile(peer, in, name),
                () -> tree.removed(in, name));
    }

    private Step rename() {
        String from = directory();
        String to = chance(40) ? from : directory();
        String oldName = name(from, chance(50) ? Kind.DIRECTORY : Kind.FILE);
        String newName = chance(10) ? oldName : name(to);
        String replaced = tree.replacedDirectory(from, oldName, to, newName);
        if (bounded && replaced != null) {
            return look();
        }
        return new Step(
                "Rename(" + from + ", " + Calls.quoted(oldName) + ", " + to + ", " + Calls.quoted(newName) + ")",
                peer -> Calls.rename(peer, from, oldName, to, newName, replaced),
                () -> tree.renamed(from, oldName, to, newName));
    }

    private Step storeData() {
        String vnode = file();
        long offset = chance(97)
                ? any(List.of(0L, 0L, 0L, 1L, 100L, 1023L, 1024L, 4096L, 70_000L))
                : any(List.of(1L << 31, 1L << 32, (5L << 30) + 1));
        int length = any(List.of(0, 0, 1, 100, 1024, 3000, 20_000));
        long end = offset + length;
        long fileLength = any(List.of(end, end, end, 0L, 1L, 1500L, end + 1, end + 5000, 1L << 33));
        StoreStatus status = chance(70) ? StoreStatus.NONE : status(true);
        int fill = random.nextInt(100);
        if (offset > MOST_OFFSET_BYTES) {
            // The file server counts such a file as if all of it were on its disk.
            next = step("StoreData64(" + vnode + ", nothing, file of 0)", peer -> Calls.storeData(peer, vnode, StoreStatus.NONE, 0, 0, 0, 0));
        }
        return step(
                "StoreData64(" + vnode + ", " + shown(status) + ", at " + offset + ", " + length + " bytes, file of " + fileLength + ")",
                peer -> Calls.storeData(peer, vnode, status, offset, length, fileLength, fill));
    }

    private Step fetchData() {
        String vnode = chance(60) ? file() : vnode();
        long offset = any(List.of(0L, 0L, 0L, 0L, 1L, 2047L, 2048L, 5000L, 1L << 31, 1L << 40, -1L, Long.MIN_VALUE, Long.MAX_VALUE));
        long length = any(List.of(0L, 1L, 1000L, 100_000L, 1L << 20, 1L << 20, Long.MAX_VALUE, -1L));
        long wanted = length > 1 << 20 && offset < 1L << 31 ? 1 << 20 : length;
        return step(
                "FetchData64(" + vnode + ", at " + offset + ", " + wanted + " bytes)",
                peer -> Calls.fetchData(peer, vnode, offset, wanted));
    }

    private Step storeStatus() {
        String vnode = vnode();
        StoreStatus status = status(false);
        return step("StoreStatus(" + vnode + ", " + shown(status) + ")", peer -> Calls.storeStatus(peer, vnode, status));
    }

    private Step acl() {
        String vnode = directory();
        // What every run uses, and what a run could not go on without, stays as it is.
        List<String> below = tree.all(Kind.DIRECTORY).stream().filter(each -> !each.equals("top")).toList();
        boolean shared = vnode.startsWith("other") || vnode.equals("root") || (vnode.equals("top") && below.isEmpty());
        if (shared || chance(40)) {
            return step("FetchACL(" + vnode + ")", peer -> Calls.fetchAcl(peer, vnode));
        }
        String where = vnode.equals("top") && !chance(1) ? any(below) : vnode;
        String acl = (chance(75) ? aclText() : badAcl()) + (chance(95) ? "\0" : "");
        boolean old = chance(50);
        return step(
                (old ? "OldStoreACL(" : "StoreACL(") + where + ", " + Calls.quoted(acl) + ")",
                peer -> Calls.storeAcl(peer, where, acl, old));
    }

    private String aclText() {
        List<String> grants = new ArrayList<>();
        List<String> denials = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            grants.add(any(ACL_NAMES) + "\t" + (chance(60) ? 127 : random.nextInt(128)));
        }
        if (chance(20)) {
            denials.add(any(ACL_NAMES) + "\t" + random.nextInt(128));
        }
        StringBuilder text = new StringBuilder(grants.size() + "\n" + denials.size() + "\n");
        grants.forEach(each -> text.append(each).append('\n'));
        denials.forEach(each -> text.append(each).append('\n'));
        return text.toString();
    }

    private String badAcl() {
        return any(List.of(
                "",
                "x",
                "1\n0\n",
                "0\n0\n",
                "1\n0\nnobody-of-that-name\t127\n",
                "2\n0\nsystem:anyuser\t127\nnobody-of-that-name\t1\n",
                "1\n0\nsystem:anyuser 127\n",
                "1\n0\nsystem:anyuser\trl\n",
                "1\n0\nsystem:anyuser\t-1\n",
                "1\n0\nsystem:anyuser\t65535\n",
                "-1\n0\n",
                "1\n-1\nsystem:anyuser\t127\n",
                "1\n0\nsystem:anyuser\t127",
                "1\n0\nsystem:anyuser\t127\nmore\t1\n",
                "1\n0\nanonymous\t127\n",
                "1\n0\n32766\t127\n",
                "1\n0\n-101\t127\n",
                "1 0 system:anyuser 127",
                "21\n0\n" + "system:anyuser\t127\n".repeat(21),
                "1\n0\nSystem:AnyUser\t127\n",
                "1\n0\nsystem:anyuser\t127\n\0",
                "2\n0\nsystem:anyuser\t127\n"));
    }

    private Step lock() {
        String vnode = vnode();
        int way = random.nextInt(10);
        if (way < 6) {
            LockType type = any(List.of(LockType.READ, LockType.READ, LockType.WRITE, LockType.WRITE, LockType.EXTEND, LockType.RELEASE));
            return step("SetLock(" + vnode + ", " + type + ")", peer -> Calls.lock(peer, vnode, type));
        }
        return way < 8
                ? step("ExtendLock(" + vnode + ")", peer -> Calls.extendLock(peer, vnode))
                : step("ReleaseLock(" + vnode + ")", peer -> Calls.releaseLock(peer, vnode));
    }

    private Step bulk() {
        boolean inline = chance(75);
        List<String> vnodes = new ArrayList<>();
        for (int count = random.nextInt(6); count > 0; count--) {
            vnodes.add(vnode());
        }
        return step((inline ? "InlineBulkStatus" : "BulkStatus") + vnodes, peer -> Calls.bulkStatus(peer, vnodes, inline));
    }

    private Step look() {
        String vnode = vnode();
        return step("FetchStatus(" + vnode + ")", peer -> Calls.fetchStatus(peer, vnode));
    }

    private Step rest() {
        String vnode = vnode();
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> step("GetVolumeStatus(" + vnode + ")", peer -> Calls.volumeStatus(peer, vnode));
            case 3 -> {
                int mask = random.nextInt(4);
                yield step("SetVolumeStatus(" + vnode + ", mask " + mask + ")", peer -> {
                    peer.fs.setVolumeStatus(new FileServerRequest.SetVolumeStatus(peer.fid(vnode).volumeId(), mask, 0, 5000, "", "", ""));
                    return "set";
                });
            }
            case 4 -> step("Lookup(" + vnode + ", \"a\")", peer -> {
                peer.fs.lookup(peer.fid(vnode), "a");
                return "found";
            });
            case 5 -> step("GiveUpCallBacks of another count", peer -> {
                peer.fs.giveUpCallBacks(List.of(peer.fid(vnode)), List.of());
                return "given up";
            });
            case 6 -> {
                int version = any(List.of(16, 16, 16, 15, 0, -1));
                int collection = random.nextInt(6) - 1;
                yield step("GetStatistics64(" + version + "), GetXStats(" + collection + ")", peer -> Calls.statistics(peer, version, collection));
            }
            case 7 -> step("GetCapabilities", peer -> peer.fs.getCapabilities() + " " + peer.fs.extendedStatisticsVersion());
            case 8 -> step("GetRootVolume", peer -> peer.fs.getRootVolume().name());
            case 9 -> step("FlushCPS", peer -> peer.fs.flushCps(new FileServerRequest.FlushCps(List.of(1), List.of(), 0)).toString());
            default -> malformed();
        };
    }

    private Step malformed() {
        int opcode = any(List.copyOf(WORDS.keySet()));
        int words = random.nextInt(Objects.requireNonNull(WORDS.get(opcode)));
        XdrValue request = out -> {
            for (int i = 0; i < words; i++) {
                out.int32(i == 0 ? 1 : 300 + i);
            }
        };
        return step("opcode " + opcode + " with " + words + " words", peer -> peer.raw(opcode, request));
    }
}
