package org.afs4j.pagecache;

import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.pagecache.backing.RangeOperation;
import org.afs4j.pagecache.error.PinTimeoutException;
import org.afs4j.pagecache.mapped.MappedRegion;
import org.afs4j.pagecache.readahead.Readahead;
import org.afs4j.pagecache.state.EvictionEntry;
import org.afs4j.pagecache.state.PageRun;
import org.afs4j.pagecache.state.PageStates;

/// Takes one file's pages out: for what changes the blocks beneath, for third parties' changes, for eviction. Always under the
/// invalidate lock held exclusively, from before the first page goes until the backing is changed (PC-1), and after a strip of the
/// views.
///
/// Threads: any.
final class PageRemover {
    private final PageCache cache;
    private final PageBacking backing;
    private final PageStates states;
    private final PageFrames frames;
    private final MappedRegion region;
    private final WriteBack writeBack;
    private final Readahead readahead;
    private final PagePins pins;
    private final long key;

    PageRemover(
            PageCache cache,
            PageBacking backing,
            PageStates states,
            PageFrames frames,
            MappedRegion region,
            WriteBack writeBack,
            Readahead readahead,
            PagePins pins,
            long key) {
        this.cache = cache;
        this.backing = backing;
        this.states = states;
        this.frames = frames;
        this.region = region;
        this.writeBack = writeBack;
        this.readahead = readahead;
        this.pins = pins;
        this.key = key;
    }

    /// See [PageMapping#truncate(long, RangeOperation)].
    void truncate(long newSizeBytes, RangeOperation operation) throws IOException {
        frames.checkSize(newSizeBytes);
        readahead.cancel();
        try (PagePins.Change _ = pins.begin(pagesFrom(Math.min(newSizeBytes, states.sizeBytes())))) {
            frames.lock.lockExclusive();
            try {
                stripLocked();
                operation.run();
                cutLocked(newSizeBytes);
            } finally {
                frames.lock.unlockExclusive();
            }
        }
    }

    private PageRun pagesFrom(long offsetBytes) {
        return new PageRun(states.pageOf(Math.max(0, offsetBytes)), Long.MAX_VALUE);
    }

    /// Strips the views, and finds out what they have written.
    private void stripLocked() {
        boolean closed = region.strip();
        states.dirtyPages().mappedWrites().resolveAll(closed, frames::ofPage);
    }

    private PageRun pagesOf(long offsetBytes, long lengthBytes) {
        long end = offsetBytes + lengthBytes;
        // What is no range is refused later, when the size is known.
        return lengthBytes < 0 || end < 0 ? pagesFrom(offsetBytes) : new PageRun(states.pageOf(Math.max(0, offsetBytes)), states.pageCeiling(end));
    }

    private void cutLocked(long newSizeBytes) {
        stripLocked();
        dropLocked(states.pageCeiling(newSizeBytes), Long.MAX_VALUE, PageStates.Drop.ALL);
        clipLocked(newSizeBytes);
        states.setSizeBytes(newSizeBytes);
    }

    /// Makes what the page at the end knows beyond the end zero, and not dirty.
    private void clipLocked(long newSizeBytes) {
        states.dirtyPages().clipAtEnd();
        long pageEnd = states.bytesOf(states.pageCeiling(newSizeBytes));
        if (newSizeBytes < pageEnd && newSizeBytes < states.sizeBytes()) {
            eraseLocked(newSizeBytes, pageEnd, true);
        }
    }

    /// Takes what is dirty out of a part of one page, and makes it zero or unknown.
    private void eraseLocked(long fromBytes, long toBytes, boolean zero) {
        long page = states.pageOf(fromBytes);
        long start = states.bytesOf(page);
        if (!states.isAnyResident(page, page + 1)) {
            return;
        }
        states.dirtyPages().forget(page, (int) (fromBytes - start), (int) (toBytes - start));
        if (zero) {
            frames.segment(fromBytes, toBytes - fromBytes).fill((byte) 0);
        } else {
            states.makePartial(page);
            dropLocked(page, page + 1, PageStates.Drop.CLEAN);
        }
    }

    /// Drops pages and frees their memory.
    private long dropLocked(long fromPage, long toPage, PageStates.Drop which) {
        List<PageRun> runs = states.drop(fromPage, toPage, which);
        long bytes = 0;
        for (PageRun run : runs) {
            frames.punch(states.bytesOf(run.fromPage()), states.bytesOf(run.count()));
            cache.budget().release(states.bytesOf(run.count()));
            bytes += states.bytesOf(run.count());
        }
        frames.releaseEmptyLocked(runs);
        return bytes;
    }

    /// See [PageMapping#changeRange].
    void changeRange(RangeOperation.Kind kind, long offsetBytes, long lengthBytes, RangeOperation operation) throws IOException {
        readahead.cancel();
        boolean shifts = kind == RangeOperation.Kind.COLLAPSE || kind == RangeOperation.Kind.INSERT;
        try (PagePins.Change _ = pins.begin(shifts ? pagesFrom(offsetBytes) : pagesOf(offsetBytes, lengthBytes))) {
            frames.lock.lockExclusive();
            try {
                long size = states.sizeBytes();
                checkRange(kind, offsetBytes, lengthBytes, size);
                stripLocked();
                if (shifts) {
                    // What moves has to be where the server can move it, and the server's file has to end where ours does.
                    writeBack.write(0, Long.MAX_VALUE);
                } else if (kind == RangeOperation.Kind.PUNCH_HOLE) {
                    long dirtyEnd = states.dirtyPages().endBytes();
                    if (dirtyEnd > offsetBytes && dirtyEnd <= offsetBytes + lengthBytes) {
                        // The size goes to the server with the last dirty byte, and that one goes now.
                        writeBack.write(dirtyEnd - 1, dirtyEnd);
                    }
                }
                operation.run();
                region.strip();
                states.dirtyPages().clipAtEnd();
                if (shifts) {
                    dropLocked(states.pageOf(offsetBytes), Long.MAX_VALUE, PageStates.Drop.ALL);
                    states.setSizeBytes(kind == RangeOperation.Kind.INSERT ? size + lengthBytes : size - lengthBytes);
                } else {
                    replaceLocked(offsetBytes, offsetBytes + lengthBytes, kind == RangeOperation.Kind.PUNCH_HOLE);
                }
            } finally {
                frames.lock.unlockExclusive();
            }
        }
    }

    private void checkRange(RangeOperation.Kind kind, long offsetBytes, long lengthBytes, long size) throws IOException {
        if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes + lengthBytes < 0) {
            throw new IllegalArgumentException("not a range: " + offsetBytes + ", " + lengthBytes);
        }
        switch (kind) {
            case COLLAPSE -> {
                if (offsetBytes + lengthBytes > size) {
                    throw new IllegalArgumentException("a range to collapse ends within the file");
                }
            }
            case INSERT -> {
                if (offsetBytes > size) {
                    throw new IllegalArgumentException("a range to insert begins within the file");
                }
                frames.checkSize(size + lengthBytes);
            }
            case RESTORE -> frames.checkSize(offsetBytes + lengthBytes);
            case PUNCH_HOLE -> { }
        }
    }

    /// Takes out what a range of the file was before it was replaced: by zeros, or by what the server knows.
    private void replaceLocked(long fromBytes, long toBytes, boolean zero) {
        long size = states.sizeBytes();
        long to = zero ? Math.min(toBytes, size) : toBytes;
        if (fromBytes >= to) {
            return;
        }
        long firstWhole = states.pageCeiling(fromBytes);
        long lastWhole = to >= size ? states.pageCeiling(to) : states.pageOf(to);
        if (firstWhole > states.pageOf(fromBytes)) {
            eraseLocked(fromBytes, Math.min(to, states.bytesOf(firstWhole)), zero);
        }
        if (lastWhole >= firstWhole && states.bytesOf(lastWhole) < to) {
            eraseLocked(states.bytesOf(lastWhole), to, zero);
        }
        dropLocked(firstWhole, lastWhole, PageStates.Drop.ALL);
        if (!zero && to > size) {
            states.setSizeBytes(to);
        }
    }

    /// See [PageMapping#copyRange].
    static void copyRange(
            PageRemover source,
            long sourceOffsetBytes,
            PageRemover destination,
            long destinationOffsetBytes,
            long lengthBytes,
            RangeOperation operation)
            throws IOException {
        destination.readahead.cancel();
        PageRemover first = source.key <= destination.key ? source : destination;
        PageRemover second = source.key <= destination.key ? destination : source;
        try (PagePins.Change _ = destination.pins.begin(destination.pagesOf(destinationOffsetBytes, lengthBytes))) {
            lockAndCopy(first, second, source, sourceOffsetBytes, destination, destinationOffsetBytes, lengthBytes, operation);
        }
    }

    private static void lockAndCopy(
            PageRemover first,
            PageRemover second,
            PageRemover source,
            long sourceOffsetBytes,
            PageRemover destination,
            long destinationOffsetBytes,
            long lengthBytes,
            RangeOperation operation)
            throws IOException {
        first.frames.lock.lockExclusive();
        try {
            if (source.key == destination.key) {
                copyLocked(source, sourceOffsetBytes, destination, destinationOffsetBytes, lengthBytes, operation);
                return;
            }
            second.frames.lock.lockExclusive();
            try {
                copyLocked(source, sourceOffsetBytes, destination, destinationOffsetBytes, lengthBytes, operation);
            } finally {
                second.frames.lock.unlockExclusive();
            }
        } finally {
            first.frames.lock.unlockExclusive();
        }
    }

    private static void copyLocked(
            PageRemover source,
            long sourceOffsetBytes,
            PageRemover destination,
            long destinationOffsetBytes,
            long lengthBytes,
            RangeOperation operation)
            throws IOException {
        if (source.key == destination.key && Math.abs(sourceOffsetBytes - destinationOffsetBytes) < lengthBytes) {
            throw new IllegalArgumentException("the ranges overlap");
        }
        destination.checkRange(RangeOperation.Kind.RESTORE, destinationOffsetBytes, lengthBytes, 0);
        source.stripLocked();
        destination.stripLocked();
        // All of it, as the server's file has to end where ours does.
        source.writeBack.write(0, Long.MAX_VALUE);
        operation.run();
        source.region.strip();
        destination.region.strip();
        destination.states.dirtyPages().clipAtEnd();
        destination.replaceLocked(destinationOffsetBytes, destinationOffsetBytes + lengthBytes, false);
    }

    /// See [PageMapping#invalidateIf(BooleanSupplier, LongSupplier)].
    boolean invalidate(BooleanSupplier changed, LongSupplier newSizeBytes) throws PinTimeoutException {
        readahead.cancel();
        region.strip();
        try (PagePins.Change _ = pins.beginRevoking(pagesFrom(0))) {
            frames.lock.lockExclusive();
            try {
                if (!changed.getAsBoolean()) {
                    return false;
                }
                stripLocked();
                states.dirtyPages().clipAtEnd();
                dropLocked(0, Long.MAX_VALUE, PageStates.Drop.STALE);
                long dirtyEnd = states.dirtyPages().endBytes();
                long size = Math.max(newSizeBytes.getAsLong(), dirtyEnd);
                clipLocked(size);
                states.setSizeBytes(size);
                if (dirtyEnd > 0) {
                    cache.counters().conflicts.increment();
                    if (backing.dirtyMetChange() == PageBacking.Conflict.REPORT) {
                        writeBack.reportConflict();
                    }
                }
                return dirtyEnd > 0;
            } finally {
                frames.lock.unlockExclusive();
            }
        }
    }

    /// See [PageMapping#discard()].
    void discard() throws PinTimeoutException {
        readahead.cancel();
        try (PagePins.Change _ = pins.beginRevoking(pagesFrom(0))) {
            frames.lock.lockExclusive();
            try {
                region.strip();
                dropLocked(0, Long.MAX_VALUE, PageStates.Drop.ALL);
                writeBack.forgetErrors();
            } finally {
                frames.lock.unlockExclusive();
            }
        }
    }

    /// Takes the clean pages that lie in a range out: they are not wanted any more.
    void dropClean(long fromBytes, long toBytes) {
        frames.lock.lockExclusive();
        try {
            if (!frames.isClosed() && !pins.isPinned(states.pageOf(fromBytes), states.pageCeiling(toBytes))) {
                region.revoke();
                dropLocked(states.pageCeiling(fromBytes), states.pageOf(toBytes), PageStates.Drop.CLEAN);
            }
        } finally {
            frames.lock.unlockExclusive();
        }
    }

    /// See [org.afs4j.pagecache.state.ChunkOwner#evict].
    long evict(List<? extends EvictionEntry> chunks, boolean mapped, boolean patient) {
        if (patient) {
            frames.lock.lockExclusive();
        } else if (!frames.lock.tryLockExclusive()) {
            return 0;
        }
        try {
            return frames.isClosed() ? 0 : evictLocked(chunks, mapped);
        } finally {
            frames.lock.unlockExclusive();
        }
    }

    private long evictLocked(List<? extends EvictionEntry> chunks, boolean mapped) {
        long evicted = 0;
        boolean stripped = false;
        long pagesPerChunk = states.pageOf(cache.options().chunkBytes());
        for (EvictionEntry chunk : chunks) {
            long index = chunk.index();
            boolean reachable = region.readable().isAnyPresent(index, index + 1) || region.writable().isAnyPresent(index, index + 1);
            if ((reachable && !mapped) || pins.isPinned(index * pagesPerChunk, (index + 1) * pagesPerChunk)) {
                continue;
            }
            if (reachable && !stripped) {
                region.revoke();
                stripped = true;
            }
            evicted += dropLocked(index * pagesPerChunk, (index + 1) * pagesPerChunk, PageStates.Drop.CLEAN);
        }
        cache.counters().evictedPages.add(states.pageOf(evicted));
        return evicted;
    }

    /// Takes everything out and gives the frames back: at once, or, if pages are pinned, when the last pin goes (PIN-5).
    ///
    /// @param mapped whether to do so although a view is open
    /// @param afterwards run when it is done; not if it was done before
    /// @throws IllegalStateException if a view is still open
    void close(String name, boolean mapped, Runnable afterwards) {
        readahead.cancel();
        frames.lock.lockExclusive();
        try {
            if (frames.isClosed()) {
                return;
            }
            if (region.isMapped() && !mapped) {
                throw new IllegalStateException(name + " still has views");
            }
            region.strip();
            frames.refuseLocked();
        } finally {
            frames.lock.unlockExclusive();
        }
        Runnable last = () -> {
            freeAll();
            afterwards.run();
        };
        if (!pins.runAtLast(last)) {
            last.run();
        }
    }

    private void freeAll() {
        frames.lock.lockExclusive();
        try {
            dropLocked(0, Long.MAX_VALUE, PageStates.Drop.ALL);
            frames.closeLocked();
        } finally {
            frames.lock.unlockExclusive();
        }
    }
}
