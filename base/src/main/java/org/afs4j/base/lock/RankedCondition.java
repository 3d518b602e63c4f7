package org.afs4j.base.lock;

import java.util.concurrent.locks.Condition;
import org.afs4j.base.world.World;

/// A condition of a [RankedMutex]; its waits may end early for no reason, so callers wait in a loop. A thread that waits alone costs
/// no object.
///
/// Locks: all methods need the mutex held.
@SuppressWarnings("WaitNotInLoop") // the loop is the caller's
public final class RankedCondition {
    private final RankedMutex mutex;
    private final Condition condition;

    /// Where the first waiter waits, and whether one does; others wait on the condition.
    private final Parking parking = new Parking();

    private boolean occupied;

    RankedCondition(RankedMutex mutex, Condition condition) {
        this.mutex = mutex;
        this.condition = condition;
    }

    /// Waits until signalled.
    ///
    /// @throws InterruptedException if the thread is interrupted; the mutex is held again
    public void await() throws InterruptedException {
        if (occupied) {
            mutex.beforeAwait();
            condition.await();
            return;
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        beginLocked();
        boolean woken = parking.park();
        endLocked();
        if (!woken && Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /// Waits until signalled, on a lookout if that can be: then the thread does meanwhile what comes to that, without the mutex and
    /// under what other locks it holds.
    ///
    /// @param lookout where it waits, unless others do already
    /// @throws InterruptedException if the thread is interrupted; the mutex is held again
    public void await(Lookout lookout) throws InterruptedException {
        if (occupied || !lookout.begin()) {
            await();
            return;
        }
        occupied = true;
        parking.prepare(lookout);
        mutex.unlock();
        boolean woken;
        try {
            woken = parking.park();
        } finally {
            mutex.lock();
            occupied = false;
        }
        if (!woken && Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /// Waits until signalled, and through interrupts.
    public void awaitUninterruptibly() {
        if (occupied) {
            mutex.beforeAwait();
            condition.awaitUninterruptibly();
            return;
        }
        beginLocked();
        parking.parkUninterruptibly();
        endLocked();
    }

    private void beginLocked() {
        occupied = true;
        parking.prepare();
        mutex.release();
    }

    private void endLocked() {
        mutex.acquire();
        occupied = false;
    }

    /// Waits until signalled or until a moment of `world`'s clock.
    ///
    /// @param world whose clock counts
    /// @param deadlineNanos the moment, on [World#nanoTime()]'s scale
    /// @return false if the moment has come
    /// @throws InterruptedException if the thread is interrupted; the mutex is held again
    public boolean awaitUntil(World world, long deadlineNanos) throws InterruptedException {
        long remainingNanos = deadlineNanos - world.nanoTime();
        if (remainingNanos <= 0) {
            return false;
        }
        mutex.beforeAwait();
        world.await(mutex.lock, condition, remainingNanos);
        return deadlineNanos - world.nanoTime() > 0;
    }

    /// Wakes every waiter.
    public void signalAll() {
        if (occupied) {
            mutex.wakeAfterUnlock(parking);
        }
        condition.signalAll();
    }
}
