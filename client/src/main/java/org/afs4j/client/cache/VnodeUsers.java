package org.afs4j.client.cache;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Who hangs on a vnode, and whether it was used of late.
///
/// Threads: any; takes no lock.
final class VnodeUsers {
    private static final int ENDED = -1;

    private final AtomicInteger count = new AtomicInteger();
    /// Written only if it changes, so that a vnode which many threads use is not fought for.
    private volatile boolean used = true;
    private final AtomicInteger watchers = new AtomicInteger();
    private final AtomicInteger reporters = new AtomicInteger();
    private final AtomicReference<@Nullable Unlinked> unlinked = new AtomicReference<>();

    /// That the file was removed here.
    ///
    /// @param name the name that keeps it
    /// @param leaving whether somebody is about to remove that name; the file counts as removed until it has gone
    private record Unlinked(UnlinkedFiles.Name name, boolean leaving) {}

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

    /// Whether nobody can be in any more.
    boolean isEnded() {
        return count.get() == ENDED;
    }

    /// Undoes an [#end()].
    void begin() {
        count.set(0);
    }

    /// Whether somebody is in who uses the file, and does not only watch it.
    boolean isAny() {
        return count.get() > watchers.get();
    }

    /// Counts those who are in but use nothing.
    ///
    /// @param more one, after it was counted in; or minus one, after it was counted out
    void addWatchers(int more) {
        watchers.addAndGet(more);
    }

    /// Counts those who want to be told when a third party's change meets bytes that are not yet stored.
    ///
    /// @param more one, or minus one
    void addReporters(int more) {
        reporters.addAndGet(more);
    }

    /// Whether such a meeting is told by the next sync, before anything is stored (CB-13).
    boolean reportConflicts() {
        return reporters.get() > 0;
    }

    /// The name that keeps a file that was removed; null if it was not, or if somebody is about to remove that name.
    UnlinkedFiles.@Nullable Name unlinkedName() {
        Unlinked now = unlinked.get();
        return now == null || now.leaving ? null : now.name;
    }

    void setUnlinkedName(UnlinkedFiles.Name name) {
        unlinked.set(new Unlinked(name, false));
    }

    /// Gives that name to one caller, who removes it and says so by [#lostUnlinkedName()].
    UnlinkedFiles.@Nullable Name takeUnlinkedName() {
        Unlinked now = unlinked.get();
        boolean taken = now != null && !now.leaving && unlinked.compareAndSet(now, new Unlinked(now.name, true));
        return now != null && taken ? now.name : null;
    }

    void lostUnlinkedName() {
        unlinked.set(null);
    }

    /// Whether the file was removed here, and has another name until nobody uses it.
    boolean isUnlinked() {
        return unlinked.get() != null;
    }
}
