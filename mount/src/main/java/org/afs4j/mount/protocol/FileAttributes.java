package org.afs4j.mount.protocol;

/// What the kernel is told of a node.
///
/// Times are seconds since 1970: AFS keeps no finer ones.
///
/// @param inode the inode's number, stable and unique in the mount
/// @param mode type and permissions
/// @param linkCount how many names it has
/// @param sizeBytes its size
/// @param userId whose it is
/// @param groupId of which group it is
/// @param accessSeconds when it was read
/// @param modificationSeconds when its contents changed
/// @param changeSeconds when it changed
public record FileAttributes(
        long inode,
        int mode,
        int linkCount,
        long sizeBytes,
        int userId,
        int groupId,
        long accessSeconds,
        long modificationSeconds,
        long changeSeconds) {
    /// S_IFMT: the bits of the mode that say the type.
    public static final int TYPE_MASK = 0170000;

    /// S_IFDIR: a directory.
    public static final int DIRECTORY = 0040000;

    /// S_IFREG: a regular file.
    public static final int REGULAR = 0100000;

    /// S_IFLNK: a symlink.
    public static final int SYMLINK = 0120000;

    /// How much programs should read or write at once, bytes.
    static final int BLOCK_BYTES = 4096;

    /// Nothing, as told of names that do not exist.
    public static final FileAttributes NONE = new FileAttributes(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// The type as directory entries tell it: a DT_ constant.
    public int entryType() {
        return (mode & TYPE_MASK) >> 12;
    }
}
