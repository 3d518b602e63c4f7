package org.afs4j.system.differential;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.directory.DirectoryContents;
import org.afs4j.protocol.directory.DirectoryEntry;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileServerReply;
import org.afs4j.protocol.fs.FileServerRequest;
import org.afs4j.protocol.fs.LockType;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.protocol.fs.VolumeStatus;
import org.afs4j.protocol.xdr.NameCodec;
import org.jspecify.annotations.Nullable;

/// The procedures of a file server as they are called on both sides: what is given goes by names, and so does what comes back.
final class Calls {
    private static final int MOST_FETCHED_BYTES = 1 << 20;

    private Calls() {}

    static String fetchStatus(Peer peer, String vnode) throws IOException {
        FileServerReply.Status reply = peer.fs.fetchStatus(peer.fid(vnode));
        return peer.status(vnode, reply.status()) + promise(reply.promise().isGranted());
    }

    private static String promise(boolean granted) {
        return granted ? " promised" : " not promised";
    }

    static String fetchAcl(Peer peer, String vnode) throws IOException {
        FileServerReply.Acl reply = peer.fs.fetchAcl(peer.fid(vnode));
        return quoted(reply.acl()) + " " + peer.status(vnode, reply.status());
    }

    static String storeAcl(Peer peer, String vnode, String acl, boolean old) throws IOException {
        return peer.status(vnode, peer.storeAcl(vnode, acl, old).status());
    }

    static String fetchData(Peer peer, String vnode, long offset, long length) throws IOException {
        List<String> data = new ArrayList<>();
        Fid fid = peer.fid(vnode);
        FileServerReply.Status reply = peer.fs.fetchData64(fid, offset, length, (in, coming) -> {
            if (coming > MOST_FETCHED_BYTES) {
                throw new IOException(coming + " bytes are more than a run keeps");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) coming);
            while (bytes.hasRemaining() && in.read(bytes) >= 0) {
                // until all is read
            }
            data.add(coming + " bytes");
            if (offset == 0) {
                data.add(contents(peer, fid, bytes.array()));
            }
        });
        return data + " " + peer.status(vnode, reply.status()) + promise(reply.promise().isGranted());
    }

    private static String contents(Peer peer, Fid fid, byte[] bytes) throws IOException {
        boolean directory = (fid.vnode() & 1) == 1;
        if (directory && (bytes.length % 2048 != 0 || bytes.length == 0)) {
            return "a part";
        }
        if (!directory) {
            return "hash " + Arrays.hashCode(bytes);
        }
        List<String> entries = new ArrayList<>();
        for (DirectoryEntry entry : DirectoryContents.of(bytes).entries()) {
            entries.add(quoted(entry.name()) + "@" + entry.slot() + "=" + peer.name(entry.fid(fid.volumeId())));
        }
        return entries.toString();
    }

    static String storeData(Peer peer, String vnode, StoreStatus status, long offset, int length, long fileLength, int fill)
            throws IOException {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) fill);
        return peer.status(
                vnode,
                peer.fs.storeData64(peer.fid(vnode), status, offset, length, fileLength, out -> out.write(ByteBuffer.wrap(bytes)))
                        .status());
    }

    static String storeStatus(Peer peer, String vnode, StoreStatus status) throws IOException {
        return peer.status(vnode, peer.fs.storeStatus(peer.fid(vnode), status).status());
    }

    static String createFile(Peer peer, String directory, String name, StoreStatus status, String made) throws IOException {
        return created(peer, directory, made, peer.fs.createFile(peer.fid(directory), name, status));
    }

    static String makeDir(Peer peer, String directory, String name, StoreStatus status, String made) throws IOException {
        return created(peer, directory, made, peer.fs.makeDir(peer.fid(directory), name, status));
    }

    private static String created(Peer peer, String directory, String made, FileServerReply.Created reply) {
        peer.bind(made, reply.fid());
        return odd(reply.fid()) + peer.status(made, reply.status()) + " in " + peer.status(directory, reply.directoryStatus())
                + promise(reply.promise().isGranted());
    }

    private static String odd(Fid fid) {
        return (fid.vnode() & 1) == 1 ? "odd " : "even ";
    }

    static String symlink(Peer peer, String directory, String name, String target, StoreStatus status, String made) throws IOException {
        FileServerReply.SymlinkCreated reply = peer.fs.symlink(peer.fid(directory), name, target, status);
        peer.bind(made, reply.fid());
        return odd(reply.fid()) + peer.status(made, reply.status()) + " in " + peer.status(directory, reply.directoryStatus());
    }

    static String link(Peer peer, String directory, String name, String existing) throws IOException {
        FileServerReply.Linked reply = peer.fs.link(peer.fid(directory), name, peer.fid(existing));
        return peer.status(existing, reply.status()) + " in " + peer.status(directory, reply.directoryStatus());
    }

    static String removeFile(Peer peer, String directory, String name) throws IOException {
        return peer.status(directory, peer.fs.removeFile(peer.fid(directory), name).status());
    }

    static String removeDir(Peer peer, String directory, String name) throws IOException {
        return peer.status(directory, peer.fs.removeDir(peer.fid(directory), name).status());
    }

    /// @param replaced the empty directory that had the new name, if one had
    static String rename(Peer peer, String from, String oldName, String to, String newName, @Nullable String replaced)
            throws IOException {
        FileServerReply.Renamed reply = peer.fs.rename(peer.fid(from), oldName, peer.renamedTo(from, to), newName);
        if (replaced != null) {
            peer.replacedDirectory(to, replaced);
        }
        return peer.status(from, reply.oldDirectoryStatus()) + " to " + peer.status(to, reply.newDirectoryStatus());
    }

    static String lock(Peer peer, String vnode, LockType type) throws IOException {
        peer.fs.setLock(peer.fid(vnode), type);
        return locks(peer, vnode);
    }

    static String extendLock(Peer peer, String vnode) throws IOException {
        peer.fs.extendLock(peer.fid(vnode));
        return locks(peer, vnode);
    }

    static String releaseLock(Peer peer, String vnode) throws IOException {
        peer.fs.releaseLock(peer.fid(vnode));
        return locks(peer, vnode);
    }

    /// Tells how many locks there are then, if that can be seen.
    private static String locks(Peer peer, String vnode) throws IOException {
        FetchStatus seen = peer.fs.inlineBulkStatus(List.of(peer.fid(vnode))).statuses().getFirst();
        return "locks=" + seen.lockCount();
    }

    static String bulkStatus(Peer peer, List<String> vnodes, boolean inline) throws IOException {
        List<Fid> fids = vnodes.stream().map(peer::fid).toList();
        FileServerReply.Bulk reply = inline ? peer.fs.inlineBulkStatus(fids) : peer.fs.bulkStatus(fids);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < vnodes.size(); i++) {
            FetchStatus status = reply.statuses().get(i);
            text.append(status.errorCode() == 0 ? peer.status(vnodes.get(i), status) : "error " + status.errorCode())
                    .append(promise(reply.promises().get(i).isGranted()))
                    .append("; ");
        }
        return text.toString();
    }

    static String volumeStatus(Peer peer, String vnode) throws IOException {
        FileServerReply.OfVolume reply = peer.fs.getVolumeStatus(peer.fid(vnode).volumeId());
        VolumeStatus status = reply.status();
        return "name=%s offline=%s motd=%s itself=%b ofReadWrite=%b online=%b inService=%b blessed=%b salvage=%b type=%d min=%d used=%s"
                .formatted(
                        reply.name(),
                        quoted(reply.offlineMessage()),
                        quoted(reply.messageOfTheDay()),
                        status.volumeId() == peer.fid(vnode).volumeId(),
                        status.parentId() == status.volumeId(),
                        status.online(),
                        status.inService(),
                        status.blessed(),
                        status.needsSalvage(),
                        status.type(),
                        status.minimumQuotaBlocks(),
                        peer.fid(vnode).volumeId() == peer.volume("root") ? "run+" + peer.moreBlocks(status.usedBlocks()) : "some");
    }

    static String statistics(Peer peer, int version, int collection) throws IOException {
        int numbers = peer.fs.getStatistics64(new FileServerRequest.OfStatistics(version)).numbers().size();
        FileServerReply.ExtendedStatistics extended = peer.fs.getExtendedStatistics(new FileServerRequest.OfCollection(2, collection));
        return numbers + " numbers, version " + extended.version();
    }

    static String quoted(String text) {
        StringBuilder shown = new StringBuilder("\"");
        byte[] bytes = NameCodec.encode(text);
        String plain = new String(bytes, StandardCharsets.ISO_8859_1);
        if (plain.length() > 60) {
            return "\"" + plain.charAt(0) + "…" + plain.length() + "\"";
        }
        for (int i = 0; i < plain.length(); i++) {
            char each = plain.charAt(i);
            if (each < ' ' || each > '~') {
                shown.append('\\').append(Integer.toHexString(each)).append('.');
            } else {
                shown.append(each);
            }
        }
        return shown.append('"').toString();
    }
}
