package org.afs4j.client.cache;

import org.afs4j.client.AfsWatch;
import org.afs4j.client.callback.MappedVnode;
import org.afs4j.client.callback.Promise;
import org.afs4j.client.callback.VolumeInterest;
import org.afs4j.client.server.FileServer;
import org.jspecify.annotations.Nullable;

/// Somebody who keeps what he knows of a vnode outside the cache, as a kernel does, and has to be told when it may be old.
///
/// To breaks, mass breaks, the prober and expiry a watch is what a mapping is: it is stripped by telling.
public final class VnodeWatch implements MappedVnode, AfsWatch {
    private final Vnode vnode;
    private final Runnable doubted;
    private volatile @Nullable Promise expired;

    private VnodeWatch(Vnode vnode, Runnable doubted) {
        this.vnode = vnode;
        this.doubted = doubted;
    }

    /// Begins to watch a vnode, which stays in the cache meanwhile: from now on a break of whatever kind, the end of a promise, and
    /// another's change that a reply tells of are passed on.
    ///
    /// Blocks: while an eviction of the vnode is under way.
    ///
    /// @param file the vnode
    /// @param doubted told each time, after the break was answered, on the thread that strips: must not block
    public static VnodeWatch begin(Vnode file, Runnable doubted) {
        Vnode vnode = file.current();
        while (!vnode.retain()) {
            vnode = vnode.current();
        }
        VnodeWatch watch = new VnodeWatch(vnode, doubted);
        vnode.watches().add(watch);
        return watch;
    }

    @Override
    public void strip() {
        doubted.run();
    }

    @Override
    public void stripIfExpired() {
        Promise ended = vnode.watches().newlyExpired(expired);
        if (ended != null && !ended.equals(expired)) {
            expired = ended;
            vnode.watches().doubt(this);
        }
    }

    @Override
    public boolean awaitTold(long mostNanos) {
        return vnode.watches().awaitTold(mostNanos);
    }

    @Override
    public boolean dependsOn(FileServer server) {
        return vnode.dependsOn(server);
    }

    @Override
    public VolumeInterest volume() {
        return vnode.volume();
    }

    @Override
    public void close() {
        vnode.watches().end(this);
    }
}
