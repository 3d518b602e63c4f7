package org.afs4j.pagecache.state;

import java.util.BitSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which bytes of one file are dirty, that is newer than the backing's, and which of those are on their way there.
///
/// Dirty bytes are known one by one: only what was written goes to the backing, so that two clients that write different bytes of
/// one page do not erase each other. A page that a view may write is dirty as a whole, as far as it lies within the file, until
/// [MappedWrites] finds out what the view has written.
///
/// Invariants:
/// 1. A page is in the account of dirty memory while any byte of it is dirty or on its way.
/// 2. At most one range is on its way at a time.
///
/// Locks: the page-state lock guards all of it; methods that say `Locked` need it held. Threads: any.
public final class DirtyPages {
    private final PageStates states;
    private final PageGeometry geometry;
    private final TreeSet<Long> dirtyChunks = new TreeSet<>();
    private final MappedWrites mappedWrites;
    private @Nullable DirtyRange onItsWay;

    DirtyPages(PageStates states) {
        this.states = states;
        this.geometry = states.geometry;
        this.mappedWrites = new MappedWrites(states);
    }

    /// Which bytes views have written.
    public MappedWrites mappedWrites() {
        return mappedWrites;
    }

    /// Marks up-to-date pages dirty as a whole.
    ///
    /// Locks: the invalidate lock shared, and the page-state lock.
    void markLocked(long fromPage, long toPage) {
        for (long page = fromPage; page < toPage; page++) {
            Chunk chunk = states.chunk(page);
            assert chunk != null && (chunk.upToDate & geometry.bit(page)) != 0 : "only a page that is there can be dirty";
            if (chunk != null) {
                addLocked(page, chunk, 0, geometry.pageBytes());
            }
        }
    }

    void markBytesLocked(long page, Chunk chunk, int fromByte, int toByte) {
        mappedWrites.noteLocked(page, fromByte, toByte);
        addLocked(page, chunk, fromByte, toByte);
    }

    private void addLocked(long page, Chunk chunk, int fromByte, int toByte) {
        if (((chunk.dirty | chunk.writingBack) & geometry.bit(page)) == 0) {
            states.budget.addDirty(geometry.pageBytes());
        }
        chunk.addDirty(geometry.inChunk(page), fromByte, toByte, geometry.pageBytes());
        boolean ignored = dirtyChunks.add(chunk.index());
    }

    /// Has only some bytes of a dirty page stay dirty.
    void keepLocked(long page, BitSet bytes) {
        Chunk chunk = states.chunk(page);
        if (chunk == null || (chunk.dirty & geometry.bit(page)) == 0) {
            throw new IllegalStateException("a page that a view has written is not dirty");
        }
        chunk.keepDirty(geometry.inChunk(page), bytes, geometry.pageBytes());
        if (((chunk.dirty | chunk.writingBack) & geometry.bit(page)) == 0) {
            states.budget.addDirty(-geometry.pageBytes());
        }
        noteIfClean(chunk);
    }

    /// The bytes of a page that the backing may not have.
    BitSet newerBytesLocked(long page, Chunk chunk) {
        BitSet newer = new BitSet();
        if ((chunk.dirty & geometry.bit(page)) != 0) {
            BitSet dirty = chunk.dirtyBytes(geometry.inChunk(page));
            if (dirty == null) {
                newer.set(0, geometry.pageBytes());
            } else {
                newer.or(dirty);
            }
        }
        DirtyRange range = onItsWay;
        if (range != null && (chunk.writingBack & geometry.bit(page)) != 0) {
            newer.set(fromByte(page, range), toByte(page, range));
        }
        return newer;
    }

    private int fromByte(long page, DirtyRange range) {
        return (int) Math.max(0, range.fromBytes() - geometry.bytesOf(page));
    }

    private int toByte(long page, DirtyRange range) {
        return (int) Math.min(geometry.pageBytes(), range.toBytes() - geometry.bytesOf(page));
    }

    /// Finds the next run of dirty bytes.
    ///
    /// @param fromBytes where to look from
    /// @param toBytes where to end
    /// @param mostBytes the longest run wanted
    /// @return the run, or null if there is none
    public @Nullable DirtyRange nextLocked(long fromBytes, long toBytes, long mostBytes) {
        long end = Math.min(toBytes, states.sizeBytes());
        long at = firstLocked(fromBytes, end);
        if (at < 0) {
            return null;
        }
        long most = Math.min(end, at + mostBytes);
        long to = at;
        while (to < most) {
            long reached = endOfRunLocked(to, most);
            if (reached == to) {
                break;
            }
            to = reached;
        }
        return new DirtyRange(at, to);
    }

    /// The first dirty byte of a range, or −1.
    private long firstLocked(long fromBytes, long toBytes) {
        long page = geometry.pageOf(fromBytes);
        while (true) {
            Long index = dirtyChunks.ceiling(geometry.chunkOf(page));
            if (index == null) {
                return -1;
            }
            page = Math.max(page, geometry.firstPage(index));
            for (long end = geometry.nextChunk(page); page < end; page++) {
                long start = geometry.bytesOf(page);
                if (start >= toBytes) {
                    return -1;
                }
                int found = firstDirtyByte(page, (int) Math.max(0, fromBytes - start));
                if (found >= 0) {
                    return start + found < toBytes ? start + found : -1;
                }
            }
        }
    }

    private int firstDirtyByte(long page, int fromByte) {
        Chunk chunk = states.chunk(page);
        if (chunk == null || (chunk.dirty & geometry.bit(page)) == 0) {
            return -1;
        }
        BitSet bytes = chunk.dirtyBytes(geometry.inChunk(page));
        return bytes == null ? fromByte : bytes.nextSetBit(fromByte);
    }

    /// Where the dirty bytes that begin at an offset end within its page; the offset itself if it is not dirty.
    private long endOfRunLocked(long atBytes, long mostBytes) {
        long page = geometry.pageOf(atBytes);
        long start = geometry.bytesOf(page);
        int fromByte = (int) (atBytes - start);
        if (firstDirtyByte(page, fromByte) != fromByte) {
            return atBytes;
        }
        Chunk chunk = states.chunk(page);
        BitSet bytes = chunk == null ? null : chunk.dirtyBytes(geometry.inChunk(page));
        int toByte = bytes == null ? geometry.pageBytes() : Math.min(geometry.pageBytes(), bytes.nextClearBit(fromByte));
        return Math.min(mostBytes, start + toByte);
    }

    /// Sends a run of dirty bytes on its way.
    ///
    /// Locks: the invalidate lock, the write-back lock, and the page-state lock.
    ///
    /// @param range what [#nextLocked] found
    /// @param keepDirty whether somebody may write them unseen, so that they stay dirty as well
    public void claimLocked(DirtyRange range, boolean keepDirty) {
        assert onItsWay == null : "two write-backs at once";
        onItsWay = range;
        for (long page = geometry.pageOf(range.fromBytes()); page < geometry.pageCeiling(range.toBytes()); page++) {
            Chunk chunk = states.chunk(page);
            if (chunk == null) {
                throw new IllegalStateException("a dirty page is gone");
            }
            chunk.writingBack |= geometry.bit(page);
            if (!keepDirty) {
                chunk.removeDirty(geometry.inChunk(page), fromByte(page, range), toByte(page, range), states.validBytes(page));
                noteIfClean(chunk);
            }
        }
    }

    private void noteIfClean(Chunk chunk) {
        if (chunk.dirty == 0) {
            boolean ignored = dirtyChunks.remove(chunk.index());
            mappedWrites.forgetLocked(chunk.index());
        }
    }

    /// Ends a write-back; if it failed its bytes are dirty again.
    public void finishWriteBack(DirtyRange range, boolean written) {
        states.mutex.lock();
        try {
            onItsWay = null;
            long cleaned = 0;
            for (long page = geometry.pageOf(range.fromBytes()); page < geometry.pageCeiling(range.toBytes()); page++) {
                Chunk chunk = states.chunk(page);
                if (chunk == null) {
                    throw new IllegalStateException("a page that was written back is gone");
                }
                if (!written) {
                    markBytesLocked(page, chunk, fromByte(page, range), toByte(page, range));
                }
                chunk.writingBack &= ~geometry.bit(page);
                cleaned += (chunk.dirty & geometry.bit(page)) == 0 ? 1 : 0;
            }
            states.budget.addDirty(-geometry.bytesOf(cleaned));
        } finally {
            states.mutex.unlock();
        }
    }

    /// Whether there are dirty bytes, those on their way to the backing included.
    public boolean isAny() {
        states.mutex.lock();
        try {
            return onItsWay != null || !dirtyChunks.isEmpty();
        } finally {
            states.mutex.unlock();
        }
    }

    /// Where the last dirty byte ends; 0 if none is.
    ///
    /// Locks: the invalidate lock exclusively, so that none is being written back.
    public long endBytes() {
        states.mutex.lock();
        try {
            if (dirtyChunks.isEmpty()) {
                return 0;
            }
            long index = dirtyChunks.last();
            Chunk chunk = states.chunks.get(index);
            if (chunk == null) {
                throw new IllegalStateException("a dirty page is gone");
            }
            int inChunk = Long.SIZE - 1 - Long.numberOfLeadingZeros(chunk.dirty);
            BitSet bytes = chunk.dirtyBytes(inChunk);
            long start = geometry.bytesOf(geometry.firstPage(index) + inChunk);
            return Math.min(states.sizeBytes(), start + (bytes == null ? geometry.pageBytes() : bytes.length()));
        } finally {
            states.mutex.unlock();
        }
    }

    /// Forgets what is dirty in a part of a page: it is gone from the file, or was replaced there.
    ///
    /// Locks: the invalidate lock exclusively.
    public void forget(long page, int fromByte, int toByte) {
        states.mutex.lock();
        try {
            Chunk chunk = states.chunk(page);
            if (chunk != null && (chunk.dirty & geometry.bit(page)) != 0) {
                chunk.removeDirty(geometry.inChunk(page), fromByte, toByte, states.validBytes(page));
                if ((chunk.dirty & geometry.bit(page)) == 0) {
                    states.budget.addDirty(-geometry.pageBytes());
                }
                noteIfClean(chunk);
            }
        } finally {
            states.mutex.unlock();
        }
    }

    /// Makes a page that is dirty as a whole dirty only up to the end of the file, before that changes.
    ///
    /// Locks: the invalidate lock exclusively.
    public void clipAtEnd() {
        long size = states.sizeBytes();
        int within = (int) (size & (geometry.pageBytes() - 1));
        if (within != 0) {
            forget(geometry.pageOf(size), within, geometry.pageBytes());
        }
    }

    void forgetLocked(Chunk chunk, long pages) {
        long forgotten = Long.bitCount(chunk.dirty & pages);
        if (forgotten > 0) {
            chunk.cleanAll(pages);
            states.budget.addDirty(-geometry.bytesOf(forgotten));
            noteIfClean(chunk);
        }
    }
}
