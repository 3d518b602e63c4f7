package org.afs4j.base.lock;

import java.util.concurrent.locks.Condition;
import org.afs4j.base.world.World;

/// A condition of a [RankedMutex]; its waits may end early for no reason, so callers wait in a loop.
///
/// Locks: all methods need the mutex held.
@SuppressWarnings("WaitNotInLoop") // the loop is the caller's
public final class RankedCondition {
    private final RankedMutex mutex;
    private final Condition condition;

    RankedCondition(RankedMutex mutex, Condition condition) {
        this.mutex = mutex;
        this.condition = condition;
    }

    /// Waits until signalled.
    ///
    /// @throws InterruptedException if the thread is interrupted; the mutex is held again
    public void await() throws InterruptedException {
        condition.await();
    }

    /// Waits until signalled, and through interrupts.
    public void awaitUninterruptibly() {
        condition.awaitUninterruptibly();
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
        world.await(mutex.lock, condition, remainingNanos);
        return deadlineNanos - world.nanoTime() > 0;
    }

    /// Wakes every waiter.
    public void signalAll() {
        condition.signalAll();
    }
}
