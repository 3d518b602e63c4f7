package org.afs4j.pagecache;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.pagecache.frames.FrameStore;
import org.jspecify.annotations.Nullable;

/// The pages of many files in one bounded memory. Each file's pages are a [PageMapping]; where they come from and go to is its
/// [PageBacking].
///
/// Memory holds to a budget: who brings pages in reserves memory first, holding no lock of the page cache, and evicts clean pages
/// of whatever file if none is free; dirty ones are written back for it. Eviction passes over the files in turn like the hand of
/// a clock: first it takes clean chunks that were not used since the hand's last pass and that no view can reach; in the next
/// turn recently used ones; in the last turn mapped ones too, whose file it strips first.
///
/// Locks: its own mutex of rank [LockRank#FRAME_STORE] for the list of files. Threads: any.
public final class PageCache implements AutoCloseable {
    private static final int EVICTION_TURNS = 4;
    private static final int EVICTION_BATCH_SHARE = 64;

    private final World world;
    private final PageCacheOptions options;
    private final FrameStore store;
    private final PageBudget budget;
    private final PageCacheCounters counters = new PageCacheCounters();
    private final RankedMutex mutex = new RankedMutex(LockRank.FRAME_STORE);
    private final ArrayDeque<PageMapping> mappings = new ArrayDeque<>();
    private long nextKey = 1;
    private boolean closed;

    private PageCache(World world, PageCacheOptions options, FrameStore store) {
        this.world = world;
        this.options = options;
        this.store = store;
        this.budget = new PageBudget(options.budgetBytes());
    }

    /// Opens a page cache.
    ///
    /// @param world where readahead runs
    /// @param options its sizes
    /// @throws IOException if the system refuses the memory, or the JVM native access; the message says which
    public static PageCache open(World world, PageCacheOptions options) throws IOException {
        return new PageCache(world, options, FrameStore.open(options.smallestRangeBytes()));
    }

    /// Makes the page cache of one file, with no page in it.
    ///
    /// @param backing where its pages come from and go to
    /// @param sizeBytes the size of the file
    /// @param name what messages call it
    /// @throws IllegalStateException if the cache is closed
    public PageMapping newMapping(PageBacking backing, long sizeBytes, String name) {
        mutex.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the page cache is closed");
            }
            PageMapping mapping = new PageMapping(this, backing, sizeBytes, name, nextKey++);
            mappings.addLast(mapping);
            return mapping;
        } finally {
            mutex.unlock();
        }
    }

    /// What the cache has done so far.
    public PageCacheCounters counters() {
        return counters;
    }

    /// The sizes it was opened with.
    public PageCacheOptions options() {
        return options;
    }

    /// How much memory its pages use now.
    public long residentBytes() {
        return budget.residentBytes();
    }

    /// How much of that is dirty or being written back.
    public long dirtyBytes() {
        return budget.dirtyBytes();
    }

    /// How much memory the system counts for the pages, which includes what views touched and nobody accounts for; for tests and
    /// diagnosis.
    ///
    /// @throws IOException if the system does not say
    public long allocatedBytes() throws IOException {
        return store.allocatedBytes();
    }

    /// How many files have a mapping.
    public int mappingCount() {
        mutex.lock();
        try {
            return mappings.size();
        } finally {
            mutex.unlock();
        }
    }

    /// How much of the frame store's address space is given to files.
    public long usedRangeBytes() {
        return store.usedRangeBytes();
    }

    /// How much memory is reserved by fills that are under way.
    public long reservedBytes() {
        return budget.reservedBytes();
    }

    /// Frees everything.
    ///
    /// Blocks: until readahead that is under way has ended.
    ///
    /// @throws IllegalStateException if a mapping is still open
    @Override
    public void close() throws IOException {
        mutex.lock();
        try {
            if (closed) {
                return;
            }
            if (!mappings.isEmpty()) {
                throw new IllegalStateException("mappings are still open: " + mappings.getFirst());
            }
            closed = true;
        } finally {
            mutex.unlock();
        }
        budget.awaitNoReservation();
        store.close();
    }

    /// Ends every mapping that is open, as [PageMapping#end()]: what is dirty is lost.
    ///
    /// Blocks: for fills and write-backs under way.
    public void endMappings() {
        List<PageMapping> open;
        mutex.lock();
        try {
            open = List.copyOf(mappings);
        } finally {
            mutex.unlock();
        }
        open.forEach(PageMapping::end);
    }

    World world() {
        return world;
    }

    FrameStore store() {
        return store;
    }

    PageBudget budget() {
        return budget;
    }

    void forget(PageMapping mapping) {
        mutex.lock();
        try {
            mappings.remove(mapping);
        } finally {
            mutex.unlock();
        }
    }

    /// Reserves memory, evicting and writing back for it.
    ///
    /// Locks: called with no lock of the page cache held. Blocks: for write-back, and for other fills.
    ///
    /// @throws PageCacheFullException if nothing can be freed
    /// @throws InterruptedIOException if the thread is interrupted
    PageBudget.Reservation reserve(long bytes) throws IOException {
        while (true) {
            long seen = budget.releases();
            PageBudget.Reservation reservation = budget.tryReserve(bytes);
            if (reservation != null) {
                return reservation;
            }
            if (evict(bytes, true) > 0 || writeBackSomething() || evict(bytes, true) > 0) {
                continue;
            }
            try {
                if (!budget.awaitRelease(seen)) {
                    throw new PageCacheFullException("the page cache's budget of " + options.budgetBytes()
                            + " bytes is used up: " + budget.dirtyBytes() + " bytes are dirty and cannot be written back");
                }
            } catch (InterruptedException e) {
                throw interrupted();
            }
        }
    }

    /// Reserves memory for readahead: evicts for it, but neither waits nor writes back.
    PageBudget.@Nullable Reservation tryReserve(long bytes) {
        PageBudget.Reservation reservation = budget.tryReserve(bytes);
        if (reservation == null && evict(bytes, false) > 0) {
            reservation = budget.tryReserve(bytes);
        }
        return reservation;
    }

    /// Keeps writers from making more dirty than can be written back: over the limit the writer's own file is written back, and
    /// if that is not enough, others.
    ///
    /// Locks: called with no lock of the page cache held. Blocks: for write-back.
    void throttle(PageMapping writer) {
        if (budget.dirtyBytes() > options.dirtyLimitBytes()) {
            writer.writeBackKeepingError();
            if (budget.dirtyBytes() > options.dirtyLimitBytes()) {
                boolean ignored = writeBackSomething();
            }
        }
    }

    static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted in the page cache");
    }

    private long evict(long wantedBytes, boolean thorough) {
        long batch = Math.max(wantedBytes, options.budgetBytes() / EVICTION_BATCH_SHARE);
        long evicted = 0;
        int turns = thorough ? EVICTION_TURNS : 2;
        for (int turn = 0; turn < turns && evicted < batch; turn++) {
            boolean mapped = turn >= 2;
            boolean patient = turn == EVICTION_TURNS - 1;
            for (int left = mappingCount(); left > 0 && evicted < batch; left--) {
                PageMapping victim = nextVictim();
                if (victim == null) {
                    return evicted;
                }
                evicted += victim.evict(batch - evicted, mapped, patient);
            }
        }
        return evicted;
    }

    private @Nullable PageMapping nextVictim() {
        mutex.lock();
        try {
            PageMapping victim = mappings.pollFirst();
            if (victim != null) {
                mappings.addLast(victim);
            }
            return victim;
        } finally {
            mutex.unlock();
        }
    }

    private boolean writeBackSomething() {
        List<PageMapping> all;
        mutex.lock();
        try {
            all = new ArrayList<>(mappings);
        } finally {
            mutex.unlock();
        }
        for (PageMapping mapping : all) {
            if (mapping.writeBackKeepingError() > 0) {
                return true;
            }
        }
        return false;
    }
}
