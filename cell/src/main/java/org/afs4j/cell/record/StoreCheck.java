package org.afs4j.cell.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.afs4j.cell.store.CellStore;
import org.afs4j.cell.store.CellStoreException;
import org.afs4j.cell.store.ChunkFile;
import org.afs4j.cell.store.FileKey;
import org.afs4j.cell.store.RecordBatch;

/// The check of a store when it is opened: what is wrong is repaired, written down and told, so that what is loaded is sound. The death
/// of a process leaves nothing to repair but files of contents that nothing names.
///
/// Threads: one, before anybody else uses the store.
public final class StoreCheck {
    private final CellStore store;
    private final boolean readsContents;
    private final List<CheckReport.Finding> findings = new ArrayList<>();

    private StoreCheck(CellStore store, boolean readsContents) {
        this.store = store;
        this.readsContents = readsContents;
    }

    /// What was loaded.
    ///
    /// @param volumes the volume instances, sound
    /// @param report what was found and done
    public record Loaded(List<StoredVolume> volumes, CheckReport report) {}

    /// Loads all volumes, checked.
    ///
    /// @param store the store
    /// @param readsContents whether all contents are read too, and compared with their checksums
    /// @throws CellStoreException if the store cannot be read, or a repair not be written
    public static Loaded load(CellStore store, boolean readsContents) throws CellStoreException {
        return new StoreCheck(store, readsContents).load();
    }

    private Loaded load() throws CellStoreException {
        List<StoredVolume> volumes = VolumeTables.volumes(store);
        Map<FileKey, Long> unused = new HashMap<>(store.files());
        Map<FileKey, Long> files = Map.copyOf(unused);
        int vnodes = 0;
        for (StoredVolume volume : volumes) {
            if (new VolumeCheck(volume, findings).repair()) {
                RecordBatch batch = new RecordBatch();
                VolumeTables.put(batch, volume);
                store.commit(batch);
            }
            for (StoredVnode vnode : volume.vnodes().values()) {
                FileKey key = volume.fileKey(vnode);
                if (!volume.chunks(vnode.number()).isEmpty()) {
                    unused.remove(key);
                    checkContents(volume, vnode, key, files.getOrDefault(key, 0L));
                }
            }
            vnodes += volume.vnodes().size();
        }
        for (FileKey key : unused.keySet()) {
            store.delete(key);
        }
        long bytes = files.entrySet().stream()
                .filter(file -> !unused.containsKey(file.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
        return new Loaded(volumes, new CheckReport(volumes.size(), vnodes, bytes, unused.size(), List.copyOf(findings)));
    }

    private void checkContents(StoredVolume volume, StoredVnode vnode, FileKey key, long fileBytes) {
        Set<Integer> slots = new HashSet<>();
        ChunkFile file = store.file(key);
        volume.chunks(vnode.number()).forEach((index, place) -> {
            String where = "bytes from " + index * ChunkFile.CHUNK_BYTES + " on ";
            if (!slots.add(place.slot())) {
                find(volume, vnode, where + "lie where others of the file do");
            } else if ((long) place.slot() * ChunkFile.CHUNK_BYTES + place.storedBytes() > fileBytes) {
                find(volume, vnode, where + "are missing");
            } else if (readsContents) {
                try {
                    // Not released: that would remove the file with its last holder.
                    file.restore(place).bytes();
                } catch (CellStoreException e) {
                    find(volume, vnode, where + "cannot be read: " + e.getMessage());
                }
            }
        });
    }

    private void find(StoredVolume volume, StoredVnode vnode, String problem) {
        findings.add(new CheckReport.Finding(
                volume.header().name(), vnode.number() + "." + vnode.uniquifier(), problem, ""));
    }
}
