package org.afs4j.mount.operation;

import java.io.IOException;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsNode;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.mount.protocol.FileAttributes;
import org.afs4j.mount.protocol.FuseOpcode;
import org.afs4j.mount.protocol.FuseRequest;
import org.afs4j.mount.session.Exchange;
import org.afs4j.mount.tree.Node;
import org.afs4j.protocol.Errno;
import org.jspecify.annotations.Nullable;

/// Requests about names: looked up, made, removed, renamed.
final class NameRequests {
    private static final int MODE_BITS = 07777;
    private static final int NO_REPLACE = 1;
    private static final int MOST_TARGET_BYTES = 1023;

    private final Mounted mounted;
    private final FileRequests files;

    NameRequests(Mounted mounted, FileRequests files) {
        this.mounted = mounted;
        this.files = files;
    }

    /// Tells what a name stands for, or that it stands for nothing, which may be believed as well.
    void lookUp(Exchange exchange) throws IOException {
        Node directory = mounted.node(exchange);
        String name = exchange.request().name(0);
        int doubts = directory.doubts();
        directory.file().prefetchFrom(name);
        @Nullable AfsNode found = directory.file().find(name);
        if (found == null) {
            answerNone(exchange, directory, doubts, name);
        } else {
            mounted.answerEntry(exchange, directory, doubts, name, found);
        }
    }

    private static void answerNone(Exchange exchange, Node directory, int doubts, String name) throws IOException {
        long nanos = Mounted.nameTrustNanos(directory, name);
        if (nanos == 0) {
            throw new RefusedException(Errno.ENOENT);
        }
        exchange.reply().entry(0, 0, nanos, 0, FileAttributes.NONE);
        if (exchange.answer()) {
            directory.retractNameIfDoubted(doubts, name);
        }
    }

    void makeNode(Exchange exchange) throws IOException {
        FuseRequest request = exchange.request();
        int type = request.int32(0) & FileAttributes.TYPE_MASK;
        if (type != FileAttributes.REGULAR && type != 0) {
            throw new RefusedException(Errno.EPERM);
        }
        Node directory = mounted.node(exchange);
        String name = request.name(16);
        int doubts = directory.doubts();
        AfsNode made = directory.file().createFile(name, request.int32(0) & MODE_BITS);
        mounted.answerEntry(exchange, directory, doubts, name, made);
    }

    void makeDirectory(Exchange exchange) throws IOException {
        FuseRequest request = exchange.request();
        Node directory = mounted.node(exchange);
        String name = request.name(8);
        int doubts = directory.doubts();
        AfsNode made = directory.file().makeDirectory(name, request.int32(0) & MODE_BITS);
        mounted.answerEntry(exchange, directory, doubts, name, made);
    }

    void symlink(Exchange exchange) throws IOException {
        FuseRequest request = exchange.request();
        Node directory = mounted.node(exchange);
        String name = request.name(0);
        String target = request.string(request.after(0), MOST_TARGET_BYTES);
        int doubts = directory.doubts();
        AfsNode made = directory.file().makeSymlink(name, target);
        mounted.answerEntry(exchange, directory, doubts, name, made);
    }

    void link(Exchange exchange) throws IOException {
        FuseRequest request = exchange.request();
        Node directory = mounted.node(exchange);
        Node existing = mounted.node(request.int64(0));
        String name = request.name(8);
        int doubts = directory.doubts();
        directory.file().makeLink(name, existing.file());
        mounted.answerEntry(exchange, directory, doubts, name, existing.file());
    }

    /// Makes a file and opens it.
    void create(Exchange exchange) throws IOException {
        FuseRequest request = exchange.request();
        Node directory = mounted.node(exchange);
        String name = request.name(16);
        int doubts = directory.doubts();
        AfsNode made = directory.file().createFile(name, request.int32(4) & MODE_BITS);
        Node node = mounted.nodes().remember(made);
        boolean told = false;
        @Nullable OpenFile open = null;
        long handle = 0;
        try {
            int nodeDoubts = node.doubts();
            boolean writable = FileRequests.isForWriting(request.int32(0));
            AfsFile file = writable ? made.open(AfsOpenOption.WRITE) : made.open();
            open = new OpenFile(node, file, writable);
            handle = files.add(open);
            mounted.putEntry(exchange, node, Mounted.nameTrustNanos(directory, name));
            exchange.reply().int64(handle).int32(FileRequests.KEEP_CACHE).int32(0);
            told = exchange.answer();
            if (told) {
                directory.retractNameIfDoubted(doubts, name);
                node.toldAttributes(nodeDoubts);
            }
        } finally {
            if (!told) {
                if (open != null) {
                    files.close(handle);
                }
                mounted.nodes().forget(node.id(), 1);
            }
        }
    }

    void remove(Exchange exchange) throws IOException {
        Node directory = mounted.node(exchange);
        String name = exchange.request().name(0);
        directory.file().remove(name);
    }

    void removeDirectory(Exchange exchange) throws IOException {
        mounted.node(exchange).file().removeDirectory(exchange.request().name(0));
    }

    /// Renames, over what has the new name.
    void rename(Exchange exchange) throws IOException {
        FuseRequest request = exchange.request();
        boolean second = exchange.opcode() == FuseOpcode.RENAME2;
        int flags = second ? request.int32(8) : 0;
        if ((flags & ~NO_REPLACE) != 0) {
            throw new RefusedException(Errno.EINVAL);
        }
        int names = second ? 16 : 8;
        Node from = mounted.node(exchange);
        Node to = mounted.node(request.int64(0));
        String name = request.name(names);
        String newName = request.name(request.after(names));
        if ((flags & NO_REPLACE) != 0 && to.file().find(newName) != null) {
            throw new RefusedException(Errno.EEXIST);
        }
        @Nullable Node replaced = known(to, newName);
        from.file().rename(name, to.file(), newName);
        if (replaced != null) {
            replaced.retract();
        }
    }

    /// What the kernel knows under a name: it does not notice by itself what a rename does to the number of its names.
    private @Nullable Node known(Node directory, String name) throws IOException {
        try {
            return mounted.nodes().find(directory.file().lookUp(name));
        } catch (AfsFileException e) {
            return null;
        }
    }
}
