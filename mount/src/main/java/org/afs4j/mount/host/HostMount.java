package org.afs4j.mount.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.mount.MountFailure;
import org.afs4j.mount.MountOptions;
import org.afs4j.mount.ffi.FuseDevice;
import org.afs4j.mount.ffi.Fusermount;
import org.afs4j.mount.ffi.MountCalls;
import org.afs4j.mount.ffi.MountCalls.Unmounting;
import org.afs4j.mount.ffi.SystemCallException;
import org.afs4j.protocol.Errno;
import org.jspecify.annotations.Nullable;

/// A mount point, mounted and unmounted by the kernel itself where we may, otherwise by `fusermount3`.
///
/// Blocks: never for the file system that is mounted; nothing here looks below the mount point.
public final class HostMount {
    private static final Path CONNECTIONS = Path.of("/sys/fs/fuse/connections");
    private static final Path BACKING_DEVICES = Path.of("/sys/class/bdi");

    private HostMount() {}

    /// The directory as the kernel names it.
    ///
    /// @param mountPoint as the user names it
    /// @throws MountFailure if it is no directory, or something is mounted there that may be dead
    public static Path resolve(Path mountPoint) throws IOException {
        Path absolute = mountPoint.toAbsolutePath().normalize();
        refuseMounted(absolute);
        try {
            @Nullable Path above = absolute.getParent();
            Path real = above == null ? absolute : above.toRealPath().resolve(absolute.getFileName());
            if (!Files.isDirectory(real)) {
                throw new MountFailure(real + " is no directory: make it first (mkdir " + real + ")");
            }
            real = real.toRealPath();
            refuseMounted(real);
            return real;
        } catch (java.nio.file.NoSuchFileException e) {
            throw new MountFailure(e.getFile() + " does not exist: make it first (mkdir -p " + absolute + ")");
        }
    }

    private static void refuseMounted(Path mountPoint) throws IOException {
        MountTable.@Nullable Entry mounted = MountTable.at(mountPoint);
        if (mounted != null && mounted.isFuse()) {
            throw new MountFailure(mountPoint + " has " + mounted.source() + " (" + mounted.type()
                    + ") mounted on it already; 'afs umount " + mountPoint + "' ends that, also if it is dead");
        }
    }

    /// Mounts.
    ///
    /// @param mountPoint the directory, from [#resolve(Path)]
    /// @param options how
    /// @return the device, by which the kernel will ask
    /// @throws IOException if it is not possible; the message says what would help
    public static FuseDevice mount(Path mountPoint, MountOptions options) throws IOException {
        if (!Files.exists(Path.of("/dev/fuse"))) {
            throw new MountFailure("there is no /dev/fuse: load the module (modprobe fuse), or give the container the device"
                    + " (--device /dev/fuse)");
        }
        IOException refusal;
        try {
            return mountByKernel(mountPoint, options);
        } catch (SystemCallException e) {
            if (!e.is(Errno.EPERM) && !e.is(Errno.EACCES)) {
                throw e;
            }
            refusal = e;
        }
        @Nullable Path program = Fusermount.program();
        if (program == null) {
            throw new MountFailure("mounting needs root with CAP_SYS_ADMIN in its namespace (in a container: --cap-add SYS_ADMIN"
                    + " --device /dev/fuse), or fusermount3 (Debian: apt-get install fuse3): " + refusal.getMessage());
        }
        return Fusermount.mount(program, mountPoint.toString(), fusermountOptions(options));
    }

    private static FuseDevice mountByKernel(Path mountPoint, MountOptions options) throws IOException {
        FuseDevice device = FuseDevice.open();
        try {
            long flags = MountCalls.NO_SUID | MountCalls.NO_DEVICES | MountCalls.NO_ACCESS_TIMES;
            flags |= options.readOnly() ? MountCalls.READ_ONLY : 0;
            flags |= options.noExecute() ? MountCalls.NO_EXECUTE : 0;
            String data = "fd=" + device.descriptor() + ",rootmode=40000,user_id=" + MountCalls.userId() + ",group_id="
                    + MountCalls.groupId() + (options.allowOther() ? ",allow_other" : "");
            MountCalls.mount(options.source(), mountPoint.toString(), "fuse", flags, data);
            return device;
        } catch (IOException e) {
            device.close();
            throw e;
        }
    }

    private static String fusermountOptions(MountOptions options) {
        List<String> words = new ArrayList<>(List.of("nosuid", "nodev", "noatime"));
        words.add("fsname=" + options.source().replace("\\", "\\\\").replace(",", "\\,"));
        if (options.readOnly()) {
            words.add("ro");
        }
        if (options.noExecute()) {
            words.add("noexec");
        }
        if (options.allowOther()) {
            words.add("allow_other");
        }
        return String.join(",", words);
    }

    /// Lets the kernel read ahead as far as the session agreed to, where we may: its own bound is 128 KiB.
    ///
    /// @param mountPoint where it is mounted
    /// @param bytes how far
    public static void readAhead(Path mountPoint, int bytes) {
        try {
            MountTable.@Nullable Entry entry = MountTable.at(mountPoint);
            if (entry != null) {
                Files.writeString(
                        BACKING_DEVICES.resolve(entry.device()).resolve("read_ahead_kb"), Integer.toString(bytes / 1024));
            }
        } catch (IOException slower) {
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.DEBUG, "the kernel reads ahead less", slower);
        }
    }

    /// Unmounts.
    ///
    /// @param mountPoint where it is mounted, as the kernel names it
    /// @param how what becomes of those who use it
    /// @throws MountFailure if it is in use, with who uses it
    /// @throws IOException if it is not possible otherwise
    public static void unmount(Path mountPoint, Unmounting how) throws IOException {
        MountTable.@Nullable Entry entry = MountTable.at(mountPoint);
        if (entry == null) {
            throw new MountFailure("nothing is mounted at " + mountPoint);
        }
        if (!entry.isFuse()) {
            throw new MountFailure(mountPoint + " is no mount of afs4j, but " + entry.type() + " of " + entry.source());
        }
        if (how == Unmounting.FORCED) {
            abort(entry);
        }
        try {
            MountCalls.unmount(mountPoint.toString(), how);
        } catch (SystemCallException e) {
            if (e.is(Errno.EBUSY)) {
                throw busy(mountPoint);
            }
            @Nullable Path program = e.is(Errno.EPERM) ? Fusermount.program() : null;
            if (program == null) {
                throw e;
            }
            Fusermount.unmount(program, mountPoint.toString(), how != Unmounting.POLITE);
        }
    }

    private static MountFailure busy(Path mountPoint) {
        List<String> holders = MountHolders.of(mountPoint);
        String who = holders.isEmpty() ? "a process that cannot be seen from here" : String.join(", ", holders);
        return new MountFailure(mountPoint + " is in use by " + who + "; end that, or unmount with --lazy");
    }

    /// Ends all requests of a mount, whatever state its daemon is in.
    ///
    /// @param entry the mount
    private static void abort(MountTable.Entry entry) {
        try {
            Files.writeString(CONNECTIONS.resolve(entry.connection()).resolve("abort"), "1");
        } catch (IOException notOurs) {
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.DEBUG, "the connection cannot be aborted", notOurs);
        }
    }

    /// Whether a path is below a directory, to keep a daemon's own files off its own mount.
    ///
    /// @param path a file that need not exist
    /// @param mountPoint from [#resolve(Path)]
    /// @throws IOException if its directory cannot be found
    public static boolean isBelow(Path path, Path mountPoint) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        @Nullable Path above = absolute.getParent();
        return absolute.startsWith(mountPoint)
                || (above != null && Files.exists(above, LinkOption.NOFOLLOW_LINKS) && above.toRealPath().startsWith(mountPoint));
    }
}
