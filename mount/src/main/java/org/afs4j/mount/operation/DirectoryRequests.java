package org.afs4j.mount.operation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.afs4j.client.AfsFileInfo;
import org.afs4j.client.AfsNode;
import org.afs4j.client.AfsNodeEntry;
import org.afs4j.client.error.AfsException;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.mount.protocol.FileAttributes;
import org.afs4j.mount.protocol.FuseReply;
import org.afs4j.mount.session.Exchange;
import org.afs4j.mount.tree.Node;
import org.afs4j.protocol.Errno;
import org.afs4j.protocol.xdr.NameCodec;

/// Requests that list directories. A place in a listing is a place in the AFS directory, where entries stay while others come and
/// go; so a listing can be taken up anywhere.
final class DirectoryRequests {
    /// Bytes of what a name stands for, before the entry itself, in a listing that tells attributes too.
    private static final int ENTRY_OUT_BYTES = 128;

    private static final int KEEP_CACHE = 1 << 1;
    private static final int CACHE_DIR = 1 << 3;
    private static final int ENTRIES_AT_ONCE = 400;
    private static final int UNKNOWN_TYPE = 0;

    private final Mounted mounted;

    DirectoryRequests(Mounted mounted) {
        this.mounted = mounted;
    }

    void open(Exchange exchange) throws IOException {
        AfsFileInfo info = mounted.node(exchange).file().info();
        if (!info.isDirectory()) {
            throw new RefusedException(Errno.ENOTDIR);
        }
        exchange.reply().int64(0).int32(KEEP_CACHE | CACHE_DIR).int32(0);
    }

    /// Lists as much as the kernel has room for.
    ///
    /// @param plus whether the kernel is told what the names stand for, too
    void read(Exchange exchange, boolean plus) throws IOException {
        Node directory = mounted.node(exchange);
        int directoryDoubts = directory.doubts();
        long cookie = exchange.request().int64(8);
        List<Told> told = new ArrayList<>();
        boolean delivered = false;
        try {
            List<AfsNodeEntry> entries = directory.file().list(cookie, ENTRIES_AT_ONCE);
            // An answer without an entry would end the listing, so there is one as long as there is anything to be shown.
            while (!entries.isEmpty() && !putAny(exchange, directory, entries, plus, told)) {
                entries = directory.file().list(entries.getLast().nextCookie(), ENTRIES_AT_ONCE);
            }
            delivered = exchange.answer();
        } finally {
            if (!delivered) {
                told.forEach(each -> mounted.nodes().forget(each.node().id(), 1));
            }
        }
        if (delivered) {
            Set<String> names = new HashSet<>();
            for (Told each : told) {
                each.node().toldAttributes(each.doubts());
                names.add(each.name());
            }
            directory.retractNamesIfDoubted(directoryDoubts, names); // the kernel keeps the listing, too
        }
    }

    /// Puts the entries that are to be shown into the reply, as many as there is room for.
    ///
    /// @return false if none of them is to be shown
    private boolean putAny(Exchange exchange, Node directory, List<AfsNodeEntry> entries, boolean plus, List<Told> told)
            throws IOException {
        FuseReply reply = exchange.reply();
        int most = Math.min(exchange.request().int32(16), (int) Math.min(Integer.MAX_VALUE, reply.remainingBytes()));
        directory.file().prefetch(entries);
        boolean any = false;
        for (AfsNodeEntry entry : entries) {
            byte[] name = NameCodec.encode(entry.name());
            if (reply.bodyBytes() + FuseReply.entryBytes(name) + (plus ? ENTRY_OUT_BYTES : 0) > most) {
                return true;
            }
            if (!isUnlinked(directory, entry)) {
                put(reply, directory, entry, name, plus, told);
                any = true;
            }
        }
        return any;
    }

    /// Whether an entry is only there because a file that was removed is still open here.
    private static boolean isUnlinked(Node directory, AfsNodeEntry entry) throws IOException {
        try {
            return entry.mayBeUnlinked()
                    && directory.file().lookUp(entry.name()).info().linkCount() == 0;
        } catch (AfsFileException gone) {
            return gone.errno() == Errno.ENOENT; // it went with its last user just now
        } catch (AfsException unknown) {
            return false;
        }
    }

    /// What the kernel is told of an entry.
    ///
    /// @param node what the name stands for
    /// @param doubts how many there were before
    /// @param name the name
    private record Told(Node node, int doubts, String name) {}

    private void put(FuseReply reply, Node directory, AfsNodeEntry entry, byte[] name, boolean plus, List<Told> told)
            throws IOException {
        long inode = mounted.nodes().inode(directory.file().cell(), entry.fid());
        int type = entry.isDirectory() ? FileAttributes.DIRECTORY >> 12 : UNKNOWN_TYPE;
        boolean dots = entry.name().equals(".") || entry.name().equals("..");
        long bodyBytes = reply.bodyBytes();
        if (dots || directory.file().cell().isEmpty()) {
            // The kernel knows them, or has them looked up when it needs them: listing the cells asks none of them.
            putUnknown(reply, plus);
            reply.directoryEntry(dots ? inode : Math.abs((long) entry.name().hashCode()) + 2, entry.nextCookie(), type, name);
            return;
        }
        try {
            AfsNode found = directory.file().lookUp(entry.name());
            if (plus) {
                Node node = mounted.nodes().remember(found);
                told.add(new Told(node, node.doubts(), entry.name()));
                FileAttributes attributes = mounted.attributes(node, found.info());
                reply.entry(
                        node.id(), 0, Mounted.nameTrustNanos(directory, entry.name()), Mounted.trustNanos(found), attributes);
                reply.directoryEntry(attributes.inode(), entry.nextCookie(), attributes.entryType(), name);
            } else {
                reply.directoryEntry(
                        mounted.nodes().inode(found), entry.nextCookie(), Mounted.type(found.info()) >> 12, name);
            }
        } catch (AfsException unknown) {
            // It may not be asked about, or is a mount point of a volume that is not there: the name is all there is.
            forgetUntold(told, entry.name());
            reply.cutBody(bodyBytes);
            putUnknown(reply, plus);
            reply.directoryEntry(inode, entry.nextCookie(), type, name);
        }
    }

    private void forgetUntold(List<Told> told, String name) {
        if (!told.isEmpty() && told.getLast().name().equals(name)) {
            mounted.nodes().forget(told.removeLast().node().id(), 1);
        }
    }

    private static void putUnknown(FuseReply reply, boolean plus) {
        if (plus) {
            reply.entry(0, 0, 0, 0, FileAttributes.NONE);
        }
    }
}
