package org.afs4j.client.cache;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.afs4j.client.callback.Promise;
import org.afs4j.protocol.fs.FetchStatus;
import org.jspecify.annotations.Nullable;

/// Those who watch one vnode: whoever keeps what he was told of it outside the cache.
///
/// Threads: any; no method blocks, unless it says so.
final class VnodeWatches {
    private final Vnode vnode;
    private final CacheContext context;
    /// An empty one takes little room, and most are.
    private final List<VnodeWatch> list = new CopyOnWriteArrayList<>();

    VnodeWatches(Vnode vnode, CacheContext context) {
        this.vnode = vnode;
        this.context = context;
    }

    void add(VnodeWatch watch) {
        vnode.users().addWatchers(1);
        // Until now the watch looked like a user, to whom the last one may just have left a file that was removed.
        UnlinkedFiles.removeIfUnusedSoon(context, vnode);
        list.add(watch);
        vnode.volume().cell().mapped().changed(watch, true);
    }

    void end(VnodeWatch watch) {
        list.remove(watch);
        vnode.volume().cell().mapped().changed(watch, false);
        vnode.release();
        vnode.users().addWatchers(-1);
    }

    /// Has all told that what they know of the vnode may be old. Never blocks.
    void doubt() {
        for (VnodeWatch watch : list) {
            doubt(watch);
        }
    }

    void doubt(VnodeWatch watch) {
        context.strips().add(watch, watch::strip);
    }

    /// Waits until all have been told of what [#doubt()], or a mass break, has queued up to now.
    ///
    /// Blocks: while others are told and mappings are stripped.
    ///
    /// @param mostNanos how long at most
    /// @return whether all is told
    boolean awaitTold(long mostNanos) {
        return context.strips().awaitQueued(mostNanos);
    }

    /// The promise whose end is to be told now, once each.
    ///
    /// @param told the promise whose end was told last
    /// @return the present promise if it has run out, otherwise `told`
    @Nullable Promise newlyExpired(@Nullable Promise told) {
        Promise promise = vnode.currentPromise();
        return promise != null && promise.isExpired(context.world().nanoTime()) ? promise : told;
    }

    /// Has all told if a reply tells of another's change of the data. Never blocks.
    ///
    /// @param told what the reply tells
    /// @param current what was known before, if anything
    /// @param whose whose change the reply itself tells of
    void doubtIfByOthers(FetchStatus told, @Nullable VnodeState current, Vnode.Change whose) {
        long known = current == null ? told.dataVersion() : current.status().dataVersion();
        long expected = known + (whose == Vnode.Change.NONE ? 0 : 1);
        if (told.dataVersion() != expected && told.dataVersion() != known) {
            doubt();
        }
    }
}
