package org.afs4j.cell;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.protocol.Fid;
import org.jspecify.annotations.Nullable;

/// What one server of an [AfsCell] does wrong, by order of a test or a demo: it refuses calls, carries them out late, and its
/// breaks are late, overtake one another, or are lost. Without orders it does nothing.
///
/// A client that is new to the server is greeted before its call comes here; so a call that is refused has made the two known.
///
/// Threads: any. Locks: a leaf lock around held breaks.
public final class ServerFaults {
    private record Standing(FaultOrder order, long untilNanos) {}

    /// What a procedure does.
    @FunctionalInterface
    interface Work<R> {
        R run() throws IOException;
    }

    private final World world;
    private final CellCounters counters;
    private final List<Standing> standing = new CopyOnWriteArrayList<>();
    private final RankedMutex lock = new RankedMutex(LockRank.LEAF);
    private final RankedCondition changed = lock.newCondition();
    private long shortestBreakDelayNanos;
    private long longestBreakDelayNanos;
    private int breaksToLose;
    private boolean holding;
    private int heldBreaks;

    ServerFaults(World world, CellCounters counters) {
        this.world = world;
        this.counters = counters;
    }

    /// Puts an order in force, besides those that are; of several that concern a call, the first refuses it and each delays it.
    ///
    /// @param order the order
    /// @return the same, whose hits can be counted
    public FaultOrder add(FaultOrder order) {
        Duration lasting = order.lasting;
        standing.add(new Standing(order, lasting == null ? Long.MAX_VALUE : world.nanoTime() + lasting.toNanos()));
        return order;
    }

    /// Takes an order back; calls that are being delayed stay so.
    ///
    /// @param order the order
    @SuppressWarnings("ReferenceEquality") // an order is itself and no other
    public void remove(FaultOrder order) {
        standing.removeIf(each -> each.order == order);
    }

    /// Takes every order back, those about breaks too.
    public void clear() {
        standing.clear();
        delayBreaks(Duration.ZERO, Duration.ZERO);
        loseBreaks(0);
        releaseBreaks();
    }

    /// Lets each break wait before it is sent, for a time that the world's random numbers choose: so breaks overtake one another,
    /// and the replies to the calls of other clients. Whoever changed the vnode waits for it, as ever.
    ///
    /// @param shortest the shortest time
    /// @param longest the longest time; zero for no wait
    public void delayBreaks(Duration shortest, Duration longest) {
        lock.lock();
        try {
            shortestBreakDelayNanos = shortest.toNanos();
            longestBreakDelayNanos = Math.max(shortest.toNanos(), longest.toNanos());
        } finally {
            lock.unlock();
        }
    }

    /// Loses the breaks of the next changes: the server believes that they were answered, and no client hears of them.
    ///
    /// @param count how many breaks, one a client and change
    public void loseBreaks(int count) {
        lock.lock();
        try {
            breaksToLose = count;
        } finally {
            lock.unlock();
        }
    }

    /// Holds breaks back from now on, until [#releaseBreaks()]; whoever owes them waits, for the break time-out at most.
    public void holdBreaks() {
        lock.lock();
        try {
            holding = true;
        } finally {
            lock.unlock();
        }
    }

    /// Sends the breaks that were held, and holds none any more.
    public void releaseBreaks() {
        lock.lock();
        try {
            holding = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// How many breaks are held now.
    public int heldBreaks() {
        lock.lock();
        try {
            return heldBreaks;
        } finally {
            lock.unlock();
        }
    }

    /// Carries out a call, or what orders make of it.
    <R> R around(String procedure, @Nullable Fid about, Work<R> work) throws IOException {
        @Nullable FaultOrder refusal = null;
        standing.removeIf(each -> each.untilNanos != Long.MAX_VALUE && world.nanoTime() - each.untilNanos >= 0);
        for (Standing each : standing) {
            if (each.order.concerns(procedure, about)
                    && (refusal == null || each.order.kind == FaultOrder.Kind.DELAY)
                    && each.order.hits.incrementAndGet() <= each.order.times) {
                counters.count(CellCounters.Event.FAULT);
                if (each.order.kind == FaultOrder.Kind.DELAY) {
                    pause(each.order.delay.toNanos());
                } else {
                    refusal = each.order;
                }
            }
        }
        if (refusal == null) {
            return work.run();
        }
        if (refusal.kind == FaultOrder.Kind.REFUSE_ONCE_DONE) {
            work.run();
        }
        throw AbortCode.refusal(refusal.code);
    }

    /// Waits as long as a break has to.
    ///
    /// @return false if the break is to be lost
    /// @throws InterruptedIOException if nobody waits for the break any more
    boolean letBreakPass() throws InterruptedIOException {
        long delayNanos;
        lock.lock();
        try {
            if (breaksToLose > 0) {
                breaksToLose--;
                counters.count(CellCounters.Event.FAULT);
                return false;
            }
            heldBreaks++;
            try {
                while (holding) {
                    changed.await();
                }
            } finally {
                heldBreaks--;
            }
            long spanNanos = longestBreakDelayNanos - shortestBreakDelayNanos;
            delayNanos = shortestBreakDelayNanos + (spanNanos == 0 ? 0 : world.random().nextLong(spanNanos + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("a break was held too long");
        } finally {
            lock.unlock();
        }
        pause(delayNanos);
        return true;
    }

    private void pause(long nanos) throws InterruptedIOException {
        if (nanos <= 0) {
            return;
        }
        RankedMutex mutex = new RankedMutex(LockRank.LEAF);
        RankedCondition never = mutex.newCondition();
        long untilNanos = world.nanoTime() + nanos;
        mutex.lock();
        try {
            while (never.awaitUntil(world, untilNanos)) {
                // woken for no reason: wait on
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a fault delayed something");
        } finally {
            mutex.unlock();
        }
    }
}
