package org.afs4j.mount.protocol;

import org.jspecify.annotations.Nullable;

/// What the kernel can ask.
///
/// Source: Linux include/uapi/linux/fuse.h, enum fuse_opcode.
public enum FuseOpcode {
    LOOKUP(1, 1),
    FORGET(2, 8),
    GETATTR(3, 16),
    SETATTR(4, 88),
    READLINK(5, 0),
    SYMLINK(6, 2),
    MKNOD(8, 17),
    MKDIR(9, 9),
    UNLINK(10, 1),
    RMDIR(11, 1),
    RENAME(12, 10),
    LINK(13, 9),
    OPEN(14, 8),
    READ(15, 40),
    WRITE(16, 40),
    STATFS(17, 0),
    RELEASE(18, 24),
    FSYNC(20, 16),
    SETXATTR(21, 9),
    GETXATTR(22, 9),
    LISTXATTR(23, 8),
    REMOVEXATTR(24, 1),
    FLUSH(25, 24),
    INIT(26, 16),
    OPENDIR(27, 8),
    READDIR(28, 40),
    RELEASEDIR(29, 24),
    FSYNCDIR(30, 16),
    GETLK(31, 48),
    SETLK(32, 48),
    SETLKW(33, 48),
    ACCESS(34, 8),
    CREATE(35, 17),
    INTERRUPT(36, 8),
    BMAP(37, 0),
    DESTROY(38, 0),
    IOCTL(39, 0),
    POLL(40, 0),
    NOTIFY_REPLY(41, 0),
    BATCH_FORGET(42, 8),
    FALLOCATE(43, 32),
    READDIRPLUS(44, 40),
    RENAME2(45, 18),
    LSEEK(46, 24),
    COPY_FILE_RANGE(47, 56),
    SETUPMAPPING(48, 0),
    REMOVEMAPPING(49, 0),
    SYNCFS(50, 0),
    TMPFILE(51, 0),
    STATX(52, 0);

    private static final @Nullable FuseOpcode[] BY_NUMBER = byNumber();

    private final int number;
    private final int leastBodyBytes;

    FuseOpcode(int number, int leastBodyBytes) {
        this.number = number;
        this.leastBodyBytes = leastBodyBytes;
    }

    private static @Nullable FuseOpcode[] byNumber() {
        @Nullable FuseOpcode[] table = new @Nullable FuseOpcode[STATX.number + 1];
        for (FuseOpcode opcode : values()) {
            table[opcode.number] = opcode;
        }
        return table;
    }

    /// The opcode of a number; null if we know none.
    ///
    /// @param number as the kernel sent it
    public static @Nullable FuseOpcode of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }

    /// The number.
    public int number() {
        return number;
    }

    /// What a request's body has at least, bytes.
    public int leastBodyBytes() {
        return leastBodyBytes;
    }

    /// Whether the kernel awaits no reply.
    public boolean isOneWay() {
        return this == FORGET || this == BATCH_FORGET || this == INTERRUPT;
    }
}
