package org.afs4j.mount.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// mount(2), umount2(2) and who we are.
///
/// Threads: any. Blocks: an unmount that is not lazy, while the kernel writes dirty pages of mappings back.
public final class MountCalls {
    /// MS_RDONLY: nothing can be changed.
    public static final long READ_ONLY = 1;

    /// MS_NOSUID: set-user-id bits count for nothing.
    public static final long NO_SUID = 2;

    /// MS_NODEV: device nodes are none.
    public static final long NO_DEVICES = 4;

    /// MS_NOEXEC: nothing can be executed.
    public static final long NO_EXECUTE = 8;

    /// MS_NOATIME: times of access are not kept.
    public static final long NO_ACCESS_TIMES = 1024;

    private static final int MNT_FORCE = 1;
    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;

    private MountCalls() {}

    /// How an unmount deals with those who use the file system.
    public enum Unmounting {
        /// It is refused if somebody does.
        POLITE(0),
        /// The mount point is free at once; the file system ends when the last one lets go.
        LAZY(MNT_DETACH),
        /// Requests under way fail, and it is lazy.
        FORCED(MNT_FORCE | MNT_DETACH);

        private final int flags;

        Unmounting(int flags) {
            this.flags = flags;
        }
    }

    /// Mounts a FUSE file system.
    ///
    /// @param source what mount tables show as its source
    /// @param mountPoint the directory, absolute
    /// @param type `fuse`, or with a subtype
    /// @param flags [#READ_ONLY] and others
    /// @param data the options for the FUSE driver
    /// @throws SystemCallException if the kernel refuses
    public static void mount(String source, String mountPoint, String type, long flags, String data) throws IOException {
        try (Arena temporary = Arena.ofConfined()) {
            MemorySegment from = temporary.allocateFrom(source);
            MemorySegment to = temporary.allocateFrom(mountPoint);
            MemorySegment fileSystem = temporary.allocateFrom(type);
            MemorySegment options = temporary.allocateFrom(data);
            LinuxCalls.check(
                    "mount of " + mountPoint,
                    (int) LinuxCalls.MOUNT.invokeExact(LinuxCalls.errno(), from, to, fileSystem, flags, options));
        } catch (Throwable failure) {
            throw LinuxCalls.translate(failure);
        }
    }

    /// Unmounts.
    ///
    /// @param mountPoint the directory, absolute
    /// @param how what becomes of those who use it
    /// @throws SystemCallException if the kernel refuses
    public static void unmount(String mountPoint, Unmounting how) throws IOException {
        try (Arena temporary = Arena.ofConfined()) {
            MemorySegment path = temporary.allocateFrom(mountPoint);
            LinuxCalls.check(
                    "umount of " + mountPoint,
                    (int) LinuxCalls.UMOUNT2.invokeExact(LinuxCalls.errno(), path, how.flags | UMOUNT_NOFOLLOW));
        } catch (Throwable failure) {
            throw LinuxCalls.translate(failure);
        }
    }

    /// The effective user id of this process.
    public static int userId() throws IOException {
        try {
            return (int) LinuxCalls.GETEUID.invokeExact(LinuxCalls.errno());
        } catch (Throwable failure) {
            throw LinuxCalls.translate(failure);
        }
    }

    /// The effective group id of this process.
    public static int groupId() throws IOException {
        try {
            return (int) LinuxCalls.GETEGID.invokeExact(LinuxCalls.errno());
        } catch (Throwable failure) {
            throw LinuxCalls.translate(failure);
        }
    }
}
