package org.afs4j.cell.record;

import java.util.ArrayList;
import java.util.List;
import org.afs4j.cell.store.CellStore;
import org.afs4j.cell.store.CellStoreException;
import org.afs4j.cell.store.RecordBatch;
import org.afs4j.protocol.AfsUuid;
import org.jspecify.annotations.Nullable;

/// What a store says of the cell whose volumes it has.
///
/// @param name the cell's name
/// @param servers the UUIDs of its file servers, in the order in which they were added
/// @param principals the users and groups that access lists may name
public record StoredCell(String name, List<AfsUuid> servers, List<String> principals) {
    private static final String TABLE = "cell";

    private void put(RecordBatch batch) {
        RecordWriter out = new RecordWriter().putText(name).putInt(servers.size());
        servers.forEach(uuid -> out.putLong(uuid.mostSignificantBits()).putLong(uuid.leastSignificantBits()));
        out.putInt(principals.size());
        principals.forEach(out::putText);
        batch.put(TABLE, 0, out.end());
    }

    /// Says that a store has the cell, if it does not say so yet.
    ///
    /// @param store the store
    /// @param before what it said at the start: servers that were there and are not yet stay
    /// @throws CellStoreException if it cannot be written down
    public void write(CellStore store, @Nullable StoredCell before) throws CellStoreException {
        List<AfsUuid> all = new ArrayList<>(servers);
        if (before != null && before.servers.size() > all.size()) {
            all.addAll(before.servers.subList(all.size(), before.servers.size()));
        }
        RecordBatch batch = new RecordBatch();
        new StoredCell(name, all, principals).put(batch);
        store.commit(batch);
    }

    /// Reads what a cell finds at its start. A store in which the making of a cell was cut short is made empty.
    ///
    /// @param store the store
    /// @param name the cell's name
    /// @return null if the store has no cell yet
    /// @throws CellStoreException if the store has another cell
    public static @Nullable StoredCell open(CellStore store, String name) throws CellStoreException {
        StoredCell found = read(store);
        if (found == null) {
            RecordBatch batch = new RecordBatch();
            store.tables().forEach(batch::drop);
            if (!batch.isEmpty()) {
                store.commit(batch);
            }
        } else if (!found.name().equals(name)) {
            throw new CellStoreException(
                    "the store has cell " + found.name() + ", not " + name + "; start that cell, or choose another directory", null);
        }
        return found;
    }

    /// Reads it.
    ///
    /// @param store the store
    /// @return null if the store has no cell yet
    /// @throws CellStoreException if it cannot be read
    public static @Nullable StoredCell read(CellStore store) throws CellStoreException {
        List<StoredCell> found = new ArrayList<>();
        store.forEach(TABLE, (key, record) -> found.add(RecordReader.read("the cell", record, in -> {
            String name = in.getText();
            List<AfsUuid> servers = new ArrayList<>();
            for (int left = in.getInt(); left > 0; left--) {
                servers.add(new AfsUuid(in.getLong(), in.getLong()));
            }
            List<String> principals = new ArrayList<>();
            for (int left = in.getInt(); left > 0; left--) {
                principals.add(in.getText());
            }
            return new StoredCell(name, List.copyOf(servers), List.copyOf(principals));
        })));
        return found.isEmpty() ? null : found.getFirst();
    }
}
