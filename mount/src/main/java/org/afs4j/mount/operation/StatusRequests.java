package org.afs4j.mount.operation;

import java.io.IOException;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsFileInfo;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.mount.protocol.FuseReply;
import org.afs4j.mount.protocol.FuseRequest;
import org.afs4j.mount.session.Exchange;
import org.afs4j.mount.tree.Node;
import org.afs4j.protocol.Errno;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.protocol.fs.VolumeStatus;

/// Requests about what a node is: attributes, rights, a symlink's target, the volume's room.
final class StatusRequests {
    private static final int SET_MODE = 1;
    private static final int SET_USER = 1 << 1;
    private static final int SET_GROUP = 1 << 2;
    private static final int SET_SIZE = 1 << 3;
    private static final int SET_MODIFIED = 1 << 5;
    private static final int SET_MODIFIED_NOW = 1 << 8;
    private static final int MODE_BITS = 07777;
    private static final long MOST_SECONDS = 0xffffffffL;

    private static final int MAY_EXECUTE = 1;
    private static final int MAY_WRITE = 2;
    private static final int MAY_READ = 4;
    private static final int EXECUTE_BITS = 0111;

    /// What a volume's blocks have, bytes.
    private static final int VOLUME_BLOCK_BYTES = 1024;

    /// A quota in blocks of 1 KiB is a number of 31 bits: no file can be larger than that.
    static final long MOST_FILE_BYTES = (1L << 41) - 1;

    private final Mounted mounted;

    StatusRequests(Mounted mounted) {
        this.mounted = mounted;
    }

    void getAttributes(Exchange exchange) throws IOException {
        mounted.answerAttributes(exchange, mounted.node(exchange));
    }

    /// Sets attributes, of which there may be several in one request: the size first, so that the time is what was asked for.
    void setAttributes(Exchange exchange) throws IOException {
        FuseRequest request = exchange.request();
        Node node = mounted.node(exchange);
        int valid = request.int32(0);
        refuseOthersOwnership(request, valid);
        if ((valid & SET_SIZE) != 0) {
            truncate(node, request.int64(16));
        }
        StoreStatus status = StoreStatus.NONE;
        if ((valid & SET_MODE) != 0) {
            status = status.withMode(request.int32(68) & MODE_BITS);
        }
        if ((valid & SET_MODIFIED_NOW) != 0) {
            status = status.withModificationTime((int) mounted.nowSeconds());
        } else if ((valid & SET_MODIFIED) != 0) {
            status = status.withModificationTime((int) Math.clamp(request.int64(40), 0, MOST_SECONDS));
        }
        if (!status.equals(StoreStatus.NONE)) {
            store(node);
            node.file().setAttributes(status);
        }
        mounted.answerAttributes(exchange, node);
    }

    /// Stores what was written, for what is stored later would set the time once more.
    private static void store(Node node) throws IOException {
        for (AfsFile open : node.open()) {
            try {
                open.sync();
            } catch (AfsFileException e) {
                // A file that was closed meanwhile has been stored by that.
                if (e.errno() != Errno.EBADF) {
                    throw e;
                }
            }
        }
    }

    /// Files are shown to be of one user; giving them to that user changes nothing, giving them to another is not possible.
    private void refuseOthersOwnership(FuseRequest request, int valid) throws RefusedException {
        boolean user = (valid & SET_USER) == 0 || request.int32(76) == mounted.ownership().userId();
        boolean group = (valid & SET_GROUP) == 0 || request.int32(80) == mounted.ownership().groupId();
        if (!user || !group) {
            throw new RefusedException(Errno.EPERM);
        }
    }

    private static void truncate(Node node, long sizeBytes) throws IOException {
        if (sizeBytes < 0 || sizeBytes > MOST_FILE_BYTES) {
            throw new RefusedException(Errno.EFBIG);
        }
        node.file().truncate(sizeBytes);
    }

    void readLink(Exchange exchange) throws IOException {
        exchange.reply().text(mounted.node(exchange).file().readLink());
    }

    /// Answers by AFS's rights: those of the directory count for its files too. Only execution is a matter of mode bits, as AFS knows
    /// nothing of it.
    void access(Exchange exchange) throws IOException {
        AfsFileInfo info = mounted.node(exchange).file().info();
        int mask = exchange.request().int32(0);
        int rights = info.rights();
        boolean read = (rights & (info.isDirectory() ? FetchStatus.RIGHT_LOOKUP : FetchStatus.RIGHT_READ)) != 0
                || info.isSymlink();
        boolean write = info.isDirectory()
                ? (rights & (FetchStatus.RIGHT_INSERT | FetchStatus.RIGHT_DELETE | FetchStatus.RIGHT_WRITE)) != 0
                : (rights & (FetchStatus.RIGHT_WRITE | FetchStatus.RIGHT_INSERT)) != 0;
        boolean execute = info.isDirectory() ? read : (info.mode() & EXECUTE_BITS) != 0 && read;
        boolean granted = ((mask & MAY_READ) == 0 || read)
                && ((mask & MAY_WRITE) == 0 || write)
                && ((mask & MAY_EXECUTE) == 0 || execute);
        if (!granted) {
            throw new RefusedException(Errno.EACCES);
        }
    }

    /// Tells the room of the node's volume: its quota, or its partition where it has none, or less.
    void statistics(Exchange exchange) throws IOException {
        Node node = mounted.node(exchange);
        long total = 0;
        long free = 0;
        if (!node.file().cell().isEmpty()) {
            VolumeStatus status = node.file().volumeStatus();
            long partition = Integer.toUnsignedLong(status.partitionBlocks());
            long available = Integer.toUnsignedLong(status.partitionAvailableBlocks());
            long quota = Integer.toUnsignedLong(status.maximumQuotaBlocks());
            total = quota == 0 ? partition : quota;
            free = quota == 0 ? available : Math.clamp(quota - Integer.toUnsignedLong(status.usedBlocks()), 0, available);
        }
        // AFS does not tell how many files there are or can be; zeros say that a file system has no such bound.
        FuseReply reply = exchange.reply();
        reply.int64(total)
                .int64(free)
                .int64(free)
                .int64(0)
                .int64(0)
                .int32(VOLUME_BLOCK_BYTES)
                .int32(FuseRequest.MOST_NAME_BYTES)
                .int32(VOLUME_BLOCK_BYTES)
                .int32(0)
                .zeros(24);
    }
}
