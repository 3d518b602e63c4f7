package org.afs4j.cell.record;

import org.afs4j.cell.store.CellStoreException;
import org.afs4j.protocol.fs.FileType;

/// A vnode as it is written down, without its contents.
///
/// @param number its number
/// @param uniquifier its uniquifier
/// @param type what it is
/// @param parent the number of the directory that holds it; 0 for a root
/// @param linkCount how many names it has; of a directory 2 and one for each directory in it
/// @param dataVersion its data version
/// @param author who wrote it last
/// @param owner its owner
/// @param group its group
/// @param modeBits its mode bits
/// @param clientModificationTime seconds since 1970, as clients say
/// @param serverModificationTime seconds since 1970, as the server says
/// @param lengthBytes how long its contents are
/// @param acl a directory's access list as text; empty for others
public record StoredVnode(
        int number,
        int uniquifier,
        FileType type,
        int parent,
        int linkCount,
        long dataVersion,
        int author,
        int owner,
        int group,
        int modeBits,
        int clientModificationTime,
        int serverModificationTime,
        long lengthBytes,
        String acl) {
    /// Whether it is a directory.
    public boolean isDirectory() {
        return type == FileType.DIRECTORY;
    }

    StoredVnode with(int newParent, int newLinkCount) {
        return new StoredVnode(
                number, uniquifier, type, newParent, newLinkCount, dataVersion, author, owner, group, modeBits,
                clientModificationTime, serverModificationTime, lengthBytes, acl);
    }

    StoredVnode changed(long newLengthBytes) {
        return new StoredVnode(
                number, uniquifier, type, parent, linkCount, dataVersion + 1, author, owner, group, modeBits,
                clientModificationTime, serverModificationTime, newLengthBytes, acl);
    }

    byte[] encode() {
        return new RecordWriter()
                .putInt(uniquifier)
                .putInt(type.number())
                .putInt(parent)
                .putInt(linkCount)
                .putLong(dataVersion)
                .putInt(author)
                .putInt(owner)
                .putInt(group)
                .putInt(modeBits)
                .putInt(clientModificationTime)
                .putInt(serverModificationTime)
                .putLong(lengthBytes)
                .putText(acl)
                .end();
    }

    static StoredVnode decode(int number, byte[] record) throws CellStoreException {
        return RecordReader.read("vnode " + number, record, in -> new StoredVnode(
                number,
                in.getInt(),
                type(in.getInt()),
                in.getInt(),
                in.getInt(),
                in.getLong(),
                in.getInt(),
                in.getInt(),
                in.getInt(),
                in.getInt(),
                in.getInt(),
                in.getInt(),
                in.getLong(),
                in.getText()));
    }

    private static FileType type(int number) {
        for (FileType type : FileType.values()) {
            if (type.number() == number) {
                return type;
            }
        }
        throw new IllegalArgumentException("no type " + number);
    }
}
