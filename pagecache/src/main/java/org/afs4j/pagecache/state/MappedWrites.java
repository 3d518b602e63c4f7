package org.afs4j.pagecache.state;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which bytes views have written: found by comparing a chunk with its twin, a copy from before the first write.
///
/// A write fault has the twin made, and the chunk's pages marked dirty as a whole (MM-8). Once no view can write the chunk any more
/// it is *resolved*: of its pages only those bytes stay dirty that differ from the twin, or were dirty for another reason. A gap of
/// fewer than eight unchanged bytes between two changed ones counts as changed, since numbers are written as a whole, and every gap
/// would cost a call.
///
/// Invariants:
/// 1. A page that has a twin is dirty.
/// 2. A twin is older than every write that a view has made to its page since the page was last resolved.
/// 3. Twins take no more memory than the budget's limit for them. A chunk that gets none stays dirty as a whole.
///
/// Locks: the page-state lock guards all of it. Threads: any.
public final class MappedWrites {
    private static final int JOINED_GAP_BYTES = 8;

    /// Where the memory of a page is.
    @FunctionalInterface
    public interface Frames {
        /// The memory of a page that is there.
        MemorySegment ofPage(long page);
    }

    private static final class Twin {
        /// The pages of the chunk that it has, a bit for each.
        private long pages;

        private final byte[] bytes;
        /// Of each page the bytes that are dirty for another reason than a view's write; null if none is.
        private final @Nullable BitSet[] known;

        private Twin(int chunkBytes, int pages) {
            this.bytes = new byte[chunkBytes];
            this.known = new BitSet[pages];
        }
    }

    private final PageStates states;
    private final PageGeometry geometry;
    private final TreeMap<Long, Twin> twins = new TreeMap<>();

    MappedWrites(PageStates states) {
        this.states = states;
        this.geometry = states.geometry;
    }

    /// Makes the twins of up-to-date pages of one chunk, and marks them dirty. To be called before a view can write them.
    ///
    /// Locks: the invalidate lock shared, the page-state lock, the mapping-generation lock.
    public void beginLocked(long fromPage, long toPage, Frames frames) {
        Twin twin = twin(geometry.chunkOf(fromPage));
        for (long page = fromPage; twin != null && page < toPage; page++) {
            if ((twin.pages & geometry.bit(page)) == 0) {
                take(twin, page, frames);
            }
        }
        states.dirtyPages().markLocked(fromPage, toPage);
    }

    private @Nullable Twin twin(long index) {
        Twin twin = twins.get(index);
        if (twin == null && states.budget.tryAddTwin(geometry.chunkBytes())) {
            twin = new Twin((int) geometry.chunkBytes(), 1 << geometry.chunkPagesShift());
            twins.put(index, twin);
        }
        return twin;
    }

    private void take(Twin twin, long page, Frames frames) {
        int inChunk = geometry.inChunk(page);
        int pageBytes = geometry.pageBytes();
        MemorySegment.copy(frames.ofPage(page), ValueLayout.JAVA_BYTE, 0, twin.bytes, inChunk * pageBytes, pageBytes);
        Chunk chunk = states.chunk(page);
        BitSet known = null;
        if (chunk != null && (chunk.dirty & geometry.bit(page)) != 0) {
            BitSet dirty = chunk.dirtyBytes(inChunk);
            known = new BitSet(pageBytes);
            if (dirty == null) {
                known.set(0, pageBytes);
            } else {
                known.or(dirty);
            }
        }
        twin.known[inChunk] = known;
        twin.pages |= geometry.bit(page);
    }

    /// Takes note of bytes that became dirty otherwise than by a view.
    void noteLocked(long page, int fromByte, int toByte) {
        Twin twin = twins.isEmpty() ? null : twins.get(geometry.chunkOf(page));
        if (twin != null && (twin.pages & geometry.bit(page)) != 0) {
            int inChunk = geometry.inChunk(page);
            BitSet known = twin.known[inChunk];
            if (known == null) {
                known = new BitSet(geometry.pageBytes());
                twin.known[inChunk] = known;
            }
            known.set(fromByte, toByte);
        }
    }

    /// Finds out which bytes views have written in some chunks.
    ///
    /// Locks: the invalidate lock, and the page-state lock.
    ///
    /// @param closed whether no view can write the chunks any more; if one can they stay dirty as a whole
    /// @return whether any chunk had a twin, so that what is dirty has changed
    public boolean resolveLocked(long fromChunk, long toChunk, boolean closed, Frames frames) {
        boolean any = false;
        for (Map.Entry<Long, Twin> next = twins.ceilingEntry(fromChunk); next != null && next.getKey() < toChunk; ) {
            long index = next.getKey();
            forgetLocked(index);
            if (closed) {
                resolve(index, next.getValue(), frames);
            }
            any = true;
            next = twins.higherEntry(index);
        }
        return any;
    }

    /// Finds out which bytes views have written anywhere.
    ///
    /// Locks: the invalidate lock exclusively, after a strip.
    public void resolveAll(boolean closed, Frames frames) {
        states.mutex.lock();
        try {
            boolean ignored = resolveLocked(0, Long.MAX_VALUE, closed, frames);
        } finally {
            states.mutex.unlock();
        }
    }

    private void resolve(long index, Twin twin, Frames frames) {
        for (long left = twin.pages; left != 0; left &= left - 1) {
            int inChunk = Long.numberOfTrailingZeros(left);
            long page = geometry.firstPage(index) + inChunk;
            BitSet written = differing(frames.ofPage(page), twin.bytes, inChunk * geometry.pageBytes());
            BitSet known = twin.known[inChunk];
            if (known != null) {
                written.or(known);
            }
            states.dirtyPages().keepLocked(page, written);
        }
    }

    private BitSet differing(MemorySegment frames, byte[] twin, int start) {
        int pageBytes = geometry.pageBytes();
        MemorySegment before = MemorySegment.ofArray(twin).asSlice(start, pageBytes);
        BitSet differing = new BitSet();
        int runEnd = -JOINED_GAP_BYTES;
        int at = 0;
        while (at < pageBytes) {
            long found = MemorySegment.mismatch(frames, at, pageBytes, before, at, pageBytes);
            if (found < 0) {
                break;
            }
            int from = at + (int) found;
            int to = from + 1;
            while (to < pageBytes && frames.get(ValueLayout.JAVA_BYTE, to) != twin[start + to]) {
                to++;
            }
            differing.set(from - runEnd < JOINED_GAP_BYTES ? runEnd : from, to);
            runEnd = to;
            at = to;
        }
        return differing;
    }

    /// Forgets a chunk's twin; what is dirty there stays so.
    void forgetLocked(long index) {
        if (!twins.isEmpty() && twins.remove(index) != null) {
            states.budget.removeTwin(geometry.chunkBytes());
        }
    }
}
