package org.afs4j.pagecache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.afs4j.base.lock.LockRank;
import org.afs4j.pagecache.frames.FrameRange;

/// One file's page cache (its "address space"): the pages that are there, their states, and the views that map them.
///
/// The states of a page, and which method moves it from one to another, are told in `PageStates`; what views can reach, in
/// `MappedRegion`.
///
/// Invariants:
/// 1. Whatever brings pages in (read, fault, readahead, a write to a part of a page) holds the invalidate lock shared; whatever
///    takes pages out, alone or together with the blocks beneath, holds it exclusively, and for the whole operation (PC-1). So no
///    page ever comes to hold bytes of a block that was freed (PC-2).
/// 2. Pages are taken out only after the views were stripped, under the same exclusive hold.
/// 3. The memory of an absent page is a hole, or is about to be punched by the holder of the exclusive lock.
///
/// Locks: the invalidate lock of rank [LockRank#PAGE_INVALIDATE] (files in the order in which their mappings were made, PC-8),
/// then the write-back lock, the page states', the mapped generation's. None is held while [PageBacking#validate()] runs.
///
/// Threads: any, except where said.
public final class PageMapping implements AutoCloseable {
    private final PageCache cache;
    private final String name;
    private final PageStates states;
    private final MappedRegion region;
    private final PageFrames frames;
    private final PageFiller filler;
    private final WriteBack writeBack;
    private final Readahead readahead;
    private final PageFaults faults;

    PageMapping(PageCache cache, PageBacking backing, long sizeBytes, String name, long key) {
        PageCacheOptions options = cache.options();
        this.cache = cache;
        this.name = name;
        this.states = new PageStates(cache.budget(), options, sizeBytes, key);
        this.region = new MappedRegion(cache.world(), backing, cache.counters(), options.chunkBytes(), key);
        this.frames = new PageFrames(cache, states, region, name, key);
        this.filler = new PageFiller(cache, backing, states, frames, name);
        this.writeBack = new WriteBack(backing, states, region, cache.counters(), options, key);
        this.readahead = new Readahead(cache, filler, states);
        this.faults = new PageFaults(cache, this, backing, states, frames, filler, region, readahead);
    }

    /// The size of the file as this client sees it: what it has written and not stored yet counts.
    public long sizeBytes() {
        return states.sizeBytes();
    }

    /// Reads bytes into a buffer, up to its limit or to the end of the file.
    ///
    /// Locks: the invalidate lock shared. Blocks: for fills.
    ///
    /// @param offsetBytes where in the file they begin
    /// @param destination filled from its position, which moves
    /// @return how many were read; −1 if the offset is at or beyond the end of the file
    /// @throws IOException if a page cannot be brought in; what was read before it is in the buffer
    public int read(long offsetBytes, ByteBuffer destination) throws IOException {
        checkOpen();
        if (offsetBytes >= states.sizeBytes()) {
            return -1;
        }
        int wanted = destination.remaining();
        readahead.note(offsetBytes, wanted);
        boolean missed = false;
        int done = 0;
        while (done < wanted && offsetBytes + done < states.sizeBytes()) {
            int copied = copyUpToDate(offsetBytes + done, destination);
            done += copied;
            if (copied == 0 && offsetBytes + done < states.sizeBytes()) {
                missed = true;
                filler.bringIn(offsetBytes + done, wanted - done);
            }
        }
        (missed ? cache.counters().misses : cache.counters().hits).increment();
        return done == 0 && wanted > 0 ? -1 : done;
    }

    /// Copies what is up to date, from an offset on; 0 if the first page is not.
    private int copyUpToDate(long offsetBytes, ByteBuffer destination) {
        frames.lock.lockShared();
        try {
            FrameRange range = frames.rangeOrNull();
            long chunkBytes = cache.options().chunkBytes();
            int done = 0;
            while (range != null && destination.hasRemaining()) {
                long at = offsetBytes + done;
                long part = Math.min(states.sizeBytes() - at, Math.min(destination.remaining(), chunkBytes - (at & (chunkBytes - 1))));
                if (part <= 0 || !states.isUpToDate(states.pageOf(at), states.pageCeiling(at + part))) {
                    break;
                }
                MemorySegment.copy(range.frames(), at, MemorySegment.ofBuffer(destination), 0, part);
                destination.position(destination.position() + (int) part);
                done += (int) part;
            }
            return done;
        } finally {
            frames.lock.unlockShared();
        }
    }

    /// Writes bytes into pages, which become dirty; extends the file if they reach beyond its end. Writers are throttled when too
    /// much is dirty.
    ///
    /// Locks: the invalidate lock shared. Blocks: for fills of pages that are written in part, and for write-back.
    ///
    /// @param offsetBytes where in the file they go
    /// @param source read from its position, which moves, to its limit
    /// @throws IOException if a page cannot be brought in or there is no memory; what went before it is written
    public void write(long offsetBytes, ByteBuffer source) throws IOException {
        checkOpen();
        frames.checkSize(offsetBytes + source.remaining());
        long chunkBytes = cache.options().chunkBytes();
        long at = offsetBytes;
        while (source.hasRemaining()) {
            cache.throttle(this);
            int part = (int) Math.min(source.remaining(), chunkBytes - (at & (chunkBytes - 1)));
            try (PageBudget.Reservation reservation = cache.reserve(chunkBytes)) {
                frames.lockSharedFor(at + part);
                try {
                    writePart(at, source, part, reservation);
                } finally {
                    frames.lock.unlockShared();
                }
            }
            at += part;
        }
    }

    private void writePart(long at, ByteBuffer source, int length, PageBudget.Reservation reservation) throws IOException {
        long end = at + length;
        long from = states.pageOf(at);
        long to = states.pageCeiling(end);
        if (at > states.bytesOf(from)) {
            filler.fillAbsent(states.bytesOf(from), states.bytesOf(from + 1), reservation, true);
        }
        if (end < states.bytesOf(to) && end < states.sizeBytes()) {
            filler.fillAbsent(states.bytesOf(to - 1), states.bytesOf(to), reservation, true);
        }
        long claimed;
        try {
            claimed = states.claimForWrite(from, to, reservation);
        } catch (InterruptedException e) {
            throw PageCache.interrupted();
        }
        boolean written = false;
        try {
            MemorySegment.copy(MemorySegment.ofBuffer(source), 0, frames.range().frames(), at, length);
            source.position(source.position() + length);
            states.finishWrite(from, to, end);
            written = true;
        } finally {
            if (!written) {
                filler.abandon(from, claimed);
            }
        }
    }

    /// Changes the size of the file, on its server and here: pages beyond the new end go, dirty ones too, and the rest of the
    /// last page becomes zero.
    ///
    /// Locks: the invalidate lock exclusively, for the whole of it (PC-1). Blocks: for the operation, and for fills and
    /// write-backs under way.
    ///
    /// @param newSizeBytes the size afterwards
    /// @param operation changes the file on its server
    /// @throws IOException what the operation threw; then nothing has changed here
    public void truncate(long newSizeBytes, RangeOperation operation) throws IOException {
        checkOpen();
        frames.lock.lockExclusive();
        try {
            region.strip();
            operation.run();
            cutLocked(newSizeBytes);
        } finally {
            frames.lock.unlockExclusive();
        }
    }

    private void cutLocked(long newSizeBytes) {
        region.strip();
        dropLocked(states.pageCeiling(newSizeBytes), false);
        zeroTailLocked(newSizeBytes);
        states.setSizeBytes(newSizeBytes);
    }

    private void zeroTailLocked(long newSizeBytes) {
        long page = states.pageOf(newSizeBytes);
        FrameRange range = frames.rangeOrNull();
        if (range != null && newSizeBytes > states.bytesOf(page) && newSizeBytes < states.sizeBytes()
                && states.isUpToDate(page, page + 1)) {
            range.frames().asSlice(newSizeBytes, states.bytesOf(page + 1) - newSizeBytes).fill((byte) 0);
        }
    }

    private void dropLocked(long fromPage, boolean keepDirty) {
        punch(states.drop(fromPage, Long.MAX_VALUE, keepDirty));
    }

    /// Frees the memory of pages that were dropped.
    private long punch(List<PageRun> runs) {
        long pages = 0;
        for (PageRun run : runs) {
            frames.punch(states.bytesOf(run.fromPage()), states.bytesOf(run.count()));
            cache.budget().release(states.bytesOf(run.count()));
            pages += run.count();
        }
        return pages;
    }

    /// Takes note of a third party's change: as [#invalidate(LongSupplier)], with a size that no operation of ours can overtake.
    ///
    /// @param newSizeBytes the size of the new version
    /// @return whether dirty pages met the change: a conflict, which the caller reports to whoever syncs
    public boolean invalidate(long newSizeBytes) {
        return invalidate(() -> newSizeBytes);
    }

    /// Takes note of a third party's change: views fault, clean pages go, dirty ones stay (CB-13). The file gets the new size, or
    /// ends where its last dirty page does if that is further.
    ///
    /// Locks: the invalidate lock exclusively. Blocks: for fills and write-backs under way.
    ///
    /// @param newSizeBytes says the size of the newest version known; asked under the lock, when no truncation and no write-back of
    ///     ours is under way that could make its answer old. It may take locks of later ranks, and must not block
    /// @return whether dirty pages met the change: a conflict, which the caller reports to whoever syncs
    public boolean invalidate(LongSupplier newSizeBytes) {
        return invalidateIf(() -> true, newSizeBytes);
    }

    /// As [#invalidate(LongSupplier)], if there still is reason to once no truncation and no write-back of ours is under way: the
    /// change that was seen may turn out to be one of ours.
    ///
    /// @param changed whether the pages are of another version than the newest known; asked under the lock, and must not block
    /// @param newSizeBytes as there
    /// @return whether dirty pages met the change
    public boolean invalidateIf(BooleanSupplier changed, LongSupplier newSizeBytes) {
        checkOpen();
        region.strip();
        frames.lock.lockExclusive();
        try {
            if (!changed.getAsBoolean()) {
                return false;
            }
            region.strip();
            dropLocked(0, true);
            long dirtyEnd = Math.min(states.sizeBytes(), states.bytesOf(states.dirtyEndPage()));
            long size = Math.max(newSizeBytes.getAsLong(), dirtyEnd);
            zeroTailLocked(size);
            states.setSizeBytes(size);
            if (dirtyEnd > 0) {
                cache.counters().conflicts.increment();
            }
            return dirtyEnd > 0;
        } finally {
            frames.lock.unlockExclusive();
        }
    }

    /// Takes note of the file's size as the server tells it, where the data is the same as before: pages within it stay. Without
    /// effect while there are dirty bytes, as then the size is ours.
    ///
    /// Locks: the invalidate lock exclusively, if the size differs.
    ///
    /// @param newSizeBytes the size
    /// @return whether the file has this size now
    public boolean setSizeIfClean(long newSizeBytes) {
        checkOpen();
        if (states.sizeBytes() == newSizeBytes) {
            return true;
        }
        frames.lock.lockExclusive();
        try {
            if (states.isDirty()) {
                return states.sizeBytes() == newSizeBytes;
            }
            cutLocked(newSizeBytes);
            return true;
        } finally {
            frames.lock.unlockExclusive();
        }
    }

    /// Makes the next access of every view fault (MM-1). The cached pages stay.
    ///
    /// Locks: the mapping-generation lock. Blocks: for faults in their last step; never for a server.
    public void strip() {
        region.strip();
    }

    /// Writes all dirty bytes back.
    ///
    /// Locks: the invalidate lock shared and the write-back lock. Blocks: for calls to the server.
    ///
    /// @throws IOException if bytes could not be written back, now or earlier without anybody having been told; they stay dirty,
    ///     and a later sync tries again. An earlier error is told once
    public void sync() throws IOException {
        checkOpen();
        frames.lock.lockShared();
        try {
            writeBack.sync(frames.rangeOrNull());
        } finally {
            frames.lock.unlockShared();
        }
    }

    /// Writes dirty bytes back; keeps an error for the next sync.
    ///
    /// @return how many pages were written
    long writeBackKeepingError() {
        frames.lock.lockShared();
        try {
            return writeBack.writeAll(frames.rangeOrNull());
        } finally {
            frames.lock.unlockShared();
        }
    }

    /// Whether there are bytes that the backing does not have yet.
    public boolean isDirty() {
        return states.isDirty();
    }

    /// Whether the file has a view.
    public boolean isMapped() {
        return region.isMapped();
    }

    /// Maps a part of the file. Nothing is brought in before it is used.
    ///
    /// @param access what the view allows
    /// @param offsetBytes where the view begins, 0 or more
    /// @param lengthBytes its length; it may reach beyond the end of the file, but cannot be used there
    /// @throws IOException if the file, or the view, is too large for the cache
    public MappedView map(MapAccess access, long offsetBytes, long lengthBytes) throws IOException {
        checkOpen();
        if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes + lengthBytes < 0) {
            throw new IllegalArgumentException("not a range: " + offsetBytes + ", " + lengthBytes);
        }
        frames.checkSize(offsetBytes + lengthBytes);
        MappedView view = new MappedView(this, region, access, offsetBytes, lengthBytes);
        region.addView();
        return view;
    }

    /// Counts one view out, once.
    boolean removeView(MappedView view) {
        region.mutex.lock();
        try {
            return view.markClosed();
        } finally {
            region.mutex.unlock();
        }
    }

    /// Makes what a view's access needs present.
    ///
    /// @throws MappedAccessException if a page cannot be validated (MM-6)
    void fault(long offsetBytes, long lengthBytes, boolean write) {
        faults.fault(offsetBytes, lengthBytes, write);
    }

    void checkSegmentLength(long lengthBytes) {
        if (lengthBytes > cache.options().budgetBytes() / 4) {
            throw new IllegalArgumentException("a segment of " + lengthBytes + " bytes is more than a quarter of the cache");
        }
    }

    /// Drops every page, dirty ones too: the file is gone. Views fault.
    ///
    /// Locks: the invalidate lock exclusively. Blocks: for fills and write-backs under way.
    public void discard() {
        checkOpen();
        frames.lock.lockExclusive();
        try {
            region.strip();
            dropLocked(0, false);
            writeBack.forgetError();
        } finally {
            frames.lock.unlockExclusive();
        }
    }

    /// Evicts clean pages.
    ///
    /// @param wantedBytes how much to free
    /// @param mapped whether to take also recently used pages and those that views can reach
    /// @param patient whether to wait for the invalidate lock
    /// @return how much was freed
    long evict(long wantedBytes, boolean mapped, boolean patient) {
        if (patient) {
            frames.lock.lockExclusive();
        } else if (!frames.lock.tryLockExclusive()) {
            return 0;
        }
        try {
            return frames.isClosed() ? 0 : evictLocked(wantedBytes, mapped);
        } finally {
            frames.lock.unlockExclusive();
        }
    }

    private long evictLocked(long wantedBytes, boolean mapped) {
        long[] evicted = new long[1];
        boolean[] stripped = new boolean[1];
        states.forEachCleanChunk((index, chunk) -> {
            boolean reachable = region.readable().isAnyPresent(index, index + 1) || region.writable().isAnyPresent(index, index + 1);
            if (!mapped && (reachable || chunk.referenced)) {
                chunk.referenced = false;
                return true;
            }
            if (reachable && !stripped[0]) {
                region.strip();
                stripped[0] = true;
            }
            long firstPage = index * states.pagesPerChunk();
            evicted[0] += states.bytesOf(punch(states.drop(firstPage, firstPage + states.pagesPerChunk(), true)));
            return evicted[0] < wantedBytes;
        });
        cache.counters().evictedPages.add(states.pageOf(evicted[0]));
        return evicted[0];
    }

    private void checkOpen() {
        if (frames.isClosed()) {
            throw new IllegalStateException(name + " is closed");
        }
    }

    /// Frees the file's pages and its range; dirty bytes are lost, so whoever wants them syncs first.
    ///
    /// Locks: the invalidate lock exclusively. Blocks: for fills under way.
    ///
    /// @throws IllegalStateException if a view is still open
    @Override
    public void close() {
        frames.lock.lockExclusive();
        try {
            if (frames.isClosed()) {
                return;
            }
            if (region.isMapped()) {
                throw new IllegalStateException(name + " still has views");
            }
            closeLocked();
        } finally {
            frames.lock.unlockExclusive();
        }
        cache.forget(this);
    }

    private void closeLocked() {
        region.strip();
        dropLocked(0, false);
        frames.closeLocked();
    }

    /// Closes although views may be open: from now on each access through them fails.
    ///
    /// Locks: the invalidate lock exclusively. Blocks: for fills and write-backs under way.
    public void end() {
        frames.lock.lockExclusive();
        try {
            if (!frames.isClosed()) {
                closeLocked();
            }
        } finally {
            frames.lock.unlockExclusive();
        }
        cache.forget(this);
    }

    @Override
    public String toString() {
        return name;
    }
}
