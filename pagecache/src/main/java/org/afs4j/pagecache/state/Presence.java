package org.afs4j.pagecache.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Which chunks of a file can be reached in a generation. Each is a byte, in leaves that are made where something is present, so
/// that a huge sparse file costs little.
///
/// Invariant: what is present stays present.
///
/// Threads: read by any; set under the mapping-generation lock.
public final class Presence {
    private static final VarHandle BYTES = MethodHandles.arrayElementVarHandle(byte[].class);
    private static final int LEAF_SHIFT = 12;
    private static final int LEAF_CHUNKS = 1 << LEAF_SHIFT;

    private final byte[][] leaves;

    /// Makes one of which nothing is present.
    ///
    /// @param chunks how many chunks there are
    public Presence(long chunks) {
        this.leaves = new byte[(int) ((chunks + LEAF_CHUNKS - 1) >>> LEAF_SHIFT)][];
    }

    /// Whether a chunk is present; what was done before it was made so is seen then.
    ///
    /// @param chunk less than the count of chunks
    public boolean isPresent(long chunk) {
        byte[] leaf = leaves[(int) (chunk >>> LEAF_SHIFT)];
        return leaf != null && (byte) BYTES.getAcquire(leaf, (int) chunk & (LEAF_CHUNKS - 1)) != 0;
    }

    /// The first chunk of a range that is not present; the end of the range if all are.
    public long firstAbsent(long fromChunk, long toChunk) {
        long chunk = fromChunk;
        while (chunk < toChunk && isPresent(chunk)) {
            chunk++;
        }
        return chunk;
    }

    /// Whether any of some chunks is present.
    public boolean isAnyPresent(long fromChunk, long toChunk) {
        for (long chunk = fromChunk; chunk < toChunk; chunk++) {
            if (leaves[(int) (chunk >>> LEAF_SHIFT)] == null) {
                chunk |= LEAF_CHUNKS - 1;
            } else if (isPresent(chunk)) {
                return true;
            }
        }
        return false;
    }

    /// Makes a chunk present.
    ///
    /// Locks: the mapping-generation lock.
    public void setPresent(long chunk) {
        int leaf = (int) (chunk >>> LEAF_SHIFT);
        if (leaves[leaf] == null) {
            leaves[leaf] = new byte[LEAF_CHUNKS];
        }
        BYTES.setRelease(leaves[leaf], (int) chunk & (LEAF_CHUNKS - 1), (byte) 1);
    }

    /// Takes over what is present in another one of the same file.
    ///
    /// Locks: the mapping-generation lock.
    ///
    /// @param toChunk where to end
    public void addAll(Presence other, long toChunk) {
        for (long chunk = 0; chunk < toChunk; chunk++) {
            if (other.leaves[(int) (chunk >>> LEAF_SHIFT)] == null) {
                chunk |= LEAF_CHUNKS - 1;
            } else if (other.isPresent(chunk)) {
                setPresent(chunk);
            }
        }
    }
}
