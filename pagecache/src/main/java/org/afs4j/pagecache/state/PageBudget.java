package org.afs4j.pagecache.state;

import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.jspecify.annotations.Nullable;

/// The account of the cache's memory.
///
/// Invariants:
/// 1. `residentBytes + reservedBytes <= budgetBytes`: memory is reserved before a page comes in, and a page that comes in turns
///    its part of a reservation into residence.
/// 2. `twinBytes`, which comes on top, is at most an eighth of the budget, and of the heap, where twins are, a sixteenth.
/// 3. `dirtyBytes` counts the pages that are dirty or are being written back, each once.
///
/// Locks: its own mutex of rank [LockRank#FRAME_STORE]. Threads: any.
public final class PageBudget {
    private final RankedMutex mutex = new RankedMutex(LockRank.FRAME_STORE);
    private final RankedCondition released = mutex.newCondition();
    private final long budgetBytes;
    private long residentBytes;
    private long reservedBytes;
    private long dirtyBytes;
    private long twinBytes;
    private long releases;

    /// Makes the account of a memory.
    ///
    /// @param budgetBytes how much there is
    public PageBudget(long budgetBytes) {
        this.budgetBytes = budgetBytes;
    }

    /// A part of the budget that its holder may fill pages with; what is not used goes back on close.
    ///
    /// Threads: one.
    public final class Reservation implements AutoCloseable {
        private long leftBytes;

        private Reservation(long bytes) {
            leftBytes = bytes;
        }

        /// What can still be used, in bytes.
        public long leftBytes() {
            return leftBytes;
        }

        /// Turns a part into residence.
        public void use(long bytes) {
            leftBytes -= bytes;
            assert leftBytes >= 0 : "more pages than were reserved";
            mutex.lock();
            try {
                reservedBytes -= bytes;
                residentBytes += bytes;
            } finally {
                mutex.unlock();
            }
        }

        @Override
        public void close() {
            mutex.lock();
            try {
                reservedBytes -= leftBytes;
                leftBytes = 0;
                signalReleaseLocked();
            } finally {
                mutex.unlock();
            }
        }
    }

    /// Reserves memory if it is free.
    ///
    /// @return the reservation, or null if less than `bytes` are free
    public @Nullable Reservation tryReserve(long bytes) {
        mutex.lock();
        try {
            if (residentBytes + reservedBytes + bytes > budgetBytes) {
                return null;
            }
            reservedBytes += bytes;
            return new Reservation(bytes);
        } finally {
            mutex.unlock();
        }
    }

    /// A count that moves with every release: taken before the search for memory, given to [#awaitRelease(long)] after it.
    public long releases() {
        mutex.lock();
        try {
            return releases;
        } finally {
            mutex.unlock();
        }
    }

    /// Waits until memory is released.
    ///
    /// @param seen the count of releases that the caller has seen
    /// @return false at once if nobody else has memory reserved, so that no release need ever come
    /// @throws InterruptedException if the thread is interrupted
    public boolean awaitRelease(long seen) throws InterruptedException {
        mutex.lock();
        try {
            while (releases == seen) {
                if (reservedBytes == 0) {
                    return false;
                }
                released.await();
            }
            return true;
        } finally {
            mutex.unlock();
        }
    }

    /// Waits until no reservation is out.
    public void awaitNoReservation() {
        mutex.lock();
        try {
            while (reservedBytes > 0) {
                released.awaitUninterruptibly();
            }
        } finally {
            mutex.unlock();
        }
    }

    /// Counts pages as gone.
    public void release(long bytes) {
        mutex.lock();
        try {
            residentBytes -= bytes;
            signalReleaseLocked();
        } finally {
            mutex.unlock();
        }
    }

    /// Counts pages as dirty, or as clean again.
    ///
    /// @param bytes how many more, or, negative, how many fewer
    public void addDirty(long bytes) {
        mutex.lock();
        try {
            dirtyBytes += bytes;
        } finally {
            mutex.unlock();
        }
    }

    /// Takes memory for the twin of a chunk that views write.
    ///
    /// @return false if there is none left for it
    boolean tryAddTwin(long bytes) {
        mutex.lock();
        try {
            boolean fits = twinBytes + bytes <= twinLimitBytes();
            twinBytes += fits ? bytes : 0;
            return fits;
        } finally {
            mutex.unlock();
        }
    }

    void removeTwin(long bytes) {
        mutex.lock();
        try {
            twinBytes -= bytes;
        } finally {
            mutex.unlock();
        }
    }

    /// Whether there is no memory left for a twin.
    ///
    /// @param bytes the size of a twin
    public boolean isFullOfTwins(long bytes) {
        mutex.lock();
        try {
            return twinBytes + bytes > twinLimitBytes();
        } finally {
            mutex.unlock();
        }
    }

    private long twinLimitBytes() {
        return Math.min(budgetBytes / 8, Runtime.getRuntime().maxMemory() / 16);
    }

    public long residentBytes() {
        mutex.lock();
        try {
            return residentBytes;
        } finally {
            mutex.unlock();
        }
    }

    public long reservedBytes() {
        mutex.lock();
        try {
            return reservedBytes;
        } finally {
            mutex.unlock();
        }
    }

    public long dirtyBytes() {
        mutex.lock();
        try {
            return dirtyBytes;
        } finally {
            mutex.unlock();
        }
    }

    private void signalReleaseLocked() {
        releases++;
        released.signalAll();
    }
}
