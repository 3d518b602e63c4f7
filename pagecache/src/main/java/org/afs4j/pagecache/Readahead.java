package org.afs4j.pagecache;

import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;

/// One file's sequential readahead: while accesses follow one another, windows that double are filled ahead of them, several
/// fills at a time; an access out of sequence begins again.
///
/// Locks: its own, a leaf. Threads: any; fills run on threads of the world.
final class Readahead {
    private record Window(long fromBytes, long toBytes) {}

    private final PageCache cache;
    private final PageFiller filler;
    private final PageStates states;
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final AtomicInteger inFlight = new AtomicInteger();
    private long expectedBytes;
    private long aheadBytes;
    private long windowBytes;

    Readahead(PageCache cache, PageFiller filler, PageStates states) {
        this.cache = cache;
        this.filler = filler;
        this.states = states;
    }

    /// Takes note of an access, and starts fills ahead of it.
    ///
    /// @param offsetBytes where it begins
    /// @param lengthBytes how long it is
    void note(long offsetBytes, long lengthBytes) {
        if (cache.options().readaheadFirstBytes() == 0) {
            return;
        }
        Window window;
        mutex.lock();
        try {
            window = advanceLocked(offsetBytes, offsetBytes + lengthBytes);
        } finally {
            mutex.unlock();
        }
        long fillBytes = cache.options().readaheadFillBytes();
        for (long from = window.fromBytes; from < window.toBytes; from += fillBytes) {
            start(from, Math.min(window.toBytes, from + fillBytes));
        }
    }

    private Window advanceLocked(long fromBytes, long toBytes) {
        long chunkBytes = cache.options().chunkBytes();
        boolean sequential = fromBytes == expectedBytes || (windowBytes > 0 && fromBytes < expectedBytes && toBytes > expectedBytes);
        if (!sequential) {
            // A fault of a chunk that readahead has brought in is no news; anything else is a seek.
            expectedBytes = toBytes;
            aheadBytes = 0;
            windowBytes = 0;
            return new Window(0, 0);
        }
        expectedBytes = toBytes;
        long start = Math.max(aheadBytes, (toBytes + chunkBytes - 1) & -chunkBytes);
        if (windowBytes > 0 && start - toBytes > windowBytes / 2) {
            return new Window(0, 0);
        }
        windowBytes = windowBytes == 0
                ? cache.options().readaheadFirstBytes()
                : Math.min(2 * windowBytes, cache.options().readaheadMaxBytes());
        long most = Math.min(windowBytes, cache.options().budgetBytes() / 4);
        long sizeBytes = states.sizeBytes();
        long end = Math.min((start + most + chunkBytes - 1) & -chunkBytes, (sizeBytes + chunkBytes - 1) & -chunkBytes);
        aheadBytes = Math.max(start, end);
        return new Window(start, end);
    }

    private void start(long fromBytes, long toBytes) {
        if (inFlight.incrementAndGet() > cache.options().readaheadFills()) {
            inFlight.decrementAndGet();
            return;
        }
        Thread thread = cache.world().start("afs4j-readahead", () -> {
            try {
                filler.fillAhead(fromBytes, toBytes);
            } finally {
                inFlight.decrementAndGet();
            }
        });
        assert thread != null;
    }
}
