package org.afs4j.mount.operation;

import java.io.IOException;
import org.afs4j.base.world.World;
import org.afs4j.client.AfsFileInfo;
import org.afs4j.client.AfsNode;
import org.afs4j.mount.protocol.FileAttributes;
import org.afs4j.mount.session.Exchange;
import org.afs4j.mount.tree.Handles;
import org.afs4j.mount.tree.Node;
import org.afs4j.mount.tree.NodeTable;
import org.afs4j.protocol.Errno;
import org.jspecify.annotations.Nullable;

/// What all requests of one mount share.
///
/// @param world time and randomness
/// @param nodes what the kernel knows
/// @param files what it has open, of regular files
/// @param ownership whose files are shown to be
record Mounted(World world, NodeTable nodes, Handles<OpenFile> files, Ownership ownership) {
    /// How long the kernel may believe what never changes.
    private static final long LONGEST_TRUST_NANOS = 86_400_000_000_000L;

    /// What programs expect of a symlink, whose mode means nothing.
    private static final int SYMLINK_MODE = 0777;

    /// The time now, seconds since 1970.
    long nowSeconds() {
        return world.wallTime().getEpochSecond();
    }

    /// The node that a request is about.
    ///
    /// @throws RefusedException if there is none
    Node node(Exchange exchange) throws RefusedException {
        return node(exchange.request().nodeId());
    }

    Node node(long id) throws RefusedException {
        @Nullable Node node = nodes.find(id);
        if (node == null) {
            throw new RefusedException(Errno.ESTALE);
        }
        return node;
    }

    /// The open file of a handle.
    ///
    /// @throws RefusedException if there is none
    OpenFile file(long handle) throws RefusedException {
        @Nullable OpenFile file = files.find(handle);
        if (file == null) {
            throw new RefusedException(Errno.EBADF);
        }
        return file;
    }

    /// How long what was just told of a node may be believed.
    static long trustNanos(AfsNode file) {
        return Math.min(file.trustedNanos(), LONGEST_TRUST_NANOS);
    }

    /// What the kernel is told of a node.
    FileAttributes attributes(Node node, AfsFileInfo info) {
        return new FileAttributes(
                node.inode(),
                type(info) | (info.isSymlink() ? SYMLINK_MODE : info.mode()),
                info.linkCount(),
                info.sizeBytes(),
                ownership.userId(),
                ownership.groupId(),
                info.modified().getEpochSecond(),
                info.modified().getEpochSecond(),
                info.modified().getEpochSecond());
    }

    static int type(AfsFileInfo info) {
        return info.isDirectory()
                ? FileAttributes.DIRECTORY
                : info.isSymlink() ? FileAttributes.SYMLINK : FileAttributes.REGULAR;
    }

    /// Answers a request for attributes.
    void answerAttributes(Exchange exchange, Node node) throws IOException {
        int doubts = node.doubts();
        AfsFileInfo info = node.file().info();
        exchange.reply().timedAttributes(trustNanos(node.file()), attributes(node, info));
        if (exchange.answer()) {
            node.toldAttributes(doubts);
        }
    }

    /// Puts what a name stands for into the reply.
    ///
    /// @param node what it stands for; has been remembered, which the caller takes back if the kernel does not take the answer
    /// @param nameNanos how long the name may be believed
    void putEntry(Exchange exchange, Node node, long nameNanos) throws IOException {
        AfsFileInfo info = node.file().info();
        exchange.reply().entry(node.id(), 0, nameNanos, trustNanos(node.file()), attributes(node, info));
    }

    /// Answers with what a name stands for.
    ///
    /// @param directory where the name is
    /// @param directoryDoubts how many there were before it was looked up or made
    void answerEntry(Exchange exchange, Node directory, int directoryDoubts, String name, AfsNode found) throws IOException {
        Node node = nodes.remember(found);
        boolean told = false;
        try {
            int doubts = node.doubts();
            putEntry(exchange, node, nameTrustNanos(directory, name));
            told = exchange.answer();
            if (told) {
                directory.retractNameIfDoubted(directoryDoubts, name);
                node.toldAttributes(doubts);
            }
        } finally {
            if (!told) {
                nodes.forget(node.id(), 1);
            }
        }
    }

    /// How long the kernel may believe what a name stands for; it is counted as told.
    static long nameTrustNanos(Node directory, String name) {
        return directory.tellName(name) ? trustNanos(directory.file()) : 0;
    }
}
