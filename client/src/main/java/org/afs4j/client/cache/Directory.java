package org.afs4j.client.cache;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.client.callback.BreakNote;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.client.server.CallsAtOnce;
import org.afs4j.client.server.FileServer;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.CallBackPromise;
import org.afs4j.protocol.Errno;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.directory.DirectoryContents;
import org.afs4j.protocol.directory.DirectoryEditor;
import org.afs4j.protocol.directory.DirectoryEntry;
import org.afs4j.protocol.directory.DirectoryFullException;
import org.afs4j.protocol.directory.MalformedDirectoryException;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileType;
import org.afs4j.protocol.fs.FileServerReply;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.protocol.fs.VolSync;
import org.jspecify.annotations.Nullable;

/// A directory: looks names up in its cached contents and changes it on the server; a change that moved the data version by
/// exactly one is made in the cached contents too, so that they need not be fetched again (CB-13).
///
/// A change whose answer was lost may be refused when it is tried again, because it was made. A removal that finds nothing, a rename
/// whose entry has moved, and a link that is there already are taken for made. A file, directory or symlink that is there already
/// may be another client's, so that is told as EEXIST, though it may be our own.
///
/// Locks: a change holds the vnode's change lock across its call, so that replies are taken in the server's order.
public final class Directory {
    /// How many calls for the status of entries go out at once: a connection carries four.
    private static final int AT_ONCE = 4;

    private final CacheContext context;
    private final Vnode vnode;

    /// Looks at a vnode as a directory.
    ///
    /// @param context what the cache shares
    /// @param vnode the vnode
    public Directory(CacheContext context, Vnode vnode) {
        this.context = context;
        this.vnode = vnode;
    }

    /// What to change in a copy of the contents.
    @FunctionalInterface
    private interface Edit {
        boolean apply(DirectoryEditor editor) throws MalformedDirectoryException, DirectoryFullException;
    }

    private DirectoryContents contents() throws IOException {
        vnode.validate();
        if (!vnode.isDirectory()) {
            throw new AfsFileException(AfsError.ENOTDIR, vnode.where("look-up"));
        }
        try {
            return vnode.contents().directory();
        } catch (MalformedDirectoryException e) {
            throw malformed(e);
        }
    }

    private IOException malformed(MalformedDirectoryException e) {
        return AfsFileException.of(e, vnode.where("reading the directory"));
    }

    /// Looks a name up.
    ///
    /// @param name the name
    /// @return the vnode that it names, not yet asked about, or null if there is none
    /// @throws IOException if this is no directory, or its server cannot be asked
    public @Nullable Vnode lookUp(String name) throws IOException {
        DirectoryContents contents = contents();
        DirectoryEntry entry;
        try {
            entry = contents.lookUp(name);
        } catch (MalformedDirectoryException e) {
            throw malformed(e);
        }
        return entry == null ? null : vnode.volume().vnode(entry.vnode(), entry.uniquifier());
    }

    /// Lists entries, `.` and `..` included, in the directory's own order.
    ///
    /// @param fromSlot 0 to begin, or where to go on: [DirectoryEntry#nextSlot()]; entries do not move while the directory changes
    /// @param most how many at most
    /// @throws IOException if this is no directory, or its server cannot be asked
    public List<DirectoryEntry> entries(int fromSlot, int most) throws IOException {
        DirectoryContents contents = contents();
        try {
            List<DirectoryEntry> entries = new ArrayList<>();
            DirectoryEntry entry = contents.nextEntry(fromSlot);
            while (entry != null && entries.size() < most) {
                entries.add(entry);
                entry = contents.nextEntry(entry.nextSlot());
            }
            return entries;
        } catch (MalformedDirectoryException e) {
            throw malformed(e);
        }
    }

    /// The vnode of an entry.
    ///
    /// @param fid what an entry of this directory names
    public Vnode vnode(Fid fid) {
        return vnode.volume().vnode(fid.vnode(), fid.uniquifier());
    }

    /// Asks for the status of many entries at once, as far as no promise holds on them.
    ///
    /// @param wanted vnodes of this directory's volume
    /// @throws IOException if the server cannot be asked; an entry that is refused is left to be asked about singly
    public void prefetch(List<Vnode> wanted) throws IOException {
        List<Vnode> unknown = wanted.stream().filter(each -> !each.isValid()).toList();
        for (int from = 0; from < unknown.size(); from += AT_ONCE * Limits.BULK_COUNT) {
            List<CallsAtOnce.Call> calls = new ArrayList<>(AT_ONCE);
            for (int at = from; at < unknown.size() && calls.size() < AT_ONCE; at += Limits.BULK_COUNT) {
                List<Vnode> some = unknown.subList(at, Math.min(unknown.size(), at + Limits.BULK_COUNT));
                calls.add(() -> ask(some));
            }
            CallsAtOnce.run(context.world(), "afs4j-bulk", calls);
        }
    }

    private void ask(List<Vnode> some) throws IOException {
        FileServerOperation.run(context, vnode.volume(), vnode.where("InlineBulkStatus"), server -> {
            List<BreakNote> notes = some.stream().map(each -> each.note(server)).toList();
            FileServerReply.Bulk reply = server.calls().inlineBulkStatus(some.stream().map(Vnode::fid).toList());
            int answered = Math.min(some.size(), Math.min(reply.statuses().size(), reply.promises().size()));
            for (int i = 0; i < answered; i++) {
                FetchStatus status = reply.statuses().get(i);
                if (status.errorCode() == 0 && status.fileType() != FileType.INVALID) {
                    some.get(i).install(status, reply.promises().get(i), reply.volSync(), notes.get(i), Vnode.Change.NONE);
                }
            }
            return reply;
        });
    }

    /// Asks for the status of what a name stands for and of the entries that come after it, in one call, if a promise does not hold on
    /// the first: who looks names up one by one often goes on to the next.
    ///
    /// @param name a name, which need not exist
    /// @throws IOException if this is no directory, or the server cannot be asked
    public void prefetchFrom(String name) throws IOException {
        DirectoryEntry entry;
        try {
            entry = contents().lookUp(name);
        } catch (MalformedDirectoryException e) {
            throw malformed(e);
        }
        Fid fid = entry == null ? null : entry.fid(vnode.fid().volumeId());
        if (entry != null && fid != null && !vnode(fid).isValid()) {
            prefetch(entries(entry.slot(), Limits.BULK_COUNT).stream()
                    .map(each -> vnode(each.fid(vnode.fid().volumeId())))
                    .toList());
        }
    }

    /// Refuses a name that no server would take, and one for which the directory has no room.
    private void requireRoom(String procedure, String name) throws IOException {
        int bytes = DirectoryName.requireValid(name, vnode, procedure);
        DirectoryContents contents = contents();
        try {
            if (contents.isAtItsLongest() && contents.lookUp(name) == null && !DirectoryEditor.of(vnode.contents().bytes()).fits(name)) {
                throw new AfsFileException(AfsError.EFBIG, vnode.where(procedure + " of a name of " + bytes + " bytes, which takes "
                        + DirectoryName.slots(bytes) + " slots in a row where the directory, at its longest, has fewer,"));
            }
        } catch (MalformedDirectoryException e) {
            throw malformed(e);
        }
    }

    /// Makes a file.
    ///
    /// @param name its name
    /// @param status mode and times
    /// @return the new file
    /// @throws IOException if it exists already, or the server refuses or cannot be asked
    public Vnode createFile(String name, StoreStatus status) throws IOException {
        requireRoom("CreateFile", name);
        return change("CreateFile", server -> {
            Before before = before(server);
            return created(name, before, server.calls().createFile(vnode.fid(), name, status));
        });
    }

    /// Makes a directory.
    ///
    /// @param name its name
    /// @param status mode and times
    /// @return the new directory
    /// @throws IOException if it exists already, or the server refuses or cannot be asked
    public Vnode makeDirectory(String name, StoreStatus status) throws IOException {
        requireRoom("MakeDir", name);
        return change("MakeDir", server -> {
            Before before = before(server);
            return created(name, before, server.calls().makeDir(vnode.fid(), name, status));
        });
    }

    /// Makes a symlink.
    ///
    /// @param name its name
    /// @param target what it says
    /// @param status mode and times
    /// @return the new symlink
    /// @throws IOException if it exists already, or the server refuses or cannot be asked
    public Vnode symlink(String name, String target, StoreStatus status) throws IOException {
        requireRoom("Symlink", name);
        return change("Symlink", server -> {
            Before before = before(server);
            FileServerReply.SymlinkCreated reply = server.calls().symlink(vnode.fid(), name, target, status);
            return added(name, reply.fid(), reply.status(), null, reply.directoryStatus(), reply.volSync(), before);
        });
    }

    /// Gives a file a further name.
    ///
    /// @param name the name
    /// @param existing the file, of this directory
    /// @throws IOException if the name exists already, or the server refuses or cannot be asked
    public void link(String name, Vnode existing) throws IOException {
        requireRoom("Link", name);
        VnodeCalls.changing(existing, () -> change("Link", server -> {
            BreakNote note = note(server);
            BreakNote existingNote = existing.note(server);
            FileServerReply.Linked reply = server.calls().link(vnode.fid(), name, existing.fid());
            existing.install(reply.status(), null, reply.volSync(), existingNote, Vnode.Change.STATUS);
            installOurs(reply.directoryStatus(), reply.volSync(), note, editor -> put(editor, name, existing.fid()));
            return true;
        }, refusal -> {
            existing.distrust();
            return (refusal.errno() == Errno.EEXIST && existing.equals(lookUpAnew(name))) ? true : null;
        }));
    }

    /// Removes a file or symlink.
    ///
    /// @param name its name
    /// @throws IOException if there is none, or the server refuses or cannot be asked
    public void removeFile(String name) throws IOException {
        Vnode used = lookUp(name);
        if (used != null && UnlinkedFiles.needsName(used, name)) {
            UnlinkedFiles.rename(this, name, used);
            return;
        }
        change("RemoveFile", server -> {
            Vnode victim = lookUp(name);
            BreakNote note = note(server);
            try {
                removed(name, server.calls().removeFile(vnode.fid(), name), note);
                forgetIfLast(victim);
                return true;
            } finally {
                distrust(victim);
            }
        }, refusal -> settleRemoval(refusal, name, used));
    }

    /// Takes a name for removed that was there when we began and is not any more, whoever removed it.
    private @Nullable Boolean settleRemoval(AfsFileException refusal, String name, @Nullable Vnode before) throws IOException {
        return (before != null && refusal.errno() == Errno.ENOENT && lookUpAnew(name) == null) ? true : null;
    }

    /// Looks a name up in what the server has now.
    private @Nullable Vnode lookUpAnew(String name) throws IOException {
        vnode.distrust();
        return lookUp(name);
    }

    /// Frees what is cached of a file that was removed, if it is known to have had no other name and nobody uses it.
    private static void forgetIfLast(@Nullable Vnode victim) {
        FetchStatus known = victim == null ? null : victim.knownStatus();
        if (victim != null && known != null && known.linkCount() <= 1 && victim.isValid() && !victim.isInUse()) {
            victim.gone();
            boolean ignored = victim.evict();
        }
    }

    /// Removes an empty directory.
    ///
    /// @param name its name
    /// @throws IOException if there is none, it is not empty, or the server refuses or cannot be asked
    public void removeDirectory(String name) throws IOException {
        Vnode known = lookUp(name);
        change("RemoveDir", server -> {
            Vnode victim = lookUp(name);
            BreakNote note = note(server);
            try {
                removed(name, server.calls().removeDir(vnode.fid(), name), note);
                return true;
            } finally {
                distrust(victim);
            }
        }, refusal -> settleRemoval(refusal, name, known));
    }

    /// Renames an entry of this directory into another of the same volume, over what has the new name there.
    ///
    /// @param name the entry's name here
    /// @param to the other directory, or this one
    /// @param newName the entry's name there
    /// A name that stays what it is costs no call.
    ///
    /// @throws IOException if the server refuses or cannot be asked; across volumes it is EXDEV
    public void rename(String name, Directory to, String newName) throws IOException {
        if (!vnode.volume().equals(to.vnode.volume())) {
            throw new AfsFileException(AfsError.EXDEV, vnode.where("Rename"));
        }
        boolean same = vnode.equals(to.vnode);
        if (same && name.equals(newName) && lookUp(name) != null) {
            return;
        }
        to.requireRoom("Rename", newName);
        Vnode used = to.lookUp(newName);
        if (used != null && !used.equals(lookUp(name)) && UnlinkedFiles.needsName(used, newName)) {
            UnlinkedFiles.link(to, used);
            UnlinkedFiles.removeIfUnused(used);
        }
        boolean thisFirst = same || Integer.compareUnsigned(vnode.fid().vnode(), to.vnode.fid().vnode()) < 0;
        RankedMutex first = (thisFirst ? vnode : to.vnode).change();
        RankedMutex second = (thisFirst ? to.vnode : vnode).change();
        first.lock();
        try {
            if (!same) {
                second.lock();
            }
            try {
                // Looked up under both locks, so that no other change of ours comes between.
                Vnode moved = lookUp(name);
                Vnode victim = to.lookUp(newName);
                try {
                    VnodeCalls.changing(vnode, () -> VnodeCalls.changing(to.vnode, () -> renameLocked(name, to, newName, moved)));
                } finally {
                    distrust(victim);
                    distrust(moved);
                }
            } finally {
                if (!same) {
                    second.unlock();
                }
            }
        } finally {
            first.unlock();
        }
    }

    private boolean renameLocked(String name, Directory to, String newName, @Nullable Vnode source) throws IOException {
        return FileServerOperation.run(context, vnode.volume(), vnode.where("Rename"), server -> {
            BreakNote note = note(server);
            BreakNote toNote = to.note(server);
            FileServerReply.Renamed reply = server.calls().rename(vnode.fid(), name, to.vnode.fid(), newName);
            DirectoryEntry moved = entryBefore(reply.oldDirectoryStatus(), name);
            Edit remove = editor -> editor.remove(name);
            Edit put = editor -> moved != null && put(editor, newName, moved.fid(vnode.volume().id()));
            if (vnode.equals(to.vnode)) {
                installOurs(reply.newDirectoryStatus(), reply.volSync(), note, editor -> remove.apply(editor) && put.apply(editor));
            } else {
                installOurs(reply.oldDirectoryStatus(), reply.volSync(), note, remove);
                to.installOurs(reply.newDirectoryStatus(), reply.volSync(), toNote, put);
            }
            return true;
        }, refusal -> {
            boolean isMoved = refusal.errno() == Errno.ENOENT
                    && source != null
                    && lookUpAnew(name) == null
                    && source.equals(to.lookUpAnew(newName));
            return isMoved ? true : null;
        });
    }

    /// The entry as it was when the server made a change of ours; null if the contents of that version are not cached.
    private @Nullable DirectoryEntry entryBefore(FetchStatus after, String name) throws MalformedDirectoryException {
        VnodeContents cached = vnode.cachedContents();
        return cached == null || cached.dataVersion() + 1 != after.dataVersion()
                ? null
                : cached.directory().lookUp(name);
    }

    private static boolean put(DirectoryEditor editor, String name, Fid fid)
            throws MalformedDirectoryException, DirectoryFullException {
        return editor.replace(name, fid.vnode(), fid.uniquifier()) || editor.add(name, fid.vnode(), fid.uniquifier());
    }

    @Override
    public String toString() {
        return vnode.toString();
    }

    /// Our own removal of a name changes the link count of what it named, or ends it, and a rename changes the parent; no reply
    /// tells the outcome.
    private static void distrust(@Nullable Vnode victim) {
        if (victim != null) {
            victim.distrust();
        }
    }

    private <R> R change(String procedure, FileServerOperation.Attempt<R> attempt) throws IOException {
        return change(procedure, attempt, refusal -> null);
    }

    private <R> R change(String procedure, FileServerOperation.Attempt<R> attempt, FileServerOperation.Settlement<R> settlement)
            throws IOException {
        vnode.change().lock();
        try {
            return VnodeCalls.changing(
                    vnode, () -> FileServerOperation.run(context, vnode.volume(), vnode.where(procedure), attempt, settlement));
        } finally {
            vnode.change().unlock();
        }
    }

    private BreakNote note(FileServer server) {
        return vnode.note(server);
    }

    /// The counters before a vnode is made.
    ///
    /// @param note the directory's
    /// @param strayBreaks the volume's
    private record Before(BreakNote note, long strayBreaks) {}

    private Before before(FileServer server) {
        return new Before(note(server), vnode.volume().strayBreaks());
    }

    private Vnode created(String name, Before before, FileServerReply.Created reply) {
        return added(name, reply.fid(), reply.status(), reply.promise(), reply.directoryStatus(), reply.volSync(), before);
    }

    private Vnode added(
            String name,
            Fid fid,
            FetchStatus status,
            @Nullable CallBackPromise promise,
            FetchStatus directoryStatus,
            VolSync sync,
            Before before) {
        BreakNote note = before.note();
        Vnode added = vnode.volume().vnode(fid.vnode(), fid.uniquifier());
        // The note was taken for the directory; a vnode that is new here has had no break, and one that had is asked about. A break
        // that came before the vnode was known here may have been meant for it (CB-1).
        boolean broken = vnode.volume().strayBreaks() != before.strayBreaks();
        BreakNote addedNote = new BreakNote(note.server(), note.massBreaks(), note.volumeBreaks(), 0, note.sentNanos());
        added.install(status, broken ? null : promise, sync, addedNote, Vnode.Change.NONE);
        installOurs(directoryStatus, sync, note, editor -> editor.add(name, fid.vnode(), fid.uniquifier()));
        return added;
    }

    private void removed(String name, FileServerReply.Changed reply, BreakNote note) {
        installOurs(reply.status(), reply.volSync(), note, editor -> editor.remove(name));
    }

    /// Takes the status after a change of ours, and makes the change in the cached contents if they are of the version before.
    private void installOurs(FetchStatus status, VolSync sync, BreakNote note, Edit edit) {
        vnode.install(status, null, sync, note, Vnode.Change.STATUS);
        VnodeContents cached = vnode.cachedContents();
        if (cached == null || cached.dataVersion() + 1 != status.dataVersion()) {
            return;
        }
        try {
            DirectoryEditor editor = cached.editor();
            if (edit.apply(editor)) {
                vnode.contentsChangedByUs(VnodeContents.edited(editor, status.dataVersion()));
            }
        } catch (MalformedDirectoryException | DirectoryFullException unexpected) {
            // The cached contents are then of an old version, and will be fetched again.
            System.getLogger("org.afs4j.client").log(System.Logger.Level.DEBUG, "a directory could not be changed here", unexpected);
        }
    }
}
