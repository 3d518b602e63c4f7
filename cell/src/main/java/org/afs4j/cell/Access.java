package org.afs4j.cell;

import org.afs4j.cell.administration.Caller;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileType;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.rx.RxAbortException;

/// Who may do what, by the ACL of a directory and by what goes without saying: administrators may look everywhere, change every ACL,
/// owner and status; the owner of a volume's root may change every ACL in it; who has just made a file may fill it.
///
/// Source: OpenAFS `src/viced/afsfileprocs.c`, `Check_PermissionRights`, `CheckWriteMode`. Locks: the volume's.
final class Access {
    private static final int OWNER_READ_OR_EXECUTE = 0500;
    private static final int OWNER_WRITE = 0200;
    private static final int SET_ID_BITS = 06000;

    private Access() {}

    private static void require(boolean allowed) throws RxAbortException {
        if (!allowed) {
            throw AbortCode.refusal(AbortCode.EACCES);
        }
    }

    private static boolean has(Vnode vnode, Caller caller, int right) {
        return (vnode.rights(caller) & right) != 0;
    }

    /// What is not a directory is seen by those who may read it; a directory by everyone.
    static void requireFetchStatus(Vnode vnode, Vnode root, Caller caller) throws RxAbortException {
        if (!vnode.isDirectory()) {
            requireFetchAcl(vnode, root, caller);
        }
    }

    static void requireFetchAcl(Vnode vnode, Vnode root, Caller caller) throws RxAbortException {
        require(caller.isAdministrator() || (vnode.type == FileType.FILE ? mayRead(vnode, caller) : mayLook(vnode, root, caller)));
    }

    private static boolean mayLook(Vnode vnode, Vnode root, Caller caller) {
        return has(vnode, caller, FetchStatus.RIGHT_LOOKUP) || root.isOwnedBy(caller);
    }

    /// Who has made a file where he may insert and not read sees it all the same; that nobody is known by name makes nobody an owner.
    private static boolean mayRead(Vnode vnode, Caller caller) {
        boolean owner = vnode.isOwnedBy(caller) && caller.id() != Caller.ANONYMOUS_ID;
        return has(vnode, caller, FetchStatus.RIGHT_READ) || (owner && has(vnode, caller, FetchStatus.RIGHT_INSERT));
    }

    static void requireFetchData(Vnode vnode, Vnode root, Caller caller) throws RxAbortException {
        if (vnode.type != FileType.FILE) {
            require(mayLook(vnode, root, caller));
            return;
        }
        require(mayRead(vnode, caller));
        require(vnode.isOwnedBy(caller) || (vnode.modeBits & OWNER_READ_OR_EXECUTE) != 0);
    }

    static void requireStoreData(Vnode vnode, Caller caller, StoreStatus status) throws RxAbortException {
        if (requireStore(vnode, caller, status)) {
            require(has(vnode, caller, FetchStatus.RIGHT_WRITE));
            require((vnode.modeBits & OWNER_WRITE) != 0);
        }
    }

    static void requireStoreStatus(Vnode vnode, Caller caller, StoreStatus status) throws RxAbortException {
        if (requireStore(vnode, caller, status) && !caller.isAdministrator()) {
            require(
                    vnode.isDirectory()
                            ? has(vnode, caller, FetchStatus.RIGHT_DELETE | FetchStatus.RIGHT_INSERT)
                            : has(vnode, caller, FetchStatus.RIGHT_WRITE));
        }
        if (vnode.type == FileType.SYMLINK && status.sets(StoreStatus.SET_MODE)) {
            // The mode tells a mount point from a symlink.
            throw AbortCode.refusal(AbortCode.EINVAL);
        }
    }

    /// @return whether more is to be checked: not for a file of one's own where one may insert, so that it can be filled just
    ///     after it was made, whatever its mode
    private static boolean requireStore(Vnode vnode, Caller caller, StoreStatus status) throws RxAbortException {
        boolean newOwner = status.sets(StoreStatus.SET_OWNER) && status.owner() != vnode.owner;
        boolean newGroup = status.sets(StoreStatus.SET_GROUP) && status.group() != vnode.group;
        if ((newOwner || newGroup) && !caller.isAdministrator()) {
            throw AbortCode.refusal(AbortCode.EPERM);
        }
        if (vnode.type == FileType.FILE && vnode.isOwnedBy(caller) && has(vnode, caller, FetchStatus.RIGHT_INSERT)) {
            return false;
        }
        boolean setsId = status.sets(StoreStatus.SET_MODE) && (status.unixModeBits() & SET_ID_BITS) != 0;
        require(caller.isAdministrator() || !setsId);
        return true;
    }

    static void requireStoreAcl(Vnode directory, Vnode root, Caller caller) throws RxAbortException {
        require(caller.isAdministrator() || has(directory, caller, FetchStatus.RIGHT_ADMINISTER) || root.isOwnedBy(caller));
    }

    static void requireMountPoint(Vnode directory, Caller caller) throws RxAbortException {
        require(caller.isAdministrator() || has(directory, caller, FetchStatus.RIGHT_ADMINISTER));
    }

    static void requireChange(Vnode directory, Caller caller, int right) throws RxAbortException {
        require(has(directory, caller, right));
    }

    static void requireLock(Vnode vnode, Caller caller, boolean exclusive) throws RxAbortException {
        int enough = exclusive ? FetchStatus.RIGHT_WRITE : FetchStatus.RIGHT_WRITE | FetchStatus.RIGHT_LOCK;
        require(has(vnode, caller, enough) || (vnode.isOwnedBy(caller) && has(vnode, caller, FetchStatus.RIGHT_INSERT)));
    }

    /// Only administrators change what a volume may hold.
    static void requireAdministrator(Caller caller) throws RxAbortException {
        require(caller.isAdministrator());
    }
}
