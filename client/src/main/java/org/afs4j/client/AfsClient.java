package org.afs4j.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.ArrivalSet;
import org.afs4j.client.cache.ClientCore;
import org.afs4j.client.cache.Directory;
import org.afs4j.client.cache.FileData;
import org.afs4j.client.cache.Vnode;
import org.afs4j.client.counter.AfsCounters;
import org.afs4j.client.error.AfsContext;
import org.afs4j.client.error.AfsException;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.client.path.PathWalker;
import org.afs4j.client.path.PathWalker.Walked;
import org.afs4j.client.status.AfsSnapshot;
import org.afs4j.pagecache.PageCacheCounters;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.Errno;
import org.afs4j.protocol.directory.DirectoryEntry;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileType;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.protocol.fs.VolumeStatus;
import org.jspecify.annotations.Nullable;

/// An AFS client: a cache with its callback service on one UDP port, and the cells that it knows.
///
/// Paths are `/afs/CELL/…`; `/afs/.CELL/…` leads to read-write instances. Every failure is an [AfsException] that names path,
/// cell, volume and server, or an [java.io.InterruptedIOException] if the calling thread was interrupted.
///
/// Threads: any. Blocks: every method that takes a path, for calls to servers.
public final class AfsClient implements AutoCloseable {
    private final ClientCore core;
    private final PathWalker walker;
    private final ArrivalSet<AfsFile> openFiles = new ArrivalSet<>();
    private final RankedMutex closeLock = new RankedMutex(LockRank.CLIENT);
    private volatile boolean closed;

    AfsClient(ClientCore core, List<String> systemNames) {
        this.core = core;
        this.walker = new PathWalker(core.context(), core.cells(), systemNames);
    }

    /// Begins to build a client.
    public static AfsClientBuilder builder() {
        return new AfsClientBuilder();
    }

    /// What a method does with a vnode.
    @FunctionalInterface
    interface Action<R> {
        R run() throws IOException;
    }

    /// What a method changes.
    @FunctionalInterface
    interface Change {
        void make() throws IOException;
    }

    void change(@Nullable String path, Change change) throws IOException {
        Boolean made = at(path, () -> {
            change.make();
            return true;
        });
        assert made;
    }

    /// Does something for the user: failures get the path, if there is one, and those of a client that is closed say so.
    <R> R at(@Nullable String path, Action<R> action) throws IOException {
        requireOpen(path);
        try {
            return action.run();
        } catch (AfsException e) {
            throw path != null && e.context().path() == null ? e.at(path) : e;
        } catch (IOException e) {
            throw AfsFileException.of(e, path == null ? AfsContext.NONE : AfsContext.NONE.withPath(path));
        } catch (IllegalStateException e) {
            if (!closed) {
                throw e;
            }
            AfsFileException late = closedAt(path);
            late.initCause(e);
            throw late;
        }
    }

    void requireOpen(@Nullable String path) throws AfsFileException {
        if (closed) {
            throw closedAt(path);
        }
    }

    private static AfsFileException closedAt(@Nullable String path) {
        return new AfsFileException(
                AfsError.UAESHUTDOWN, new AfsContext(path, null, null, null, null, "use of a closed client"));
    }

    ClientCore core() {
        return core;
    }

    PathWalker walker() {
        return walker;
    }

    Directory directory(Vnode vnode) {
        return new Directory(core.context(), vnode);
    }

    /// `/afs` as a node, from which all others can be reached without paths.
    public AfsNode root() {
        return new CellsNode(this, core.cells(), walker);
    }

    /// What a path names, as a node.
    ///
    /// @param path the path
    /// @param followLink whether a symlink at its end is followed
    /// @throws IOException if there is nothing, or it cannot be reached
    public AfsNode node(String path, boolean followLink) throws IOException {
        return AfsPath.parse(path).isRoot() ? root() : at(path, () -> walk(path, followLink));
    }

    /// The root of a volume, as a mount point would lead to it.
    ///
    /// @param text `#` or `%`, the cell's name, `:`, the volume's name, and a closing `.`
    /// @throws IOException if the text is another, there is no such volume, or it cannot be asked about
    public AfsNode volume(String text) throws IOException {
        return at(text, () -> {
            Vnode root = walker.volumeRoot(text);
            if (root == null) {
                throw new AfsFileException(AfsError.EINVAL, AfsContext.NONE.withPath(text));
            }
            return new VnodeNode(this, root, null);
        });
    }

    /// Tells of what a path names.
    ///
    /// @param path the path
    /// @param followLink whether a symlink at its end is followed
    /// @throws IOException if it cannot be told
    public AfsFileInfo info(String path, boolean followLink) throws IOException {
        return at(path, () -> walk(path, followLink).info());
    }

    private VnodeNode walk(String path, boolean followLink) throws IOException {
        return new VnodeNode(this, walker.walk(AfsPath.parse(path).names(), path, followLink), null);
    }

    private Walked walkToName(String path, boolean followLink) throws IOException {
        AfsPath parsed = AfsPath.parse(path);
        return walker.walkToName(parsed.names(), path, followLink);
    }

    /// Lists a directory's names, without `.` and `..`, in the directory's own order; `/afs` lists the cells.
    ///
    /// @param path the directory
    /// @throws IOException if it is none, or cannot be read
    public List<String> list(String path) throws IOException {
        if (AfsPath.parse(path).isRoot()) {
            return at(path, () -> core.cells().all().stream().map(cell -> cell.name()).toList());
        }
        return at(path, () -> directory(walk(path, true).vnode()).entries(0, Integer.MAX_VALUE).stream()
                .map(DirectoryEntry::name)
                .filter(name -> !VnodeNode.isDots(name))
                .toList());
    }

    /// Lists a directory with what AFS tells of each entry, 50 entries a call where no promise holds. Of `/afs` it lists the
    /// cells, and asks none of them.
    ///
    /// @param path the directory
    /// @throws IOException if it is none, or cannot be read; an entry that may not be asked about is left out only if it is gone
    public List<AfsEntry> listWithInfo(String path) throws IOException {
        if (AfsPath.parse(path).isRoot()) {
            return list(path).stream().map(cell -> new AfsEntry(cell, AfsFileInfo.ofCell(cell))).toList();
        }
        return at(path, () -> walk(path, true).listWithInfo());
    }

    /// The target of a symlink, or the text of a mount point.
    ///
    /// @param path the symlink
    /// @throws IOException if it is none, or cannot be read
    public String readLink(String path) throws IOException {
        return at(path, () -> walk(path, false).readLink());
    }

    /// Opens a file.
    ///
    /// @param path the file
    /// @param options how; none means for reading only
    /// @return the file, to be closed by the caller
    /// @throws IOException if it cannot be opened
    public AfsFile open(String path, AfsOpenOption... options) throws IOException {
        Set<AfsOpenOption> how = Set.of(options);
        return at(path, () -> openNode(path, how).open(path, how));
    }

    AfsFile opened(@Nullable String path, FileData data, boolean writable) throws IOException {
        AfsFile[] file = new AfsFile[1];
        file[0] = new AfsFile(path, data, writable, () -> openFiles.remove(file[0]));
        openFiles.add(file[0]);
        if (closed) {
            file[0].close();
            throw closedAt(path);
        }
        return file[0];
    }

    private VnodeNode openNode(String path, Set<AfsOpenOption> how) throws IOException {
        boolean mustBeNew = how.contains(AfsOpenOption.CREATE_NEW);
        Walked walked = walkToName(path, !mustBeNew);
        if (walked.vnode() != null) {
            if (mustBeNew) {
                throw new AfsFileException(AfsError.EEXIST, walked.vnode().where("create"));
            }
            return new VnodeNode(this, walked.vnode(), null);
        }
        VnodeNode directory = directory(walked, path);
        if (!mustBeNew && !how.contains(AfsOpenOption.CREATE)) {
            throw new AfsFileException(AfsError.ENOENT, directory.vnode().where("open"));
        }
        try {
            return directory.createFile(walked.name(), DEFAULT_FILE_MODE);
        } catch (AfsFileException e) {
            if (e.errno() == Errno.EEXIST && !mustBeNew) {
                return walk(path, true);
            }
            throw e;
        }
    }

    private static final int DEFAULT_FILE_MODE = 0644;
    private static final int DEFAULT_DIRECTORY_MODE = 0755;

    StoreStatus newStatus(int mode) {
        return StoreStatus.NONE
                .withMode(mode)
                .withModificationTime((int) core.context().world().wallTime().getEpochSecond());
    }

    /// The directory of a name that is to be made or removed.
    private VnodeNode directory(Walked walked, String path) throws AfsFileException {
        if (walked.directory() == null || walked.name().isEmpty()) {
            throw new AfsFileException(AfsError.EPERM, AfsContext.NONE.withPath(path));
        }
        return new VnodeNode(this, walked.directory(), null);
    }

    /// The directory in which a name is to be made, after making sure that there is none yet.
    private Walked newName(String path) throws IOException {
        Walked walked = walkToName(path, false);
        if (walked.vnode() != null) {
            throw new AfsFileException(AfsError.EEXIST, walked.vnode().where("create"));
        }
        return walked;
    }

    /// Makes a directory.
    ///
    /// @param path its path; the directory above exists
    /// @throws IOException if it exists already, or cannot be made
    public void makeDirectory(String path) throws IOException {
        change(path, () -> {
            Walked walked = newName(path);
            directory(walked, path).makeDirectory(walked.name(), DEFAULT_DIRECTORY_MODE);
        });
    }

    /// Makes a symlink.
    ///
    /// @param path its path
    /// @param target what it says; a relative one is seen from its directory
    /// @throws IOException if it exists already, or cannot be made
    public void makeSymlink(String path, String target) throws IOException {
        change(path, () -> {
            Walked walked = newName(path);
            directory(walked, path).makeSymlink(walked.name(), target);
        });
    }

    /// Makes a mount point.
    ///
    /// @param path its path
    /// @param target `#` or `%`, an optional `cell:`, the volume's name, and a closing `.`; the volume need not exist
    /// @throws IOException if it exists already, or cannot be made
    public void makeMountPoint(String path, String target) throws IOException {
        change(path, () -> {
            Walked walked = newName(path);
            directory(walked, path).makeMountPoint(walked.name(), target);
        });
    }

    /// Gives a file a further name in the same directory.
    ///
    /// @param path the new name
    /// @param existing the file
    /// @throws IOException if the name exists already, the file is in another directory (EXDEV), or it cannot be made
    public void makeLink(String path, String existing) throws IOException {
        change(path, () -> {
            Walked from = walkToName(existing, false);
            Walked to = newName(path);
            VnodeNode directory = directory(to, path);
            Vnode file = from.vnode();
            if (file == null) {
                throw new AfsFileException(AfsError.ENOENT, directory.vnode().where("link").withPath(existing));
            }
            if (!directory.vnode().equals(from.directory())) {
                throw new AfsFileException(AfsError.EXDEV, directory.vnode().where("link"));
            }
            directory.makeLink(to.name(), new VnodeNode(this, file, null));
        });
    }

    /// Removes a file, symlink or mount point.
    ///
    /// @param path its path
    /// @throws IOException if there is none, it is a directory, or it cannot be removed
    public void remove(String path) throws IOException {
        change(path, () -> {
            Walked walked = existingName(path);
            directory(walked, path).remove(walked.name());
        });
    }

    private Walked existingName(String path) throws IOException {
        Walked walked = walkToName(path, false);
        if (walked.vnode() == null) {
            throw new AfsFileException(AfsError.ENOENT, directory(walked, path).vnode().where("look-up"));
        }
        return walked;
    }

    /// Removes an empty directory.
    ///
    /// @param path its path
    /// @throws IOException if there is none, it is not empty, or it cannot be removed
    public void removeDirectory(String path) throws IOException {
        change(path, () -> {
            Walked walked = existingName(path);
            directory(walked, path).removeDirectory(walked.name());
        });
    }

    /// Renames, over what has the new name.
    ///
    /// @param from the old path
    /// @param to the new path, in the same volume
    /// @throws IOException if it cannot be renamed; EXDEV across volumes
    public void rename(String from, String to) throws IOException {
        change(from, () -> {
            Walked source = existingName(from);
            Walked target = walkToName(to, false);
            directory(source, from).rename(source.name(), directory(target, to), target.name());
        });
    }

    /// Sets the Unix mode bits.
    ///
    /// @param path what to set them of
    /// @param mode the bits, 0 to 07777
    /// @throws IOException if they cannot be set
    public void setMode(String path, int mode) throws IOException {
        change(path, () -> {
            walk(path, true).setAttributes(StoreStatus.NONE.withMode(mode));
        });
    }

    /// Sets the time of the last change.
    ///
    /// @param path what to set it of
    /// @param seconds the time, seconds since 1970, unsigned 32 bits
    /// @throws IOException if it cannot be set
    public void setModified(String path, long seconds) throws IOException {
        change(path, () -> {
            walk(path, true).setAttributes(StoreStatus.NONE.withModificationTime((int) seconds));
        });
    }

    /// What the server tells of the volume that a path is in: its quota and use.
    ///
    /// @param path any path in the volume
    /// @throws IOException if it cannot be told
    public VolumeStatus volumeStatus(String path) throws IOException {
        return at(path, () -> core.volumeStatus(walk(path, true).vnode()));
    }

    /// The access list of a directory.
    ///
    /// @param path the directory; of a file, its directory's is told
    /// @throws IOException if it cannot be told
    public AfsAccessList accessList(String path) throws IOException {
        return at(path, () -> {
            Vnode vnode = walk(path, true).vnode();
            try {
                return AfsAccessList.parse(core.accessList(vnode));
            } catch (IllegalArgumentException e) {
                throw AfsFileException.of(new IOException(e.getMessage(), e), vnode.where("FetchACL"));
            }
        });
    }

    /// Replaces the access list of a directory. Needs the right to administer it; what we are told of rights below it is asked
    /// for anew.
    ///
    /// @param path the directory
    /// @param list the new list
    /// @throws IOException if the server refuses (EACCES; EINVAL if it does not know a name) or cannot be asked
    public void setAccessList(String path, AfsAccessList list) throws IOException {
        change(path, () -> core.storeAccessList(walk(path, true).vnode(), list.toText()));
    }

    /// How many vnodes are cached now.
    public int cachedVnodes() {
        return core.vnodeCount();
    }

    /// The cache now: cells, servers, volumes, locks, pages and counters. Costs no call; walks all cached vnodes.
    public AfsSnapshot snapshot() {
        return core.snapshot();
    }

    /// The client's counters; live.
    public AfsCounters counters() {
        return core.context().counters();
    }

    /// The counters of the page cache; live.
    public PageCacheCounters pageCounters() {
        return core.context().pages().counters();
    }

    /// Stores what files and views have not yet stored, gives up all promises, and frees everything; views that are still open
    /// end: each access through them fails.
    ///
    /// Blocks: for a bounded time, the dead time-out at most for each file that cannot be stored.
    ///
    /// @throws IOException if something could not be stored: it is lost
    @Override
    public void close() throws IOException {
        closeLock.lock();
        try {
            if (!closed) {
                closed = true;
                closeAll();
            }
        } finally {
            closeLock.unlock();
        }
    }

    private void closeAll() throws IOException {
        IOException failure = null;
        for (AfsFile file : openFiles.inOrder()) {
            try {
                file.close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        try {
            core.close();
        } catch (IOException e) {
            if (failure == null) {
                failure = e;
            } else {
                failure.addSuppressed(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
