package org.afs4j.pagecache;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.pagecache.error.PageCacheFullException;
import org.afs4j.pagecache.frames.FrameStore;
import org.afs4j.pagecache.state.ChunkOwner;
import org.afs4j.pagecache.state.EvictionEntry;
import org.afs4j.pagecache.state.EvictionQueues;
import org.afs4j.pagecache.state.PageBudget;
import org.afs4j.pagecache.state.PageGeometry;
import org.afs4j.pagecache.writeback.BackgroundWriteBack;
import org.jspecify.annotations.Nullable;

/// The pages of many files in one bounded memory. Each file's pages are a [PageMapping]; where they come from and go to is its
/// [PageBacking].
///
/// Memory holds to a budget: who brings pages in reserves memory first, holding no lock of the page cache, and evicts clean pages
/// of whatever file if none is free; dirty ones are written back for it. Which chunks go, `EvictionQueues` says; in the first turns
/// those that no view can reach, in the last ones mapped ones too, whose file is stripped first.
///
/// Dirty files are written back in the background, by age and when much is dirty (`BackgroundWriteBack`); beyond a bound writers
/// write back before they go on.
///
/// Locks: its own mutex of rank [LockRank#FRAME_STORE] for the list of files. Threads: any.
public final class PageCache implements AutoCloseable {
    private static final int EVICTION_TURNS = 4;
    private static final int EVICTION_BATCH_SHARE = 64;
    private static final int LOCK_CLASS_SHIFT = 56;

    private final World world;
    private final PageCacheOptions options;
    private final FrameStore store;
    private final PageBudget budget;
    private final PageCacheCounters counters = new PageCacheCounters();
    private final RankedMutex mutex = new RankedMutex(LockRank.FRAME_STORE);
    private final Set<PageMapping> mappings = new LinkedHashSet<>();
    private final Set<PrivatePages> privates = new LinkedHashSet<>();
    private long privateBytes;
    private final EvictionQueues queues = new EvictionQueues();
    private final PageGeometry geometry;
    private final BackgroundWriteBack background;
    private long nextKey = 1;
    private boolean closed;
    private volatile boolean longTermPins;

    private PageCache(World world, PageCacheOptions options, FrameStore store) {
        this.world = world;
        this.options = options;
        this.store = store;
        this.budget = new PageBudget(options.budgetBytes());
        this.geometry = PageGeometry.of(options.pageBytes(), options.chunkBytes());
        this.background = new BackgroundWriteBack(
                world, options.dirtyAgeNanos(), budget::dirtyBytes, options.dirtyBackgroundBytes());
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
            long key = (long) backing.lockClass().place() << LOCK_CLASS_SHIFT | nextKey++;
            PageMapping mapping = new PageMapping(this, backing, sizeBytes, name, key);
            boolean ignored = mappings.add(mapping);
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

    /// The pins that are open now, of all files: who holds them, and for how long.
    public List<PagePin.Description> pins() {
        List<PageMapping> all;
        mutex.lock();
        try {
            all = List.copyOf(mappings);
        } finally {
            mutex.unlock();
        }
        return all.stream().flatMap(mapping -> mapping.pins().stream()).toList();
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
                throw new IllegalStateException("mappings are still open: " + mappings.iterator().next());
            }
            closed = true;
        } finally {
            mutex.unlock();
        }
        background.close();
        budget.awaitNoReservation();
        store.close();
    }

    /// Ends every mapping that is open, as [PageMapping#end()]: what is dirty is lost.
    ///
    /// Blocks: for fills and write-backs under way.
    public void endMappings() {
        List<PageMapping> open;
        List<PrivatePages> copies;
        mutex.lock();
        try {
            open = List.copyOf(mappings);
            copies = List.copyOf(privates);
        } finally {
            mutex.unlock();
        }
        open.forEach(PageMapping::end);
        copies.forEach(PrivatePages::close);
    }

    /// Allows long-term pins, which are refused otherwise (PIN-4): whoever changes a pinned file waits for them.
    public void allowLongTermPins() {
        longTermPins = true;
    }

    boolean allowsLongTermPins() {
        return longTermPins;
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

    EvictionQueues queues() {
        return queues;
    }

    PageGeometry geometry() {
        return geometry;
    }

    BackgroundWriteBack background() {
        return background;
    }

    void add(PrivatePages pages) {
        mutex.lock();
        try {
            boolean ignored = privates.add(pages);
        } finally {
            mutex.unlock();
        }
    }

    void remove(PrivatePages pages) {
        mutex.lock();
        try {
            boolean ignored = privates.remove(pages);
        } finally {
            mutex.unlock();
        }
    }

    /// Counts memory as held by the copies of a copy-on-write view, unless those have half of the budget.
    boolean tryHoldPrivate(long bytes) {
        mutex.lock();
        try {
            boolean fits = privateBytes + bytes <= options.budgetBytes() / 2;
            privateBytes += fits ? bytes : 0;
            return fits;
        } finally {
            mutex.unlock();
        }
    }

    void releasePrivate(long bytes) {
        mutex.lock();
        try {
            privateBytes -= bytes;
        } finally {
            mutex.unlock();
        }
    }

    void forget(PageMapping mapping) {
        mutex.lock();
        try {
            boolean ignored = mappings.remove(mapping);
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
            if (evict(bytes, true) > 0 || writeBackSomething()) {
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
            counters.throttles.increment();
            boolean own = writer.writeBackKeepingError();
            if (!own || budget.dirtyBytes() > options.dirtyLimitBytes()) {
                boolean ignored = writeBackSomething();
            }
        }
    }

    /// The same for who writes by a view, which needs memory for twins too (`MappedWrites`): if that is used up, twins are given
    /// back by writing back what they belong to.
    void throttleView(PageMapping writer) {
        throttle(writer);
        if (budget.isFullOfTwins(options.chunkBytes())) {
            counters.throttles.increment();
            boolean ignored = writer.writeBackKeepingError() || writeBackSomething();
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
            for (int left = queues.size(); left > 0 && evicted < batch; ) {
                int most = (int) Math.min(left, (batch - evicted + options.chunkBytes() - 1) / options.chunkBytes());
                List<EvictionEntry> victims = queues.take(most);
                if (victims.isEmpty()) {
                    break;
                }
                left -= victims.size();
                evicted += evict(victims, mapped, patient);
            }
        }
        return evicted;
    }

    private long evict(List<EvictionEntry> victims, boolean mapped, boolean patient) {
        Map<ChunkOwner, List<EvictionEntry>> byOwner = new LinkedHashMap<>();
        for (EvictionEntry victim : victims) {
            byOwner.computeIfAbsent(victim.owner(), owner -> new ArrayList<>()).add(victim);
        }
        long evicted = 0;
        try {
            for (Map.Entry<ChunkOwner, List<EvictionEntry>> entry : byOwner.entrySet()) {
                evicted += entry.getKey().evict(entry.getValue(), mapped, patient);
            }
        } finally {
            queues.giveBack(victims);
        }
        return evicted;
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
            if (mapping.writeBackKeepingError()) {
                return true;
            }
        }
        return false;
    }
}
