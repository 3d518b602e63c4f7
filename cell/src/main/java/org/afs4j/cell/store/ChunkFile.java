package org.afs4j.cell.store;

import java.nio.ByteBuffer;

/// Where the chunks of one file's contents lie, those of all its snapshots among them.
///
/// Threads: any.
public interface ChunkFile {
    /// How long a chunk is at most.
    int CHUNK_BYTES = 64 * 1024;

    /// Stores a chunk where nothing lies yet.
    ///
    /// @param index which chunk of the file it is to be, from 0; where it lies follows this if it can
    /// @param bytes its bytes, from position to limit, at most [#CHUNK_BYTES]; an array behind it must not change any more
    /// @return the chunk, held once by the caller
    /// @throws CellStoreException if there is no room, or it cannot be written
    Chunk put(long index, ByteBuffer bytes) throws CellStoreException;

    /// Takes a chunk up again that an earlier process stored.
    ///
    /// @param place where it lies
    /// @return the chunk, held once by the caller
    Chunk restore(ChunkPlace place);
}
