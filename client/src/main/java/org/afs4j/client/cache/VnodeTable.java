package org.afs4j.client.cache;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.counter.AfsCounters;

/// How many vnodes a client caches, and which of them go when there are too many: those that were not used since the hand of a
/// clock passed them last. A vnode stays while a file of it is open, a view maps it, or it has bytes that are not yet stored.
///
/// What goes takes its promise with it without telling the server (CB-2): the promise expires there, or is broken, and the break
/// of a vnode that is not cached is ignored.
///
/// Threads: any. Locks: an eviction tries the vnode's validation lock and does not wait for it; then it takes the page cache's.
final class VnodeTable {
    /// How many vnodes are looked at for one that is added: so that one addition takes a bounded time, and a few pinned vnodes in a
    /// row do not keep the table from shrinking.
    private static final int LOOKS = 32;

    /// How many vnodes that are gone the queue may have beside as many as are cached.
    private static final int MOST_LITTER = 1000;

    private final int most;
    private final AfsCounters counters;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger queued = new AtomicInteger();
    private final ConcurrentLinkedQueue<Vnode> hand = new ConcurrentLinkedQueue<>();

    /// Makes an empty table.
    ///
    /// @param most how many vnodes there may be of which none has to stay, 1 or more
    /// @param counters what is counted
    VnodeTable(int most, AfsCounters counters) {
        this.most = most;
        this.counters = counters;
    }

    /// How many vnodes are cached.
    int count() {
        return count.get();
    }

    /// Takes note of a vnode that is cached now, and lets others go if there are too many.
    void added(Vnode vnode) {
        hand.add(vnode);
        queued.incrementAndGet();
        if (count.incrementAndGet() > most || isLittered()) {
            sweep();
        }
    }

    /// Takes note that a vnode is cached no longer. The queue is rid of it in time.
    void removed() {
        count.decrementAndGet();
    }

    /// Whether most of the queue is vnodes that are gone: files that were made and removed.
    private boolean isLittered() {
        return queued.get() > 2 * count.get() + MOST_LITTER;
    }

    private void sweep() {
        for (int left = LOOKS; left > 0 && (count.get() > most || isLittered()); left--) {
            Vnode next = hand.poll();
            if (next == null) {
                return;
            }
            if (next.isForgotten() && next.evict()) {
                queued.decrementAndGet();
            } else if (count.get() > most && !next.takeUsed() && next.evict()) {
                queued.decrementAndGet();
                counters.count(AfsCounter.VNODE_EVICTIONS);
            } else {
                hand.add(next);
            }
        }
    }
}
