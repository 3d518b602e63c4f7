package org.afs4j.pagecache;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import org.afs4j.pagecache.frames.Reach;
import org.afs4j.pagecache.state.PageRun;

/// One pin, apart from the handle that its holder has, so that it can outlive that.
///
/// Invariant: its pages stay as they are until [#tryClose()] has returned true; then nobody can reach them by it.
///
/// Threads: any.
final class PinState implements Reach {
    final PagePins pins;
    final PinOwner owner;
    final PageRun pages;
    final long offsetBytes;
    final long lengthBytes;
    final long sinceNanos;
    private final Arena arena = Arena.ofShared();
    private final AtomicBoolean released = new AtomicBoolean();

    PinState(PagePins pins, PinOwner owner, PageRun pages, long offsetBytes, long lengthBytes, long sinceNanos) {
        this.pins = pins;
        this.owner = owner;
        this.pages = pages;
        this.offsetBytes = offsetBytes;
        this.lengthBytes = lengthBytes;
        this.sinceNanos = sinceNanos;
    }

    @SuppressWarnings("restricted") // the range outlives the pin: it is given back only after its pins are closed
    MemorySegment over(MemorySegment pinned) {
        return pinned.reinterpret(arena, null).asReadOnly();
    }

    boolean overlaps(PageRun range) {
        return pages.fromPage() < range.toPage() && range.fromPage() < pages.toPage();
    }

    /// Whether its holder has let it go, though perhaps a channel or a native call has not yet.
    boolean isReleased() {
        return released.get();
    }

    /// Ends the pin, now or, if a channel or a native call is using it, as soon as somebody looks after that.
    ///
    /// @return whether it was this call that ended it
    boolean release() {
        boolean first = released.compareAndSet(false, true);
        if (first) {
            owner.remove(this);
        }
        if (tryClose()) {
            pins.remove(this);
        }
        return first;
    }

    @Override
    public boolean tryClose() {
        if (!arena.scope().isAlive()) {
            return true;
        }
        try {
            arena.close();
            return true;
        } catch (IllegalStateException inUse) {
            return !arena.scope().isAlive();
        }
    }
}
