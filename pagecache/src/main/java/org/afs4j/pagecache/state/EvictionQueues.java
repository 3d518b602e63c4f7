package org.afs4j.pagecache.state;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.jspecify.annotations.Nullable;

/// Which chunks go when memory is wanted: three queues in the manner of S3-FIFO, which a scan cannot empty.
///
/// A chunk that comes in is on probation, at the end of a short queue. When its turn has come it is evicted if it was not used
/// again meanwhile, and protected otherwise. Protected chunks leave in their turn, too, but each use that was counted gives them
/// another round. Who was evicted from probation is remembered for a while without its memory; if it comes again in that time it
/// is protected at once. So what a scan reads once goes through probation and disturbs nothing else.
///
/// Invariants:
/// 1. An entry is in a queue, or taken by one evictor, exactly while its chunk has memory.
/// 2. No more are remembered than there are entries, or [#FEWEST_REMEMBERED].
///
/// Locks: its own of rank [LockRank#FRAME_STORE]. Threads: any.
public final class EvictionQueues {
    private static final int PROBATION_SHARE = 10;
    private static final int FEWEST_REMEMBERED = 64;

    private record Remembered(long ownerKey, long index) {}

    /// A list of entries, linked through them: the first has waited longest.
    private static final class Queue {
        @Nullable EvictionEntry first;
        @Nullable EvictionEntry last;
        int size;

        void add(EvictionEntry entry) {
            entry.previous = last;
            entry.next = null;
            if (last == null) {
                first = entry;
            } else {
                last.next = entry;
            }
            last = entry;
            size++;
        }

        void remove(EvictionEntry entry) {
            EvictionEntry before = entry.previous;
            EvictionEntry after = entry.next;
            if (before == null) {
                first = after;
            } else {
                before.next = after;
            }
            if (after == null) {
                last = before;
            } else {
                after.previous = before;
            }
            entry.previous = null;
            entry.next = null;
            size--;
        }
    }

    private final RankedMutex mutex = new RankedMutex(LockRank.FRAME_STORE);
    private final Queue probation = new Queue();
    private final Queue protectedOnes = new Queue();
    private final LinkedHashSet<Remembered> remembered = new LinkedHashSet<>();
    private int taken;
    private volatile long arrivals;

    /// How many chunks have come in so far.
    long arrivals() {
        return arrivals;
    }

    /// How many chunks have memory.
    public int size() {
        mutex.lock();
        try {
            return sizeLocked();
        } finally {
            mutex.unlock();
        }
    }

    private int sizeLocked() {
        return probation.size + protectedOnes.size + taken;
    }

    /// Takes note that a chunk has memory now.
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the mutex only
    public void arrive(EvictionEntry entry) {
        mutex.lock();
        try {
            if (entry.place != EvictionEntry.Place.GONE) {
                return;
            }
            arrivals++;
            entry.arrive(arrivals);
            if (remembered.remove(new Remembered(entry.ownerKey(), entry.index()))) {
                protectLocked(entry);
            } else {
                entry.place = EvictionEntry.Place.PROBATION;
                probation.add(entry);
            }
        } finally {
            mutex.unlock();
        }
    }

    /// Takes note that a chunk has no memory any more.
    public void leave(EvictionEntry entry) {
        mutex.lock();
        try {
            switch (entry.place) {
                case GONE -> { }
                case TAKEN -> taken--;
                case PROBATION -> probation.remove(entry);
                case PROTECTED -> protectedOnes.remove(entry);
            }
            entry.place = EvictionEntry.Place.GONE;
        } finally {
            mutex.unlock();
        }
    }

    /// Takes the chunks that should go next.
    ///
    /// @param most how many at most
    /// @return the chunks, which the caller evicts or gives back by [#giveBack]; none if there are none
    public List<EvictionEntry> take(int most) {
        List<EvictionEntry> victims = new ArrayList<>();
        mutex.lock();
        try {
            while (victims.size() < most) {
                EvictionEntry victim = nextLocked();
                if (victim == null) {
                    break;
                }
                victim.place = EvictionEntry.Place.TAKEN;
                taken++;
                victims.add(victim);
            }
        } finally {
            mutex.unlock();
        }
        return victims;
    }

    private @Nullable EvictionEntry nextLocked() {
        while (true) {
            EvictionEntry newest = probation.first;
            if (newest != null && (protectedOnes.first == null || probation.size * PROBATION_SHARE >= sizeLocked())) {
                probation.remove(newest);
                if (newest.uses > 0) {
                    newest.uses--;
                    protectLocked(newest);
                    continue;
                }
                rememberLocked(newest);
                return newest;
            }
            EvictionEntry oldest = protectedOnes.first;
            if (oldest == null) {
                return null;
            }
            protectedOnes.remove(oldest);
            if (oldest.uses > 0) {
                oldest.uses--;
                protectLocked(oldest);
                continue;
            }
            return oldest;
        }
    }

    private void protectLocked(EvictionEntry entry) {
        entry.place = EvictionEntry.Place.PROTECTED;
        protectedOnes.add(entry);
    }

    private void rememberLocked(EvictionEntry entry) {
        boolean ignored = remembered.add(new Remembered(entry.ownerKey(), entry.index()));
        Iterator<Remembered> oldest = remembered.iterator();
        for (int left = remembered.size() - Math.max(FEWEST_REMEMBERED, sizeLocked()); left > 0; left--) {
            oldest.next();
            oldest.remove();
        }
    }

    /// Gives back chunks that were taken and could not be evicted, being busy, dirty or mapped; those that are gone are ignored.
    public void giveBack(List<EvictionEntry> entries) {
        mutex.lock();
        try {
            for (EvictionEntry entry : entries) {
                if (entry.place == EvictionEntry.Place.TAKEN) {
                    taken--;
                    protectLocked(entry);
                }
            }
        } finally {
            mutex.unlock();
        }
    }
}
