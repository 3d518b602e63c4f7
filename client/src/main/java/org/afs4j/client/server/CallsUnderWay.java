package org.afs4j.client.server;

import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;

/// The operations of one client that call file servers, counted so that its close can wait for them: a call that reached its server
/// after the client had given its promises up (CB-3) would leave a promise for nobody.
///
/// Invariant: once closed, no operation begins.
///
/// Threads: any. Locks: a leaf of its own, never held across a call.
public final class CallsUnderWay {
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final RankedCondition ended = mutex.newCondition();
    private int underWay;
    private boolean closed;

    /// Begins with none.
    public CallsUnderWay() {}

    /// Takes note that an operation begins; [#end()] follows if it does.
    ///
    /// @return false if the client is closing: then it does not begin
    public boolean begin() {
        mutex.lock();
        try {
            underWay += closed ? 0 : 1;
            return !closed;
        } finally {
            mutex.unlock();
        }
    }

    /// Takes note that an operation has ended.
    public void end() {
        mutex.lock();
        underWay--;
        ended.signalAll();
        mutex.unlock();
    }

    /// Lets no more begin, and waits for those that are under way, within a bound.
    ///
    /// Blocks: until they have ended, for `mostNanos` at most; not at all if interrupted.
    ///
    /// @param world the clock
    /// @param mostNanos how long at most
    public void close(World world, long mostNanos) {
        long untilNanos = world.nanoTime() + mostNanos;
        mutex.lock();
        try {
            closed = true;
            while (underWay > 0 && ended.awaitUntil(world, untilNanos)) {
                // until all have ended, or the bound has passed
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            mutex.unlock();
        }
    }
}
