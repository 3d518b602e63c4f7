package org.afs4j.mount.operation;

import java.io.IOException;
import java.io.InterruptedIOException;
import org.afs4j.base.world.World;
import org.afs4j.client.AfsNode;
import org.afs4j.client.error.AfsConfigurationException;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.client.error.AfsPathException;
import org.afs4j.client.error.AfsUnreachableException;
import org.afs4j.mount.protocol.FuseRequest;
import org.afs4j.mount.protocol.MalformedRequestException;
import org.afs4j.mount.protocol.NameTooLongException;
import org.afs4j.mount.session.Exchange;
import org.afs4j.mount.session.KernelNotifier;
import org.afs4j.mount.session.RequestHandler;
import org.afs4j.mount.tree.Handles;
import org.afs4j.mount.tree.NodeTable;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.Errno;

/// Carries the requests of one mount out, each by the part that knows how.
///
/// Threads: any. Blocks: as requests must, for calls to servers.
public final class FileSystemRequests implements RequestHandler, AutoCloseable {
    private final NodeTable nodes;
    private final OwnProcess ownProcess = new OwnProcess();
    private final StatusRequests status;
    private final NameRequests names;
    private final DirectoryRequests directories;
    private final FileRequests files;
    private final LockRequests locks;
    private final AttributeRequests extended;

    /// Makes the file system.
    ///
    /// @param world time and randomness
    /// @param root what is mounted
    /// @param notifier tells the kernel what it must not believe
    /// @param ownership whose files are shown to be
    public FileSystemRequests(World world, AfsNode root, KernelNotifier notifier, Ownership ownership) {
        nodes = new NodeTable(root, notifier);
        Mounted mounted = new Mounted(world, nodes, new Handles<>(), ownership);
        status = new StatusRequests(mounted);
        locks = new LockRequests(mounted);
        files = new FileRequests(mounted, locks);
        names = new NameRequests(mounted, files);
        directories = new DirectoryRequests(mounted);
        extended = new AttributeRequests(mounted);
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        switch (exchange.opcode()) {
            case LOOKUP -> {
                refuseOurselves(exchange);
                names.lookUp(exchange);
            }
            case FORGET -> nodes.forget(exchange.request().nodeId(), exchange.request().int64(0));
            case BATCH_FORGET -> forgetMany(exchange.request());
            case GETATTR -> status.getAttributes(exchange);
            case SETATTR -> status.setAttributes(exchange);
            case READLINK -> status.readLink(exchange);
            case STATFS -> status.statistics(exchange);
            case ACCESS -> status.access(exchange);
            case SYMLINK -> names.symlink(exchange);
            case MKNOD -> names.makeNode(exchange);
            case MKDIR -> names.makeDirectory(exchange);
            case UNLINK -> names.remove(exchange);
            case RMDIR -> names.removeDirectory(exchange);
            case RENAME, RENAME2 -> names.rename(exchange);
            case LINK -> names.link(exchange);
            case CREATE -> names.create(exchange);
            case OPEN -> {
                refuseOurselves(exchange);
                files.open(exchange);
            }
            case READ -> files.read(exchange);
            case WRITE -> files.write(exchange);
            case FLUSH -> files.flush(exchange);
            case FSYNC -> files.sync(exchange);
            case RELEASE -> files.release(exchange);
            case FALLOCATE -> files.allocate(exchange);
            case LSEEK -> files.seek(exchange);
            case COPY_FILE_RANGE -> files.copyRange(exchange);
            case OPENDIR -> {
                refuseOurselves(exchange);
                directories.open(exchange);
            }
            case READDIR -> directories.read(exchange, false);
            case READDIRPLUS -> directories.read(exchange, true);
            case RELEASEDIR, FSYNCDIR, DESTROY -> {
                // Names are stored by the calls that make them, so there is nothing to wait for.
            }
            case SETXATTR -> extended.set(exchange);
            case GETXATTR -> extended.get(exchange);
            case LISTXATTR -> extended.list(exchange);
            case REMOVEXATTR -> extended.remove(exchange);
            case IOCTL -> throw new RefusedException(Errno.ENOTTY);
            case TMPFILE -> throw new RefusedException(Errno.EOPNOTSUPP);
            case GETLK -> locks.test(exchange);
            case SETLK, SETLKW -> locks.set(exchange);
            case INIT, INTERRUPT, NOTIFY_REPLY, BMAP, POLL, SETUPMAPPING, REMOVEMAPPING, SYNCFS, STATX ->
                // The kernel does without: every file can always be read and written, and GETATTR tells all.
                throw new RefusedException(Errno.ENOSYS);
        }
    }

    /// The daemon must never wait for itself.
    private void refuseOurselves(Exchange exchange) throws RefusedException {
        if (ownProcess.has(exchange.request().processId())) {
            throw new RefusedException(Errno.EDEADLK);
        }
    }

    private void forgetMany(FuseRequest request) {
        int count = request.int32(0);
        int most = (request.bodyBytes() - 8) / 16;
        for (int i = 0; i < Math.min(count, most); i++) {
            nodes.forget(request.int64(8 + 16 * i), request.int64(16 + 16 * i));
        }
    }

    @Override
    public int errno(Exception failure) {
        Errno errno = switch (failure) {
            case RefusedException refused -> refused.errno();
            case AfsFileException file when file.error() == AfsError.VNOVNODE -> Errno.ESTALE;
            case AfsFileException file -> file.errno();
            case AfsUnreachableException _ -> Errno.ETIMEDOUT;
            case AfsConfigurationException _, AfsPathException _ -> Errno.ENOENT;
            case InterruptedIOException _ -> Errno.EINTR;
            case NameTooLongException _ -> Errno.ENAMETOOLONG;
            case MalformedRequestException _ -> Errno.EINVAL;
            default -> Errno.EIO;
        };
        return errno.number();
    }

    /// How many nodes the kernel knows.
    public int nodeCount() {
        return nodes.size();
    }

    /// Stores what was written.
    ///
    /// @throws IOException if something could not be stored
    public void store() throws IOException {
        files.storeAll();
    }

    /// Closes what is open, storing what was written, and ends all watches.
    ///
    /// @throws IOException if something could not be stored
    @Override
    public void close() throws IOException {
        try {
            files.closeAll();
        } finally {
            nodes.close();
        }
    }
}
