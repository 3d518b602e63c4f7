package org.afs4j.cell.store;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A piece of a file's contents, 64 KiB at most, that never changes: a change of the file puts another in its place. So whoever
/// holds one reads what it was at one moment.
///
/// Ownership: counted. Whoever gets one holds it once; its storage is used for something else after the last [#release].
///
/// Threads: any.
public interface Chunk {
    /// How many bytes it has, 0 to [ChunkFile#CHUNK_BYTES].
    int lengthBytes();

    /// Its bytes, read-only, from position 0 to its length.
    ///
    /// @throws CellStoreException if they cannot be read, or are not what was written
    ByteBuffer bytes() throws CellStoreException;

    /// The first bytes of it, held once by the caller.
    ///
    /// @param lengthBytes how many, no more than it has
    Chunk shortened(int lengthBytes);

    /// Holds it once more.
    void retain();

    /// Holds it once less.
    void release();

    /// Where it lies, to be written down; null if it does not outlive the process.
    @Nullable ChunkPlace place();

    /// Where it lies, of a chunk that outlives the process.
    default ChunkPlace requirePlace() {
        return Objects.requireNonNull(place());
    }
}
