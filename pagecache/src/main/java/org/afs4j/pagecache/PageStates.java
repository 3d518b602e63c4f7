package org.afs4j.pagecache;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.jspecify.annotations.Nullable;

/// The states of one file's pages, and the file's size.
///
/// A page is in one of these states; `inv` is the file's invalidate lock, held shared (S) or exclusively (X):
///
/// ```
///   absent ──claimAbsent, claimForWrite (inv S)──► filling ──finishFill(false)──► absent
///                                                     │
///        ┌────────────drop (inv X)────────────┐       ├──finishFill(true)──► up to date
///        ▼                                    │       └──finishWrite───────► dirty
///      absent ◄─────────────────────────── up to date ──finishWrite, markDirty (inv S)──► dirty
///                                             ▲                                             │ ▲
///                                             │ finishWriteBack(true)   claimDirty (inv S)  │ │ finishWriteBack(false)
///                                             └────────────────── writing back ◄────────────┘─┘
/// ```
///
/// | state | bits | its memory |
/// |---|---|---|
/// | absent | none | a hole: reads as zeros |
/// | filling | `filling` | belongs to the thread that claimed it, which holds `inv` S until it has finished |
/// | up to date | `upToDate` | the file's bytes, as of the data version that the backing last validated |
/// | dirty | `upToDate`, `dirty` | newer than the backing's |
/// | writing back | `upToDate`, `writingBack` | on its way to the backing; written again meanwhile it is `dirty` too |
///
/// Invariants:
/// 1. Only a holder of `inv` claims a page, so who waits for a filling page under `inv` S waits for one that can go on.
/// 2. Under `inv` X no page is filling or writing back.
/// 3. A page that is up to date stays so as long as `inv` is held S.
/// 4. The bytes of an up-to-date page beyond the size are zero (PC-9).
/// 5. A page is marked dirty after its bytes were written under `inv` S, or before they can be (a mapped view's chunk, MM-8);
///    it becomes clean only where nobody can write it unseen. So no write is ever lost between two write-backs.
///
/// Locks: [#mutex], of rank [LockRank#PAGE_STATE], guards all but what is said to be volatile. Threads: any.
final class PageStates {
    final RankedMutex mutex;
    private final RankedCondition changed;
    private final PageBudget budget;
    private final int pageShift;
    private final int pagesPerChunkShift;
    private final int pagesPerChunk;
    private final TreeSet<Long> dirtyChunks = new TreeSet<>();
    private final ChunkTable chunks = new ChunkTable();
    private volatile long sizeBytes;
    private long residentPages;
    private long writingBackPages;

    PageStates(PageBudget budget, PageCacheOptions options, long sizeBytes, long key) {
        this.mutex = new RankedMutex(LockRank.PAGE_STATE, key);
        this.changed = mutex.newCondition();
        this.budget = budget;
        this.pageShift = Integer.numberOfTrailingZeros(options.pageBytes());
        this.pagesPerChunk = options.chunkBytes() / options.pageBytes();
        this.pagesPerChunkShift = Integer.numberOfTrailingZeros(pagesPerChunk);
        this.sizeBytes = sizeBytes;
    }

    /// The size of the file, dirty bytes beyond the backing's end included.
    long sizeBytes() {
        return sizeBytes;
    }

    /// Sets the size.
    ///
    /// Locks: the invalidate lock exclusively.
    void setSizeBytes(long bytes) {
        mutex.lock();
        try {
            sizeBytes = bytes;
        } finally {
            mutex.unlock();
        }
    }

    long pageOf(long offsetBytes) {
        return offsetBytes >>> pageShift;
    }

    /// The page after the one that holds the byte before an offset.
    long pageCeiling(long offsetBytes) {
        return (offsetBytes + (1L << pageShift) - 1) >>> pageShift;
    }

    long bytesOf(long pages) {
        return pages << pageShift;
    }

    int pagesPerChunk() {
        return pagesPerChunk;
    }

    /// Whether all pages of a range are up to date; marks them as used. Takes no lock.
    boolean isUpToDate(long fromPage, long toPage) {
        long page = fromPage;
        while (page < toPage) {
            Chunk chunk = chunks.get(page >>> pagesPerChunkShift);
            long mask = maskOf(page, toPage);
            if (chunk == null || (chunk.upToDate & mask) != mask) {
                return false;
            }
            chunk.referenced = true;
            page = nextChunk(page);
        }
        return true;
    }

    /// Claims the first run of absent pages of a range, for its caller to fill; waits for pages that others fill.
    ///
    /// Locks: the invalidate lock shared. Blocks: while others fill pages of the range.
    ///
    /// @param reservation pays for the pages
    /// @param patient whether to wait for others; if not, only absent pages count
    /// @return the run, now filling; null if every page is up to date (or, impatiently, taken care of)
    /// @throws InterruptedException if the thread is interrupted while it waits
    @Nullable PageRun claimAbsent(long fromPage, long toPage, PageBudget.Reservation reservation, boolean patient)
            throws InterruptedException {
        mutex.lock();
        try {
            while (true) {
                boolean busy = false;
                for (long page = fromPage; page < toPage; page++) {
                    Chunk chunk = chunks.getOrMake(page >>> pagesPerChunkShift);
                    long bit = bit(page);
                    if ((chunk.filling & bit) != 0) {
                        busy = true;
                    } else if ((chunk.upToDate & bit) == 0) {
                        return claimRunLocked(page, toPage, reservation);
                    }
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

    private PageRun claimRunLocked(long fromPage, long toPage, PageBudget.Reservation reservation) {
        long most = Math.min(toPage, fromPage + pageOf(reservation.leftBytes()));
        long page = fromPage;
        while (page < most) {
            Chunk chunk = chunks.getOrMake(page >>> pagesPerChunkShift);
            long bit = bit(page);
            if (((chunk.filling | chunk.upToDate) & bit) != 0) {
                break;
            }
            chunk.filling |= bit;
            page++;
        }
        PageRun run = new PageRun(fromPage, page);
        reservation.use(bytesOf(run.count()));
        residentPages += run.count();
        return run;
    }

    /// Claims what is absent of a range that its caller overwrites, and waits until nobody else fills any page of it.
    ///
    /// Locks: the invalidate lock shared. Blocks: while others fill pages of the range.
    ///
    /// @return a bit for each page of the range, at most 64, that was claimed
    /// @throws InterruptedException if the thread is interrupted while it waits
    long claimForWrite(long fromPage, long toPage, PageBudget.Reservation reservation) throws InterruptedException {
        mutex.lock();
        try {
            while (isFillingLocked(fromPage, toPage)) {
                changed.await();
            }
            long claimed = 0;
            for (long page = fromPage; page < toPage; page++) {
                Chunk chunk = chunks.getOrMake(page >>> pagesPerChunkShift);
                if ((chunk.upToDate & bit(page)) == 0) {
                    chunk.filling |= bit(page);
                    claimed |= 1L << (page - fromPage);
                }
            }
            reservation.use(bytesOf(Long.bitCount(claimed)));
            residentPages += Long.bitCount(claimed);
            return claimed;
        } finally {
            mutex.unlock();
        }
    }

    private boolean isFillingLocked(long fromPage, long toPage) {
        for (long page = fromPage; page < toPage; page++) {
            if ((chunks.getOrMake(page >>> pagesPerChunkShift).filling & bit(page)) != 0) {
                return true;
            }
        }
        return false;
    }

    /// Ends a fill. If it failed the caller has punched the run's memory.
    void finishFill(PageRun run, boolean filled) {
        mutex.lock();
        try {
            for (long page = run.fromPage(); page < run.toPage(); page++) {
                Chunk chunk = chunks.getOrMake(page >>> pagesPerChunkShift);
                chunk.filling &= ~bit(page);
                if (filled) {
                    chunk.upToDate |= bit(page);
                    chunk.referenced = true;
                }
            }
            if (!filled) {
                residentPages -= run.count();
                budget.release(bytesOf(run.count()));
            }
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    /// Ends a write: its pages are dirty, and the file reaches at least to its end.
    void finishWrite(long fromPage, long toPage, long endBytes) {
        mutex.lock();
        try {
            for (long page = fromPage; page < toPage; page++) {
                Chunk chunk = chunks.getOrMake(page >>> pagesPerChunkShift);
                chunk.filling &= ~bit(page);
                chunk.upToDate |= bit(page);
                chunk.referenced = true;
            }
            markDirtyLocked(fromPage, toPage);
            if (endBytes > sizeBytes) {
                sizeBytes = endBytes;
            }
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    /// Marks up-to-date pages dirty.
    ///
    /// Locks: the invalidate lock shared, and the mutex.
    void markDirtyLocked(long fromPage, long toPage) {
        long added = 0;
        for (long page = fromPage; page < toPage; page++) {
            Chunk chunk = chunks.getOrMake(page >>> pagesPerChunkShift);
            long bit = bit(page);
            assert (chunk.upToDate & bit) != 0 : "only a page that is up to date can be dirty";
            if (((chunk.dirty | chunk.writingBack) & bit) == 0) {
                added++;
            }
            chunk.dirty |= bit;
            dirtyChunks.add(page >>> pagesPerChunkShift);
        }
        if (added > 0) {
            budget.addDirty(bytesOf(added));
        }
    }

    /// Finds the next run of dirty pages.
    ///
    /// Locks: the mutex.
    ///
    /// @param fromPage where to look from
    /// @param mostPages the longest run wanted
    /// @return the run, or null if there is none
    @Nullable PageRun nextDirtyLocked(long fromPage, long mostPages) {
        long page = fromPage;
        while (true) {
            Long index = dirtyChunks.ceiling(page >>> pagesPerChunkShift);
            if (index == null) {
                return null;
            }
            page = Math.max(page, index << pagesPerChunkShift);
            long end = nextChunk(page);
            while (page < end && !isDirtyLocked(page)) {
                page++;
            }
            if (page < end) {
                break;
            }
        }
        long to = page;
        while (to - page < mostPages && isDirtyLocked(to)) {
            to++;
        }
        return new PageRun(page, to);
    }

    private boolean isDirtyLocked(long page) {
        Chunk chunk = chunks.get(page >>> pagesPerChunkShift);
        return chunk != null && (chunk.dirty & bit(page)) != 0;
    }

    /// Moves dirty pages to writing back.
    ///
    /// Locks: the invalidate lock shared, the write-back lock, and the mutex.
    ///
    /// @param keepDirty whether somebody may write them unseen, so that they stay dirty as well
    void claimDirtyLocked(PageRun run, boolean keepDirty) {
        for (long page = run.fromPage(); page < run.toPage(); page++) {
            Chunk chunk = chunks.getOrMake(page >>> pagesPerChunkShift);
            chunk.writingBack |= bit(page);
            if (!keepDirty) {
                chunk.dirty &= ~bit(page);
                if (chunk.dirty == 0) {
                    dirtyChunks.remove(page >>> pagesPerChunkShift);
                }
            }
        }
        writingBackPages += run.count();
    }

    /// Ends a write-back; if it failed its pages are dirty again.
    void finishWriteBack(PageRun run, boolean written) {
        mutex.lock();
        try {
            long cleaned = 0;
            for (long page = run.fromPage(); page < run.toPage(); page++) {
                Chunk chunk = chunks.getOrMake(page >>> pagesPerChunkShift);
                chunk.writingBack &= ~bit(page);
                if (!written) {
                    chunk.dirty |= bit(page);
                    dirtyChunks.add(page >>> pagesPerChunkShift);
                } else if ((chunk.dirty & bit(page)) == 0) {
                    cleaned++;
                }
            }
            writingBackPages -= run.count();
            budget.addDirty(-bytesOf(cleaned));
        } finally {
            mutex.unlock();
        }
    }

    /// Whether there are dirty bytes, those on their way to the backing included.
    boolean isDirty() {
        mutex.lock();
        try {
            return isDirtyLocked();
        } finally {
            mutex.unlock();
        }
    }

    private boolean isDirtyLocked() {
        if (!dirtyChunks.isEmpty()) {
            return true;
        }
        return writingBackPages > 0;
    }

    /// The page after the last dirty one; 0 if none is.
    ///
    /// Locks: the invalidate lock exclusively, so that none is being written back.
    long dirtyEndPage() {
        mutex.lock();
        try {
            if (dirtyChunks.isEmpty()) {
                return 0;
            }
            long index = dirtyChunks.last();
            Chunk chunk = chunks.getOrMake(index);
            return (index << pagesPerChunkShift) + Long.SIZE - Long.numberOfLeadingZeros(chunk.dirty);
        } finally {
            mutex.unlock();
        }
    }

    /// Takes pages out. The caller punches the memory of the runs, and then releases it to the budget, before it
    /// lets the invalidate lock go.
    ///
    /// Locks: the invalidate lock exclusively.
    ///
    /// @param keepDirty whether dirty pages stay
    /// @return the runs that are absent now and were not before
    List<PageRun> drop(long fromPage, long toPage, boolean keepDirty) {
        List<PageRun> runs = new ArrayList<>();
        mutex.lock();
        try {
            long fromChunk = fromPage >>> pagesPerChunkShift;
            chunks.forEach(fromChunk, Math.min(chunks.limit(), toPage >>> pagesPerChunkShift), (index, chunk) -> {
                long dropped = dropLocked(chunk, index, maskFrom(index, fromPage), keepDirty);
                addRuns(runs, index << pagesPerChunkShift, dropped);
                return true;
            });
        } finally {
            mutex.unlock();
        }
        return runs;
    }

    /// The pages of a chunk from a page on, as bits.
    private long maskFrom(long chunkIndex, long fromPage) {
        long first = chunkIndex << pagesPerChunkShift;
        return fromPage <= first ? -1L : -1L << (fromPage - first);
    }

    private long dropLocked(Chunk chunk, long index, long mask, boolean keepDirty) {
        assert (chunk.filling | chunk.writingBack) == 0 : "the invalidate lock is not held exclusively";
        long dropped = chunk.upToDate & mask & (keepDirty ? ~chunk.dirty : -1L);
        long droppedDirty = Long.bitCount(dropped & chunk.dirty);
        chunk.upToDate &= ~dropped;
        chunk.dirty &= ~dropped;
        if (chunk.dirty == 0) {
            dirtyChunks.remove(index);
        }
        if (droppedDirty > 0) {
            budget.addDirty(-bytesOf(droppedDirty));
        }
        residentPages -= Long.bitCount(dropped);
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

    /// Visits the chunks that have clean pages and no dirty one; the visitor may have pages dropped.
    ///
    /// Locks: the invalidate lock exclusively.
    void forEachCleanChunk(ChunkTable.Visitor visitor) {
        chunks.forEach(0, chunks.limit(), (index, chunk) ->
                chunk.upToDate == 0 || chunk.dirty != 0 || visitor.visit(index, chunk));
    }

    /// The runs of pages that have memory.
    ///
    /// Locks: the invalidate lock exclusively.
    List<PageRun> residentRuns() {
        List<PageRun> runs = new ArrayList<>();
        chunks.forEach(0, chunks.limit(), (index, chunk) -> {
            addRuns(runs, index << pagesPerChunkShift, chunk.upToDate);
            return true;
        });
        return runs;
    }

    /// How many pages have memory.
    long residentPages() {
        mutex.lock();
        try {
            return residentPages;
        } finally {
            mutex.unlock();
        }
    }

    private long bit(long page) {
        return 1L << (page & (pagesPerChunk - 1));
    }

    private long nextChunk(long page) {
        return ((page >>> pagesPerChunkShift) + 1) << pagesPerChunkShift;
    }

    private long maskOf(long fromPage, long toPage) {
        long count = Math.min(toPage, nextChunk(fromPage)) - fromPage;
        long ones = count == Long.SIZE ? -1L : (1L << count) - 1;
        return ones << (fromPage & (pagesPerChunk - 1));
    }
}
