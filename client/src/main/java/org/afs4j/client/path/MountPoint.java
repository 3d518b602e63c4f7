package org.afs4j.client.path;

import org.afs4j.client.location.VolumeKind;
import org.jspecify.annotations.Nullable;

/// A mount point: which volume of which cell a name stands for.
///
/// Source: OpenAFS src/afs/afs_vnodeops (EvalMountPoint); the text is that of a symlink with mode 0644: `#` or `%`, an optional
/// `cell:`, the volume's name, and a closing `.`.
///
/// @param cell the cell's name, or null for the cell of the directory that the mount point is in
/// @param volume the volume's name, without `.readonly` or `.backup`
/// @param kind the instance that the text names outright, or null where it follows from the way
/// @param readWrite whether it was written with `%`: the read-write instance, whatever the way
record MountPoint(@Nullable String cell, String volume, @Nullable VolumeKind kind, boolean readWrite) {
    private static final String READ_ONLY_SUFFIX = ".readonly";
    private static final String BACKUP_SUFFIX = ".backup";

    /// Reads the text of a mount point.
    ///
    /// @return null if it is none
    static @Nullable MountPoint parse(String text) {
        if (text.length() < 2 || (text.charAt(0) != '#' && text.charAt(0) != '%')) {
            return null;
        }
        String rest = text.substring(1, text.endsWith(".") ? text.length() - 1 : text.length());
        int colon = rest.indexOf(':');
        String cell = colon > 0 ? rest.substring(0, colon) : null;
        String volume = rest.substring(colon + 1);
        if (volume.isEmpty()) {
            return null;
        }
        boolean readWrite = text.charAt(0) == '%';
        if (volume.endsWith(READ_ONLY_SUFFIX)) {
            return new MountPoint(cell, withoutSuffix(volume, READ_ONLY_SUFFIX), VolumeKind.READ_ONLY, readWrite);
        }
        if (volume.endsWith(BACKUP_SUFFIX)) {
            return new MountPoint(cell, withoutSuffix(volume, BACKUP_SUFFIX), VolumeKind.BACKUP, readWrite);
        }
        return new MountPoint(cell, volume, null, readWrite);
    }

    private static String withoutSuffix(String name, String suffix) {
        return name.substring(0, name.length() - suffix.length());
    }
}
