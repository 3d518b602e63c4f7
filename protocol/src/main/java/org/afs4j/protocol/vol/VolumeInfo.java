package org.afs4j.protocol.vol;

import java.io.IOException;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// volintInfo: what the volume server tells of an instance of a volume. Times are seconds since 1970, sizes blocks of 1024 bytes.
///
/// Source: OpenAFS src/volser/volint.xg.
///
/// @param name its name, less than 32 bytes
/// @param volumeId its id
/// @param type [#READ_WRITE], [#READ_ONLY] or [#BACKUP]
/// @param backupId the backup instance's id, or 0
/// @param parentId the read-write instance's id
/// @param cloneId the read-only instance's id, or 0
/// @param status [#OK], or an error that it is in
/// @param copyTime when this instance was made
/// @param inUse 1 if it is on line
/// @param needsSalvage 1 if it must be salvaged
/// @param destroyed 1 if it is about to go
/// @param creationTime when the volume was made; of a snapshot, when it was taken
/// @param accessTime when it was last used
/// @param updateTime when it was last changed
/// @param backupTime when its backup was last taken
/// @param dayUse accesses since midnight
/// @param fileCount its vnodes
/// @param maximumQuotaBlocks its quota; 0 if there is none
/// @param sizeBlocks what it holds
/// @param flags for the backup system
/// @param minimumQuotaBlocks reserved for it
/// @param weekUse accesses in the last week
public record VolumeInfo(
        String name,
        int volumeId,
        int type,
        int backupId,
        int parentId,
        int cloneId,
        int status,
        int copyTime,
        int inUse,
        int needsSalvage,
        int destroyed,
        int creationTime,
        int accessTime,
        int updateTime,
        int backupTime,
        int dayUse,
        int fileCount,
        int maximumQuotaBlocks,
        int sizeBlocks,
        int flags,
        int minimumQuotaBlocks,
        int weekUse)
        implements XdrValue {
    /// The type of a read-write volume.
    public static final int READ_WRITE = 0;

    /// The type of a read-only volume.
    public static final int READ_ONLY = 1;

    /// The type of a backup volume.
    public static final int BACKUP = 2;

    /// VOK: the status of a volume with which nothing is wrong.
    public static final int OK = 2;

    /// Reads it.
    ///
    /// @param in where from
    /// @throws IOException as [XdrReader]
    public static VolumeInfo decode(XdrReader in) throws IOException {
        VolumeInfo info = new VolumeInfo(
                in.characterArray(Limits.INSTANCE_NAME_BYTES),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32());
        in.fixedOpaque(2 * Integer.BYTES);
        return info;
    }

    @Override
    public void encode(XdrWriter out) {
        out.characterArray(name, Limits.INSTANCE_NAME_BYTES);
        out.int32(volumeId);
        out.int32(type);
        out.int32(backupId);
        out.int32(parentId);
        out.int32(cloneId);
        out.int32(status);
        out.int32(copyTime);
        out.int32(inUse);
        out.int32(needsSalvage);
        out.int32(destroyed);
        out.int32(creationTime);
        out.int32(accessTime);
        out.int32(updateTime);
        out.int32(backupTime);
        out.int32(dayUse);
        out.int32(fileCount);
        out.int32(maximumQuotaBlocks);
        out.int32(sizeBlocks);
        out.int32(flags);
        out.int32(minimumQuotaBlocks);
        out.int32(weekUse);
        out.fixedOpaque(new byte[2 * Integer.BYTES]);
    }
}
