package org.afs4j.pagecache;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.pagecache.error.PinRefusedException;
import org.afs4j.pagecache.mapped.MappedRegion;
import org.afs4j.pagecache.state.PageRun;
import org.afs4j.pagecache.state.PageStates;
import org.jspecify.annotations.Nullable;

/// Pins one file's pages: the fault path of those who want them without a copy.
///
/// 1. Wait until no change of the range is announced (PIN-3), holding no lock.
/// 2. Have the backing validate, and bring in what is absent.
/// 3. Under the invalidate lock held shared and the page-state lock: if all is up to date, nobody can write it by a view, and no
///    change has been announced meanwhile, add the pin. Otherwise begin again.
///
/// Threads: any.
final class PagePinner {
    private final PageCache cache;
    private final PageBacking backing;
    private final PageStates states;
    private final PageFrames frames;
    private final PageFiller filler;
    private final MappedRegion region;
    private final PagePins pins;
    private final String name;

    PagePinner(
            PageCache cache,
            PageBacking backing,
            PageStates states,
            PageFrames frames,
            PageFiller filler,
            MappedRegion region,
            PagePins pins,
            String name) {
        this.cache = cache;
        this.backing = backing;
        this.states = states;
        this.frames = frames;
        this.filler = filler;
        this.region = region;
        this.pins = pins;
        this.name = name;
    }

    /// See [PageMapping#pin].
    PagePin pin(long offsetBytes, long lengthBytes, PinOptions options) throws IOException {
        Objects.checkFromIndexSize(offsetBytes, lengthBytes, Long.MAX_VALUE);
        if (options.longTerm() && !cache.allowsLongTermPins()) {
            throw new PinRefusedException(name + ": long-term pins are not allowed, as the pages are the storage itself");
        }
        long end = offsetBytes + lengthBytes;
        PageRun pages = new PageRun(states.pageOf(offsetBytes), states.pageCeiling(end));
        long deadline = cache.world().nanoTime() + options.waitNanos();
        assert HeldLocks.allowCall();
        while (true) {
            pins.awaitNoChange(pages, deadline);
            backing.validate();
            checkInFile(end);
            for (long at = offsetBytes; at < end; at = states.bytesOf(states.pageOf(at) + 1)) {
                if (!states.isUpToDate(states.pageOf(at), states.pageOf(at) + 1)) {
                    filler.bringIn(at, end - at);
                }
            }
            PagePin pin = tryPin(pages, offsetBytes, lengthBytes, options.owner());
            if (pin != null) {
                return pin;
            }
        }
    }

    private void checkInFile(long endBytes) throws EOFException {
        if (endBytes > states.sizeBytes()) {
            throw new EOFException(name + ": cannot pin up to " + endBytes + ", as the file ends at " + states.sizeBytes());
        }
    }

    private @Nullable PagePin tryPin(PageRun pages, long offsetBytes, long lengthBytes, PinOwner owner) throws IOException {
        long end = offsetBytes + lengthBytes;
        PinState pin = new PinState(pins, owner, pages, offsetBytes, lengthBytes, cache.world().nanoTime());
        owner.add(pin);
        PagePin handle = null;
        try {
            handle = tryPin(pin, end);
            return handle;
        } finally {
            if (handle == null) {
                boolean ignored = pin.release();
            }
        }
    }

    private @Nullable PagePin tryPin(PinState pin, long endBytes) throws IOException {
        frames.lockSharedFor(pin.offsetBytes, endBytes);
        try {
            if (frames.isClosed()) {
                throw new IllegalStateException(name + " is closed");
            }
            checkInFile(endBytes);
            if (endBytes > frames.windowEnd(pin.offsetBytes)) {
                throw new PinRefusedException(name + ": the range crosses a multiple of 16 MiB, where the pages of so large a file are"
                        + " not one piece of memory");
            }
            MemorySegment pages = frames.segment(pin.offsetBytes, pin.lengthBytes);
            if (!add(pin)) {
                return null;
            }
            pin.checkHeld();
            return new PagePin(pin, pin.over(pages), cache.counters());
        } finally {
            frames.lock.unlockShared();
        }
    }

    private boolean add(PinState pin) {
        int shift = region.chunkShift();
        states.mutex.lock();
        try {
            return backing.isValid()
                    && states.isUpToDate(pin.pages.fromPage(), pin.pages.toPage())
                    && region.stripWritable(
                            pin.offsetBytes >>> shift, ((states.bytesOf(pin.pages.toPage()) - 1) >>> shift) + 1)
                    && pins.tryAdd(pin);
        } finally {
            states.mutex.unlock();
        }
    }
}
