package org.afs4j.pagecache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.afs4j.base.lock.LockRank;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.pagecache.backing.RangeOperation;
import org.afs4j.pagecache.error.MappedAccessException;
import org.afs4j.pagecache.error.PageConflictException;
import org.afs4j.pagecache.error.PinRefusedException;
import org.afs4j.pagecache.error.PinTimeoutException;
import org.afs4j.pagecache.mapped.MappedRegion;
import org.afs4j.pagecache.readahead.ReadPattern;
import org.afs4j.pagecache.readahead.Readahead;
import org.afs4j.pagecache.readahead.Window;
import org.afs4j.pagecache.state.EvictionEntry;
import org.afs4j.pagecache.state.PageStates;
import org.afs4j.pagecache.writeback.BackgroundWriteBack;

/// One file's page cache (its "address space"): the pages that are there, their states, and the views that map them.
///
/// The states of a page, and which method moves it from one to another, are told in `PageStates`; what views can reach, in
/// `MappedRegion`. What brings pages in is `PageFiller`; what takes them out, `PageRemover`; what copies, `PageReader`.
///
/// Invariants:
/// 1. Whatever brings pages in (read, fault, readahead) holds the invalidate lock shared; whatever takes pages out, alone or
///    together with the blocks beneath, holds it exclusively, and for the whole operation (PC-1). So no page ever comes to hold
///    bytes of a block that was freed (PC-2).
/// 2. Pages are taken out only after the views were stripped, under the same exclusive hold.
/// 3. The memory of an absent page is a hole, or is about to be punched by the holder of the exclusive lock.
/// 4. A read of pages that are there takes no lock and allocates nothing (PC-4).
///
/// Locks: the invalidate lock of rank [LockRank#PAGE_INVALIDATE] (files by [PageBacking.LockClass], then in the order in which their
/// mappings were made, PC-7, PC-8), then the write-back lock, the page states', the mapped generation's. None is held while
/// [PageBacking#validate()] runs.
///
/// Threads: any, except where said.
public final class PageMapping implements AutoCloseable {
    /// What a read returns that could not read anything in its [ReadMode].
    public static final int TRY_AGAIN = -2;

    private final PageCache cache;
    private final String name;
    private final PageStates states;
    private final MappedRegion region;
    private final PageFrames frames;
    private final PageReader reader;
    private final PageRemover remover;
    private final WriteBack writeBack;
    private final Readahead readahead;
    private final ReadPattern pattern;
    private final PageFaults faults;
    private final PagePins pins;
    private final PagePinner pinner;
    private final BackgroundWriteBack.Entry background;
    /// The last error of write-back that those were told who sync without a stream.
    private final AtomicLong toldErrors = new AtomicLong();

    PageMapping(PageCache cache, PageBacking backing, long sizeBytes, String name, long key) {
        PageCacheOptions options = cache.options();
        this.cache = cache;
        this.name = name;
        this.states = new PageStates(cache.budget(), cache.queues(), this::evict, cache.geometry(), sizeBytes, key);
        this.region = new MappedRegion(cache.world(), backing, cache.counters().strips, cache.counters().delayedStrips, options.chunkBytes(), key);
        this.pins = new PagePins(cache.world(), cache.counters(), region, name);
        this.frames = new PageFrames(cache, states, region, pins, name, key);
        PageFiller filler = new PageFiller(cache, backing, states, frames, name);
        this.writeBack = new WriteBack(backing, states, frames, region, cache, name, key);
        this.readahead = new Readahead(
                cache.world(), filler::fillAhead, options.readaheadFillBytes(), options.readaheadFills(), options.budgetBytes() / 4);
        this.pattern = newPattern();
        this.reader = new PageReader(cache, states, frames, filler, pins, readahead);
        this.remover = new PageRemover(cache, backing, states, frames, region, writeBack, readahead, pins, key);
        this.faults = new PageFaults(cache, this, backing, states, frames, filler, region, pins);
        this.pinner = new PagePinner(cache, backing, states, frames, filler, region, pins, name);
        this.background = cache.background().entryOf(this::writeBackInBackground);
    }

    private ReadPattern newPattern() {
        PageCacheOptions options = cache.options();
        return new ReadPattern(
                options.chunkBytes(),
                options.readaheadFirstBytes(),
                Math.min(options.readaheadMaxBytes(), Math.max(options.readaheadFirstBytes(), options.budgetBytes() / 4)));
    }

    /// The size of the file as this client sees it: what it has written and not stored yet counts.
    public long sizeBytes() {
        return states.sizeBytes();
    }

    /// Opens a stream of accesses, as for an open file: with readahead of its own, and told of the errors that it may have caused.
    public PageStream openStream() {
        checkOpen();
        return new PageStream(this, newPattern(), writeBack.errors().startingPoint());
    }

    /// Reads bytes into a buffer, up to its limit or to the end of the file. Pages that are there are read without a lock (PC-4).
    ///
    /// Locks: the invalidate lock shared, if a page is not there. Blocks: for fills.
    ///
    /// @param offsetBytes where in the file they begin
    /// @param destination filled from its position, which moves
    /// @return how many were read; −1 if the offset is at or beyond the end of the file
    /// @throws IOException if a page cannot be brought in; what was read before it is in the buffer
    public int read(long offsetBytes, ByteBuffer destination) throws IOException {
        return read(offsetBytes, destination, ReadMode.NORMAL, pattern);
    }

    /// Reads bytes as [#read(long, ByteBuffer)] does, going only as far to get them as a mode allows (PC-3).
    ///
    /// Locks: the invalidate lock shared, but not for [ReadMode#NO_WAIT]. Blocks: as the mode says.
    ///
    /// @return how many were read; −1 if the offset is at or beyond the end of the file; [#TRY_AGAIN] if none could be read
    /// @throws IOException if a page cannot be brought in
    public int read(long offsetBytes, ByteBuffer destination, ReadMode mode) throws IOException {
        return read(offsetBytes, destination, mode, pattern);
    }

    int read(long offsetBytes, ByteBuffer destination, ReadMode mode, ReadPattern streamPattern) throws IOException {
        checkOpen();
        return reader.read(offsetBytes, destination, mode, streamPattern);
    }

    /// Writes bytes into pages, where they become dirty; extends the file if they reach beyond its end. Nothing is brought in for it.
    /// Writers are throttled when too much is dirty.
    ///
    /// Locks: the invalidate lock shared. Blocks: for memory and for write-back.
    ///
    /// @param offsetBytes where in the file they go
    /// @param source read from its position, which moves, to its limit
    /// @throws IOException if there is no memory, or the file would become too large; what went before it is written
    public void write(long offsetBytes, ByteBuffer source) throws IOException {
        checkOpen();
        try {
            reader.write(offsetBytes, source, this);
        } finally {
            region.noteChange();
            cache.background().noteDirty(background);
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
        remover.truncate(newSizeBytes, operation);
    }

    /// Changes what a range of the file is, on its server and here. Dirty bytes that the operation replaces are dropped; those that
    /// it moves are written back before.
    ///
    /// Locks: the invalidate lock exclusively, for the whole of it (PC-1). Blocks: for the operation, for write-back, and for fills
    /// and write-backs under way.
    ///
    /// @param kind what the operation does
    /// @param offsetBytes where the range begins, any byte
    /// @param lengthBytes its length
    /// @param operation changes the file on its server
    /// @throws IOException what the operation threw, or what kept dirty bytes from being written; then nothing has changed here
    public void changeRange(RangeOperation.Kind kind, long offsetBytes, long lengthBytes, RangeOperation operation)
            throws IOException {
        checkOpen();
        remover.changeRange(kind, offsetBytes, lengthBytes, operation);
    }

    /// Copies or clones a range of a file into another, or into another part of the same, on their server. Nobody changes either
    /// meanwhile, by whatever view (PC-6): dirty bytes of the source are written back first, and those that are replaced dropped.
    ///
    /// Locks: the invalidate locks of both files exclusively, for the whole of it, in their order (PC-8). Blocks: for the operation,
    /// for write-back, and for fills and write-backs under way.
    ///
    /// @param source what is copied from
    /// @param sourceOffsetBytes where the range begins there
    /// @param destination what is copied to, of the same cache; it becomes longer if the range ends beyond its end
    /// @param destinationOffsetBytes where the range begins there
    /// @param lengthBytes how long it is; the two ranges must not overlap
    /// @param operation copies on the server
    /// @throws IOException what the operation threw, or what kept dirty bytes from being written; then nothing has changed here
    public static void copyRange(
            PageMapping source,
            long sourceOffsetBytes,
            PageMapping destination,
            long destinationOffsetBytes,
            long lengthBytes,
            RangeOperation operation)
            throws IOException {
        source.checkOpen();
        destination.checkOpen();
        PageRemover.copyRange(
                source.remover, sourceOffsetBytes, destination.remover, destinationOffsetBytes, lengthBytes, operation);
    }

    /// Takes note of a third party's change: as [#invalidate(LongSupplier)], with a size that no operation of ours can overtake.
    ///
    /// @param newSizeBytes the size of the new version
    /// @return whether dirty bytes met the change: a conflict, which the caller reports to whoever syncs
    public boolean invalidate(long newSizeBytes) throws PinTimeoutException {
        return invalidate(() -> newSizeBytes);
    }

    /// Takes note of a third party's change: views fault, and all goes but dirty bytes, which lie over the new version from now on
    /// (CB-13); [PageBacking#dirtyMetChange()] says whether somebody must be told before they are written. The file gets the new
    /// size, or ends where its last dirty byte does if that is further.
    ///
    /// Locks: the invalidate lock exclusively. Blocks: for fills and write-backs under way.
    ///
    /// @param newSizeBytes says the size of the newest version known; asked under the lock, when no truncation and no write-back of
    ///     ours is under way that could make its answer old. It may take locks of later ranks, and must not block
    /// @return whether dirty bytes met the change: a conflict
    /// @throws PinTimeoutException if a channel or a native call holds pages beyond all patience (PIN-4); nothing has gone then, and it
    ///     is to be tried again before a page is used
    public boolean invalidate(LongSupplier newSizeBytes) throws PinTimeoutException {
        return invalidateIf(() -> true, newSizeBytes);
    }

    /// As [#invalidate(LongSupplier)], if there still is reason to once no truncation and no write-back of ours is under way: the
    /// change that was seen may turn out to be one of ours.
    ///
    /// @param changed whether the pages are of another version than the newest known; asked under the lock, and must not block
    /// @param newSizeBytes as there
    /// @return whether dirty pages met the change
    public boolean invalidateIf(BooleanSupplier changed, LongSupplier newSizeBytes) throws PinTimeoutException {
        checkOpen();
        return remover.invalidate(changed, newSizeBytes);
    }

    /// Makes the next access of every view fault (MM-1). The cached pages stay.
    ///
    /// Locks: the mapping-generation lock. Blocks: for faults in their last step; never for a server.
    ///
    /// @return false if a channel or a native call keeps a segment that a view has given out alive beyond the bound of the strip; accesses
    ///     by that segment do not end yet, those by views do
    public boolean strip() {
        return region.strip();
    }

    /// Writes all dirty bytes back.
    ///
    /// Locks: the invalidate lock shared and the write-back lock. Blocks: for calls to the server.
    ///
    /// @throws PageConflictException if dirty bytes met somebody else's change and the backing wants that told; nothing was written
    /// @throws IOException if bytes could not be written back, now or earlier without whoever syncs without a stream having been
    ///     told; they stay dirty, and a later sync tries again. An earlier error is told once
    public void sync() throws IOException {
        long known = writeBack.errors().count();
        sync(0, Long.MAX_VALUE, toldErrors.getAndSet(known), true, toldErrors::set);
    }

    /// Takes note of how many errors somebody knows of.
    @FunctionalInterface
    interface Told {
        void upTo(long errors);
    }

    /// Writes dirty bytes of a range back, and tells of errors.
    ///
    /// @param seenErrors the number of the last error that the caller knows of
    /// @param involved whether the caller can have caused an error
    /// @param told learns the number of the last error that the caller knows of afterwards
    void sync(long fromBytes, long toBytes, long seenErrors, boolean involved, Told told) throws IOException {
        checkOpen();
        long known = writeBack.errors().count();
        IOException earlier = involved ? writeBack.errors().since(seenErrors) : null;
        told.upTo(known);
        if (earlier instanceof PageConflictException) {
            writeBack.conflictTold();
            throw earlier;
        }
        frames.lock.lockShared();
        try {
            writeBack.write(fromBytes, toBytes);
        } catch (IOException e) {
            told.upTo(writeBack.errors().count());
            throw e;
        } finally {
            frames.lock.unlockShared();
        }
        if (earlier != null) {
            throw earlier;
        }
    }

    /// Writes dirty bytes back; keeps an error for the next sync.
    ///
    /// @return whether anything was written
    boolean writeBackKeepingError() {
        long before = cache.counters().writeBacks.sum();
        boolean ignored = tryWriteBack();
        return cache.counters().writeBacks.sum() != before;
    }

    private boolean tryWriteBack() {
        frames.lock.lockShared();
        try {
            return frames.isClosed() || writeBack.tryWrite();
        } finally {
            frames.lock.unlockShared();
        }
    }

    private boolean writeBackInBackground() {
        cache.counters().backgroundWriteBacks.increment();
        return tryWriteBack();
    }

    /// Whether there are bytes that the backing does not have yet.
    public boolean isDirty() {
        return states.dirtyPages().isAny();
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
    /// @param options what else it shall be
    /// @throws IOException if the file, or the view, is too large for the cache
    public MappedView map(MapAccess access, long offsetBytes, long lengthBytes, MapOption... options) throws IOException {
        checkOpen();
        if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes + lengthBytes < 0) {
            throw new IllegalArgumentException("not a range: " + offsetBytes + ", " + lengthBytes);
        }
        frames.checkMappable(offsetBytes + lengthBytes);
        boolean strict = List.of(options).contains(MapOption.STRICT);
        PrivatePages own = access == MapAccess.COPY_ON_WRITE ? PrivatePages.open(cache, region, offsetBytes + lengthBytes) : null;
        MappedView view = new MappedView(openStream(), region, access, strict, own, offsetBytes, lengthBytes);
        region.addView(strict);
        return view;
    }

    /// Copies a part of the file to memory that is kept fresh in the background, for code that cannot come back for another segment.
    /// The file counts as mapped until it is closed.
    ///
    /// Locks: called with none. Blocks: for calls to the server.
    ///
    /// @param offsetBytes where the part begins, 0 or more
    /// @param lengthBytes its length, at most a quarter of the cache's budget; it may reach beyond the end of the file
    /// @throws MappedAccessException if the file cannot be validated or brought in
    /// @throws IOException if the file is too large to be mapped, or such copies have half of the cache's budget
    public FreshSegment mapFresh(long offsetBytes, long lengthBytes) throws IOException {
        checkSegmentLength(lengthBytes);
        return FreshSegment.open(cache, this, map(MapAccess.READ_ONLY, offsetBytes, lengthBytes), region, faults, offsetBytes);
    }

    /// Holds pages as they are for a transfer without a copy (PIN-1). They are validated and brought in first.
    ///
    /// Locks: called with none of the page cache. Blocks: for calls to the server, and for changes of the range that are under way.
    ///
    /// @param offsetBytes where the range begins
    /// @param lengthBytes its length, at most a quarter of the cache's budget; it ends within the file
    /// @throws PinRefusedException if a long-term pin is asked for and the cache does not allow it, or if the file is too large to be
    ///     mapped and the range crosses a multiple of 16 MiB
    /// @throws PinTimeoutException if a change of the range does not end in time
    /// @throws IOException if a page cannot be brought in, or the range ends beyond the end of the file
    public PagePin pin(long offsetBytes, long lengthBytes, PinOptions options) throws IOException {
        checkOpen();
        checkSegmentLength(lengthBytes);
        return pinner.pin(offsetBytes, lengthBytes, options);
    }

    /// The pins that are open now.
    public List<PagePin.Description> pins() {
        return pins.describe();
    }

    /// Makes what a view's access needs present, with a view's readahead.
    ///
    /// @throws MappedAccessException if a page cannot be validated (MM-6)
    void fault(long offsetBytes, long lengthBytes, boolean write, ReadPattern viewPattern) {
        long chunkBytes = cache.options().chunkBytes();
        note(offsetBytes & -chunkBytes, (offsetBytes + lengthBytes + chunkBytes - 1) & -chunkBytes, viewPattern);
        faults.fault(offsetBytes, lengthBytes, write);
        if (write) {
            cache.background().noteDirty(background);
        }
    }

    /// Has what a stream's accesses will want next brought in.
    void note(long fromBytes, long toBytes, ReadPattern streamPattern) {
        readahead.want(streamPattern.note(fromBytes, toBytes, states.sizeBytes()));
    }

    /// Whether all pages of a range that lies within the file are in memory and up to date.
    boolean isUpToDate(long fromBytes, long toBytes) {
        return toBytes <= states.sizeBytes() && states.isUpToDate(states.pageOf(fromBytes), states.pageCeiling(toBytes));
    }

    /// Has a range filled in the background.
    void willNeed(long fromBytes, long toBytes) {
        long chunkBytes = cache.options().chunkBytes();
        long to = Math.min(toBytes, states.sizeBytes());
        if (fromBytes < to) {
            readahead.want(List.of(new Window(fromBytes & -chunkBytes, (to + chunkBytes - 1) & -chunkBytes)));
        }
    }

    /// Drops what is clean of a range.
    void dontNeed(long fromBytes, long toBytes) {
        remover.dropClean(fromBytes, toBytes);
    }

    /// How long a segment may be that is to be present as a whole.
    long longestSegmentBytes() {
        return Math.max(cache.options().chunkBytes(), Long.highestOneBit(cache.options().budgetBytes() / 4));
    }

    void checkSegmentLength(long lengthBytes) {
        if (lengthBytes > cache.options().budgetBytes() / 4) {
            throw new IllegalArgumentException("a segment of " + lengthBytes + " bytes is more than a quarter of the cache");
        }
    }

    /// Drops every page, dirty ones too: the file is gone. Views fault.
    ///
    /// Locks: the invalidate lock exclusively. Blocks: for fills and write-backs under way.
    public void discard() throws PinTimeoutException {
        checkOpen();
        remover.discard();
    }

    private long evict(List<? extends EvictionEntry> chunks, boolean mapped, boolean patient) {
        return remover.evict(chunks, mapped, patient);
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
        remover.close(name, false, this::forgotten);
    }

    private void forgotten() {
        cache.background().forget(background);
        cache.forget(this);
    }

    /// Closes although views may be open: from now on each access through them fails.
    ///
    /// Locks: the invalidate lock exclusively. Blocks: for fills and write-backs under way.
    public void end() {
        remover.close(name, true, this::forgotten);
    }

    @Override
    public String toString() {
        return name;
    }
}
