package org.afs4j.cell;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.BitSet;
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
    private int turnedBreaks = 1;
    private long longestTurnNanos;
    private @Nullable Turn turn;

    /// A break on its way: which of its turn, if it is in one.
    ///
    /// @param isLost whether nobody is to hear of it
    record BreakPass(boolean isLost, @Nullable Turn turn, int number) {}

    /// Breaks that leave together, the last first, each when the one after it was answered or given up, or has had its time.
    /// Guarded by the lock of the faults.
    private static final class Turn {
        private final BitSet ended = new BitSet();
        private final long longestNanos;
        private long untilNanos;
        private int size;
        private int next;
        private boolean gathered;

        Turn(long nowNanos, long longestNanos) {
            this.longestNanos = longestNanos;
            untilNanos = nowNanos + longestNanos;
        }

        void end(int number) {
            ended.set(number);
            while (gathered && next >= 0 && ended.get(next)) {
                next--;
            }
        }

        /// From now on breaks wait for one another, and no longer than they may for the group.
        void gather(long nowNanos) {
            gathered = true;
            untilNanos = nowNanos + longestNanos;
            next = size - 1;
            end(size);
        }
    }

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
        reorderBreaks(1, Duration.ZERO);
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

    /// Lets breaks leave in groups, each group in the opposite order: the break that came last leaves first, and each of the others when
    /// the one that came after it was answered, or given up. Whoever owes a break waits for it, as ever. A client that does not answer keeps
    /// the breaks of the others back for a bound only, as a server never leaves a client untold because of another.
    ///
    /// @param count how many breaks, one a client and change, make a group; 1 for no more of this
    /// @param longest how long a group waits to be complete, and then for all but its last break to be answered: what has not left by then
    ///     leaves. Less than half the break time-out, or breaks are given up
    public void reorderBreaks(int count, Duration longest) {
        if (count < 1) {
            throw new IllegalArgumentException("a group has a break or more, not " + count);
        }
        lock.lock();
        try {
            turnedBreaks = count;
            longestTurnNanos = longest.toNanos();
            gatherLocked(turn);
        } finally {
            lock.unlock();
        }
    }

    private void gatherLocked(@Nullable Turn gathering) {
        if (gathering != null && !gathering.gathered) {
            turn = null;
            gathering.gather(world.nanoTime());
            changed.signalAll();
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
    /// @return its pass, to be given to [#breakEnded] once the break was answered, or was not
    /// @throws InterruptedIOException if nobody waits for the break any more
    BreakPass letBreakPass() throws InterruptedIOException {
        long delayNanos;
        BreakPass pass;
        lock.lock();
        try {
            if (breaksToLose > 0) {
                breaksToLose--;
                counters.count(CellCounters.Event.FAULT);
                return new BreakPass(true, null, 0);
            }
            heldBreaks++;
            try {
                while (holding) {
                    changed.await();
                }
                pass = awaitTurnLocked();
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
        try {
            pause(delayNanos);
        } catch (InterruptedIOException e) {
            breakEnded(pass);
            throw e;
        }
        return pass;
    }

    private BreakPass awaitTurnLocked() throws InterruptedException {
        if (turnedBreaks == 1) {
            return new BreakPass(false, null, 0);
        }
        Turn mine = turn == null ? new Turn(world.nanoTime(), longestTurnNanos) : turn;
        turn = mine;
        int number = mine.size++;
        if (mine.size >= turnedBreaks) {
            gatherLocked(mine);
        }
        boolean passed = false;
        try {
            while (!mine.gathered) {
                if (!changed.awaitUntil(world, mine.untilNanos)) {
                    gatherLocked(mine);
                }
            }
            boolean inTime = true;
            while (inTime && mine.next > number) {
                inTime = changed.awaitUntil(world, mine.untilNanos);
            }
            passed = true;
            return new BreakPass(false, mine, number);
        } finally {
            if (!passed) {
                mine.end(number);
                changed.signalAll();
            }
        }
    }

    /// Tells that a break was answered, or given up.
    void breakEnded(BreakPass pass) {
        Turn ended = pass.turn();
        if (ended == null) {
            return;
        }
        lock.lock();
        try {
            ended.end(pass.number());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void pause(long nanos) throws InterruptedIOException {
        try {
            world.pause(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a fault delayed something");
        }
    }
}
