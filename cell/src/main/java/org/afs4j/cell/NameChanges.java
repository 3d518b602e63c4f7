package org.afs4j.cell;

import org.afs4j.cell.store.CellStoreException;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.directory.DirectoryEntry;
import org.afs4j.protocol.directory.DirectoryFullException;
import org.afs4j.protocol.directory.MalformedDirectoryException;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileType;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.rx.RxAbortException;
import org.jspecify.annotations.Nullable;

/// Changes of names: what they do to directories, link counts and vnodes, which refusals come first, and whose promises they
/// break.
///
/// Invariant: a refused change has changed nothing.
///
/// Source: OpenAFS `src/viced/afsfileprocs.c`. Locks: the volume's, held.
final class NameChanges {
    private static final int NEW_DIRECTORY_BYTES = 2048;

    private final PromiseTable promises;

    NameChanges(PromiseTable promises) {
        this.promises = promises;
    }

    /// Makes a file, directory or symlink.
    Vnode create(
            EmbeddedVolume volume,
            Vnode directory,
            String name,
            FileType type,
            byte[] contents,
            StoreStatus status,
            ClientHost host,
            PromiseTable.BreakBatch breaks)
            throws RxAbortException, CellStoreException {
        Access.requireChange(directory, host.caller, FetchStatus.RIGHT_INSERT);
        volume.requireBlocks(EmbeddedVolume.blocks(type == FileType.DIRECTORY ? NEW_DIRECTORY_BYTES : contents.length));
        requireFree(directory, name);
        Vnode made = volume.allocate(type, directory);
        int now = volume.nowSeconds();
        made.owner = host.caller.id();
        made.author = host.caller.id();
        made.set(status, now, now);
        if (contents.length > 0) {
            made.setContents(contents);
            volume.lengthChanged(contents.length, 0);
        }
        enter(volume, directory, name, made);
        if (type == FileType.DIRECTORY) {
            directory.linkCount++;
        }
        directory.directoryChanged(now, host.caller);
        promises.take(directory.fid(volume.id()), host, breaks);
        return made;
    }

    /// Gives a file a further name in its own directory.
    Vnode link(
            EmbeddedVolume volume,
            Vnode directory,
            String name,
            Fid existing,
            ClientHost host,
            PromiseTable.BreakBatch breaks)
            throws RxAbortException {
        Access.requireChange(directory, host.caller, FetchStatus.RIGHT_INSERT);
        if (isDirectory(existing)) {
            throw AbortCode.refusal(AbortCode.EISDIR);
        }
        Vnode file = volume.vnode(existing);
        if (file.type != FileType.FILE) {
            throw AbortCode.refusal(AbortCode.EISDIR);
        }
        if (file.parent != directory) {
            throw AbortCode.refusal(AbortCode.EXDEV);
        }
        requireFree(directory, name);
        enter(volume, directory, name, file);
        int now = volume.nowSeconds();
        directory.directoryChanged(now, host.caller);
        file.linkCount++;
        file.author = host.caller.id();
        file.serverModificationTime = now;
        promises.take(directory.fid(volume.id()), host, breaks);
        promises.take(existing, host, breaks);
        return file;
    }

    /// Removes a name, and what it names if that was its last.
    void remove(
            EmbeddedVolume volume,
            Vnode directory,
            String name,
            boolean directories,
            ClientHost host,
            PromiseTable.BreakBatch breaks)
            throws RxAbortException {
        Access.requireChange(directory, host.caller, FetchStatus.RIGHT_DELETE);
        if (isReserved(name)) {
            throw AbortCode.refusal(AbortCode.EINVAL);
        }
        Vnode target = volume.vnode(requireEntry(directory, name));
        if (directories && !target.isDirectory()) {
            throw AbortCode.refusal(AbortCode.ENOTDIR);
        }
        if (!directories && target.isDirectory()) {
            throw AbortCode.refusal(AbortCode.EISDIR);
        }
        requireEmpty(target);
        drop(directory, name);
        directory.directoryChanged(volume.nowSeconds(), host.caller);
        unlink(volume, directory, target, host, breaks);
        promises.take(directory.fid(volume.id()), host, breaks);
    }

    /// Gives a vnode another name, over what had that name before.
    void rename(
            EmbeddedVolume volume,
            Vnode from,
            String oldName,
            Vnode to,
            String newName,
            ClientHost host,
            PromiseTable.BreakBatch breaks)
            throws RxAbortException {
        Access.requireChange(from, host.caller, FetchStatus.RIGHT_DELETE);
        Access.requireChange(to, host.caller, FetchStatus.RIGHT_INSERT);
        Vnode moved = volume.vnode(requireEntry(from, oldName));
        if (moved == from || moved == to) {
            throw AbortCode.refusal(AbortCode.DIRECTORY_LOOP);
        }
        if (!moved.isDirectory() && from != to && moved.linkCount != 1) {
            throw AbortCode.refusal(AbortCode.EXDEV);
        }
        DirectoryEntry existing = entry(to, newName);
        Vnode replaced = existing == null ? null : volume.vnode(existing);
        if (replaced != null) {
            requireReplaceable(from, to, moved, replaced, host);
        } else {
            requireRoomFor(to, newName);
        }
        for (Vnode above = to; moved.isDirectory() && above != null; above = above.parent) {
            if (above == moved) {
                throw AbortCode.refusal(AbortCode.DIRECTORY_LOOP);
            }
        }
        if (replaced == null) {
            enter(volume, to, newName, moved);
        } else {
            replaceEntry(to, newName, moved);
        }
        drop(from, oldName);
        int now = volume.nowSeconds();
        from.directoryChanged(now, host.caller);
        if (from != to) {
            to.directoryChanged(now, host.caller);
        }
        if (replaced != null) {
            // The replacer never knew the replaced file's link count: it is told as well.
            unlink(volume, to, replaced, null, breaks);
        }
        moved.parent = to;
        if (moved.isDirectory() && from != to) {
            replaceEntry(moved, "..", to);
            moved.dataVersion++;
            moved.serverModificationTime = now;
            from.linkCount--;
            to.linkCount++;
            // Its status is in no reply, so the caller is told too.
            promises.take(moved.fid(volume.id()), null, breaks);
        }
        promises.take(to.fid(volume.id()), host, breaks);
        if (from != to) {
            promises.take(from.fid(volume.id()), host, breaks);
        }
    }

    private static void requireReplaceable(Vnode from, Vnode to, Vnode moved, Vnode replaced, ClientHost host)
            throws RxAbortException {
        Access.requireChange(to, host.caller, FetchStatus.RIGHT_DELETE);
        if (replaced == from || replaced == to || replaced == moved) {
            throw AbortCode.refusal(AbortCode.EINVAL);
        }
        if (replaced.isDirectory() && !moved.isDirectory()) {
            throw AbortCode.refusal(AbortCode.EISDIR);
        }
        if (!replaced.isDirectory() && moved.isDirectory()) {
            throw AbortCode.refusal(AbortCode.ENOTDIR);
        }
        requireEmpty(replaced);
    }

    /// A name of the vnode is gone.
    private void unlink(
            EmbeddedVolume volume,
            Vnode directory,
            Vnode target,
            @Nullable ClientHost except,
            PromiseTable.BreakBatch breaks) {
        Fid fid = target.fid(volume.id());
        if (target.isDirectory()) {
            directory.linkCount--;
            target.linkCount = 0;
        } else {
            target.linkCount--;
            target.serverModificationTime = volume.nowSeconds();
        }
        if (target.linkCount == 0) {
            volume.free(target);
            promises.vnodeGone(fid);
        } else {
            promises.take(fid, except, breaks);
        }
    }

    /// Looks at two directories in the order in which they are locked, which decides whose refusal it is.
    static void requireDirectories(EmbeddedVolume volume, Fid one, Fid other) throws RxAbortException {
        boolean ordered = Integer.compareUnsigned(one.vnode(), other.vnode()) <= 0;
        volume.directory(ordered ? one : other);
        volume.directory(ordered ? other : one);
    }

    /// Whether anything can have the name.
    static boolean isName(String name) {
        return name.indexOf('/') < 0 && name.indexOf('\0') < 0 && !name.endsWith("@sys");
    }

    /// Whether the names of a rename are neither empty nor those that every directory has.
    static boolean areOrdinary(String oldName, String newName) {
        return !oldName.isEmpty() && !newName.isEmpty() && !isReserved(oldName) && !isReserved(newName);
    }

    private static boolean isReserved(String name) {
        return name.equals(".") || name.equals("..");
    }

    /// Whether a fid is a directory's: those have odd numbers.
    private static boolean isDirectory(Fid fid) {
        return (fid.vnode() & 1) == 1;
    }

    private static void requireEmpty(Vnode vnode) throws RxAbortException {
        try {
            if (vnode.isDirectory() && !vnode.directory().contents().isEmpty()) {
                throw AbortCode.refusal(AbortCode.EEXIST);
            }
        } catch (MalformedDirectoryException e) {
            throw AbortCode.refusal(AbortCode.EIO);
        }
    }

    private static void requireFree(Vnode directory, String name) throws RxAbortException {
        if (name.isEmpty()) {
            throw AbortCode.refusal(AbortCode.EINVAL);
        }
        if (entry(directory, name) != null) {
            throw AbortCode.refusal(AbortCode.EEXIST);
        }
        requireRoomFor(directory, name);
    }

    private static void requireRoomFor(Vnode directory, String name) throws RxAbortException {
        boolean fits;
        try {
            fits = directory.directory().fits(name);
        } catch (IllegalArgumentException impossible) {
            throw AbortCode.refusal(AbortCode.EINVAL);
        }
        if (!fits) {
            throw AbortCode.refusal(AbortCode.EFBIG);
        }
    }

    private static @Nullable DirectoryEntry entry(Vnode directory, String name) throws RxAbortException {
        try {
            return directory.directory().lookUp(name);
        } catch (MalformedDirectoryException e) {
            throw AbortCode.refusal(AbortCode.EIO);
        }
    }

    private static DirectoryEntry requireEntry(Vnode directory, String name) throws RxAbortException {
        DirectoryEntry entry = entry(directory, name);
        if (entry == null) {
            throw AbortCode.refusal(AbortCode.ENOENT);
        }
        return entry;
    }

    private static void enter(EmbeddedVolume volume, Vnode directory, String name, Vnode vnode) throws RxAbortException {
        try {
            long before = directory.lengthBytes();
            directory.directory().add(name, vnode.number, vnode.uniquifier);
            volume.lengthChanged(directory.lengthBytes(), before);
        } catch (MalformedDirectoryException | DirectoryFullException e) {
            throw AbortCode.refusal(AbortCode.EIO);
        }
    }

    private static void replaceEntry(Vnode directory, String name, Vnode vnode) throws RxAbortException {
        try {
            // Out and in again, as OpenAFS does it: the slots are then the same.
            directory.directory().remove(name);
            directory.directory().add(name, vnode.number, vnode.uniquifier);
        } catch (MalformedDirectoryException | DirectoryFullException e) {
            throw AbortCode.refusal(AbortCode.EIO);
        }
    }

    private static void drop(Vnode directory, String name) throws RxAbortException {
        try {
            directory.directory().remove(name);
        } catch (MalformedDirectoryException e) {
            throw AbortCode.refusal(AbortCode.EIO);
        }
    }
}
