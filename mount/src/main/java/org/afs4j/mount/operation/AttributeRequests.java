package org.afs4j.mount.operation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.afs4j.client.AfsFileInfo;
import org.afs4j.client.AfsNode;
import org.afs4j.mount.session.Exchange;
import org.afs4j.protocol.Errno;
import org.jspecify.annotations.Nullable;

/// Requests about extended attributes. AFS keeps none; those named `afs.` tell what AFS knows of a node and the kernel does not ask.
/// They are not listed, so that programs which copy all attributes do not try to copy these.
final class AttributeRequests {
    private static final int MOST_NAME_BYTES = 255;

    private final Mounted mounted;

    AttributeRequests(Mounted mounted) {
        this.mounted = mounted;
    }

    void get(Exchange exchange) throws IOException {
        String name = exchange.request().string(8, MOST_NAME_BYTES);
        AfsNode file = mounted.node(exchange).file();
        @Nullable String value = name.startsWith("afs.") && !file.cell().isEmpty() ? value(file, name) : null;
        if (value == null) {
            throw new RefusedException(name.startsWith("user.") ? Errno.EOPNOTSUPP : Errno.ENODATA);
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        int room = exchange.request().int32(0);
        if (room == 0) {
            exchange.reply().int32(bytes.length).int32(0);
        } else if (bytes.length > room) {
            throw new RefusedException(Errno.ERANGE);
        } else {
            exchange.reply().bytes(bytes);
        }
    }

    private static @Nullable String value(AfsNode file, String name) throws IOException {
        return switch (name) {
            case "afs.cell" -> file.cell();
            case "afs.fid" -> file.fid().toString();
            case "afs.volume" -> file.info().volume();
            case "afs.acl" -> accessList(file);
            default -> null;
        };
    }

    /// Access lists are the directories'; a file's is that of its directory.
    private static @Nullable String accessList(AfsNode file) throws IOException {
        AfsFileInfo info = file.info();
        return info.isDirectory() ? file.accessList().replace("\0", "") : null;
    }

    void list(Exchange exchange) {
        if (exchange.request().int32(0) == 0) {
            exchange.reply().int32(0).int32(0);
        }
    }

    void set(Exchange exchange) throws IOException {
        refuse(exchange.request().string(8, MOST_NAME_BYTES));
    }

    void remove(Exchange exchange) throws IOException {
        refuse(exchange.request().string(0, MOST_NAME_BYTES));
    }

    private static void refuse(String name) throws RefusedException {
        Errno errno = name.startsWith("afs.") ? Errno.EPERM : Errno.EOPNOTSUPP;
        throw new RefusedException(errno);
    }
}
