package org.afs4j.base.lock;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A place where one thread at a time waits until it is woken, at no cost in objects. Whoever wakes it while holding a mutex that it
/// will need does so by [RankedMutex#wakeAfterUnlock(Parking)], so that it does not wake only to wait for that.
///
/// Threads: one waits; any may wake it.
public final class Parking {
    private volatile @Nullable Thread thread;
    private volatile boolean woken;

    /// How the thread waits, other than parked; null if it is parked, or about to be.
    private volatile @Nullable Lookout lookout;

    /// The next of those that a mutex wakes, and whether this one is among them: then nobody else changes `next`.
    private @Nullable Parking next;

    private volatile boolean chained;

    /// Makes a place where nobody waits.
    public Parking() {}

    /// Announces that the current thread will wait; a wake-up from now on ends the wait.
    public void prepare() {
        woken = false;
        thread = Thread.currentThread();
    }

    /// Announces that the current thread will wait on a lookout whose watch it has taken, and parked when the watch is over.
    ///
    /// @param way the lookout, begun
    public void prepare(Lookout way) {
        woken = false;
        lookout = way;
        thread = Thread.currentThread();
    }

    /// Whether it has been woken since [#prepare()].
    public boolean isWoken() {
        return woken;
    }

    /// Waits on the lookout, if there is one.
    private void watch() {
        Lookout way = lookout;
        if (way != null) {
            try {
                way.watch(this);
            } finally {
                // Whoever wakes from now on unparks; whoever did before has set what is looked at next.
                lookout = null;
            }
        }
    }

    /// Waits until [#wake()] has been called since [#prepare()], or the thread is interrupted, which it stays.
    ///
    /// Blocks: until then.
    ///
    /// @return whether it was woken; false if it was interrupted
    public boolean park() {
        watch();
        while (!woken) {
            LockSupport.park(this);
            if (!woken && Thread.currentThread().isInterrupted()) {
                thread = null;
                return false;
            }
        }
        thread = null;
        return true;
    }

    /// Waits until [#wake()] has been called since [#prepare()], and through interrupts, which the thread has afterwards.
    ///
    /// Blocks: until then.
    public void parkUninterruptibly() {
        watch();
        boolean interrupted = false;
        while (!woken) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        thread = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Wakes the thread that waits, if one does; also by that thread itself while it watches.
    @SuppressWarnings("ReferenceEquality") // a thread is itself and no other
    public void wake() {
        woken = true;
        Thread waiting = thread;
        if (waiting == null || waiting == Thread.currentThread()) {
            return;
        }
        Lookout way = lookout;
        if (way == null) {
            LockSupport.unpark(waiting);
        } else {
            way.recall();
        }
    }

    /// Puts it before others that a mutex will wake, under that mutex.
    ///
    /// @return false if it will be woken anyway
    boolean chain(@Nullable Parking others) {
        if (chained) {
            return false;
        }
        next = others;
        chained = true;
        return true;
    }

    /// Takes it from the chain and wakes it, without the mutex.
    ///
    /// @return the next one
    @Nullable Parking unchainAndWake() {
        Parking following = next;
        next = null;
        // Whoever changes from now on what the thread waits for chains it again; before, this wake-up is theirs too.
        chained = false;
        wake();
        return following;
    }
}
