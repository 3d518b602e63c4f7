package org.afs4j.pagecache.state;

import org.jspecify.annotations.Nullable;

/// What the evictor remembers of one chunk that has memory; its place in a queue of [EvictionQueues].
///
/// Threads: the queues' lock, except [#touch(long)].
public class EvictionEntry {
    private static final int MOST_USES = 3;
    private static final int CORRELATED_ARRIVALS = 16;

    /// Which queue it is in.
    enum Place {
        /// In none: it has no memory.
        GONE,
        /// In the queue of newcomers.
        PROBATION,
        /// In the queue of those that have been used again.
        PROTECTED,
        /// Taken out of its queue by an evictor, which puts it back if it cannot evict it.
        TAKEN
    }

    private final ChunkOwner owner;
    private final long ownerKey;
    private final long index;
    Place place = Place.GONE;
    @Nullable EvictionEntry next;
    @Nullable EvictionEntry previous;
    /// How often it was used, 0 to 3; a lost update costs nothing but a wrong choice.
    int uses;
    /// The count of arrivals when a use was last counted.
    private long touchedAt;

    EvictionEntry(ChunkOwner owner, long ownerKey, long index) {
        this.owner = owner;
        this.ownerKey = ownerKey;
        this.index = index;
    }

    /// The file.
    public final ChunkOwner owner() {
        return owner;
    }

    /// The file's key, by which it is known after it is closed.
    final long ownerKey() {
        return ownerKey;
    }

    /// Which chunk of the file.
    public final long index() {
        return index;
    }

    /// Counts a use, unless it belongs to one before it: who reads a chunk in small pieces, one after the other, has used it once.
    ///
    /// Threads: any, without a lock.
    ///
    /// @param arrivals how many chunks have come into the cache so far
    final void touch(long arrivals) {
        if (arrivals - touchedAt >= CORRELATED_ARRIVALS && uses < MOST_USES) {
            uses++;
            touchedAt = arrivals;
        }
    }

    final void arrive(long arrivals) {
        uses = 0;
        touchedAt = arrivals;
    }
}
