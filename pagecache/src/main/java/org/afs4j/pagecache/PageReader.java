package org.afs4j.pagecache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.pagecache.frames.FrameWindow;
import org.afs4j.pagecache.readahead.ReadPattern;
import org.afs4j.pagecache.readahead.Readahead;
import org.afs4j.pagecache.readahead.Window;
import org.afs4j.pagecache.state.PageBudget;
import org.afs4j.pagecache.state.PageRun;
import org.afs4j.pagecache.state.PageStates;
import org.afs4j.pagecache.state.WriteClaim;

/// Copies bytes between one file's pages and its users' buffers.
///
/// A read first copies without any lock, and then asks whether the pages may have gone meanwhile (PC-4). Only what it could not get
/// that way it looks for under the invalidate lock, and then has filled.
///
/// Threads: any.
final class PageReader {
    private final PageCache cache;
    private final PageStates states;
    private final PageFrames frames;
    private final PageFiller filler;
    private final PagePins pins;
    private final Readahead readahead;
    private final long chunkBytes;

    PageReader(PageCache cache, PageStates states, PageFrames frames, PageFiller filler, PagePins pins, Readahead readahead) {
        this.cache = cache;
        this.states = states;
        this.frames = frames;
        this.filler = filler;
        this.pins = pins;
        this.readahead = readahead;
        this.chunkBytes = cache.options().chunkBytes();
    }

    /// Reads bytes; see [PageMapping#read(long, ByteBuffer)].
    ///
    /// @return how many, −1 at the end of the file, [PageMapping#TRY_AGAIN] if the mode forbids to get any
    int read(long offsetBytes, ByteBuffer destination, ReadMode mode, ReadPattern pattern) throws IOException {
        long size = states.sizeBytes();
        if (offsetBytes >= size) {
            return -1;
        }
        int wanted = destination.remaining();
        if (mode != ReadMode.NO_IO) {
            readahead.want(pattern.note(offsetBytes, Math.min(size, offsetBytes + wanted), size));
        }
        boolean missed = false;
        int done = 0;
        while (done < wanted && offsetBytes + done < states.sizeBytes()) {
            int copied = copyUnlocked(offsetBytes + done, destination);
            if (copied == 0 && mode != ReadMode.NO_WAIT) {
                copied = copyLocked(offsetBytes + done, destination);
            }
            done += copied;
            if (copied == 0 && offsetBytes + done < states.sizeBytes()) {
                missed = true;
                if (mode != ReadMode.NORMAL) {
                    break;
                }
                filler.bringIn(offsetBytes + done, wanted - done);
            }
        }
        (missed ? cache.counters().misses : cache.counters().hits).increment();
        if (done == 0 && wanted > 0) {
            // Who goes as far as it takes gets nothing only where the file has become shorter meanwhile.
            return missed && mode != ReadMode.NORMAL ? tryAgain(offsetBytes, wanted, mode) : -1;
        }
        return done;
    }

    private int tryAgain(long offsetBytes, int wanted, ReadMode mode) {
        if (mode == ReadMode.NO_WAIT) {
            long from = offsetBytes & -chunkBytes;
            readahead.want(List.of(new Window(from, (offsetBytes + wanted + chunkBytes - 1) & -chunkBytes)));
        }
        return PageMapping.TRY_AGAIN;
    }

    /// Copies what is up to date, holding no lock; 0 if the first page is not, or if pages went meanwhile.
    private int copyUnlocked(long offsetBytes, ByteBuffer destination) {
        long stamp = frames.lock.optimisticStamp();
        FrameWindow window = frames.windowAt(offsetBytes);
        if ((stamp & 1) != 0 || window == null) {
            return 0;
        }
        int position = destination.position();
        int copied = copyUpToDate(window, offsetBytes, destination);
        assert SimulatedWorld.reachedPoint() : "between the copy and the look whether to believe it";
        if (copied == 0 || frames.lock.isValid(stamp)) {
            return copied;
        }
        destination.position(position);
        frames.lock.lockShared();
        try {
            // What was read may have been a hole by then, and reading it has given it memory that is in no account.
            frames.punchAbsent(window, offsetBytes, copied);
        } finally {
            frames.lock.unlockShared();
        }
        return 0;
    }

    private int copyLocked(long offsetBytes, ByteBuffer destination) {
        frames.lock.lockShared();
        try {
            FrameWindow window = frames.windowAt(offsetBytes);
            return window == null ? 0 : copyUpToDate(window, offsetBytes, destination);
        } finally {
            frames.lock.unlockShared();
        }
    }

    /// Copies the bytes of up-to-date pages, chunk by chunk, up to the end of the window that holds the first.
    private int copyUpToDate(FrameWindow window, long offsetBytes, ByteBuffer destination) {
        int done = 0;
        while (destination.hasRemaining() && offsetBytes + done < window.endBytes()) {
            long at = offsetBytes + done;
            long part = Math.min(states.sizeBytes() - at, Math.min(destination.remaining(), chunkBytes - (at & (chunkBytes - 1))));
            if (part <= 0 || !states.isUpToDate(states.pageOf(at), states.pageCeiling(at + part))) {
                break;
            }
            assert SimulatedWorld.reachedPoint() : "between the look-up and the copy";
            copy(window, at, destination, (int) part);
            done += (int) part;
        }
        return done;
    }

    private static void copy(FrameWindow window, long at, ByteBuffer destination, int length) {
        MemorySegment source = window.range().frames();
        int position = destination.position();
        if (destination.hasArray()) {
            int index = destination.arrayOffset() + position;
            MemorySegment.copy(source, ValueLayout.JAVA_BYTE, at - window.startBytes(), destination.array(), index, length);
        } else {
            MemorySegment.copy(source, at - window.startBytes(), MemorySegment.ofBuffer(destination), 0, length);
        }
        destination.position(position + length);
    }

    /// Writes bytes; see [PageMapping#write(long, ByteBuffer)].
    void write(long offsetBytes, ByteBuffer source, PageMapping writer) throws IOException {
        frames.checkSize(offsetBytes + source.remaining());
        long at = offsetBytes;
        while (source.hasRemaining()) {
            cache.throttle(writer);
            int part = (int) Math.min(source.remaining(), chunkBytes - (at & (chunkBytes - 1)));
            PageRun changed = new PageRun(states.pageOf(at), states.pageCeiling(at + part));
            // Pinned pages are not changed in place.
            try (PagePins.Change _ = pins.begin(changed);
                    PageBudget.Reservation reservation = cache.reserve(chunkBytes)) {
                frames.lockSharedFor(at, at + part);
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
        MemorySegment target = frames.segment(at, length);
        WriteClaim claim;
        try {
            claim = states.claimForWrite(states.pageOf(at), states.pageCeiling(at + length), reservation);
        } catch (InterruptedException e) {
            throw PageCache.interrupted();
        }
        boolean written = false;
        try {
            MemorySegment.copy(MemorySegment.ofBuffer(source), 0, target, 0, length);
            source.position(source.position() + length);
            states.finishWrite(claim, at, at + length);
            written = true;
        } finally {
            if (!written) {
                filler.abandon(claim);
            }
        }
    }
}
