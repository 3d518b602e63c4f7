package org.afs4j.rx;

import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;

/// Lets time of a world pass.
record Pause(World world) {
    void forNanos(long nanos) throws InterruptedException {
        RankedMutex mutex = new RankedMutex(LockRank.LEAF);
        RankedCondition never = mutex.newCondition();
        long until = world.nanoTime() + nanos;
        mutex.lock();
        try {
            while (never.awaitUntil(world, until)) {
                // Woken early; wait on.
            }
        } finally {
            mutex.unlock();
        }
    }
}
