package org.afs4j.rx.peer;

import java.net.InetAddress;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;

/// The bound on answers to packets that belong to no connection: so many in all, and so many to one address, which shares its
/// bound with others whose addresses fall into the same of a fixed number of buckets. The buckets are salted, so that nobody can
/// choose an address to use up another's.
///
/// Threads: any. Locks: [LockRank#LEAF].
public final class AnswerLimit {
    /// Answers a second to everybody, and at once.
    private static final int OVERALL = 1000;

    /// Answers a second to the addresses of one bucket, and at once.
    private static final int OF_BUCKET = 100;

    private static final int BURST_OF_BUCKET = 200;
    private static final int BUCKETS = 256;

    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final RateLimit overall;
    private final RateLimit[] buckets = new RateLimit[BUCKETS];
    private final int salt;

    /// Makes a bound from which nothing has been taken.
    ///
    /// @param world its clock and salt
    public AnswerLimit(World world) {
        overall = new RateLimit(world, OVERALL, OVERALL);
        salt = world.random().nextInt();
        for (int i = 0; i < BUCKETS; i++) {
            buckets[i] = new RateLimit(world, OF_BUCKET, BURST_OF_BUCKET);
        }
    }

    /// Takes one of the answers that are left for an address.
    ///
    /// @param address whom the answer would go to
    /// @return false if it has to be withheld
    public boolean allow(InetAddress address) {
        int hash = (address.hashCode() ^ salt) * 0x9E37_79B1;
        mutex.lock();
        try {
            return buckets[hash >>> 24].allow() && overall.allow();
        } finally {
            mutex.unlock();
        }
    }
}
