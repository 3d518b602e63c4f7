package org.afs4j.cell;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.afs4j.cell.administration.Caller;
import org.afs4j.cell.record.StoredVnode;
import org.afs4j.cell.store.CellStoreException;
import org.afs4j.cell.store.ChunkFile;
import org.afs4j.cell.store.FileContents;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.directory.DirectoryEditor;
import org.afs4j.protocol.directory.MalformedDirectoryException;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileType;
import org.afs4j.protocol.fs.StoreStatus;
import org.jspecify.annotations.Nullable;

/// A vnode of a volume: a file, a directory or a symlink.
///
/// Locks: the volume's.
final class Vnode {
    private static final int SET_USER_ID = 04000;
    /// What of a mode those who are no administrators may set.
    private static final int PERMISSION_BITS = 0777;

    final int number;
    final int uniquifier;
    final FileType type;
    /// The directory that holds the vnode; of a volume's root, none.
    @Nullable Vnode parent;
    int linkCount;
    long dataVersion;
    int author = Caller.ANONYMOUS_ID;
    int owner = Caller.ANONYMOUS_ID;
    int group;
    int modeBits = 0777;
    int clientModificationTime;
    int serverModificationTime;
    final FileLocks locks = new FileLocks();
    /// Who may do what in a directory.
    Acl acl = Acl.ofAnyUser(0);

    private final @Nullable FileContents contents;
    private final @Nullable DirectoryEditor directory;

    /// @param file where a file's chunks are to lie; null for a directory
    Vnode(int number, int uniquifier, FileType type, @Nullable Vnode parent, @Nullable ChunkFile file) {
        this.number = number;
        this.uniquifier = uniquifier;
        this.type = type;
        this.parent = parent;
        if (type == FileType.DIRECTORY) {
            Vnode above = parent == null ? this : parent;
            directory = DirectoryEditor.create(number, uniquifier, above.number, above.uniquifier);
            contents = null;
            linkCount = 2;
            acl = parent == null ? Acl.ofAnyUser(Acl.ALL_RIGHTS) : parent.acl;
        } else {
            directory = null;
            contents = new FileContents(Objects.requireNonNull(file));
            linkCount = 1;
        }
        group = parent == null ? 0 : parent.group;
    }

    /// A vnode that was written down; its parent is yet to be said.
    Vnode(StoredVnode stored, @Nullable FileContents contents, @Nullable DirectoryEditor directory) {
        number = stored.number();
        uniquifier = stored.uniquifier();
        type = stored.type();
        linkCount = stored.linkCount();
        dataVersion = stored.dataVersion();
        author = stored.author();
        owner = stored.owner();
        group = stored.group();
        modeBits = stored.modeBits();
        clientModificationTime = stored.clientModificationTime();
        serverModificationTime = stored.serverModificationTime();
        acl = directory == null ? acl : Acl.ofText(stored.acl());
        this.contents = contents;
        this.directory = directory;
    }

    /// What is written down of it.
    StoredVnode stored() {
        return new StoredVnode(
                number,
                uniquifier,
                type,
                parent == null ? 0 : parent.number,
                linkCount,
                dataVersion,
                author,
                owner,
                group,
                modeBits,
                clientModificationTime,
                serverModificationTime,
                lengthBytes(),
                isDirectory() ? acl.toText() : "");
    }

    /// A copy for another instance of the volume; nobody holds a lock on it, and its parent is yet to be said.
    private Vnode(Vnode original) {
        number = original.number;
        uniquifier = original.uniquifier;
        type = original.type;
        linkCount = original.linkCount;
        dataVersion = original.dataVersion;
        author = original.author;
        owner = original.owner;
        group = original.group;
        modeBits = original.modeBits;
        clientModificationTime = original.clientModificationTime;
        serverModificationTime = original.serverModificationTime;
        acl = original.acl;
        contents = original.contents == null ? null : original.contents.copy();
        directory = original.directory == null ? null : copy(original.directory);
    }

    private static DirectoryEditor copy(DirectoryEditor original) {
        try {
            return DirectoryEditor.of(original.toByteArray());
        } catch (MalformedDirectoryException e) {
            throw new AssertionError(e);
        }
    }

    /// The vnodes of a volume, copied for another instance of it.
    static Map<Integer, Vnode> copy(Map<Integer, Vnode> originals) {
        Map<Integer, Vnode> copies = new HashMap<>();
        originals.forEach((number, original) -> copies.put(number, new Vnode(original)));
        for (Vnode original : originals.values()) {
            Vnode parent = original.parent;
            Vnode copy = copies.get(original.number);
            if (parent != null && copy != null) {
                copy.parent = copies.get(parent.number);
            }
        }
        return copies;
    }

    boolean isDirectory() {
        return directory != null;
    }

    FileContents contents() {
        if (contents == null) {
            throw new IllegalStateException("a directory");
        }
        return contents;
    }

    /// Gives a new file its first contents.
    void setContents(byte[] bytes) throws CellStoreException {
        try (FileContents.Incoming incoming = contents().incoming(0)) {
            for (int from = 0; from < bytes.length; ) {
                int to = Math.min(bytes.length, from + incoming.room());
                incoming.add(Arrays.copyOfRange(bytes, from, to));
                from = to;
            }
            contents().write(incoming);
        }
    }

    DirectoryEditor directory() {
        if (directory == null) {
            throw new IllegalStateException("no directory");
        }
        return directory;
    }

    Fid fid(int volumeId) {
        return new Fid(volumeId, number, uniquifier);
    }

    long lengthBytes() {
        return directory != null ? directory.lengthBytes() : contents().lengthBytes();
    }

    /// Its ACL: a file's is its directory's.
    Acl effectiveAcl() {
        return isDirectory() || parent == null ? acl : parent.acl;
    }

    /// What a caller may do with it, by what is told to him: an administrator may look at everything; to administer a file is not its
    /// directory's to give, but its owner's.
    int rights(Caller caller) {
        int rights = effectiveAcl().rights(caller.names()) | (caller.isAdministrator() ? FetchStatus.RIGHT_LOOKUP : 0);
        if (isDirectory()) {
            return rights;
        }
        return isOwnedBy(caller) ? rights | FetchStatus.RIGHT_ADMINISTER : rights & ~FetchStatus.RIGHT_ADMINISTER;
    }

    /// The directory's contents have changed.
    void directoryChanged(int nowSeconds, Caller caller) {
        dataVersion++;
        author = caller.id();
        clientModificationTime = nowSeconds;
        serverModificationTime = nowSeconds;
    }

    /// Sets what a client asks to be set. `otherwise` is the modification time when it does not ask for one.
    void set(StoreStatus status, int nowSeconds, int otherwise) {
        clientModificationTime =
                status.sets(StoreStatus.SET_MODIFICATION_TIME) ? status.clientModificationTime() : otherwise;
        if (status.sets(StoreStatus.SET_OWNER)) {
            modeBits &= ~SET_USER_ID;
            owner = status.owner();
        }
        if (status.sets(StoreStatus.SET_MODE)) {
            modeBits = status.unixModeBits() & PERMISSION_BITS;
        }
        if (status.sets(StoreStatus.SET_GROUP)) {
            group = status.group();
        }
        serverModificationTime = nowSeconds;
    }

    boolean isOwnedBy(Caller caller) {
        return owner == caller.id();
    }

    /// Its status, as it is told to a caller.
    FetchStatus status(long nowNanos, Caller caller) {
        return status(nowNanos, rights(caller));
    }

    /// Its status, as it is told to who has some rights.
    FetchStatus status(long nowNanos, int rights) {
        Vnode above = isDirectory() || parent == null ? this : parent;
        int anyRights = effectiveAcl().rights(Caller.ANONYMOUS.names());
        return new FetchStatus(
                FetchStatus.INTERFACE_VERSION,
                type,
                linkCount,
                lengthBytes(),
                dataVersion,
                author,
                owner,
                rights,
                anyRights,
                modeBits,
                above.number,
                above.uniquifier,
                1,
                clientModificationTime,
                serverModificationTime,
                group,
                0,
                locks.count(nowNanos),
                0);
    }
}
