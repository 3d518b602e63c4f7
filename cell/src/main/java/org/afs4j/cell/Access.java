package org.afs4j.cell;

import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileType;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.rx.RxAbortException;

/// Who may do what. Everyone is anonymous here: a directory's rights are those of its entry for everyone, and a vnode that
/// anonymous owns is the caller's own.
///
/// Source: OpenAFS `src/viced/afsfileprocs.c`, `Check_PermissionRights`, `CheckWriteMode`. Locks: the volume's.
final class Access {
    private static final int OWNER_READ_OR_EXECUTE = 0500;
    private static final int OWNER_WRITE = 0200;
    private static final int SET_ID_BITS = 06000;

    private Access() {}

    private static boolean isOwn(Vnode vnode) {
        return vnode.owner == Vnode.ANONYMOUS;
    }

    private static void require(boolean allowed) throws RxAbortException {
        if (!allowed) {
            throw AbortCode.refusal(AbortCode.EACCES);
        }
    }

    private static boolean has(Vnode vnode, int right) {
        return (vnode.rights() & right) != 0;
    }

    static void requireFetchStatus(Vnode vnode) throws RxAbortException {
        switch (vnode.type) {
            case FILE -> require(has(vnode, FetchStatus.RIGHT_READ));
            case SYMLINK -> require(has(vnode, FetchStatus.RIGHT_LOOKUP));
            case DIRECTORY, INVALID -> {}
        }
    }

    static void requireFetchData(Vnode vnode) throws RxAbortException {
        if (vnode.type != FileType.FILE) {
            require(has(vnode, FetchStatus.RIGHT_LOOKUP));
            return;
        }
        require(has(vnode, FetchStatus.RIGHT_READ));
        require(isOwn(vnode) || (vnode.modeBits & OWNER_READ_OR_EXECUTE) != 0);
    }

    static void requireStoreData(Vnode vnode, StoreStatus status) throws RxAbortException {
        if (requireStore(vnode, status)) {
            require(has(vnode, FetchStatus.RIGHT_WRITE));
            require((vnode.modeBits & OWNER_WRITE) != 0);
        }
    }

    static void requireStoreStatus(Vnode vnode, StoreStatus status) throws RxAbortException {
        if (requireStore(vnode, status)) {
            require(
                    vnode.isDirectory()
                            ? has(vnode, FetchStatus.RIGHT_DELETE | FetchStatus.RIGHT_INSERT)
                            : has(vnode, FetchStatus.RIGHT_WRITE));
        }
    }

    /// @return whether more is to be checked: not for a file of one's own where one may insert, so that it can be filled just
    ///     after it was made, whatever its mode
    private static boolean requireStore(Vnode vnode, StoreStatus status) throws RxAbortException {
        boolean newOwner = status.sets(StoreStatus.SET_OWNER) && status.owner() != vnode.owner;
        boolean newGroup = status.sets(StoreStatus.SET_GROUP) && status.group() != vnode.group;
        if (newOwner || newGroup) {
            throw AbortCode.refusal(AbortCode.EPERM);
        }
        if (vnode.type == FileType.FILE && isOwn(vnode) && has(vnode, FetchStatus.RIGHT_INSERT)) {
            return false;
        }
        require(!status.sets(StoreStatus.SET_MODE) || (status.unixModeBits() & SET_ID_BITS) == 0);
        return true;
    }

    static void requireChange(Vnode directory, int right) throws RxAbortException {
        require(has(directory, right));
    }

    static void requireLock(Vnode vnode, boolean exclusive) throws RxAbortException {
        int enough = exclusive ? FetchStatus.RIGHT_WRITE : FetchStatus.RIGHT_WRITE | FetchStatus.RIGHT_LOCK;
        require(has(vnode, enough) || (isOwn(vnode) && has(vnode, FetchStatus.RIGHT_INSERT)));
    }
}
