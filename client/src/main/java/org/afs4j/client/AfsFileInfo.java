package org.afs4j.client;

import java.time.Instant;
import org.afs4j.client.cache.Vnode;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileType;

/// What AFS tells of a file, directory or symlink at one moment.
///
/// @param cell the cell's name
/// @param volume the volume's name, with `.readonly` or `.backup` where it is such an instance
/// @param fid its name within the cell
/// @param type what it is
/// @param sizeBytes its size, with what we have written but not yet stored
/// @param mode its Unix mode bits, without the type
/// @param linkCount how many names it has; 0 if it was removed here and is still open
/// @param owner the owner's id
/// @param group the group's id
/// @param modified when its data last changed, to the second
/// @param dataVersion how often its data has changed
/// @param rights what the caller may do, as the `RIGHT_` bits of [FetchStatus]
public record AfsFileInfo(
        String cell,
        String volume,
        Fid fid,
        FileType type,
        long sizeBytes,
        int mode,
        int linkCount,
        int owner,
        int group,
        Instant modified,
        long dataVersion,
        int rights) {
    private static final int MODE_BITS = 07777;

    static AfsFileInfo of(Vnode vnode, FetchStatus status, long sizeBytes, boolean unlinked) {
        return new AfsFileInfo(
                vnode.volume().cell().name(),
                vnode.volume().toString(),
                vnode.fid(),
                status.fileType(),
                sizeBytes,
                status.unixModeBits() & MODE_BITS,
                unlinked ? 0 : status.linkCount(),
                status.owner(),
                status.group(),
                Instant.ofEpochSecond(Integer.toUnsignedLong(status.clientModificationTime())),
                status.dataVersion(),
                status.callerAccess());
    }

    /// What is told of a cell in `/afs` without asking it: a directory that anyone may look at.
    static AfsFileInfo ofCell(String cell) {
        return new AfsFileInfo(
                cell, "", new Fid(0, 1, 1), FileType.DIRECTORY, 0, 0555, 2, 0, 0, Instant.EPOCH, 0, FetchStatus.RIGHT_LOOKUP);
    }

    /// The same with another time of the last change.
    AfsFileInfo withModified(Instant time) {
        return new AfsFileInfo(cell, volume, fid, type, sizeBytes, mode, linkCount, owner, group, time, dataVersion, rights);
    }

    /// Whether it is a directory.
    public boolean isDirectory() {
        return type == FileType.DIRECTORY;
    }

    /// Whether it is a symlink.
    public boolean isSymlink() {
        return type == FileType.SYMLINK;
    }
}
