package org.afs4j.pagecache.state;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.jspecify.annotations.Nullable;

/// The states of one file's pages, and the file's size. Which bytes are dirty, and how they become clean, is in [DirtyPages].
///
/// A page is in one of these states; `inv` is the file's invalidate lock, held shared (S) or exclusively (X):
///
/// ```
///   absent ──claimAbsent, claimForWrite (inv S)──► filling ──finishFill(false), abandon──► absent
///     ▲                                              │ ▲ │
///     │                      ┌──finishFill(true)─────┘ │ └──finishWrite──► dirty, or partial if bytes of it are not known
///     │                      ▼                         │                        │
///     ├──drop (inv X)── up to date ──finishWrite, DirtyPages.markDirty (inv S)──┼──► dirty
///     │                      ▲                         │                        │      │
///     │                      │                         └─claimAbsent, claimForWrite────┘ (from partial)
///     │      finishWriteBack(true)       DirtyPages.claim (inv S)                      │
///     │                      └────────── writing back ◄──────────────────────── dirty ─┘
///     │                                       └──finishWriteBack(false)──► dirty
///     └──drop (inv X, STALE: a dirty page becomes partial)── dirty, partial
/// ```
///
/// | state | bits | its memory |
/// |---|---|---|
/// | absent | none | a hole: reads as zeros |
/// | filling | `filling` | belongs to the thread that claimed it, which holds `inv` S until it has finished |
/// | up to date | `upToDate` | the file's bytes, as of the data version that the backing last validated |
/// | partial | `partial` | only its dirty bytes mean anything; those beyond the size are zero. A fill brings the others |
/// | dirty | `upToDate` or `partial`, `dirty` | some of its bytes are newer than the backing's |
/// | writing back | the same, `writingBack` | some bytes are on their way to the backing; written again meanwhile they are dirty too |
///
/// Being invalidated is no state of a page: who drops pages holds `inv` X, under which nobody looks, and strips the views before.
///
/// Invariants:
/// 1. Only a holder of `inv` claims a page, so who waits for a filling page under `inv` S waits for one that can go on.
/// 2. Under `inv` X no page is filling, and only the holder writes back.
/// 3. A page that is up to date stays so as long as `inv` is held S.
/// 4. The bytes of an up-to-date or partial page beyond the size are zero (PC-9).
/// 5. A page is marked dirty after its bytes were written under `inv` S, or before they can be (a mapped view's chunk, MM-8);
///    it becomes clean only where nobody can write it unseen. So no write is ever lost between two write-backs.
/// 6. The fill of a partial page leaves alone what was dirty or being written back when it was claimed: what it brings may be older.
/// 7. A chunk is in the table, and in the eviction queues, exactly while a page of it has memory.
///
/// Locks: [#mutex], of rank [LockRank#PAGE_STATE], guards all but what is said to be volatile. Threads: any.
public final class PageStates {
    /// Which pages to take out of a range.
    public enum Drop {
        /// All, with what is dirty in them.
        ALL,
        /// Clean ones only; dirty ones stay as they are.
        CLEAN,
        /// All that comes from the backing; of dirty pages the dirty bytes stay.
        STALE
    }

    /// The page-state lock.
    public final RankedMutex mutex;

    final PageGeometry geometry;
    final PageBudget budget;
    final IndexTable<Chunk> chunks = new IndexTable<>();
    private final RankedCondition changed;
    private final EvictionQueues queues;
    private final ChunkOwner owner;
    private final DirtyPages dirtyPages;
    private final long key;
    private volatile long sizeBytes;
    private long residentPages;

    /// Makes the states of a file of which no page is there.
    ///
    /// @param budget the account of the memory
    /// @param queues where chunks wait for eviction
    /// @param owner who evicts
    /// @param geometry the sizes of pages and chunks
    /// @param sizeBytes the size of the file
    /// @param key the file's place in the lock order
    public PageStates(
            PageBudget budget, EvictionQueues queues, ChunkOwner owner, PageGeometry geometry, long sizeBytes, long key) {
        this.mutex = new RankedMutex(LockRank.PAGE_STATE, key);
        this.changed = mutex.newCondition();
        this.budget = budget;
        this.queues = queues;
        this.owner = owner;
        this.geometry = geometry;
        this.sizeBytes = sizeBytes;
        this.key = key;
        this.dirtyPages = new DirtyPages(this);
    }

    /// Which bytes are dirty.
    public DirtyPages dirtyPages() {
        return dirtyPages;
    }

    /// The size of the file, dirty bytes beyond the backing's end included.
    public long sizeBytes() {
        return sizeBytes;
    }

    /// Sets the size.
    ///
    /// Locks: the invalidate lock exclusively.
    public void setSizeBytes(long bytes) {
        mutex.lock();
        try {
            sizeBytes = bytes;
        } finally {
            mutex.unlock();
        }
    }

    /// The page that holds a byte.
    public long pageOf(long offsetBytes) {
        return geometry.pageOf(offsetBytes);
    }

    /// The page after the one that holds the byte before an offset.
    public long pageCeiling(long offsetBytes) {
        return geometry.pageCeiling(offsetBytes);
    }

    /// The bytes of some pages; where a page begins.
    public long bytesOf(long pages) {
        return geometry.bytesOf(pages);
    }

    /// How many bytes of a page lie within the file.
    int validBytes(long page) {
        return Math.clamp(sizeBytes - bytesOf(page), 0, geometry.pageBytes());
    }

    /// Whether all pages of a range are up to date; counts as a use of them. Takes no lock and allocates nothing (PC-4).
    ///
    /// Locks: none. Unless the invalidate lock is held the answer is of the past.
    public boolean isUpToDate(long fromPage, long toPage) {
        long page = fromPage;
        while (page < toPage) {
            Chunk chunk = chunks.get(geometry.chunkOf(page));
            long mask = geometry.maskOf(page, toPage);
            if (chunk == null || (chunk.upToDate & mask) != mask) {
                return false;
            }
            chunk.touch(queues.arrivals());
            page = geometry.nextChunk(page);
        }
        return true;
    }

    @Nullable Chunk chunk(long page) {
        return chunks.get(geometry.chunkOf(page));
    }

    private Chunk chunkMade(long page) {
        long index = geometry.chunkOf(page);
        Chunk chunk = chunks.get(index);
        if (chunk == null) {
            chunk = new Chunk(owner, key, index);
            chunks.put(index, chunk);
            queues.arrive(chunk);
        }
        return chunk;
    }

    private void removeIfEmpty(Chunk chunk) {
        if (chunk.isEmpty()) {
            chunks.remove(chunk.index());
            queues.leave(chunk);
        }
    }

    private boolean is(long page, long bits) {
        return (bits & geometry.bit(page)) != 0;
    }

    /// Claims the first run of pages of a range that are not up to date, for its caller to fill; waits for pages that others fill.
    ///
    /// Locks: the invalidate lock shared. Blocks: while others fill pages of the range.
    ///
    /// @param reservation pays for the pages that have no memory
    /// @param patient whether to wait for others; if not, only pages that nobody fills count
    /// @return the run, now filling; null if every page is up to date (or, impatiently, taken care of), or nothing is left to pay
    /// @throws InterruptedException if the thread is interrupted while it waits
    public @Nullable PageFill claimAbsent(long fromPage, long toPage, PageBudget.Reservation reservation, boolean patient)
            throws InterruptedException {
        mutex.lock();
        try {
            while (true) {
                boolean busy = false;
                for (long page = fromPage; page < toPage; page++) {
                    Chunk chunk = chunk(page);
                    if (chunk == null || !is(page, chunk.filling | chunk.upToDate)) {
                        return chunk != null && is(page, chunk.partial)
                                ? claimPartial(page, chunk)
                                : claimRun(page, toPage, reservation);
                    }
                    busy |= is(page, chunk.filling);
                }
                if (!busy || !patient) {
                    return null;
                }
                changed.await();
            }
        } finally {
            mutex.unlock();
        }
    }

    private PageFill claimPartial(long page, Chunk chunk) {
        chunk.filling |= geometry.bit(page);
        return new PageFill(new PageRun(page, page + 1), dirtyPages.newerBytesLocked(page, chunk));
    }

    private @Nullable PageFill claimRun(long fromPage, long toPage, PageBudget.Reservation reservation) {
        long most = Math.min(toPage, fromPage + pageOf(reservation.leftBytes()));
        long page = fromPage;
        while (page < most) {
            Chunk chunk = chunk(page);
            if (chunk != null && is(page, chunk.filling | chunk.upToDate | chunk.partial)) {
                break;
            }
            chunkMade(page).filling |= geometry.bit(page);
            page++;
        }
        if (page == fromPage) {
            return null;
        }
        PageRun run = new PageRun(fromPage, page);
        reservation.use(bytesOf(run.count()));
        residentPages += run.count();
        return new PageFill(run, null);
    }

    /// Claims what is not up to date of a range that its caller writes, and waits until nobody else fills any page of it.
    ///
    /// Locks: the invalidate lock shared. Blocks: while others fill pages of the range.
    ///
    /// @return what was claimed
    /// @throws InterruptedException if the thread is interrupted while it waits
    public WriteClaim claimForWrite(long fromPage, long toPage, PageBudget.Reservation reservation) throws InterruptedException {
        mutex.lock();
        try {
            while (isFilling(fromPage, toPage)) {
                changed.await();
            }
            long absent = 0;
            long claimed = 0;
            for (long page = fromPage; page < toPage; page++) {
                Chunk chunk = chunkMade(page);
                if (!is(page, chunk.upToDate)) {
                    chunk.filling |= geometry.bit(page);
                    claimed |= 1L << (page - fromPage);
                    absent |= is(page, chunk.partial) ? 0 : 1L << (page - fromPage);
                }
            }
            reservation.use(bytesOf(Long.bitCount(absent)));
            residentPages += Long.bitCount(absent);
            return new WriteClaim(fromPage, toPage, absent, claimed);
        } finally {
            mutex.unlock();
        }
    }

    private boolean isFilling(long fromPage, long toPage) {
        for (long page = fromPage; page < toPage; page++) {
            Chunk chunk = chunk(page);
            if (chunk != null && is(page, chunk.filling)) {
                return true;
            }
        }
        return false;
    }

    /// Ends a fill. If it failed and the pages were absent, the caller has punched their memory.
    public void finishFill(PageFill fill, boolean filled) {
        PageRun run = fill.run();
        mutex.lock();
        try {
            for (long page = run.fromPage(); page < run.toPage(); page++) {
                Chunk chunk = chunkMade(page);
                chunk.filling &= ~geometry.bit(page);
                if (filled) {
                    chunk.partial &= ~geometry.bit(page);
                    chunk.upToDate |= geometry.bit(page);
                }
                removeIfEmpty(chunk);
            }
            if (!filled && fill.newer() == null) {
                residentPages -= run.count();
                budget.release(bytesOf(run.count()));
            }
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    /// Ends a write that has copied its bytes: they are dirty, and the file reaches at least to their end.
    ///
    /// @param fromBytes where they begin in the file
    /// @param toBytes where they end
    public void finishWrite(WriteClaim claim, long fromBytes, long toBytes) {
        mutex.lock();
        try {
            long oldSizeBytes = sizeBytes;
            sizeBytes = Math.max(oldSizeBytes, toBytes);
            for (long page = claim.fromPage(); page < claim.toPage(); page++) {
                Chunk chunk = chunkMade(page);
                long bit = geometry.bit(page);
                int fromByte = (int) Math.max(0, fromBytes - bytesOf(page));
                int toByte = (int) Math.min(geometry.pageBytes(), toBytes - bytesOf(page));
                dirtyPages.markBytesLocked(page, chunk, fromByte, toByte);
                if (is(page, chunk.upToDate)) {
                    continue;
                }
                chunk.filling &= ~bit;
                boolean wasBeyondEnd = (claim.absent() & 1L << (page - claim.fromPage())) != 0 && bytesOf(page) >= oldSizeBytes;
                if (wasBeyondEnd || chunk.isDirtyUpTo(geometry.inChunk(page), validBytes(page))) {
                    chunk.partial &= ~bit;
                    chunk.upToDate |= bit;
                } else {
                    chunk.partial |= bit;
                }
            }
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    /// Gives up a write that failed. The caller has punched the memory of the pages that were absent.
    public void abandon(WriteClaim claim) {
        mutex.lock();
        try {
            for (long page = claim.fromPage(); page < claim.toPage(); page++) {
                Chunk chunk = chunkMade(page);
                if ((claim.claimed() & 1L << (page - claim.fromPage())) != 0) {
                    chunk.filling &= ~geometry.bit(page);
                }
                removeIfEmpty(chunk);
            }
            long pages = Long.bitCount(claim.absent());
            residentPages -= pages;
            budget.release(bytesOf(pages));
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    /// Takes pages out. The caller punches the memory of the runs, and then releases it to the budget, before it
    /// lets the invalidate lock go.
    ///
    /// Locks: the invalidate lock exclusively.
    ///
    /// @param which which of them
    /// @return the runs that are absent now and were not before
    public List<PageRun> drop(long fromPage, long toPage, Drop which) {
        List<PageRun> runs = new ArrayList<>();
        if (fromPage >= toPage) {
            return runs;
        }
        mutex.lock();
        try {
            chunks.forEach(geometry.chunkOf(fromPage), geometry.chunkCeiling(toPage), (index, chunk) -> {
                long first = geometry.firstPage(index);
                long mask = geometry.maskOf(Math.max(first, fromPage), Math.min(toPage, geometry.nextChunk(first)));
                long dropped = dropLocked(chunk, mask, which);
                addRuns(runs, first, dropped);
                return true;
            });
        } finally {
            mutex.unlock();
        }
        return runs;
    }

    private long dropLocked(Chunk chunk, long mask, Drop which) {
        assert (chunk.filling | chunk.writingBack) == 0 : "the invalidate lock is not held exclusively";
        long resident = (chunk.upToDate | chunk.partial) & mask;
        long dropped = which == Drop.ALL ? resident : resident & ~chunk.dirty;
        if (which == Drop.STALE) {
            long kept = resident & chunk.dirty;
            chunk.upToDate &= ~kept;
            chunk.partial |= kept;
        }
        dirtyPages.forgetLocked(chunk, dropped);
        chunk.upToDate &= ~dropped;
        chunk.partial &= ~dropped;
        residentPages -= Long.bitCount(dropped);
        removeIfEmpty(chunk);
        return dropped;
    }

    /// Adds the runs of set bits, joined with the last run where they touch.
    private static void addRuns(List<PageRun> runs, long firstPage, long bits) {
        long left = bits;
        while (left != 0) {
            int from = Long.numberOfTrailingZeros(left);
            int count = Long.numberOfTrailingZeros(~(left >>> from));
            PageRun run = new PageRun(firstPage + from, firstPage + from + count);
            if (!runs.isEmpty() && runs.getLast().toPage() == run.fromPage()) {
                run = new PageRun(runs.removeLast().fromPage(), run.toPage());
            }
            runs.add(run);
            left = from + count >= Long.SIZE ? 0 : left & (-1L << (from + count));
        }
    }

    /// Makes a page that has memory know only its dirty bytes; without any it is clean, and can be dropped.
    ///
    /// Locks: the invalidate lock exclusively.
    public void makePartial(long page) {
        mutex.lock();
        try {
            Chunk chunk = chunk(page);
            if (chunk != null && is(page, chunk.upToDate)) {
                chunk.upToDate &= ~geometry.bit(page);
                chunk.partial |= geometry.bit(page);
            }
        } finally {
            mutex.unlock();
        }
    }

    /// The runs of pages that have memory.
    ///
    /// Locks: the invalidate lock exclusively.
    public List<PageRun> residentRuns() {
        List<PageRun> runs = new ArrayList<>();
        chunks.forEach(0, Long.MAX_VALUE, (index, chunk) -> {
            addRuns(runs, geometry.firstPage(index), chunk.upToDate | chunk.partial);
            return true;
        });
        return runs;
    }

    /// Whether a page of a range has memory.
    ///
    /// Locks: the invalidate lock in either form.
    public boolean isAnyResident(long fromPage, long toPage) {
        mutex.lock();
        try {
            return isAnyResidentLocked(fromPage, toPage);
        } finally {
            mutex.unlock();
        }
    }

    /// The same, with the page-state lock held.
    public boolean isAnyResidentLocked(long fromPage, long toPage) {
        for (long page = fromPage; page < toPage; page = geometry.nextChunk(page)) {
            Chunk chunk = chunk(page);
            if (chunk != null && ((chunk.upToDate | chunk.partial | chunk.filling) & geometry.maskOf(page, toPage)) != 0) {
                return true;
            }
        }
        return false;
    }

    /// How many pages have memory.
    public long residentPages() {
        mutex.lock();
        try {
            return residentPages;
        } finally {
            mutex.unlock();
        }
    }
}
