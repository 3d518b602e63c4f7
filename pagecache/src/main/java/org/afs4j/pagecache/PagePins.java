package org.afs4j.pagecache;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.pagecache.error.PinTimeoutException;
import org.afs4j.pagecache.mapped.MappedRegion;
import org.afs4j.pagecache.state.PageRun;
import org.jspecify.annotations.Nullable;

/// One file's pins, and the changes that wait for them.
///
/// A change of a range is announced first; from then on nobody gets a new pin on it (PIN-3). Then the one who changes looks for a
/// pin on it. If there is one he strips the views, and waits for the pins one by one, holding no lock (PIN-2). When there is none
/// he takes the invalidate lock, and withdraws the announcement after he has let it go.
///
/// A pin that its holder has let go stays as an idle one, up to a number: the next pin on the same pages goes on with its arena, and
/// whoever looks for pins on the pages closes it. So a holder's segment, and a slice of it that he has kept, throws or shows the
/// bytes that were pinned, whatever becomes of the file.
///
/// Invariants:
/// 1. A pin is added by a holder of the invalidate lock, and only where no change is announced. So who has announced a change, and
///    found no pin, finds none until he withdraws it.
/// 2. A pin, held or idle, is removed only when nobody can reach the pages by it, or with its arena going to one that is added.
/// 3. Who finds a pin idle closes it only where nobody can go on with it: under an announcement, or the exclusive invalidate lock.
///
/// Locks: its own, a leaf. Threads: any.
final class PagePins {
    /// How long a change waits for pins before it gives up, or takes them away.
    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final long LOOK_NANOS = 20_000_000L;
    private static final int MOST_IDLE = 64;
    private static final PageRun ALL = new PageRun(0, Long.MAX_VALUE);

    private final World world;
    private final PageCacheCounters counters;
    private final MappedRegion region;
    private final String file;
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final RankedCondition changed = mutex.newCondition();
    private final List<PinState> pins = new ArrayList<>();
    private final List<PageRun> announced = new ArrayList<>();
    /// Those of the pins that are idle and may be gone on with, the longest idle first.
    private final SequencedMap<PageRun, PinState> idle = new LinkedHashMap<>();
    private boolean closing;
    private @Nullable Runnable atLast;

    PagePins(World world, PageCacheCounters counters, MappedRegion region, String file) {
        this.world = world;
        this.counters = counters;
        this.region = region;
        this.file = file;
    }

    /// Adds a pin, unless a change of its range is announced.
    ///
    /// Locks: the invalidate lock shared, and the page-state lock.
    boolean tryAdd(PinState pin) {
        mutex.lock();
        try {
            for (PageRun range : announced) {
                if (pin.overlaps(range)) {
                    return false;
                }
            }
            PinState before = idle.remove(pin.pages);
            pin.begin(before);
            pins.add(pin);
            if (before != null) {
                pins.remove(before);
            }
        } finally {
            mutex.unlock();
        }
        counters.pins.increment();
        return true;
    }

    /// Keeps a pin that its holder has let go, unless a change waits for it.
    ///
    /// @return a pin that is to be closed: this one if it is not kept, or one for which there is no room any more; null if none is
    @Nullable PinState tryKeep(PinState pin) {
        mutex.lock();
        try {
            // Who looked for pins may have ended it since its holder let it go.
            if (closing || !announced.isEmpty() || !pins.contains(pin)) {
                return pin;
            }
            PinState replaced = idle.putLast(pin.pages, pin);
            return replaced == null && idle.size() > MOST_IDLE ? idle.pollFirstEntry().getValue() : replaced;
        } finally {
            mutex.unlock();
        }
    }

    void remove(PinState pin) {
        Runnable last = null;
        mutex.lock();
        try {
            idle.remove(pin.pages, pin);
            if (pins.remove(pin) && pins.isEmpty()) {
                last = atLast;
                atLast = null;
            }
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
        if (last != null) {
            last.run();
        }
    }

    /// Has something run when the last pin goes.
    ///
    /// @return false if there is none, and the caller is to run it
    boolean runAtLast(Runnable action) {
        mutex.lock();
        try {
            closing = true;
        } finally {
            mutex.unlock();
        }
        // Idle ones end here, and no other becomes so.
        PinState ignored = find(ALL);
        mutex.lock();
        try {
            if (pins.isEmpty()) {
                return false;
            }
            atLast = action;
            return true;
        } finally {
            mutex.unlock();
        }
    }

    /// A change that is announced, until it is closed.
    final class Change implements AutoCloseable {
        private final PageRun range;

        private Change(PageRun range) {
            this.range = range;
        }

        @Override
        public void close() {
            mutex.lock();
            try {
                announced.remove(range);
                changed.signalAll();
            } finally {
                mutex.unlock();
            }
        }
    }

    /// Begins a change of a range: from now on nobody gets a new pin on it (PIN-3), and when this returns there is no old one.
    ///
    /// Locks: called with none that a holder of a pin may need. Blocks: while there are pins.
    ///
    /// @throws PinTimeoutException if a pin does not end; then nothing has begun
    Change begin(PageRun range) throws PinTimeoutException {
        return begin(range, false);
    }

    private Change begin(PageRun range, boolean revoke) throws PinTimeoutException {
        Change change = announce(range);
        boolean begun = false;
        try {
            awaitNone(range, revoke);
            begun = true;
            return change;
        } finally {
            if (!begun) {
                change.close();
            }
        }
    }

    /// As [#begin(PageRun)], for a change that has happened elsewhere: pins that do not end are taken away from their holders. What a
    /// channel or a native call uses cannot be taken away from within it; if that does not end either, this gives up.
    ///
    /// @throws PinTimeoutException if a channel or a native call does not let go; then nothing has begun
    Change beginRevoking(PageRun range) throws PinTimeoutException {
        return begin(range, true);
    }

    private Change announce(PageRun range) {
        mutex.lock();
        try {
            announced.add(range);
        } finally {
            mutex.unlock();
        }
        return new Change(range);
    }

    /// Whether a page of a range is pinned. Ends pins that are idle there.
    ///
    /// Locks: the invalidate lock exclusively, so that it stays so if not.
    boolean isPinned(long fromPage, long toPage) {
        return find(new PageRun(fromPage, toPage)) != null;
    }

    /// A pin on a range; null if there is none. Pins that were let go and are not in use any more end here.
    @Nullable PinState find(PageRun range) {
        PinState found = null;
        for (PinState pin : list()) {
            if (pin.overlaps(range) && !(isOver(pin) && ended(pin))) {
                found = pin;
            }
        }
        return found;
    }

    private boolean isOver(PinState pin) {
        if (!pin.isReleased() && pin.owner.isGone()) {
            counters.orphanedPins.increment();
            return pin.release() || pin.isReleased();
        }
        return pin.isReleased();
    }

    private boolean ended(PinState pin) {
        boolean closed = pin.tryClose();
        if (closed) {
            remove(pin);
        }
        return closed;
    }

    private List<PinState> list() {
        mutex.lock();
        try {
            return pins.isEmpty() ? List.of() : List.copyOf(pins);
        } finally {
            mutex.unlock();
        }
    }

    private List<PinState> held() {
        mutex.lock();
        try {
            List<PinState> held = new ArrayList<>(pins);
            held.removeAll(idle.values());
            return held;
        } finally {
            mutex.unlock();
        }
    }

    private void awaitNone(PageRun range, boolean revoke) throws PinTimeoutException {
        PinState pin = find(range);
        if (pin == null) {
            return;
        }
        assert HeldLocks.allowCall();
        counters.pinWaits.increment();
        // Who wants a new pin must come through the fault path (PIN-2).
        region.revoke();
        long deadlineNanos = world.nanoTime() + PATIENCE_NANOS;
        boolean interrupted = false;
        while (pin != null) {
            if (deadlineNanos - world.nanoTime() <= 0) {
                counters.pinTimeouts.increment();
                String holder = pin.owner.name();
                boolean taken = pin.isReleased();
                String message = file + ": pinned by " + holder + " for " + (world.nanoTime() - pin.sinceNanos) / 1_000_000
                        + " ms at " + pin.offsetBytes + (taken ? ", and in use by a channel or a native call" : "");
                System.getLogger("org.afs4j.pagecache").log(System.Logger.Level.WARNING, message);
                if (!revoke || taken) {
                    throw new PinTimeoutException(holder, message);
                }
                if (pin.release()) {
                    counters.revokedPins.increment();
                }
                // A channel may be using it still, and is given as long again.
                deadlineNanos = world.nanoTime() + PATIENCE_NANOS;
            }
            interrupted |= pause();
            pin = find(range);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits until no change of a range is announced.
    ///
    /// @throws PinTimeoutException if there still is one at the deadline
    void awaitNoChange(PageRun range, long deadlineNanos) throws PinTimeoutException {
        boolean interrupted = false;
        while (isAnnounced(range)) {
            if (deadlineNanos - world.nanoTime() <= 0) {
                counters.pinTimeouts.increment();
                throw new PinTimeoutException("", file + ": a change of what is to be pinned does not end");
            }
            interrupted |= pause();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isAnnounced(PageRun range) {
        mutex.lock();
        try {
            return !announced.isEmpty()
                    && announced.stream().anyMatch(run -> run.fromPage() < range.toPage() && range.fromPage() < run.toPage());
        } finally {
            mutex.unlock();
        }
    }

    private boolean pause() {
        mutex.lock();
        try {
            boolean ignored = changed.awaitUntil(world, world.nanoTime() + LOOK_NANOS);
            return false;
        } catch (InterruptedException e) {
            return true;
        } finally {
            mutex.unlock();
        }
    }

    /// The pins that are open now.
    List<PagePin.Description> describe() {
        long now = world.nanoTime();
        return held().stream()
                .map(pin -> new PagePin.Description(file, pin.owner.name(), pin.offsetBytes, pin.lengthBytes, now - pin.sinceNanos))
                .toList();
    }
}
