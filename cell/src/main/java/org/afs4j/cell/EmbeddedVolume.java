package org.afs4j.cell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.cell.administration.Caller;
import org.afs4j.cell.record.StoredVnode;
import org.afs4j.cell.record.VolumeHeader;
import org.afs4j.cell.record.VolumeImage;
import org.afs4j.cell.record.VolumeTables;
import org.afs4j.cell.store.CellStoreException;
import org.afs4j.cell.store.ChunkFile;
import org.afs4j.cell.store.RecordBatch;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.directory.DirectoryEntry;
import org.afs4j.protocol.directory.DirectoryFullException;
import org.afs4j.protocol.directory.MalformedDirectoryException;
import org.afs4j.protocol.fs.FileType;
import org.afs4j.protocol.fs.VolSync;
import org.afs4j.rx.RxAbortException;

/// One instance of a volume of the embedded cell: a tree of vnodes from its root directory, 1.1. A read-only or backup
/// instance is a snapshot, which changes only as a whole.
///
/// Vnode numbers are used again after a vnode is gone, uniquifiers never.
///
/// Threads: any. Locks: CELL_VOLUME, by volume id.
public final class EmbeddedVolume {
    /// A block of AFS's space accounting.
    static final int BLOCK_BYTES = 1024;

    /// Who made the volume's root directory: an administrator, not a client.
    private static final int ROOT_OWNER = 0;

    private static final int ROOT_MODE_BITS = 0755;

    final World world;
    final RankedMutex lock;
    private final int id;
    private final String name;
    private final boolean readOnly;
    private int creationTime;
    private Map<Integer, Vnode> vnodes = new HashMap<>();
    private VnodeNumbers fileNumbers = new VnodeNumbers(2);
    private VnodeNumbers directoryNumbers = new VnodeNumbers(3);
    private int nextUniquifier = 2;
    private long usedBlocks;
    private long maxBytes;
    private boolean diskFull;
    private boolean offline;
    private Vnode root;
    private final VolumeRecords records;
    private int server;
    private boolean shown;

    /// A new instance, which is not written down yet.
    ///
    /// @param server the index of the file server that has it
    /// @param readOnly whether it is a snapshot: a read-only or backup instance, empty until it is filled
    EmbeddedVolume(World world, VolumeRecords records, int server, int id, String name, int rights, boolean readOnly) {
        this.records = records;
        this.server = server;
        this.readOnly = readOnly;
        this.world = world;
        this.id = id;
        this.name = name;
        this.lock = new RankedMutex(LockRank.CELL_VOLUME, Integer.toUnsignedLong(id));
        this.creationTime = nowSeconds();
        this.root = new Vnode(1, 1, FileType.DIRECTORY, null, null);
        root.owner = ROOT_OWNER;
        root.modeBits = ROOT_MODE_BITS;
        root.acl = Acl.ofAnyUser(rights);
        root.clientModificationTime = creationTime;
        root.serverModificationTime = creationTime;
        vnodes.put(1, root);
        usedBlocks = blocks(root.lengthBytes());
    }

    /// An instance that was written down, and is sound.
    EmbeddedVolume(World world, VolumeRecords records, VolumeHeader header, Map<Integer, Vnode> stored) {
        this.records = records;
        this.server = header.server();
        this.readOnly = header.readOnly();
        this.world = world;
        this.id = header.id();
        this.name = header.name();
        this.lock = new RankedMutex(LockRank.CELL_VOLUME, Integer.toUnsignedLong(id));
        this.creationTime = header.creationTime();
        this.nextUniquifier = header.nextUniquifier();
        this.maxBytes = header.maxBytes();
        this.vnodes = stored;
        this.root = Objects.requireNonNull(stored.get(1), "a sound volume has a root");
        fileNumbers.reserve(stored.keySet());
        directoryNumbers.reserve(stored.keySet());
        stored.values().forEach(vnode -> usedBlocks += blocks(vnode.lengthBytes()));
    }

    /// The volume's id, unsigned.
    public int id() {
        return id;
    }

    /// The instance's name; with `.readonly` or `.backup` if it is such a one.
    public String name() {
        return name;
    }

    /// The FID of the volume's root directory.
    public Fid root() {
        return new Fid(id, 1, 1);
    }

    /// Bounds what the volume may hold; what would go beyond is refused with VOVERQUOTA.
    ///
    /// @param bytes the bound, rounded up to blocks of 1024; 0 for none
    public void setMaxBytes(long bytes) {
        changed(() -> maxBytes = bytes);
    }

    /// Lets the disk beneath be full, or have room again; while it is full, what takes more space is refused with VDISKFULL.
    ///
    /// @param full whether it is full
    public void setDiskFull(boolean full) {
        locked(() -> diskFull = full);
    }

    /// Takes the volume off line, or back; while it is off line, calls are refused with VOFFLINE.
    ///
    /// @param off whether it is off line
    public void setOffline(boolean off) {
        locked(() -> offline = off);
    }

    /// Sets what a directory, and the files in it, give to everyone. Promises are not broken by this:
    /// [AfsCell#breakVolume] does.
    ///
    /// @param path the directory, from the volume's root, parts between slashes; empty for the root
    /// @param rights some of the letters `rlidwka`
    /// @throws IllegalArgumentException if there is no such directory, or a letter is wrong
    public void setAnyUserRights(String path, String rights) {
        int bits = Acl.rights(rights);
        changed(() -> {
            Vnode directory = directoryAt(path);
            records.touch(directory);
            directory.acl = Acl.ofAnyUser(bits);
        });
    }

    /// Forgets all locks of files, as a file server does that ends before it has written them down. Nobody is told.
    public void forgetLocks() {
        locked(() -> vnodes.values().forEach(vnode -> vnode.locks.forget()));
    }

    /// How many vnodes there are, the root among them.
    public int vnodeCount() {
        lock.lock();
        try {
            return vnodes.size();
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    private void changed(Runnable change) {
        lock.lock();
        try {
            change(() -> {
                change.run();
                return name;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }

    /// What a change does.
    interface Change<R> {
        R make() throws IOException;
    }

    /// Makes a change and writes it down, with the lock held. If the store fails the volume goes off line: what is in memory may
    /// not be what the next start will find.
    ///
    /// @throws IOException as the change does, which has then changed nothing
    /// @throws CellStoreException if the store fails
    <R> R change(Change<R> change) throws IOException {
        records.begin();
        R result;
        try {
            result = change.make();
        } catch (CellStoreException e) {
            offline = true;
            throw e;
        } catch (IOException | RuntimeException e) {
            records.abandon();
            throw e;
        }
        try {
            records.writeDown(header());
        } catch (CellStoreException e) {
            offline = true;
            throw e;
        }
        return result;
    }

    private VolumeHeader header() {
        return new VolumeHeader(
                records.instance(), server, id, records.readWriteId(), name, readOnly, creationTime, nextUniquifier, maxBytes);
    }

    /// Writes down all of the instance, with its lock held unless nobody else has it yet.
    ///
    /// @param batch takes what is to be written
    void putAll(RecordBatch batch) {
        records.putAll(batch, header(), vnodes.values());
    }

    /// Says which file server has the instance from now on.
    ///
    /// @param batch takes what is to be written
    void setServer(int index, RecordBatch batch) {
        lock.lock();
        try {
            server = index;
            VolumeTables.put(batch, header());
        } finally {
            lock.unlock();
        }
    }

    /// Becomes what an image says, and is read-only for clients from now on. Promises are not broken by this: [AfsCell#breakVolume] does.
    ///
    /// @param image sound; the volume's from now on
    /// @return whether anything has changed
    public boolean show(VolumeImage image) {
        lock.lock();
        try {
            boolean changed = !image.vnodes().keySet().equals(vnodes.keySet());
            Map<Integer, Vnode> now = new HashMap<>();
            for (StoredVnode each : image.vnodes().values()) {
                Vnode before = vnodes.get(each.number());
                boolean same = before != null && before.stored().equals(each);
                changed |= !same;
                now.put(each.number(), same && before != null ? before : new Vnode(
                        each, image.files().get(each.number()), image.directories().get(each.number())));
            }
            for (StoredVnode each : image.vnodes().values()) {
                Objects.requireNonNull(now.get(each.number())).parent = now.get(each.parent());
            }
            vnodes = now;
            root = Objects.requireNonNull(now.get(1), "an image has a root");
            shown = true;
            return changed;
        } finally {
            lock.unlock();
        }
    }

    /// Becomes a copy of another instance, or goes back to one.
    ///
    /// Locks: takes those of both.
    ///
    /// @throws CellStoreException if that cannot be written down
    /// @param other has the greater id if this is the read-write instance, the smaller one otherwise
    /// @param newCreationTime what the volume's creation time is from now on, seconds since 1970
    void become(EmbeddedVolume other, int newCreationTime) throws CellStoreException {
        EmbeddedVolume first = readOnly ? other : this;
        EmbeddedVolume second = readOnly ? this : other;
        first.lock.lock();
        second.lock.lock();
        try {
            Map<Integer, Vnode> before = vnodes;
            vnodes = Vnode.copy(other.vnodes);
            Vnode copiedRoot = vnodes.get(1);
            if (copiedRoot == null) {
                throw new AssertionError("a volume without root");
            }
            root = copiedRoot;
            fileNumbers = new VnodeNumbers(other.fileNumbers);
            directoryNumbers = new VnodeNumbers(other.directoryNumbers);
            nextUniquifier = readOnly ? other.nextUniquifier : Math.max(nextUniquifier, other.nextUniquifier);
            usedBlocks = other.usedBlocks;
            creationTime = newCreationTime;
            RecordBatch batch = new RecordBatch();
            putAll(batch);
            records.commit(batch);
            before.values().stream().filter(vnode -> !vnode.isDirectory()).forEach(vnode -> vnode.contents().release());
        } catch (CellStoreException e) {
            offline = true;
            throw e;
        } finally {
            second.lock.unlock();
            first.lock.unlock();
        }
    }

    /// The volume's creation time, as it tells its clients, seconds since 1970: of a snapshot, when it was taken.
    public int creationTime() {
        lock.lock();
        try {
            return creationTime;
        } finally {
            lock.unlock();
        }
    }

    boolean isReadOnly() {
        return readOnly;
    }

    /// What a promise on a vnode is entered under: a snapshot has one for all its vnodes.
    Fid promised(Fid fid) {
        return readOnly ? Fid.ofVolume(id) : fid;
    }

    // All that follows: the lock is held.

    /// @throws RxAbortException with EROFS, if this is a snapshot, or shows what is changed elsewhere
    void requireWritable() throws RxAbortException {
        if (!isWritable()) {
            throw AbortCode.refusal(AbortCode.EROFS);
        }
    }

    /// Whether clients may change it; locks of a volume that never changes are granted, and not counted.
    boolean isWritable() {
        return !readOnly && !shown;
    }

    Vnode vnode(Fid fid) throws RxAbortException {
        if (fid.vnode() == 0) {
            throw AbortCode.refusal(AbortCode.EINVAL);
        }
        if (offline) {
            throw AbortCode.refusal(AbortCode.VOFFLINE);
        }
        Vnode vnode = vnodes.get(fid.vnode());
        if (vnode == null || vnode.uniquifier != fid.uniquifier()) {
            throw AbortCode.refusal(AbortCode.VNOVNODE);
        }
        records.touch(vnode);
        return vnode;
    }

    Vnode directory(Fid fid) throws RxAbortException {
        Vnode vnode = vnode(fid);
        if (!vnode.isDirectory()) {
            throw AbortCode.refusal(AbortCode.ENOTDIR);
        }
        return vnode;
    }

    /// The vnode that an entry of a directory of this volume names.
    Vnode vnode(DirectoryEntry entry) throws RxAbortException {
        return vnode(entry.fid(id));
    }

    /// Makes a vnode that no directory names yet.
    Vnode allocate(FileType type, Vnode parent) {
        int number = (type == FileType.DIRECTORY ? directoryNumbers : fileNumbers).take();
        int uniquifier = nextUniquifier++;
        ChunkFile file = type == FileType.DIRECTORY ? null : records.file(number, uniquifier);
        Vnode vnode = new Vnode(number, uniquifier, type, parent, file);
        vnodes.put(number, vnode);
        records.touch(vnode);
        usedBlocks += blocks(vnode.lengthBytes());
        return vnode;
    }

    void free(Vnode vnode) {
        vnodes.remove(vnode.number);
        records.gone(vnode);
        (vnode.isDirectory() ? directoryNumbers : fileNumbers).giveBack(vnode.number);
        usedBlocks -= blocks(vnode.lengthBytes());
    }

    /// @throws RxAbortException with VDISKFULL or VOVERQUOTA, if there is no room for so many blocks more
    void requireBlocks(long more) throws RxAbortException {
        if (more > 0 && diskFull) {
            throw AbortCode.refusal(AbortCode.VDISKFULL);
        }
        if (more > 0 && maxBytes > 0 && usedBlocks + more > maxBlocks()) {
            throw AbortCode.refusal(AbortCode.VOVERQUOTA);
        }
    }

    void lengthChanged(long newBytes, long oldBytes) {
        usedBlocks += blocks(newBytes) - blocks(oldBytes);
    }

    /// The blocks that a vnode's contents take: never none.
    static long blocks(long bytes) {
        return Math.max(1, (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES);
    }

    long usedBlocks() {
        return usedBlocks;
    }

    /// Bounds what the volume may hold, in blocks; 0 for no bound.
    void setMaxBlocks(int blocks) throws IOException {
        change(() -> maxBytes = Integer.toUnsignedLong(blocks) * BLOCK_BYTES);
    }

    long maxBlocks() {
        return (maxBytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
    }

    boolean isOffline() {
        return offline;
    }

    boolean isDiskFull() {
        return diskFull;
    }

    int lastChange() {
        return vnodes.values().stream().mapToInt(vnode -> vnode.serverModificationTime).max().orElse(creationTime);
    }

    VolSync sync() {
        return new VolSync(creationTime, 0);
    }

    int nowSeconds() {
        return (int) world.wallTime().getEpochSecond();
    }

    /// @throws IllegalArgumentException if there is no such directory
    Vnode directoryAt(String path) {
        Vnode at = root;
        try {
            for (String part : path.split("/", -1)) {
                if (part.isEmpty()) {
                    continue;
                }
                DirectoryEntry entry = at.directory().lookUp(part);
                at = entry == null ? null : vnodes.get(entry.vnode());
                if (at == null || !at.isDirectory()) {
                    throw new IllegalArgumentException("no directory " + path + " in volume " + name);
                }
            }
        } catch (MalformedDirectoryException e) {
            throw new AssertionError(e);
        }
        return at;
    }

    /// Makes a mount point, whatever the rights.
    ///
    /// @return the directory that has changed
    Vnode addMountPoint(String path, String target) throws IOException {
        return change(() -> makeMountPoint(path, target));
    }

    private Vnode makeMountPoint(String path, String target) throws IOException {
        int slash = path.lastIndexOf('/');
        Vnode directory = directoryAt(slash < 0 ? "" : path.substring(0, slash));
        String entry = path.substring(slash + 1);
        try {
            if (directory.directory().lookUp(entry) != null || !directory.directory().fits(entry)) {
                throw new IllegalArgumentException("no room for " + path + " in volume " + name);
            }
            records.touch(directory);
            Vnode link = allocate(FileType.SYMLINK, directory);
            link.modeBits = 0644;
            link.clientModificationTime = nowSeconds();
            link.serverModificationTime = nowSeconds();
            byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
            link.setContents(bytes);
            lengthChanged(bytes.length, 0);
            long before = directory.lengthBytes();
            directory.directory().add(entry, link.number, link.uniquifier);
            lengthChanged(directory.lengthBytes(), before);
            directory.directoryChanged(nowSeconds(), Caller.ANONYMOUS);
        } catch (MalformedDirectoryException | DirectoryFullException e) {
            throw new AssertionError(e);
        }
        return directory;
    }
}
