package org.afs4j.cell.store;

import java.io.Closeable;
import java.util.Map;
import java.util.Set;

/// What holds the volumes of a cell: their headers, vnodes and directories as records, the contents of their files as chunks.
///
/// What a cell has answered is committed. A store that is kept has it again when it is opened next, whatever became of the process
/// meanwhile; after a loss of power it has what was committed before the last [#sync].
///
/// Invariants of a kept store:
/// 1. A batch of records is there as a whole or not at all.
/// 2. A chunk that a committed record names is what was put: chunks are never changed, and the place of one is used again only
///    after the batch without it has been committed.
///
/// Threads: any.
public interface CellStore extends Closeable {
    /// Takes the records of a table, one by one.
    @FunctionalInterface
    interface Visitor {
        /// Takes one.
        ///
        /// @param key its key
        /// @param record its bytes, not to be changed
        /// @throws CellStoreException if it makes no sense
        void visit(long key, byte[] record) throws CellStoreException;
    }

    /// Whether anything outlives the process. If not, records need not be committed, and there are none.
    boolean isKept();

    /// The tables that have records.
    Set<String> tables();

    /// Gives all records of a table, in the order of their keys.
    ///
    /// @param table the table
    /// @param visitor takes them
    /// @throws CellStoreException if they cannot be read, or the visitor says so
    void forEach(String table, Visitor visitor) throws CellStoreException;

    /// Applies a batch as a whole.
    ///
    /// @param batch the batch; the store's from now on
    /// @throws CellStoreException if it cannot be written: the store can be read only from then on
    void commit(RecordBatch batch) throws CellStoreException;

    /// Gives the place for the chunks of one file. It counts who holds what, so it is asked for once, and shared by all snapshots.
    ///
    /// @param key names the file
    ChunkFile file(FileKey key);

    /// The files of contents that are there, with their lengths in bytes.
    ///
    /// @throws CellStoreException if they cannot be listed
    Map<FileKey, Long> files() throws CellStoreException;

    /// Removes a file of contents that no record names.
    ///
    /// @param key names the file
    /// @throws CellStoreException if it cannot be removed
    void delete(FileKey key) throws CellStoreException;

    /// Lets all that was committed outlive a loss of power.
    ///
    /// @throws CellStoreException if the disk refuses
    ///
    /// Blocks: until the disk has it.
    void sync() throws CellStoreException;

    /// Frees what the store holds of the process; what it keeps is kept.
    @Override
    void close() throws CellStoreException;
}
