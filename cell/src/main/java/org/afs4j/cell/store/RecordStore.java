package org.afs4j.cell.store;

import java.io.Closeable;
import java.util.Set;

/// Tables of small records by number, changed by whole batches.
///
/// Threads: any.
interface RecordStore extends Closeable {
    /// The tables that have records.
    Set<String> tables();

    /// Gives all records of a table, in the order of their keys, unsigned where all are.
    ///
    /// @throws CellStoreException if they cannot be read
    void forEach(String table, CellStore.Visitor visitor) throws CellStoreException;

    /// Applies a batch. When it returns the batch outlives the process; if the process dies within it, all of the batch is there
    /// afterwards or nothing.
    ///
    /// @throws CellStoreException if it cannot be written; nothing can be committed any more
    void commit(RecordBatch batch) throws CellStoreException;

    /// Lets all that was committed outlive a loss of power too.
    ///
    /// @throws CellStoreException if the disk refuses
    void sync() throws CellStoreException;

    @Override
    void close() throws CellStoreException;
}
