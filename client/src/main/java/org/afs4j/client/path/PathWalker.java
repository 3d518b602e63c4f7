package org.afs4j.client.path;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.afs4j.client.cache.CacheContext;
import org.afs4j.client.cache.Cell;
import org.afs4j.client.cache.Cells;
import org.afs4j.client.cache.Directory;
import org.afs4j.client.cache.Vnode;
import org.afs4j.client.cache.Volume;
import org.afs4j.client.error.AfsException;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.client.error.AfsContext;
import org.afs4j.client.location.VolumeKind;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileType;
import org.jspecify.annotations.Nullable;

/// Walks paths: from `/afs` into cells, through directories, over mount points and symlinks, to vnodes.
///
/// `/afs/CELL` is the root of the cell's volume `root.cell`, its read-only instance where there is one; `/afs/.CELL` is the
/// read-write instance. A mount point written with `#` leads to a read-only instance only on a way that is read-only so far; one
/// written with `%` always leads to the read-write instance.
///
/// Threads: any. Blocks: for calls to servers.
public final class PathWalker {
    private static final String ROOT_VOLUME = "root.cell";
    private static final String SYSTEM_SUFFIX = "@sys";
    private static final int MOST_SYMLINKS = 40;
    private static final int EXECUTE_BITS = 0111;

    private final CacheContext context;
    private final Cells cells;
    private final List<String> systemNames;

    /// Makes a walker.
    ///
    /// @param context what the cache shares
    /// @param cells the cells that paths may lead into
    /// @param systemNames what `@sys` at the end of a name stands for, the best first
    public PathWalker(CacheContext context, Cells cells, List<String> systemNames) {
        this.context = context;
        this.cells = cells;
        this.systemNames = List.copyOf(systemNames);
    }

    /// Where a walk has led.
    ///
    /// @param vnode what is there; null if the last name does not exist
    /// @param directory the directory that has the last name; null at a cell's root
    /// @param name the last name, after symlinks; empty at a cell's root
    public record Walked(@Nullable Vnode vnode, @Nullable Vnode directory, String name) {}

    /// Walks to what a path names.
    ///
    /// @param names the path below `/afs`: a cell's name first
    /// @param text the path as the user wrote it, for messages
    /// @param followLast whether a symlink at the end is followed
    /// @throws AfsException if it cannot be reached: no such cell, no such file, not a directory, no answer; told with `text`
    /// @throws IOException if interrupted, or if a reply is malformed
    public Vnode walk(List<String> names, String text, boolean followLast) throws IOException {
        Walked walked = walkToName(names, text, followLast);
        if (walked.vnode() == null) {
            throw noSuchFile(walked.directory()).at(text);
        }
        return walked.vnode();
    }

    /// Walks to a name, whether or not it exists.
    ///
    /// @param names the path below `/afs`: a cell's name first
    /// @param text the path as the user wrote it, for messages
    /// @param followLast whether a symlink at the end is followed
    /// @throws AfsException if its directory cannot be reached; told with `text`
    /// @throws IOException if interrupted, or if a reply is malformed
    public Walked walkToName(List<String> names, String text, boolean followLast) throws IOException {
        try {
            return new Walk(followLast).run(names);
        } catch (AfsException e) {
            throw e.context().path() == null ? e.at(text) : e;
        }
    }

    private static AfsFileException noSuchFile(@Nullable Vnode directory) {
        return new AfsFileException(AfsError.ENOENT, directory == null ? AfsContext.NONE : directory.where("look-up"));
    }

    /// Looks a name up in a directory. `@sys` at its end stands for the first of this system's names that makes it a name there.
    ///
    /// @param directory the directory
    /// @param name the name
    /// @return null if there is none
    /// @throws IOException if this is no directory, or its server cannot be asked
    public @Nullable Vnode lookUp(Vnode directory, String name) throws IOException {
        Directory entries = new Directory(context, directory);
        Vnode found = entries.lookUp(name);
        if (found == null && name.endsWith(SYSTEM_SUFFIX)) {
            String stem = name.substring(0, name.length() - SYSTEM_SUFFIX.length());
            for (int index = 0; found == null && index < systemNames.size(); index++) {
                found = entries.lookUp(stem + systemNames.get(index));
            }
        }
        return found;
    }

    /// Whether a status is that of a mount point, to judge by its kind and mode.
    ///
    /// @param status a vnode's status
    public static boolean looksLikeMountPoint(FetchStatus status) {
        return status.fileType() == FileType.SYMLINK && (status.unixModeBits() & EXECUTE_BITS) == 0;
    }

    /// The root of the volume that the text of a mount point names, with its cell.
    ///
    /// @param text such as `#example.org:root.cell.`; `#` leads to the read-only instance where there is one
    /// @return null if the text is none of a mount point, or names no cell
    /// @throws IOException if the volume does not exist or cannot be asked about
    public @Nullable Vnode volumeRoot(String text) throws IOException {
        MountPoint target = MountPoint.parse(text);
        if (target == null || target.cell() == null) {
            return null;
        }
        Cell cell = cells.cell(target.cell());
        VolumeKind kind = target.kind();
        return (kind != null ? cell.volume(target.volume(), kind) : cell.volume(target.volume(), !target.readWrite())).root();
    }

    /// The root of the volume that a mount point leads to.
    ///
    /// @param mountPoint the mount point's vnode
    /// @return null if the vnode is no mount point
    /// @throws IOException if the volume does not exist or cannot be asked about
    public @Nullable Vnode mounted(Vnode mountPoint) throws IOException {
        return mounted(mountPoint, mountPoint.validate());
    }

    private @Nullable Vnode mounted(Vnode mountPoint, FetchStatus status) throws IOException {
        if (!looksLikeMountPoint(status)) {
            return null;
        }
        MountPoint target = MountPoint.parse(mountPoint.readLink());
        if (target == null) {
            return null;
        }
        Cell cell = target.cell() == null ? mountPoint.volume().cell() : cells.cell(target.cell());
        Volume parent = mountPoint.volume();
        VolumeKind kind = target.kind();
        if (kind != null) {
            return cell.volume(target.volume(), kind).root();
        }
        boolean otherCell = target.cell() != null && !cell.equals(parent.cell());
        boolean preferReadOnly = !target.readWrite() && (parent.isReadOnly() || otherCell);
        return cell.volume(target.volume(), preferReadOnly).root();
    }

    /// The root of a cell's volume `root.cell`.
    ///
    /// @param name the cell's name, with a leading dot for the read-write root
    /// @throws IOException if the cell is not known, or cannot be asked
    public Vnode cellRoot(String name) throws IOException {
        boolean readWrite = name.startsWith(".");
        Cell cell = cells.cell(readWrite ? name.substring(1) : name);
        Vnode root = cell.volume(ROOT_VOLUME, !readWrite).root();
        root.validate();
        return root;
    }

    /// One walk. Invariant: the stack holds the directories from the cell's root to where the walk is, so that `..` leads back
    /// the way it came, over mount points too.
    private final class Walk {
        private final boolean followLast;
        private final Deque<Vnode> stack = new ArrayDeque<>();
        private int symlinks;

        Walk(boolean followLast) {
            this.followLast = followLast;
        }

        Walked run(List<String> names) throws IOException {
            Deque<String> rest = new ArrayDeque<>(names);
            @Nullable Vnode here = null;
            @Nullable Vnode directory = null;
            String last = "";
            while (!rest.isEmpty()) {
                String name = rest.removeFirst();
                if (here == null && stack.isEmpty()) {
                    if (!name.equals("..")) {
                        here = cellRoot(name);
                    }
                    continue;
                }
                if (here == null) {
                    throw noSuchFile(directory);
                }
                if (name.equals("..")) {
                    here = stack.isEmpty() ? null : stack.pop();
                    directory = stack.peek();
                    last = "";
                    continue;
                }
                Vnode found = lookUp(here, name);
                if (found == null) {
                    directory = here;
                    last = name;
                    stack.push(here);
                    here = null;
                    continue;
                }
                FetchStatus status = found.validate();
                @Nullable Vnode mounted = mounted(found, status);
                if (mounted != null) {
                    found = mounted;
                } else if (status.fileType() == FileType.SYMLINK && (followLast || !rest.isEmpty())) {
                    here = follow(found, here, rest);
                    continue;
                }
                directory = here;
                last = name;
                stack.push(here);
                here = found;
            }
            if (here == null && stack.isEmpty()) {
                throw new AfsFileException(AfsError.EISDIR, AfsContext.NONE);
            }
            return new Walked(here, directory, last);
        }

        /// Puts a symlink's target before the rest of the way; gives the directory from which to go on, or null for `/afs`.
        private @Nullable Vnode follow(Vnode symlink, Vnode from, Deque<String> rest) throws IOException {
            if (++symlinks > MOST_SYMLINKS) {
                throw new AfsFileException(AfsError.ELOOP, symlink.where("symlink"));
            }
            String target = symlink.readLink();
            boolean absolute = target.startsWith("/");
            if (absolute && !target.equals("/afs") && !target.startsWith("/afs/")) {
                throw new AfsFileException(AfsError.ENOENT, symlink.where("symlink to " + target + ", outside AFS,"));
            }
            List<String> names = new ArrayList<>();
            for (String name : (absolute ? target.substring("/afs".length()) : target).split("/", -1)) {
                if (!name.isEmpty() && !name.equals(".")) {
                    names.add(name);
                }
            }
            names.reversed().forEach(rest::addFirst);
            if (absolute) {
                stack.clear();
                return null;
            }
            return from;
        }
    }
}
