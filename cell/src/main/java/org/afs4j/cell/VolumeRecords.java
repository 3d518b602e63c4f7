package org.afs4j.cell;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.afs4j.cell.record.VolumeHeader;
import org.afs4j.cell.record.VolumeTables;
import org.afs4j.cell.store.CellStore;
import org.afs4j.cell.store.CellStoreException;
import org.afs4j.cell.store.Chunk;
import org.afs4j.cell.store.ChunkFile;
import org.afs4j.cell.store.FileKey;
import org.afs4j.cell.store.RecordBatch;
import org.jspecify.annotations.Nullable;

/// Writes down what a change has done to a volume instance, as one batch, before the volume's lock is let go: so nobody is told, and
/// nobody sees, what is not written down.
///
/// States: idle; in a change, from [#begin] to [#writeDown] or [#abandon].
///
/// Locks: the volume's.
final class VolumeRecords {
    private final CellStore store;
    private final int instance;
    private final int readWriteId;
    private final Set<Vnode> touched = new LinkedHashSet<>();
    private final List<Vnode> gone = new ArrayList<>();
    private boolean changing;
    private @Nullable VolumeHeader written;

    /// @param instance the volume instance's number in the store
    /// @param readWriteId the id by which the files of its contents go
    VolumeRecords(CellStore store, int instance, int readWriteId) {
        this.store = store;
        this.instance = instance;
        this.readWriteId = readWriteId;
    }

    int instance() {
        return instance;
    }

    int readWriteId() {
        return readWriteId;
    }

    /// Where the chunks of a new file are to lie.
    ChunkFile file(int vnode, int uniquifier) {
        return store.file(new FileKey(readWriteId, vnode, uniquifier));
    }

    void begin() {
        changing = true;
    }

    /// The change may change the vnode.
    void touch(Vnode vnode) {
        if (changing) {
            touched.add(vnode);
        }
    }

    /// The change has taken the vnode out of the volume.
    void gone(Vnode vnode) {
        touched.remove(vnode);
        gone.add(vnode);
    }

    /// The change was refused, and has changed nothing.
    void abandon() {
        touched.clear();
        changing = false;
    }

    /// Ends a change: it is written down, and what it has replaced is free.
    ///
    /// @throws CellStoreException if it cannot be written down
    void writeDown(VolumeHeader header) throws CellStoreException {
        if (store.isKept()) {
            RecordBatch batch = new RecordBatch();
            if (!header.equals(written)) {
                VolumeTables.put(batch, header);
            }
            gone.forEach(vnode -> remove(batch, vnode));
            touched.forEach(vnode -> putChanges(batch, vnode));
            if (!batch.isEmpty()) {
                store.commit(batch);
            }
            written = header;
        }
        for (Vnode vnode : gone) {
            if (!vnode.isDirectory()) {
                vnode.contents().release();
            }
        }
        for (Vnode vnode : touched) {
            if (!vnode.isDirectory()) {
                vnode.contents().settle();
            }
        }
        gone.clear();
        touched.clear();
        changing = false;
    }

    private void remove(RecordBatch batch, Vnode vnode) {
        VolumeTables.removeVnode(batch, instance, vnode.number);
        if (vnode.isDirectory()) {
            for (int page = 0; page < vnode.lengthBytes() / VolumeTables.PAGE_BYTES; page++) {
                VolumeTables.removePage(batch, instance, vnode.number, page);
            }
        } else {
            for (long index : vnode.contents().takeChanged()) {
                VolumeTables.removeChunk(batch, instance, vnode.number, index);
            }
            for (long index : vnode.contents().chunks().keySet()) {
                VolumeTables.removeChunk(batch, instance, vnode.number, index);
            }
        }
    }

    private void putChanges(RecordBatch batch, Vnode vnode) {
        VolumeTables.put(batch, instance, vnode.stored());
        if (vnode.isDirectory()) {
            BitSet pages = vnode.directory().takeChangedPages();
            if (!pages.isEmpty()) {
                byte[] image = vnode.directory().toByteArray();
                pages.stream().forEach(page -> VolumeTables.putPage(batch, instance, vnode.number, page, image));
            }
        } else {
            for (long index : vnode.contents().takeChanged()) {
                Chunk chunk = vnode.contents().chunks().get(index);
                if (chunk == null) {
                    VolumeTables.removeChunk(batch, instance, vnode.number, index);
                } else {
                    VolumeTables.put(batch, instance, vnode.number, index, chunk.requirePlace());
                }
            }
        }
    }

    /// Puts all of the instance in place of what is written down of it.
    ///
    /// @param header its header
    /// @param vnodes its vnodes
    void putAll(RecordBatch batch, VolumeHeader header, Collection<Vnode> vnodes) {
        if (!store.isKept()) {
            return;
        }
        VolumeTables.dropVnodes(batch, instance);
        VolumeTables.put(batch, header);
        for (Vnode vnode : vnodes) {
            VolumeTables.put(batch, instance, vnode.stored());
            if (vnode.isDirectory()) {
                vnode.directory().takeChangedPages();
                byte[] image = vnode.directory().toByteArray();
                for (int page = 0; page < image.length / VolumeTables.PAGE_BYTES; page++) {
                    VolumeTables.putPage(batch, instance, vnode.number, page, image);
                }
            } else {
                vnode.contents()
                        .chunks()
                        .forEach((index, chunk) ->
                                VolumeTables.put(batch, instance, vnode.number, index, chunk.requirePlace()));
            }
        }
        written = header;
    }

    void commit(RecordBatch batch) throws CellStoreException {
        if (!batch.isEmpty()) {
            store.commit(batch);
        }
    }
}
