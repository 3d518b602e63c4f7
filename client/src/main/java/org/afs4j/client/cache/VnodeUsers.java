package org.afs4j.client.cache;

import java.util.concurrent.atomic.AtomicInteger;

/// Who hangs on a vnode, and whether it was used of late.
///
/// Threads: any; takes no lock.
final class VnodeUsers {
    private static final int ENDED = -1;

    private final AtomicInteger count = new AtomicInteger();
    /// Written only if it changes, so that a vnode which many threads use is not fought for.
    private volatile boolean used = true;

    void use() {
        if (!used) {
            used = true;
        }
    }

    boolean takeUsed() {
        boolean was = used;
        used = false;
        return was;
    }

    /// Counts a user in.
    ///
    /// @return false if there can be no more
    boolean retain() {
        int seen = count.get();
        while (seen != ENDED && !count.compareAndSet(seen, seen + 1)) {
            seen = count.get();
        }
        return seen != ENDED;
    }

    /// Counts a user out.
    void release() {
        int left = count.decrementAndGet();
        assert left >= 0 : "released more often than retained";
    }

    /// Lets nobody in any more, if nobody is in.
    ///
    /// @return whether that is so now
    boolean end() {
        return count.compareAndSet(0, ENDED);
    }

    /// Undoes an [#end()].
    void begin() {
        count.set(0);
    }
}
