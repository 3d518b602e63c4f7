package org.afs4j.pagecache;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;

/// Pages of a file, held as they are for a transfer without a copy (PIN-1): until it is closed they are neither freed, moved nor
/// changed in place, and whoever wants to do that waits.
///
/// It ends with [#close()], with its [PinOwner], or, if it is lost without either, when the garbage collector finds that, which is
/// counted as a leak; so keep it for as long as its segment is used. A third party's change, or the file's removal, takes it away
/// from a holder that keeps it too long; the segment then throws [IllegalStateException], and the bytes have to be pinned anew.
///
/// Threads: any.
public final class PagePin implements AutoCloseable {
    /// A pin that is open now, for metrics.
    ///
    /// @param file the file's name
    /// @param owner the owner's name
    /// @param offsetBytes where the pinned range begins in the file
    /// @param lengthBytes its length
    /// @param ageNanos how long it has been open
    public record Description(String file, String owner, long offsetBytes, long lengthBytes, long ageNanos) {}

    private static final Cleaner CLEANER = Cleaner.create();

    private record Leak(PinState state, PageCacheCounters counters) implements Runnable {
        @Override
        public void run() {
            if (state.release()) {
                counters.leakedPins.increment();
            }
        }
    }

    private final PinState state;
    private final MemorySegment segment;
    private final Cleaner.Cleanable cleanable;

    PagePin(PinState state, MemorySegment segment, PageCacheCounters counters) {
        this.state = state;
        this.segment = segment;
        this.cleanable = CLEANER.register(this, new Leak(state, counters));
    }

    /// The pinned bytes, read-only, in place. Usable by channels (through [MemorySegment#asByteBuffer()]) and native calls, which
    /// end before the pin does.
    public MemorySegment segment() {
        return segment;
    }

    /// Where in the file they begin.
    public long offsetBytes() {
        return state.offsetBytes;
    }

    /// Ends the pin; its segment is not to be used any more. An access to it throws [IllegalStateException], or shows the bytes that
    /// were pinned, as long as nobody has needed their pages.
    ///
    /// Locks: the invalidate lock exclusively, if the file was closed meanwhile and this was its last pin; so called with none.
    @Override
    public void close() {
        state.letGo();
        cleanable.clean();
    }
}
