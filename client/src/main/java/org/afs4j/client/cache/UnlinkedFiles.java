package org.afs4j.client.cache;

import java.io.IOException;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileType;
import org.jspecify.annotations.Nullable;

/// Files that were removed here while somebody here has them open or mapped. A file server drops a file with its last name; so
/// the file gets another name first, `.__afs` and its vnode's numbers, which goes with the last user.
///
/// Other clients see that name meanwhile, and a directory that has one cannot be removed. A client that is killed leaves it behind.
/// Who removes the name himself, or removes the file on another client, takes the data away from those who use it.
public final class UnlinkedFiles {
    private static final String PREFIX = ".__afs";

    private UnlinkedFiles() {}

    /// The name that a removed file has while it is used.
    ///
    /// @param directory the directory that it is in
    /// @param name the name there
    record Name(Directory directory, String name) {}

    private static String nameOf(Fid fid) {
        return PREFIX + Integer.toUnsignedString(fid.vnode(), 16) + "." + Integer.toUnsignedString(fid.uniquifier(), 16);
    }

    /// Whether a name is of the kind that removed files have while they are used.
    ///
    /// @param name any name
    public static boolean mayHaveNamed(String name) {
        return name.startsWith(PREFIX);
    }

    /// Whether a file needs another name before it loses one.
    ///
    /// @param victim what loses a name
    /// @param name that name
    /// @throws AfsFileException if the name is the one that keeps the file, and it is still needed
    static boolean needsName(Vnode victim, String name) throws IOException {
        if (!victim.isInUse()) {
            return false;
        }
        FetchStatus status = victim.validate();
        if (status.fileType() != FileType.FILE || status.linkCount() != 1) {
            return false;
        }
        if (!name.equals(nameOf(victim.fid()))) {
            return true;
        }
        if (victim.users().unlinkedName() != null) {
            throw new AfsFileException(AfsError.EBUSY, victim.where("remove of a file that is removed but still open"));
        }
        return false;
    }

    /// Gives a file the other name, instead of its own one.
    ///
    /// @param directory the directory that the name is in
    /// @param name the name that it loses
    /// @param victim the file
    static void rename(Directory directory, String name, Vnode victim) throws IOException {
        String kept = nameOf(victim.fid());
        directory.rename(name, directory, kept);
        victim.users().setUnlinkedName(new Name(directory, kept));
        removeIfUnused(victim);
    }

    /// Gives a file the other name as well, so that its own can be taken over by another file in one step.
    ///
    /// @param directory the directory that the file is in
    /// @param victim the file
    static void link(Directory directory, Vnode victim) throws IOException {
        String kept = nameOf(victim.fid());
        directory.link(kept, victim);
        victim.users().setUnlinkedName(new Name(directory, kept));
    }

    /// Removes a file's other name, if it has one, once nobody uses the file. A failure leaves the name behind, as a crash would.
    static void removeIfUnused(Vnode vnode) {
        if (!vnode.isInUse()) {
            remove(vnode);
        }
    }

    /// Removes a file's other name, if it has one, whether or not somebody uses the file.
    static void remove(Vnode vnode) {
        Name name = vnode.users().takeUnlinkedName();
        if (name == null) {
            return; // it has none, or another thread removes it
        }
        try {
            name.directory().removeFile(name.name());
        } catch (IOException e) {
            System.getLogger("org.afs4j.client").log(System.Logger.Level.WARNING, name.name() + " stays in " + name.directory(), e);
        } finally {
            vnode.users().lostUnlinkedName();
        }
    }

    /// The same in a thread of its own, for those who must not block.
    static void removeIfUnusedSoon(CacheContext context, Vnode vnode) {
        @Nullable Name name = vnode.users().unlinkedName();
        if (name != null) {
            context.world().start("afs4j-unlink", () -> removeIfUnused(vnode));
        }
    }
}
