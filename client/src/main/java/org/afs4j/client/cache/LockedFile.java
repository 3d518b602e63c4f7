package org.afs4j.client.cache;

import java.io.IOException;
import org.afs4j.client.callback.VolumeInterest;
import org.afs4j.client.error.AfsContext;
import org.afs4j.client.lock.LockedVnode;
import org.afs4j.client.server.FileServer;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.LockType;

/// A vnode as its locks see it.
///
/// @param context what the cache shares
/// @param vnode the vnode
public record LockedFile(CacheContext context, Vnode vnode) implements LockedVnode {
    @Override
    public boolean setLock(boolean exclusive) throws IOException {
        return VnodeCalls.setLock(context, vnode, exclusive ? LockType.WRITE : LockType.READ);
    }

    @Override
    public boolean extendLock() throws IOException {
        return VnodeCalls.extendLock(context, vnode);
    }

    @Override
    public void releaseLock() throws IOException {
        VnodeCalls.releaseLock(context, vnode);
    }

    @Override
    public void validateForLock() throws IOException {
        vnode.validate();
    }

    @Override
    public int askLockCount() throws IOException {
        VnodeCalls.fetchStatus(context, vnode);
        FetchStatus status = vnode.knownStatus();
        return status == null ? 0 : status.lockCount();
    }

    @Override
    public long knownDataVersion() {
        FetchStatus status = vnode.knownStatus();
        return status == null ? -1 : status.dataVersion();
    }

    @Override
    public void writeBackForLock() throws IOException {
        PageMapping mapping = vnode.pages().existingMapping();
        if (mapping != null && mapping.isDirty()) {
            mapping.sync();
        }
    }

    @Override
    public boolean isLocal() {
        return vnode.volume().isReadOnly();
    }

    @Override
    public boolean isOn(FileServer server) {
        return vnode.volume().servers().contains(server);
    }

    @Override
    public boolean isIn(VolumeInterest volume) {
        return vnode.volume().equals(volume);
    }

    @Override
    public AfsContext where(String what) {
        return vnode.where(what);
    }
}
