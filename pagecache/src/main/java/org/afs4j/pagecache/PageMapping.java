package org.afs4j.pagecache;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedSharedLock;
import org.jspecify.annotations.Nullable;

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
    private final PageBacking backing;
    private final String name;
    private final PageStates states;
    private final MappedRegion region;
    private final RankedSharedLock invalidateLock;
    private final WriteBack writeBack;
    private final Readahead readahead;
    /// The file's frames; null until it needs any. Changed under the invalidate lock's exclusive side.
    private volatile @Nullable FrameRange range;

    private volatile boolean closed;

    PageMapping(PageCache cache, PageBacking backing, long sizeBytes, String name, long key) {
        PageCacheOptions options = cache.options();
        this.cache = cache;
        this.backing = backing;
        this.name = name;
        this.states = new PageStates(cache.budget(), options, sizeBytes, key);
        this.region = new MappedRegion(cache.world(), backing, cache.counters(), options.chunkBytes(), key);
        this.invalidateLock = new RankedSharedLock(LockRank.PAGE_INVALIDATE, key);
        this.writeBack = new WriteBack(backing, states, region, cache.counters(), options, key);
        this.readahead = new Readahead(cache, this);
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
                bringIn(offsetBytes + done, wanted - done);
            }
        }
        (missed ? cache.counters().misses : cache.counters().hits).increment();
        return done == 0 && wanted > 0 ? -1 : done;
    }

    /// Copies what is up to date, from an offset on; 0 if the first page is not.
    private int copyUpToDate(long offsetBytes, ByteBuffer destination) {
        invalidateLock.lockShared();
        try {
            FrameRange frames = range;
            long chunkBytes = cache.options().chunkBytes();
            int done = 0;
            while (frames != null && destination.hasRemaining()) {
                long at = offsetBytes + done;
                long part = Math.min(states.sizeBytes() - at, Math.min(destination.remaining(), chunkBytes - (at & (chunkBytes - 1))));
                if (part <= 0 || !states.isUpToDate(states.pageOf(at), states.pageCeiling(at + part))) {
                    break;
                }
                MemorySegment.copy(frames.frames(), at, MemorySegment.ofBuffer(destination), 0, part);
                destination.position(destination.position() + (int) part);
                done += (int) part;
            }
            return done;
        } finally {
            invalidateLock.unlockShared();
        }
    }

    /// Has the first missing chunks of a range filled, as many as one fill may bring.
    private void bringIn(long offsetBytes, long lengthBytes) throws IOException {
        long chunkBytes = cache.options().chunkBytes();
        long from = offsetBytes & -chunkBytes;
        long most = Math.min(cache.options().readaheadFillBytes(), cache.options().budgetBytes() / 8) & -chunkBytes;
        long to = Math.min((offsetBytes + lengthBytes + chunkBytes - 1) & -chunkBytes, from + Math.max(chunkBytes, most));
        try (PageBudget.Reservation reservation = cache.reserve(to - from)) {
            lockSharedWithRange(to);
            try {
                fillAbsent(from, to, reservation, true);
            } finally {
                invalidateLock.unlockShared();
            }
        }
    }

    /// Brings in what is absent of a range that lies in the file.
    ///
    /// Locks: the invalidate lock shared. Blocks: for fills, also those of others if `patient`.
    private void fillAbsent(long fromBytes, long toBytes, PageBudget.Reservation reservation, boolean patient) throws IOException {
        FrameRange frames = range();
        long from = states.pageOf(fromBytes);
        while (true) {
            long to = states.pageCeiling(Math.min(toBytes, states.sizeBytes()));
            PageRun run;
            try {
                run = from < to ? states.claimAbsent(from, to, reservation, patient) : null;
            } catch (InterruptedException e) {
                throw PageCache.interrupted();
            }
            if (run == null) {
                return;
            }
            fill(frames, run);
            from = patient ? from : run.toPage();
        }
    }

    private void fill(FrameRange frames, PageRun run) throws IOException {
        long offset = states.bytesOf(run.fromPage());
        long length = states.bytesOf(run.count());
        boolean filled = false;
        try {
            assert HeldLocks.allowCall();
            backing.fill(offset, frames.frames().asSlice(offset, length));
            long end = Math.max(offset, states.sizeBytes());
            if (end < offset + length) {
                // The backing may know a longer file than we do; what lies beyond our end must read as zero if we extend it.
                frames.frames().asSlice(end, offset + length - end).fill((byte) 0);
            }
            filled = true;
            cache.counters().fills.increment();
            cache.counters().filledBytes.add(length);
        } finally {
            if (!filled) {
                cache.counters().failedFills.increment();
                cache.store().punch(frames, offset, length);
            }
            states.finishFill(run, filled);
        }
    }

    /// Fills a range ahead of a reader, if there is memory for it; says nothing if it fails, as the reader will see for itself.
    void fillAhead(long fromBytes, long toBytes) {
        PageBudget.Reservation reserved = cache.tryReserve(toBytes - fromBytes);
        if (reserved == null) {
            return;
        }
        try (PageBudget.Reservation reservation = reserved) {
            lockSharedWithRange(toBytes);
            try {
                if (!closed) {
                    fillAbsent(fromBytes, toBytes, reservation, false);
                    cache.counters().readaheadFills.increment();
                }
            } finally {
                invalidateLock.unlockShared();
            }
        } catch (IOException e) {
            System.getLogger("org.afs4j.pagecache").log(System.Logger.Level.DEBUG, "readahead of {0} failed: {1}", name, e);
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
        checkSize(offsetBytes + source.remaining());
        long chunkBytes = cache.options().chunkBytes();
        long at = offsetBytes;
        while (source.hasRemaining()) {
            cache.throttle(this);
            int part = (int) Math.min(source.remaining(), chunkBytes - (at & (chunkBytes - 1)));
            try (PageBudget.Reservation reservation = cache.reserve(chunkBytes)) {
                lockSharedWithRange(at + part);
                try {
                    writePart(at, source, part, reservation);
                } finally {
                    invalidateLock.unlockShared();
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
            fillAbsent(states.bytesOf(from), states.bytesOf(from + 1), reservation, true);
        }
        if (end < states.bytesOf(to) && end < states.sizeBytes()) {
            fillAbsent(states.bytesOf(to - 1), states.bytesOf(to), reservation, true);
        }
        long claimed;
        try {
            claimed = states.claimForWrite(from, to, reservation);
        } catch (InterruptedException e) {
            throw PageCache.interrupted();
        }
        FrameRange frames = range();
        boolean written = false;
        try {
            MemorySegment.copy(MemorySegment.ofBuffer(source), 0, frames.frames(), at, length);
            source.position(source.position() + length);
            states.finishWrite(from, to, end);
            written = true;
        } finally {
            if (!written) {
                abandon(frames, from, claimed);
            }
        }
    }

    private void abandon(FrameRange frames, long fromPage, long claimed) {
        for (long left = claimed; left != 0; left &= left - 1) {
            long page = fromPage + Long.numberOfTrailingZeros(left);
            cache.store().punch(frames, states.bytesOf(page), states.bytesOf(1));
            states.finishFill(new PageRun(page, page + 1), false);
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
        invalidateLock.lockExclusive();
        try {
            region.strip();
            operation.run();
            cutLocked(newSizeBytes);
        } finally {
            invalidateLock.unlockExclusive();
        }
    }

    private void cutLocked(long newSizeBytes) {
        region.strip();
        dropLocked(states.pageCeiling(newSizeBytes), Long.MAX_VALUE, false);
        zeroTailLocked(newSizeBytes);
        states.setSizeBytes(newSizeBytes);
    }

    private void zeroTailLocked(long newSizeBytes) {
        long page = states.pageOf(newSizeBytes);
        FrameRange frames = range;
        if (frames != null && newSizeBytes > states.bytesOf(page) && newSizeBytes < states.sizeBytes()
                && states.isUpToDate(page, page + 1)) {
            frames.frames().asSlice(newSizeBytes, states.bytesOf(page + 1) - newSizeBytes).fill((byte) 0);
        }
    }

    private long dropLocked(long fromPage, long toPage, boolean keepDirty) {
        List<PageRun> runs = states.drop(fromPage, toPage, keepDirty);
        long pages = 0;
        for (PageRun run : runs) {
            cache.store().punch(range(), states.bytesOf(run.fromPage()), states.bytesOf(run.count()));
            pages += run.count();
        }
        return pages;
    }

    /// Takes note of a third party's change: views fault, clean pages go, dirty ones stay (CB-13). The file gets the new size, or
    /// ends where its last dirty page does if that is further.
    ///
    /// Locks: the invalidate lock exclusively. Blocks: for fills and write-backs under way.
    ///
    /// @param newSizeBytes the size of the new version
    /// @return whether dirty pages met the change: a conflict, which the caller reports to whoever syncs
    public boolean invalidate(long newSizeBytes) {
        checkOpen();
        region.strip();
        invalidateLock.lockExclusive();
        try {
            region.strip();
            dropLocked(0, Long.MAX_VALUE, true);
            long dirtyEnd = Math.min(states.sizeBytes(), states.bytesOf(states.dirtyEndPage()));
            long size = Math.max(newSizeBytes, dirtyEnd);
            zeroTailLocked(size);
            states.setSizeBytes(size);
            if (dirtyEnd > 0) {
                cache.counters().conflicts.increment();
            }
            return dirtyEnd > 0;
        } finally {
            invalidateLock.unlockExclusive();
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
        invalidateLock.lockExclusive();
        try {
            if (states.isDirty()) {
                return states.sizeBytes() == newSizeBytes;
            }
            cutLocked(newSizeBytes);
            return true;
        } finally {
            invalidateLock.unlockExclusive();
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
        invalidateLock.lockShared();
        try {
            writeBack.sync(range);
        } finally {
            invalidateLock.unlockShared();
        }
    }

    /// Writes dirty bytes back; keeps an error for the next sync.
    ///
    /// @return how many pages were written
    long writeBackKeepingError() {
        invalidateLock.lockShared();
        try {
            return closed ? 0 : writeBack.writeAll(range);
        } finally {
            invalidateLock.unlockShared();
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
        checkSize(offsetBytes + lengthBytes);
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

    /// Brings in what a view's access needs, and makes it present (MM-2).
    ///
    /// Locks: called with none; see the steps. Blocks: for calls to the server.
    ///
    /// @throws MappedAccessException if a page cannot be validated (MM-6)
    void fault(long offsetBytes, long lengthBytes, boolean write) {
        int shift = region.chunkShift();
        long last = (offsetBytes + lengthBytes - 1) >>> shift;
        try {
            for (long chunk = offsetBytes >>> shift; chunk <= last; chunk++) {
                long end = Math.min(offsetBytes + lengthBytes, (chunk + 1) << shift);
                Generation generation = write ? region.writable() : region.readable();
                long from = Math.max(offsetBytes, chunk << shift);
                while (!generation.isPresent(from, end - from) && !faultChunk(chunk, end, write)) {
                    generation = write ? region.writable() : region.readable();
                }
            }
        } catch (PageCacheFullException e) {
            throw new MappedAccessException(MappedAccessException.Reason.NO_MEMORY, name + ": no memory for a page", e);
        } catch (InterruptedIOException e) {
            throw new MappedAccessException(MappedAccessException.Reason.INTERRUPTED, name + ": interrupted in a fault", e);
        } catch (IOException e) {
            throw new MappedAccessException(MappedAccessException.Reason.IO, name + ": " + e.getMessage(), e);
        }
    }

    private void checkInFile(long endBytes) {
        long sizeBytes = states.sizeBytes();
        if (endBytes > sizeBytes) {
            throw new MappedAccessException(
                    MappedAccessException.Reason.BEYOND_END,
                    name + ": byte " + (endBytes - 1) + " is beyond the end of the file at " + sizeBytes,
                    null);
        }
    }

    private boolean faultChunk(long chunk, long endBytes, boolean write) throws IOException {
        if (!region.isMapped()) {
            throw new IllegalStateException("the view is closed");
        }
        cache.counters().faults.increment();
        long notedEpoch = region.epoch();
        assert HeldLocks.allowCall();
        backing.validate();
        if (write) {
            cache.throttle(this);
        }
        checkInFile(endBytes);
        long chunkBytes = cache.options().chunkBytes();
        long from = chunk << region.chunkShift();
        readahead.note(from, chunkBytes);
        try (PageBudget.Reservation reservation = cache.reserve(chunkBytes)) {
            lockSharedWithRange(from + chunkBytes);
            try {
                checkInFile(endBytes);
                fillAbsent(from, from + chunkBytes, reservation, true);
                return install(notedEpoch, chunk, endBytes, write);
            } finally {
                invalidateLock.unlockShared();
            }
        }
    }

    private boolean install(long notedEpoch, long chunk, long endBytes, boolean write) {
        long from = chunk << region.chunkShift();
        states.mutex.lock();
        try {
            // Under the page-state lock the size stands still, and no page of the chunk is being written for the first time.
            long size = states.sizeBytes();
            long toPage = states.pageCeiling(Math.min(from + cache.options().chunkBytes(), size));
            if (size < endBytes
                    || !states.isUpToDate(states.pageOf(from), toPage)
                    || !region.install(notedEpoch, chunk, size, range().frames(), write)) {
                return false;
            }
            if (write) {
                states.markDirtyLocked(states.pageOf(from), toPage);
                cache.counters().writeFaults.increment();
            }
            return true;
        } finally {
            states.mutex.unlock();
        }
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
        invalidateLock.lockExclusive();
        try {
            region.strip();
            dropLocked(0, Long.MAX_VALUE, false);
            writeBack.forgetError();
        } finally {
            invalidateLock.unlockExclusive();
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
            invalidateLock.lockExclusive();
        } else if (!invalidateLock.tryLockExclusive()) {
            return 0;
        }
        try {
            return closed ? 0 : evictLocked(wantedBytes, mapped);
        } finally {
            invalidateLock.unlockExclusive();
        }
    }

    private long evictLocked(long wantedBytes, boolean mapped) {
        long[] evicted = new long[1];
        boolean[] stripped = new boolean[1];
        states.forEachCleanChunk((chunk, firstPage) -> {
            long index = states.bytesOf(firstPage) >>> region.chunkShift();
            boolean reachable = region.readable().isAnyPresent(index, index + 1) || region.writable().isAnyPresent(index, index + 1);
            if (!mapped && (reachable || chunk.referenced)) {
                chunk.referenced = false;
                return true;
            }
            if (reachable && !stripped[0]) {
                region.strip();
                stripped[0] = true;
            }
            evicted[0] += states.bytesOf(dropLocked(firstPage, firstPage + states.pagesPerChunk(), true));
            return evicted[0] < wantedBytes;
        });
        cache.counters().evictedPages.add(states.pageOf(evicted[0]));
        return evicted[0];
    }

    /// Takes the invalidate lock shared, with frames for at least the first `endBytes` of the file.
    private void lockSharedWithRange(long endBytes) throws IOException {
        checkSize(0);
        while (true) {
            invalidateLock.lockShared();
            FrameRange frames = range;
            long needed = Math.max(endBytes, states.bytesOf(states.pageCeiling(states.sizeBytes())));
            if (closed || (frames != null && frames.capacityBytes() >= needed)) {
                return;
            }
            invalidateLock.unlockShared();
            invalidateLock.lockExclusive();
            try {
                growRangeLocked(needed);
            } finally {
                invalidateLock.unlockExclusive();
            }
        }
    }

    private void growRangeLocked(long neededBytes) throws IOException {
        FrameRange old = range;
        if (closed || (old != null && old.capacityBytes() >= neededBytes)) {
            return;
        }
        checkSize(states.sizeBytes());
        if (old == null) {
            range = cache.store().take(neededBytes);
            return;
        }
        FrameRange grown = cache.store().take(Math.max(neededBytes, old.capacityBytes() * 4));
        region.strip();
        states.forEachRun(run -> {
            long offset = states.bytesOf(run.fromPage());
            long length = states.bytesOf(run.count());
            MemorySegment.copy(old.frames(), offset, grown.frames(), offset, length);
            cache.store().punch(old, offset, length);
        });
        range = grown;
        cache.store().give(old, region.unclosed());
        cache.counters().moves.increment();
    }

    private FrameRange range() {
        FrameRange frames = range;
        if (frames == null) {
            throw new IllegalStateException(name + " is closed");
        }
        return frames;
    }

    private void checkSize(long sizeBytes) throws IOException {
        long most = cache.options().maxFileBytes();
        if (sizeBytes > most || states.sizeBytes() > most) {
            throw new FileTooLargeException(name, Math.max(sizeBytes, states.sizeBytes()), most);
        }
    }

    private void checkOpen() {
        if (closed) {
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
        invalidateLock.lockExclusive();
        try {
            if (closed) {
                return;
            }
            if (region.isMapped()) {
                throw new IllegalStateException(name + " still has views");
            }
            closed = true;
            region.strip();
            FrameRange old = range;
            if (old != null) {
                dropLocked(0, Long.MAX_VALUE, false);
                range = null;
                cache.store().give(old, region.unclosed());
            }
        } finally {
            invalidateLock.unlockExclusive();
        }
        cache.forget(this);
    }

    @Override
    public String toString() {
        return name;
    }
}
