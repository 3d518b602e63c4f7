package org.afs4j.mount;

import java.io.IOException;
import java.nio.file.Path;
import org.afs4j.base.world.World;
import org.afs4j.client.AfsNode;
import org.afs4j.mount.ffi.FuseDevice;
import org.afs4j.mount.ffi.MountCalls;
import org.afs4j.mount.ffi.MountCalls.Unmounting;
import org.afs4j.mount.host.HostMount;
import org.afs4j.mount.host.MountTable;
import org.afs4j.mount.operation.FileSystemRequests;
import org.afs4j.mount.operation.Ownership;
import org.afs4j.mount.session.FuseSession;
import org.afs4j.mount.session.KernelNotifier;
import org.afs4j.mount.session.SessionOptions;
import org.afs4j.mount.uring.FuseRings;
import org.jspecify.annotations.Nullable;

/// A part of AFS as a file system of the host, from [#open] until it is unmounted, by us or by anyone.
///
/// The process that serves a mount must not use it: it would wait for itself. Whatever is asked by its own threads is refused
/// (EDEADLK).
///
/// Threads: any.
public final class AfsMount implements AutoCloseable {
    private final Path mountPoint;
    private final FuseSession session;
    private final KernelNotifier notifier;
    private final FileSystemRequests requests;

    private AfsMount(Path mountPoint, FuseSession session, KernelNotifier notifier, FileSystemRequests requests) {
        this.mountPoint = mountPoint;
        this.session = session;
        this.notifier = notifier;
        this.requests = requests;
    }

    /// Mounts a directory of AFS.
    ///
    /// Blocks: until the kernel and we have agreed on the protocol; then it can be used.
    ///
    /// @param world time and randomness
    /// @param root what to mount, a directory
    /// @param directory where, a directory of the host
    /// @param options how
    /// @return the mount, to be closed by the caller
    /// @throws MountFailure if it is not possible, with what would help
    /// @throws IOException if the kernel refuses, or `root` cannot be asked about
    public static AfsMount open(World world, AfsNode root, Path directory, MountOptions options) throws IOException {
        Path mountPoint = HostMount.resolve(directory);
        if (!root.info().isDirectory()) {
            throw new MountFailure(options.source() + " is no directory");
        }
        Ownership ownership = new Ownership(
                options.userId() == null ? MountCalls.userId() : options.userId(),
                options.groupId() == null ? MountCalls.groupId() : options.groupId());
        FuseDevice device = HostMount.mount(mountPoint, options);
        SessionOptions serving = SessionOptions.defaults().withRequestTimeout(options.requestTimeout());
        @Nullable FuseRings rings = options.ioUring() == IoUringUse.OFF ? null : new FuseRings(world, device);
        FuseSession session = new FuseSession(world, device, serving, rings);
        KernelNotifier notifier = new KernelNotifier(world, session);
        FileSystemRequests requests = new FileSystemRequests(world, root, notifier, ownership);
        AfsMount mount = new AfsMount(mountPoint, session, notifier, requests);
        session.start(requests);
        boolean works = false;
        try {
            boolean byRings = session.awaitAgreement().byRings();
            if (options.ioUring() == IoUringUse.ON && !byRings) {
                throw new MountFailure(FuseRings.whyNot(rings));
            }
            HostMount.readAhead(mountPoint, serving.readAheadBytes());
            works = true;
            return mount;
        } finally {
            if (!works) {
                mount.close();
            }
        }
    }

    /// Whether the kernel hands requests out by io_uring.
    public boolean usesIoUring() {
        return session.usesRings();
    }

    /// Where it is mounted.
    public Path mountPoint() {
        return mountPoint;
    }

    /// Waits until it is unmounted, by whomever.
    ///
    /// @throws InterruptedException if the thread is interrupted
    public void awaitEnd() throws InterruptedException {
        session.awaitEnd();
    }

    /// Whether it is unmounted.
    public boolean hasEnded() {
        return session.hasEnded();
    }

    /// Unmounts what is mounted at a directory, whoever serves it, and whether or not he still does.
    ///
    /// @param directory where
    /// @param lazy whether those who use it may go on to
    /// @param force whether requests under way are ended
    /// @throws MountFailure if it is in use, or nothing of ours is mounted there
    /// @throws IOException if it is not possible otherwise
    public static void unmount(Path directory, boolean lazy, boolean force) throws IOException {
        // Nothing here may ask the mount itself, which can be dead: so only the way to it is resolved.
        Path absolute = directory.toAbsolutePath().normalize();
        Path above = absolute.getParent();
        Path mountPoint = above == null || MountTable.at(absolute) != null
                ? absolute
                : above.toRealPath().resolve(absolute.getFileName());
        HostMount.unmount(mountPoint, force ? Unmounting.FORCED : lazy ? Unmounting.LAZY : Unmounting.POLITE);
    }

    /// Stores what was written, and unmounts if that has not been done: lazily if somebody uses it, after which nobody is served any
    /// more.
    ///
    /// @throws IOException if something could not be stored, or somebody still used it
    @Override
    public void close() throws IOException {
        try {
            if (!session.hasEnded()) {
                unmountAnyhow();
            }
        } finally {
            notifier.close();
            try {
                requests.close();
            } finally {
                session.close();
            }
        }
    }

    private void unmountAnyhow() throws IOException {
        try {
            HostMount.unmount(mountPoint, Unmounting.POLITE);
        } catch (MountFailure inUse) {
            if (!session.hasEnded()) {
                requests.store();
                HostMount.unmount(mountPoint, Unmounting.FORCED);
                throw inUse;
            }
        }
    }
}
