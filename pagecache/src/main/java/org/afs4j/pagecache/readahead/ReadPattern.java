package org.afs4j.pagecache.readahead;

import java.util.ArrayList;
import java.util.List;

/// What one stream of accesses looks like, and what it will want next.
///
/// - Sequential: each access begins where the one before it ended (or overlaps its end). The window ahead doubles.
/// - Backward: each access ends where the one before it began. The window lies before it, and doubles.
/// - Strided: the third access at the same distance from the one before it. So many accesses ahead as fill the window, which doubles.
/// - Anything else is random: nothing is wanted ahead, and the window halves. So a stream that makes one seek and goes on
///   sequentially goes on with half its window, and one that makes many has none.
///
/// Windows begin and end at chunks; a new one is asked for when half of the last one is used.
///
/// Threads: one at a time gives the best guesses. Several do no harm: fields are written without synchronisation, and a lost update
/// costs a wrong guess. [#note] takes no lock, and allocates nothing unless it asks for a window (PC-4).
public final class ReadPattern {
    /// What the stream's user has said of it.
    public enum Expectation {
        /// Nothing.
        UNKNOWN,
        /// It will be sequential: the window is the largest at once, and steps forward do not end it.
        SEQUENTIAL,
        /// It will be random: nothing is wanted ahead.
        RANDOM
    }

    private static final int MOST_STRIDES = 32;
    private static final int STRIDES_TO_BELIEVE = 2;

    private final long chunkBytes;
    private final long firstBytes;
    private final long maxBytes;
    private volatile Expectation expectation = Expectation.UNKNOWN;
    private long lastFromBytes;
    private long lastToBytes;
    private long windowBytes;
    private long aheadBytes;
    private long behindBytes = Long.MAX_VALUE;
    private long strideBytes;
    private int strides;
    private long stridesAheadBytes;

    /// Makes the pattern of a stream that has not begun.
    ///
    /// @param chunkBytes what windows are multiples of
    /// @param firstBytes the first window, 0 for no readahead at all
    /// @param maxBytes the largest window
    public ReadPattern(long chunkBytes, long firstBytes, long maxBytes) {
        this.chunkBytes = chunkBytes;
        this.firstBytes = firstBytes;
        this.maxBytes = Math.max(firstBytes, maxBytes);
    }

    /// Takes the user's word for what comes.
    public void expect(Expectation expected) {
        expectation = expected;
        windowBytes = 0;
    }

    /// How large the last window was, in bytes.
    public long windowBytes() {
        return windowBytes;
    }

    /// Takes note of an access.
    ///
    /// @param fromBytes where it begins
    /// @param toBytes where it ends
    /// @param sizeBytes the size of the file, which no window goes beyond
    /// @return what will be wanted and was not asked for before; mostly nothing
    public List<Window> note(long fromBytes, long toBytes, long sizeBytes) {
        if (firstBytes == 0 || expectation == Expectation.RANDOM) {
            return List.of();
        }
        long lastFrom = lastFromBytes;
        long lastTo = lastToBytes;
        lastFromBytes = fromBytes;
        lastToBytes = toBytes;
        if (fromBytes == lastFrom && toBytes == lastTo) {
            return List.of();
        }
        long gap = expectation == Expectation.SEQUENTIAL ? maxBytes : 0;
        if (fromBytes >= lastFrom && fromBytes <= lastTo + gap && toBytes > lastTo) {
            behindBytes = Long.MAX_VALUE;
            strides = 0;
            return forward(toBytes, sizeBytes);
        }
        if (fromBytes < lastFrom && toBytes >= lastFrom && toBytes <= lastTo) {
            aheadBytes = 0;
            strides = 0;
            return backward(fromBytes);
        }
        return leap(fromBytes, toBytes, fromBytes - lastFrom, sizeBytes);
    }

    private List<Window> forward(long toBytes, long sizeBytes) {
        long start = Math.max(aheadBytes, ceiling(toBytes));
        if (aheadBytes > 0 && start - toBytes > windowBytes / 2) {
            return List.of();
        }
        grow();
        long end = Math.min(ceiling(start + windowBytes), ceiling(sizeBytes));
        aheadBytes = Math.max(start, end);
        return start < end ? List.of(new Window(start, end)) : List.of();
    }

    private List<Window> backward(long fromBytes) {
        long end = Math.min(behindBytes, fromBytes & -chunkBytes);
        if (behindBytes != Long.MAX_VALUE && fromBytes - end > windowBytes / 2) {
            return List.of();
        }
        grow();
        long start = Math.max(0, (end - windowBytes) & -chunkBytes);
        behindBytes = start;
        return start < end ? List.of(new Window(start, end)) : List.of();
    }

    private List<Window> leap(long fromBytes, long toBytes, long distance, long sizeBytes) {
        aheadBytes = 0;
        behindBytes = Long.MAX_VALUE;
        if (distance != strideBytes || strides == 0) {
            strideBytes = distance;
            strides = 1;
            stridesAheadBytes = fromBytes;
            windowBytes = windowBytes / 2 < firstBytes ? 0 : windowBytes / 2;
            return List.of();
        }
        strides++;
        if (strides < STRIDES_TO_BELIEVE) {
            return List.of();
        }
        boolean used = Math.abs(stridesAheadBytes - fromBytes) * 2 <= Math.abs(distance) * wantedStrides(toBytes - fromBytes);
        if (strides > STRIDES_TO_BELIEVE && !used) {
            return List.of();
        }
        grow();
        return strided(fromBytes, toBytes - fromBytes, distance, sizeBytes);
    }

    private long wantedStrides(long lengthBytes) {
        return Math.clamp(windowBytes / Math.max(1, ceiling(lengthBytes)), 1, MOST_STRIDES);
    }

    private List<Window> strided(long fromBytes, long lengthBytes, long distance, long sizeBytes) {
        List<Window> windows = new ArrayList<>();
        long wanted = wantedStrides(lengthBytes);
        for (long i = 1; i <= wanted; i++) {
            long at = fromBytes + i * distance;
            boolean asked = distance > 0 ? at <= stridesAheadBytes : at >= stridesAheadBytes;
            if (at < 0 || at >= sizeBytes) {
                break;
            }
            if (!asked) {
                add(windows, new Window(at & -chunkBytes, Math.min(ceiling(at + lengthBytes), ceiling(sizeBytes))));
                stridesAheadBytes = at;
            }
        }
        return windows;
    }

    /// Adds a window, joined with the last one where they touch.
    private static void add(List<Window> windows, Window next) {
        if (!windows.isEmpty()) {
            Window last = windows.getLast();
            if (next.fromBytes() <= last.toBytes() && last.fromBytes() <= next.toBytes()) {
                windows.removeLast();
                windows.add(new Window(Math.min(last.fromBytes(), next.fromBytes()), Math.max(last.toBytes(), next.toBytes())));
                return;
            }
        }
        windows.add(next);
    }

    private void grow() {
        if (expectation == Expectation.SEQUENTIAL) {
            windowBytes = maxBytes;
        } else {
            windowBytes = windowBytes == 0 ? firstBytes : Math.min(2 * windowBytes, maxBytes);
        }
    }

    private long ceiling(long offsetBytes) {
        return (offsetBytes + chunkBytes - 1) & -chunkBytes;
    }
}
