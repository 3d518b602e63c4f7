package org.afs4j.cell;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.directory.DirectoryEntry;
import org.afs4j.protocol.directory.DirectoryFullException;
import org.afs4j.protocol.directory.MalformedDirectoryException;
import org.afs4j.protocol.fs.FileType;
import org.afs4j.protocol.fs.VolSync;
import org.afs4j.rx.RxAbortException;

/// One instance of a volume of the embedded cell, in memory: a tree of vnodes from its root directory, 1.1. A read-only or backup
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
    private Numbers fileNumbers = new Numbers(2);
    private Numbers directoryNumbers = new Numbers(3);
    private int nextUniquifier = 2;
    private long usedBlocks;
    private long maxBytes;
    private boolean diskFull;
    private boolean offline;
    private Vnode root;

    EmbeddedVolume(World world, int id, String name, int rights) {
        this(world, id, name, rights, false);
    }

    /// @param readOnly whether it is a snapshot: a read-only or backup instance, empty until it is filled
    EmbeddedVolume(World world, int id, String name, int rights, boolean readOnly) {
        this.readOnly = readOnly;
        this.world = world;
        this.id = id;
        this.name = name;
        this.lock = new RankedMutex(LockRank.CELL_VOLUME, Integer.toUnsignedLong(id));
        this.creationTime = nowSeconds();
        this.root = new Vnode(1, 1, FileType.DIRECTORY, null);
        root.owner = ROOT_OWNER;
        root.modeBits = ROOT_MODE_BITS;
        root.acl = Acl.ofAnyUser(rights);
        root.clientModificationTime = creationTime;
        root.serverModificationTime = creationTime;
        vnodes.put(1, root);
        usedBlocks = blocks(root.lengthBytes());
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
        locked(() -> maxBytes = bytes);
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
        int bits = Rights.parse(rights);
        locked(() -> directoryAt(path).acl = Acl.ofAnyUser(bits));
    }

    /// Forgets all locks of files, as a file server does that ends before it has written them down. Nobody is told.
    public void forgetLocks() {
        locked(() -> vnodes.values().forEach(vnode -> vnode.lockCount = 0));
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

    /// Becomes a copy of another instance, or goes back to one.
    ///
    /// Locks: takes those of both.
    ///
    /// @param other has the greater id if this is the read-write instance, the smaller one otherwise
    /// @param newCreationTime what the volume's creation time is from now on, seconds since 1970
    void become(EmbeddedVolume other, int newCreationTime) {
        EmbeddedVolume first = readOnly ? other : this;
        EmbeddedVolume second = readOnly ? this : other;
        first.lock.lock();
        second.lock.lock();
        try {
            vnodes = Vnode.copy(other.vnodes);
            Vnode copiedRoot = vnodes.get(1);
            if (copiedRoot == null) {
                throw new AssertionError("a volume without root");
            }
            root = copiedRoot;
            fileNumbers = new Numbers(other.fileNumbers);
            directoryNumbers = new Numbers(other.directoryNumbers);
            nextUniquifier = readOnly ? other.nextUniquifier : Math.max(nextUniquifier, other.nextUniquifier);
            usedBlocks = other.usedBlocks;
            creationTime = newCreationTime;
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

    /// @throws RxAbortException with EROFS, if this is a snapshot
    void requireWritable() throws RxAbortException {
        if (readOnly) {
            throw AbortCode.refusal(AbortCode.EROFS);
        }
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

    private Numbers numbers(boolean directories) {
        return directories ? directoryNumbers : fileNumbers;
    }

    /// Vnode numbers of one parity: the lowest free one is used first.
    private static final class Numbers {
        private final PriorityQueue<Integer> free = new PriorityQueue<>();
        private int next;

        Numbers(int first) {
            next = first;
        }

        Numbers(Numbers original) {
            next = original.next;
            free.addAll(original.free);
        }

        int take() {
            Integer number = free.poll();
            if (number == null) {
                number = next;
                next += 2;
            }
            return number;
        }
    }

    /// Makes a vnode that no directory names yet.
    Vnode allocate(FileType type, Vnode parent) {
        int number = numbers(type == FileType.DIRECTORY).take();
        Vnode vnode = new Vnode(number, nextUniquifier++, type, parent);
        vnodes.put(number, vnode);
        usedBlocks += blocks(vnode.lengthBytes());
        return vnode;
    }

    void free(Vnode vnode) {
        vnodes.remove(vnode.number);
        numbers(vnode.isDirectory()).free.add(vnode.number);
        usedBlocks -= blocks(vnode.lengthBytes());
    }

    /// @throws RxAbortException with VDISKFULL or VOVERQUOTA, if there is no room for so many bytes instead of so many
    void requireRoom(long newBytes, long oldBytes) throws RxAbortException {
        long more = blocks(newBytes) - blocks(oldBytes);
        if (more > 0 && diskFull) {
            throw AbortCode.refusal(AbortCode.VDISKFULL);
        }
        if (more > 0 && maxBytes > 0 && usedBlocks + more > blocks(maxBytes)) {
            throw AbortCode.refusal(AbortCode.VOVERQUOTA);
        }
    }

    void lengthChanged(long newBytes, long oldBytes) {
        usedBlocks += blocks(newBytes) - blocks(oldBytes);
    }

    static long blocks(long bytes) {
        return (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
    }

    long usedBlocks() {
        return usedBlocks;
    }

    long maxBlocks() {
        return blocks(maxBytes);
    }

    boolean isOffline() {
        return offline;
    }

    boolean isDiskFull() {
        return diskFull;
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
    Vnode addMountPoint(String path, String target) {
        int slash = path.lastIndexOf('/');
        Vnode directory = directoryAt(slash < 0 ? "" : path.substring(0, slash));
        String entry = path.substring(slash + 1);
        try {
            if (directory.directory().lookUp(entry) != null || !directory.directory().fits(entry)) {
                throw new IllegalArgumentException("no room for " + path + " in volume " + name);
            }
            Vnode link = allocate(FileType.SYMLINK, directory);
            link.modeBits = 0644;
            link.clientModificationTime = nowSeconds();
            link.serverModificationTime = nowSeconds();
            byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
            link.contents().write(new FileContents.Incoming(0, List.of(bytes)));
            lengthChanged(bytes.length, 0);
            long before = directory.lengthBytes();
            directory.directory().add(entry, link.number, link.uniquifier);
            lengthChanged(directory.lengthBytes(), before);
            directory.directoryChanged(nowSeconds());
        } catch (MalformedDirectoryException | DirectoryFullException e) {
            throw new AssertionError(e);
        }
        return directory;
    }
}
