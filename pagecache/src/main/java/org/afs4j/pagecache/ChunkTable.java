package org.afs4j.pagecache;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The chunks of one file by index: a directory of leaves, made as they are needed.
///
/// Threads: [#get(long)] from any without a lock; it may miss a chunk that is being made, never see one half made, as a chunk's
/// fresh state is all zeros. The others under the page-state lock, or where the invalidate lock is held exclusively.
final class ChunkTable {
    private static final int CHUNKS_PER_LEAF = 1024;

    private volatile @Nullable Chunk[][] leaves = new Chunk[0][];

    /// Looks at a chunk.
    interface Visitor {
        /// Looks at a chunk.
        ///
        /// @param index which it is
        /// @param chunk its state
        /// @return whether to go on
        boolean visit(long index, Chunk chunk);
    }

    /// The chunk, or null if none of its pages was ever there.
    @Nullable Chunk get(long index) {
        @Nullable Chunk[][] all = leaves;
        long leaf = index / CHUNKS_PER_LEAF;
        if (leaf >= all.length) {
            return null;
        }
        Chunk[] chunks = all[(int) leaf];
        return chunks == null ? null : chunks[(int) (index % CHUNKS_PER_LEAF)];
    }

    /// The chunk, made if it was not there.
    Chunk getOrMake(long index) {
        int leaf = (int) (index / CHUNKS_PER_LEAF);
        @Nullable Chunk[][] all = leaves;
        if (leaf >= all.length) {
            all = Arrays.copyOf(all, Math.max(leaf + 1, all.length * 2));
            leaves = all;
        }
        Chunk[] chunks = all[leaf];
        if (chunks == null) {
            chunks = new Chunk[CHUNKS_PER_LEAF];
            all[leaf] = chunks;
        }
        int at = (int) (index % CHUNKS_PER_LEAF);
        Chunk chunk = chunks[at];
        if (chunk == null) {
            chunk = new Chunk();
            chunks[at] = chunk;
        }
        return chunk;
    }

    /// An index beyond every chunk that is there.
    long limit() {
        return (long) leaves.length * CHUNKS_PER_LEAF;
    }

    /// Visits the chunks that are there, in ascending order.
    ///
    /// @param fromIndex the first
    /// @param toIndex the one after the last
    void forEach(long fromIndex, long toIndex, Visitor visitor) {
        @Nullable Chunk[][] all = leaves;
        long index = fromIndex;
        while (index < toIndex) {
            int leaf = (int) (index / CHUNKS_PER_LEAF);
            if (all[leaf] == null) {
                index = (leaf + 1L) * CHUNKS_PER_LEAF;
                continue;
            }
            Chunk chunk = get(index);
            if (chunk != null && !visitor.visit(index, chunk)) {
                return;
            }
            index++;
        }
    }
}
