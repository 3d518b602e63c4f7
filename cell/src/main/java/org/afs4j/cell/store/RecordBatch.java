package org.afs4j.cell.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Changes of records that take effect together or not at all, in the order in which they were added.
///
/// Threads: one at a time.
public final class RecordBatch {
    /// One change.
    ///
    /// @param table the table
    /// @param key the record's key; of no meaning where the table goes
    /// @param record the record, not to be changed any more; null where it, or the table, goes
    /// @param wholeTable whether all records of the table go
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Change(String table, long key, byte @Nullable [] record, boolean wholeTable) {}

    private final List<Change> changes = new ArrayList<>();

    /// Makes an empty one.
    public RecordBatch() {}

    /// Puts a record, in place of one of the same key.
    ///
    /// @param table the table, made if there is none
    /// @param key the record's key
    /// @param record the record; the batch's from now on
    public void put(String table, long key, byte[] record) {
        changes.add(new Change(table, key, record, false));
    }

    /// Takes a record out, if it is there.
    ///
    /// @param table the table
    /// @param key the record's key
    public void remove(String table, long key) {
        changes.add(new Change(table, key, null, false));
    }

    /// Takes all records of a table out.
    ///
    /// @param table the table
    public void drop(String table) {
        changes.add(new Change(table, 0, null, true));
    }

    /// Whether it changes nothing.
    public boolean isEmpty() {
        return changes.isEmpty();
    }

    List<Change> changes() {
        return changes;
    }
}
