package org.afs4j.cell.record;

import java.util.ArrayList;
import java.util.List;
import org.afs4j.cell.store.CellStoreException;

/// Where the instances of a volume are to be, as the location server's database has it: what the instances themselves do not say.
///
/// @param readWriteId the id of the read-write instance
/// @param name the volume's name
/// @param sites its read-only sites
public record StoredPlaces(int readWriteId, String name, List<Site> sites) {
    /// A read-only site.
    ///
    /// @param server which file server of the cell, from 0
    /// @param isNew whether the latest release has reached it, while not all sites are reached
    public record Site(int server, boolean isNew) {}

    byte[] encode() {
        RecordWriter out = new RecordWriter().putText(name).putInt(sites.size());
        sites.forEach(site -> out.putInt(site.server()).putInt(site.isNew() ? 1 : 0));
        return out.end();
    }

    static StoredPlaces decode(int readWriteId, byte[] record) throws CellStoreException {
        return RecordReader.read("the places of volume " + Integer.toUnsignedString(readWriteId), record, in -> {
            String name = in.getText();
            List<Site> sites = new ArrayList<>();
            for (int left = in.getInt(); left > 0; left--) {
                sites.add(new Site(in.getInt(), in.getInt() != 0));
            }
            return new StoredPlaces(readWriteId, name, List.copyOf(sites));
        });
    }
}
