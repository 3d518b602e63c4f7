package org.afs4j.pagecache;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.afs4j.pagecache.frames.Reach;
import org.afs4j.pagecache.state.PageRun;
import org.jspecify.annotations.Nullable;

/// One pin, apart from the handle that its holder has, so that it can outlive that.
///
/// The states: *held*, from when it is added until its holder lets it go; *idle*, if the holder let it go and its arena is kept for
/// the next pin on the same pages, or for whoever needs them, to close ([PagePins#tryKeep]); *ended*, once its arena is closed or
/// has gone to the next pin ([#pass()]).
///
/// Invariant: its pages stay as they are until it has ended; then nobody can reach them by it.
///
/// Threads: any.
final class PinState implements Reach {
    final PagePins pins;
    final PinOwner owner;
    final PageRun pages;
    final long offsetBytes;
    final long lengthBytes;
    final long sinceNanos;
    /// Null once it has gone to the next pin.
    private volatile @Nullable Arena arena;
    private final AtomicBoolean released = new AtomicBoolean();

    PinState(PagePins pins, PinOwner owner, PageRun pages, long offsetBytes, long lengthBytes, long sinceNanos) {
        this.pins = pins;
        this.owner = owner;
        this.pages = pages;
        this.offsetBytes = offsetBytes;
        this.lengthBytes = lengthBytes;
        this.sinceNanos = sinceNanos;
    }

    /// Gives the pin what its segment lives as long as.
    ///
    /// @param idle a pin on the same pages whose holder has let it go; null if there is none
    void begin(@Nullable PinState idle) {
        Arena passed = idle == null ? null : idle.pass();
        arena = passed == null ? Arena.ofShared() : passed;
    }

    private @Nullable Arena pass() {
        Arena passed = arena;
        arena = null;
        return passed;
    }

    /// The segment that the holder gets.
    @SuppressWarnings("restricted") // the range outlives the pin: it is given back only after its pins are closed
    MemorySegment over(MemorySegment pinned) {
        return pinned.reinterpret(Objects.requireNonNull(arena), null).asReadOnly();
    }

    boolean overlaps(PageRun range) {
        return pages.fromPage() < range.toPage() && range.fromPage() < pages.toPage();
    }

    /// Whether its holder has let it go, though perhaps a channel or a native call has not yet.
    boolean isReleased() {
        return released.get();
    }

    /// Ends the pin again if its owner was closed before it began.
    ///
    /// @throws IllegalStateException if so
    void checkHeld() {
        if (released.get()) {
            end();
            throw new IllegalStateException(owner.name() + " is closed and pins nothing any more");
        }
    }

    /// The holder lets the pin go. If nobody waits for its pages it is kept idle, since to close an arena costs as much as all else.
    void letGo() {
        if (released.compareAndSet(false, true)) {
            owner.remove(this);
            PinState superfluous = pins.tryKeep(this);
            if (superfluous != null) {
                superfluous.end();
            }
        }
    }

    /// Ends the pin, now or, if a channel or a native call is using it, as soon as somebody looks after that.
    ///
    /// @return whether it was this call that took it from its holder
    boolean release() {
        boolean first = released.compareAndSet(false, true);
        if (first) {
            owner.remove(this);
            end();
        }
        return first;
    }

    private void end() {
        if (tryClose()) {
            pins.remove(this);
        }
    }

    @Override
    public boolean tryClose() {
        Arena open = arena;
        if (open == null || !open.scope().isAlive()) {
            return true;
        }
        try {
            open.close();
            return true;
        } catch (IllegalStateException inUse) {
            return !open.scope().isAlive();
        }
    }
}
