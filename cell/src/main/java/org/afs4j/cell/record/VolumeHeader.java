package org.afs4j.cell.record;

import org.afs4j.cell.store.CellStoreException;

/// One instance of a volume as it is written down.
///
/// @param instance its number in the store, used for nothing else ever
/// @param server which file server of the cell has it, from 0
/// @param id its volume id
/// @param readWriteId the id of the volume's read-write instance, by which the files of its contents go
/// @param name its name
/// @param readOnly whether it is a snapshot
/// @param creationTime seconds since 1970
/// @param nextUniquifier what the next vnode gets
/// @param maxBytes what it may hold; 0 for no bound
public record VolumeHeader(
        int instance,
        int server,
        int id,
        int readWriteId,
        String name,
        boolean readOnly,
        int creationTime,
        int nextUniquifier,
        long maxBytes) {
    VolumeHeader withNextUniquifier(int next) {
        return new VolumeHeader(instance, server, id, readWriteId, name, readOnly, creationTime, next, maxBytes);
    }

    byte[] encode() {
        return new RecordWriter()
                .putInt(server)
                .putInt(id)
                .putInt(readWriteId)
                .putText(name)
                .putInt(readOnly ? 1 : 0)
                .putInt(creationTime)
                .putInt(nextUniquifier)
                .putLong(maxBytes)
                .end();
    }

    static VolumeHeader decode(int instance, byte[] record) throws CellStoreException {
        return RecordReader.read("volume instance " + instance, record, in -> new VolumeHeader(
                instance,
                in.getInt(),
                in.getInt(),
                in.getInt(),
                in.getText(),
                in.getInt() != 0,
                in.getInt(),
                in.getInt(),
                in.getLong()));
    }
}
