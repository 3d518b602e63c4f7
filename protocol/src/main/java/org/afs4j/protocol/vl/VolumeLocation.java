package org.afs4j.protocol.vl;

import java.util.List;

/// Where a volume and its copies are, in whichever form the location server gave it.
///
/// @param name of the read-write volume
/// @param readWriteId id of the read-write volume; 0 if there is none
/// @param readOnlyId id of the read-only volume; 0 if there is none
/// @param backupId id of the backup volume; 0 if there is none
/// @param cloneId id of the copy that a release under way makes; 0 otherwise
/// @param flags [#READ_WRITE_EXISTS] and others
/// @param sites 13 at most
public record VolumeLocation(
        String name, int readWriteId, int readOnlyId, int backupId, int cloneId, int flags, List<VolumeSite> sites) {
    /// VLF_RWEXISTS: there is a read-write volume.
    public static final int READ_WRITE_EXISTS = 0x1000;

    /// VLF_ROEXISTS: there is a read-only volume.
    public static final int READ_ONLY_EXISTS = 0x2000;

    /// VLF_BACKEXISTS: there is a backup volume.
    public static final int BACKUP_EXISTS = 0x4000;

    /// Copies the list.
    ///
    /// @param name see above
    /// @param readWriteId see above
    /// @param readOnlyId see above
    /// @param backupId see above
    /// @param cloneId see above
    /// @param flags see above
    /// @param sites see above
    public VolumeLocation {
        sites = List.copyOf(sites);
    }

    /// Whether there is a read-write volume.
    public boolean hasReadWrite() {
        return (flags & READ_WRITE_EXISTS) != 0;
    }

    /// Whether there is a read-only volume.
    public boolean hasReadOnly() {
        return (flags & READ_ONLY_EXISTS) != 0;
    }

    /// Whether there is a backup volume.
    public boolean hasBackup() {
        return (flags & BACKUP_EXISTS) != 0;
    }
}
