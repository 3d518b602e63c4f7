package org.afs4j.client;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.afs4j.client.cache.Directory;
import org.afs4j.client.cache.FileData;
import org.afs4j.client.cache.Vnode;
import org.afs4j.client.cache.VnodeWatch;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.Errno;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.directory.DirectoryEntry;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileType;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.protocol.fs.VolumeStatus;
import org.jspecify.annotations.Nullable;

/// A node that a file server has.
final class VnodeNode implements AfsNode {
    private static final int SYMLINK_MODE = 0755;
    private static final int MOUNT_POINT_MODE = 0644;

    /// What was told last, and what it was made of.
    private record Told(FetchStatus status, long sizeBytes, boolean unlinked, int unstoredSeconds, AfsFileInfo info) {}

    private final AfsClient client;
    private final Vnode first;
    private final @Nullable AfsNode above;
    private volatile @Nullable Told told;

    /// Makes a node.
    ///
    /// @param client the client
    /// @param vnode what it is
    /// @param above of a volume's root, the directory with the mount point that led here, or `/afs`; null otherwise
    VnodeNode(AfsClient client, Vnode vnode, @Nullable AfsNode above) {
        this.client = client;
        this.first = vnode;
        this.above = above;
    }

    /// The cached vnode: the first one may have been evicted since.
    Vnode vnode() {
        return first.current();
    }

    private Directory directory() {
        return client.directory(vnode());
    }

    private VnodeNode of(Vnode found) {
        return new VnodeNode(client, found, null);
    }

    @Override
    public String cell() {
        return first.volume().cell().name();
    }

    @Override
    public Fid fid() {
        return first.fid();
    }

    @Override
    public AfsFileInfo info() throws IOException {
        Vnode current = first;
        Told last = told;
        if (last != null
                && current.isValid()
                && last.status.equals(current.knownStatus())
                && last.sizeBytes == sizeBytes(current, last.status)
                && last.unlinked == current.isUnlinked()
                && last.unstoredSeconds == current.pages().unstoredSeconds()) {
            client.requireOpen(null);
            return last.info;
        }
        return client.at(null, this::tell);
    }

    private AfsFileInfo tell() throws IOException {
        Vnode vnode = vnode();
        FetchStatus status = vnode.validate();
        long sizeBytes = sizeBytes(vnode, status);
        boolean unlinked = vnode.isUnlinked();
        int unstoredSeconds = vnode.pages().unstoredSeconds();
        AfsFileInfo stored = AfsFileInfo.of(vnode, status, sizeBytes, unlinked);
        AfsFileInfo info = unstoredSeconds == 0
                ? stored
                : stored.withModified(Instant.ofEpochSecond(Integer.toUnsignedLong(unstoredSeconds)));
        told = new Told(status, sizeBytes, unlinked, unstoredSeconds, info);
        return info;
    }

    private static long sizeBytes(Vnode vnode, FetchStatus status) {
        var mapping = vnode.pages().existingMapping();
        return mapping == null ? status.lengthBytes() : mapping.sizeBytes();
    }

    @Override
    public long trustedNanos() {
        return vnode().trustedNanos();
    }

    @Override
    public AfsWatch watch(Runnable doubted) {
        return VnodeWatch.begin(first, doubted);
    }

    @Override
    public AfsNode lookUp(String name) throws IOException {
        AfsNode found = find(name);
        if (found == null) {
            throw new AfsFileException(AfsError.ENOENT, vnode().where("look-up"));
        }
        return found;
    }

    @Override
    public @Nullable AfsNode find(String name) throws IOException {
        return client.at(null, () -> Optional.ofNullable(named(name))).orElse(null);
    }

    private @Nullable AfsNode named(String name) throws IOException {
        if (name.equals("..") && above != null) {
            return above;
        }
        Vnode found = client.walker().lookUp(vnode(), name);
        if (found == null || found.equals(vnode())) {
            return found == null ? null : this;
        }
        Vnode mounted = client.walker().mounted(found);
        return mounted == null ? of(found) : new VnodeNode(client, mounted, this);
    }

    @Override
    public List<AfsNodeEntry> list(long cookie, int most) throws IOException {
        return client.at(null, () -> {
            List<AfsNodeEntry> entries = new ArrayList<>();
            for (DirectoryEntry entry : directory().entries(Math.clamp(cookie, 0, Integer.MAX_VALUE), most)) {
                entries.add(new AfsNodeEntry(entry.name(), entry.fid(fid().volumeId()), entry.nextSlot()));
            }
            return entries;
        });
    }

    @Override
    public void prefetch(List<AfsNodeEntry> entries) throws IOException {
        client.change(null, () -> directory().prefetch(
                entries.stream().map(entry -> directory().vnode(entry.fid())).toList()));
    }

    @Override
    public void prefetchFrom(String name) throws IOException {
        client.change(null, () -> directory().prefetchFrom(name));
    }

    @Override
    public String readLink() throws IOException {
        return client.at(null, () -> vnode().readLink());
    }

    @Override
    public VnodeNode createFile(String name, int mode) throws IOException {
        return client.at(null, () -> of(directory().createFile(name, client.newStatus(mode))));
    }

    @Override
    public AfsNode makeDirectory(String name, int mode) throws IOException {
        return client.at(null, () -> of(directory().makeDirectory(name, client.newStatus(mode))));
    }

    @Override
    public AfsNode makeSymlink(String name, String target) throws IOException {
        return client.at(null, () -> of(directory().symlink(name, target, client.newStatus(SYMLINK_MODE))));
    }

    @Override
    public void makeMountPoint(String name, String target) throws IOException {
        client.change(null, () -> directory().symlink(name, target, client.newStatus(MOUNT_POINT_MODE)));
    }

    @Override
    public void makeLink(String name, AfsNode file) throws IOException {
        client.change(null, () -> directory().link(name, vnodeOf(file, "link")));
    }

    @Override
    public void remove(String name) throws IOException {
        client.change(null, () -> directory().removeFile(name));
    }

    @Override
    public void removeDirectory(String name) throws IOException {
        client.change(null, () -> directory().removeDirectory(name));
    }

    @Override
    public void rename(String name, AfsNode to, String newName) throws IOException {
        client.change(null, () -> directory().rename(name, client.directory(vnodeOf(to, "rename")), newName));
    }

    private Vnode vnodeOf(AfsNode other, String what) throws AfsFileException {
        return switch (other) {
            case VnodeNode node -> node.vnode();
            case CellsNode _ -> throw new AfsFileException(AfsError.EXDEV, vnode().where(what));
        };
    }

    @Override
    public void setAttributes(StoreStatus attributes) throws IOException {
        client.change(null, () -> client.core().storeStatus(vnode(), attributes));
    }

    @Override
    public void truncate(long sizeBytes) throws IOException {
        if (sizeBytes < 0) {
            throw new AfsFileException(AfsError.EINVAL, vnode().where("truncate"));
        }
        client.change(null, () -> {
            try (FileData data = fileData("truncate", false)) {
                data.truncate(sizeBytes);
            }
        });
    }

    @Override
    public VolumeStatus volumeStatus() throws IOException {
        return client.at(null, () -> client.core().volumeStatus(vnode()));
    }

    @Override
    public String accessList() throws IOException {
        return client.at(null, () -> client.core().accessList(vnode()));
    }

    private FileData fileData(String what, boolean reporting) throws IOException {
        FetchStatus status = vnode().validate();
        if (status.fileType() != FileType.FILE) {
            throw new AfsFileException(
                    status.fileType() == FileType.DIRECTORY ? AfsError.EISDIR : AfsError.EINVAL, vnode().where(what));
        }
        return FileData.open(client.core().context(), vnode(), reporting);
    }

    @Override
    public AfsFile open(AfsOpenOption... options) throws IOException {
        return client.at(null, () -> open(null, Set.of(options)));
    }

    /// Opens the file.
    ///
    /// @param path the path that it is opened by, if any
    /// @throws IOException as [#open(AfsOpenOption...)]
    AfsFile open(@Nullable String path, Set<AfsOpenOption> how) throws IOException {
        FileData data = fileData("open", how.contains(AfsOpenOption.REPORT_CONFLICTS));
        try {
            if (first.volume().isReadOnly() && (how.contains(AfsOpenOption.WRITE) || how.contains(AfsOpenOption.TRUNCATE))) {
                throw new AfsFileException(AfsError.EROFS, first.where("open for writing"));
            }
            if (how.contains(AfsOpenOption.TRUNCATE) && data.sizeBytes() > 0) {
                data.truncate(0);
            }
        } catch (IOException | RuntimeException e) {
            data.close();
            throw e;
        }
        return client.opened(path, data, how.contains(AfsOpenOption.WRITE));
    }

    /// Lists the directory with what AFS tells of each entry, without `.` and `..`.
    ///
    /// @throws IOException as [AfsClient#listWithInfo]
    List<AfsEntry> listWithInfo() throws IOException {
        List<AfsEntry> listed = new ArrayList<>();
        List<DirectoryEntry> some = directory().entries(0, ENTRIES_AT_ONCE);
        while (!some.isEmpty()) {
            List<DirectoryEntry> wanted = some.stream().filter(entry -> !isDots(entry.name())).toList();
            directory().prefetch(wanted.stream().map(this::vnode).toList());
            for (DirectoryEntry entry : wanted) {
                AfsFileInfo info = infoOrGone(vnode(entry));
                if (info != null) {
                    listed.add(new AfsEntry(entry.name(), info));
                }
            }
            some = directory().entries(some.getLast().nextSlot(), ENTRIES_AT_ONCE);
        }
        return listed;
    }

    private Vnode vnode(DirectoryEntry entry) {
        return directory().vnode(entry.fid(fid().volumeId()));
    }

    /// How many entries are asked about before they are told: several calls' worth, and few enough to stay in the cache meanwhile.
    private static final int ENTRIES_AT_ONCE = 1000;

    static boolean isDots(String name) {
        return name.equals(".") || name.equals("..");
    }

    private @Nullable AfsFileInfo infoOrGone(Vnode entry) throws IOException {
        try {
            Vnode mounted = client.walker().mounted(entry);
            return of(mounted == null ? entry : mounted).tell();
        } catch (AfsFileException e) {
            if (e.errno() == Errno.ENOENT) {
                return null;
            }
            if (e.errno() == Errno.ENODEV) {
                return of(entry).tell();
            }
            throw e;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VnodeNode node
                && node.client.equals(client)
                && node.cell().equals(cell())
                && node.fid().equals(fid());
    }

    @Override
    public int hashCode() {
        return Objects.hash(cell(), fid());
    }

    @Override
    public String toString() {
        return first.toString();
    }
}
