package org.afs4j.client.server;

import java.io.InterruptedIOException;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;

/// The pauses of one operation between its attempts: each twice as long as the one before, from a tenth of a second to three
/// seconds.
///
/// Threads: one.
public final class Backoff {
    private static final long FIRST_PAUSE_NANOS = 100_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 3_000_000_000L;

    private final World world;
    private final long startNanos;
    private long pauseNanos = FIRST_PAUSE_NANOS;

    /// Begins an operation.
    ///
    /// @param world the clock
    public Backoff(World world) {
        this.world = world;
        this.startNanos = world.nanoTime();
    }

    /// Waits for the next attempt, unless the operation has taken too long already.
    ///
    /// @param patienceNanos how long the operation may take before it is given up
    /// @param doing what is to be tried again, for the message
    /// @return false if it has taken that long
    /// @throws InterruptedIOException if interrupted; the thread stays so
    ///
    /// Blocks: for the pause.
    public boolean pause(long patienceNanos, String doing) throws InterruptedIOException {
        long leftNanos = patienceNanos - (world.nanoTime() - startNanos);
        if (leftNanos <= 0) {
            return false;
        }
        RankedMutex mutex = new RankedMutex(LockRank.LEAF);
        RankedCondition never = mutex.newCondition();
        long untilNanos = world.nanoTime() + Math.min(pauseNanos, leftNanos);
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        mutex.lock();
        try {
            while (never.awaitUntil(world, untilNanos)) {
                // woken for no reason: wait on
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting to try " + doing + " again");
        } finally {
            mutex.unlock();
        }
    }
}
