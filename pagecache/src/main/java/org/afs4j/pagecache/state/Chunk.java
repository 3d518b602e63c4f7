package org.afs4j.pagecache.state;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// The states of the pages of one chunk, a bit for each; [PageStates] says what they mean. Also what the evictor remembers of it.
///
/// Threads: the page-state lock, except where said.
public final class Chunk extends EvictionEntry {
    /// Pages whose memory holds the file's bytes. Written under the page-state lock, read by anyone.
    volatile long upToDate;
    /// Pages that some holder of the invalidate lock brings in now.
    long filling;
    /// Pages that have memory of which only the dirty bytes mean anything.
    long partial;
    /// Pages with bytes that the backing does not have.
    long dirty;
    /// Pages some of whose bytes are on their way to the backing.
    long writingBack;
    /// Which bytes of a dirty page are dirty; null where a dirty page is dirty as a whole.
    private @Nullable BitSet @Nullable [] dirtyBytes;

    Chunk(ChunkOwner owner, long ownerKey, long index) {
        super(owner, ownerKey, index);
    }

    /// Whether no page has memory.
    boolean isEmpty() {
        return (upToDate | filling | partial | dirty | writingBack) == 0;
    }

    /// The dirty bytes of a page that is dirty; null if all are.
    @Nullable BitSet dirtyBytes(int page) {
        return dirtyBytes == null ? null : dirtyBytes[page];
    }

    /// Makes bytes of a page dirty.
    void addDirty(int page, int fromByte, int toByte, int pageBytes) {
        long bit = 1L << page;
        BitSet bytes = dirtyBytes(page);
        boolean whole = toByte - fromByte == pageBytes;
        if ((dirty & bit) == 0) {
            bytes = whole ? null : new BitSet();
        } else if (bytes == null) {
            return;
        }
        dirty |= bit;
        if (bytes != null) {
            bytes.set(fromByte, toByte);
            if (bytes.cardinality() == pageBytes) {
                bytes = null;
            }
        }
        setDirtyBytes(page, bytes);
    }

    /// Makes bytes of a page not dirty.
    ///
    /// @param validBytes how many bytes of the page lie within the file
    void removeDirty(int page, int fromByte, int toByte, int validBytes) {
        long bit = 1L << page;
        if ((dirty & bit) == 0) {
            return;
        }
        BitSet bytes = dirtyBytes(page);
        if (bytes == null) {
            bytes = new BitSet();
            bytes.set(0, validBytes);
        }
        bytes.clear(fromByte, Math.max(fromByte, toByte));
        if (bytes.isEmpty()) {
            dirty &= ~bit;
            bytes = null;
        }
        setDirtyBytes(page, bytes);
    }

    /// Makes all bytes of a page but some not dirty.
    void keepDirty(int page, BitSet bytes, int pageBytes) {
        if (bytes.isEmpty()) {
            dirty &= ~(1L << page);
        }
        setDirtyBytes(page, bytes.isEmpty() || bytes.cardinality() == pageBytes ? null : bytes);
    }

    /// Forgets what was dirty in some pages.
    void cleanAll(long pages) {
        dirty &= ~pages;
        for (long left = dirtyBytes == null ? 0 : pages; left != 0; left &= left - 1) {
            setDirtyBytes(Long.numberOfTrailingZeros(left), null);
        }
        if (dirty == 0) {
            dirtyBytes = null;
        }
    }

    /// Whether all bytes of a page up to one are dirty.
    boolean isDirtyUpTo(int page, int toByte) {
        BitSet bytes = dirtyBytes(page);
        return (dirty & 1L << page) != 0 && (bytes == null || bytes.nextClearBit(0) >= toByte);
    }

    private void setDirtyBytes(int page, @Nullable BitSet bytes) {
        if (dirtyBytes == null) {
            if (bytes == null) {
                return;
            }
            dirtyBytes = new BitSet[Long.SIZE];
        }
        dirtyBytes[page] = bytes;
    }
}
