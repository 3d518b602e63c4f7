package org.afs4j.rx.links;

import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;

/// Lets time of a world pass.
public final class SimulatedPause {
    private SimulatedPause() {}

    /// Waits.
    ///
    /// @param world whose time passes
    /// @param untilNanos on its clock
    /// @throws InterruptedException if interrupted
    public static void until(World world, long untilNanos) throws InterruptedException {
        RankedMutex mutex = new RankedMutex(LockRank.LEAF);
        RankedCondition never = mutex.newCondition();
        mutex.lock();
        try {
            while (untilNanos - world.nanoTime() > 0 && never.awaitUntil(world, untilNanos)) {
                // Woken early; wait on.
            }
        } finally {
            mutex.unlock();
        }
    }
}
