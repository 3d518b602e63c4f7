package org.afs4j.pagecache.readahead;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.jspecify.annotations.Nullable;

/// One file's fills ahead of its readers: windows wait in a queue, those that touch are joined, and several fills at a time work
/// it off, piece by piece.
///
/// Invariant: what was queued before [#cancel()] is not begun after it.
///
/// Locks: its own, a leaf. Threads: any; fills run on threads of the world.
public final class Readahead {
    /// Fills a part of a file.
    @FunctionalInterface
    public interface Filler {
        /// Fills what is absent of a part of a file, if there is memory for it.
        ///
        /// @param stillWanted asked under the file's invalidate lock: whether to begin
        void fill(long fromBytes, long toBytes, BooleanSupplier stillWanted);
    }

    private final World world;
    private final Filler filler;
    private final long fillBytes;
    private final int mostFills;
    private final long mostQueuedBytes;
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final ArrayDeque<Window> queue = new ArrayDeque<>(0);
    private long queuedBytes;
    private int fills;
    private volatile long cancellations;

    /// Makes the readahead of a file.
    ///
    /// @param world where fills run
    /// @param filler what fills
    /// @param fillBytes the largest single fill, a multiple of a chunk
    /// @param mostFills how many there may be at a time
    /// @param mostQueuedBytes how much may wait; a window beyond it is forgotten
    public Readahead(World world, Filler filler, long fillBytes, int mostFills, long mostQueuedBytes) {
        this.world = world;
        this.filler = filler;
        this.fillBytes = fillBytes;
        this.mostFills = mostFills;
        this.mostQueuedBytes = mostQueuedBytes;
    }

    /// Has windows filled.
    public void want(List<Window> windows) {
        if (windows.isEmpty()) {
            return;
        }
        int starting;
        mutex.lock();
        try {
            windows.forEach(this::addLocked);
            long pieces = (queuedBytes + fillBytes - 1) / fillBytes;
            starting = Math.clamp(pieces, 0, mostFills - fills);
            fills += starting;
        } finally {
            mutex.unlock();
        }
        for (int i = 0; i < starting; i++) {
            Thread thread = world.start("afs4j-readahead", this::work);
            assert thread != null;
        }
    }

    private void addLocked(Window window) {
        if (queuedBytes + window.lengthBytes() > mostQueuedBytes) {
            return;
        }
        queuedBytes += window.lengthBytes();
        Window last = queue.peekLast();
        if (last != null && last.toBytes() == window.fromBytes()) {
            queue.removeLast();
            queue.addLast(new Window(last.fromBytes(), window.toBytes()));
        } else if (last != null && window.toBytes() == last.fromBytes()) {
            queue.removeLast();
            queue.addLast(new Window(window.fromBytes(), last.toBytes()));
        } else {
            queue.addLast(window);
        }
    }

    private void work() {
        while (true) {
            long noted = cancellations;
            Window piece = takePiece();
            if (piece == null) {
                return;
            }
            filler.fill(piece.fromBytes(), piece.toBytes(), () -> cancellations == noted);
        }
    }

    /// Takes the next piece off the queue; without any the worker ends.
    private @Nullable Window takePiece() {
        mutex.lock();
        try {
            Window first = queue.pollFirst();
            if (first == null) {
                fills--;
                return null;
            }
            Window piece = first;
            if (first.lengthBytes() > fillBytes) {
                piece = new Window(first.fromBytes(), first.fromBytes() + fillBytes);
                queue.addFirst(new Window(piece.toBytes(), first.toBytes()));
            }
            queuedBytes -= piece.lengthBytes();
            return piece;
        } finally {
            mutex.unlock();
        }
    }

    /// Forgets what waits: the file has changed, and readers will ask anew. A fill that has begun goes on to its end.
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the mutex only
    public void cancel() {
        mutex.lock();
        try {
            cancellations++;
            queue.clear();
            queuedBytes = 0;
        } finally {
            mutex.unlock();
        }
    }
}
