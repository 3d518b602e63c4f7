package org.afs4j.cli.coherence;

import java.nio.ByteOrder;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.afs4j.base.world.World;
import org.afs4j.pagecache.MappedView;
import org.jspecify.annotations.Nullable;

/// Reads a number in the first 8 bytes of a mapped file in a loop, big endian, and nothing but that memory; reports what it sees.
///
/// Threads: [#spin()] by one; the others by any.
final class MappingReader {
    private final MappedView view;
    private final World world;
    private final LinkedBlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
    private long last;
    private volatile boolean stopped;

    /// A number as it was seen first.
    ///
    /// @param number the number
    /// @param atNanos when, in the world's monotonic time
    record Seen(long number, long atNanos) {}

    /// Reads the number once: only changes after this are seen as such.
    MappingReader(MappedView view, World world) {
        this.view = view;
        this.world = world;
        this.last = read();
    }

    /// Reads until it is stopped.
    void spin() {
        while (!stopped) {
            long now = read();
            if (now == last) {
                Thread.onSpinWait();
            } else {
                seen.add(new Seen(now, world.nanoTime()));
                last = now;
            }
        }
    }

    private long read() {
        long raw = view.getLongAcquire(0);
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? raw : Long.reverseBytes(raw);
    }

    /// Ends [#spin()].
    void stop() {
        stopped = true;
    }

    /// Waits for the next number that is seen.
    ///
    /// @param boundNanos how long
    /// @return the number, or null if there was none in that time
    /// @throws InterruptedException if the thread is interrupted
    @Nullable Seen next(long boundNanos) throws InterruptedException {
        return seen.poll(boundNanos, TimeUnit.NANOSECONDS);
    }
}
