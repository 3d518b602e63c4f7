package org.afs4j.client.cache;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.afs4j.client.callback.BreakNote;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.event.RevalidationEvent;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.Errno;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileServerCalls;
import org.afs4j.protocol.fs.FileServerReply;
import org.afs4j.protocol.fs.FileType;
import org.afs4j.protocol.fs.LockType;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxStream;

/// The calls about one vnode's own status and data, each with what its reply does to the cache.
final class VnodeCalls {
    /// What a symlink's target or a directory can hold at most, bytes: 1023 directory pages.
    private static final int MOST_CONTENTS_BYTES = 1023 * 2048;

    private VnodeCalls() {}

    /// Asks for the status.
    ///
    /// @throws IOException if it cannot be had; the vnode is forgotten if the server does not know it any more
    static void fetchStatus(CacheContext context, Vnode vnode) throws IOException {
        askingAbout(vnode, () -> FileServerOperation.run(context, vnode.volume(), vnode.where("FetchStatus"), server -> {
            BreakNote note = vnode.note(server);
            FileServerReply.Status reply = server.calls().fetchStatus(vnode.fid());
            vnode.install(reply.status(), reply.promise(), reply.volSync(), note, Vnode.Change.NONE);
            return reply;
        }));
    }

    /// Asks about a vnode of which something is known, but on which no promise holds any more.
    ///
    /// @throws IOException as [#fetchStatus]
    static void revalidate(CacheContext context, Vnode vnode) throws IOException {
        RevalidationEvent event = RevalidationEvent.start();
        context.counters().count(AfsCounter.REVALIDATIONS);
        boolean answered = false;
        try {
            fetchStatus(context, vnode);
            answered = true;
        } finally {
            if (event != null) {
                event.finish(vnode, answered);
            }
        }
    }

    /// Fetches a range of a file's data.
    ///
    /// @param offsetBytes where the range begins
    /// @param destination filled to its end; bytes after the end of the file become zero
    /// @throws IOException if it cannot be had
    static void fetchData(CacheContext context, Vnode vnode, long offsetBytes, MemorySegment destination) throws IOException {
        askingAbout(vnode, () -> FileServerOperation.run(context, vnode.volume(), vnode.where("FetchData"), server -> {
            BreakNote note = vnode.note(server);
            long[] comeBytes = new long[1];
            FileServerReply.Status reply = server.calls()
                    .fetchData64(vnode.fid(), offsetBytes, destination.byteSize(), (source, lengthBytes) -> {
                        comeBytes[0] = lengthBytes;
                        ByteBuffer into = destination.asSlice(0, lengthBytes).asByteBuffer();
                        readFully(source, into);
                        destination.asSlice(lengthBytes).fill((byte) 0);
                        countFetched(context, lengthBytes);
                    });
            vnode.install(reply.status(), reply.promise(), reply.volSync(), note, Vnode.Change.NONE);
            requireAll(comeBytes[0], Math.min(destination.byteSize(), reply.status().lengthBytes() - offsetBytes));
            return reply;
        }));
    }

    /// What is missing before the end of the file must not be taken for zeros.
    private static void requireAll(long comeBytes, long wantedBytes) throws EOFException {
        if (comeBytes < wantedBytes) {
            throw new EOFException(comeBytes + " bytes of data came, though the file has " + wantedBytes);
        }
    }

    /// Fetches the whole data of a directory or symlink.
    ///
    /// @throws IOException if it cannot be had, or a directory's is malformed
    static VnodeContents fetchContents(CacheContext context, Vnode vnode) throws IOException {
        return askingAbout(vnode, () -> FileServerOperation.run(context, vnode.volume(), vnode.where("FetchData"), server -> {
            BreakNote note = vnode.note(server);
            byte[][] bytes = new byte[1][];
            FileServerReply.Status reply = server.calls()
                    .fetchData64(vnode.fid(), 0, MOST_CONTENTS_BYTES, (source, lengthBytes) -> {
                        bytes[0] = new byte[(int) lengthBytes];
                        readFully(source, ByteBuffer.wrap(bytes[0]));
                        countFetched(context, lengthBytes);
                    });
            vnode.install(reply.status(), reply.promise(), reply.volSync(), note, Vnode.Change.NONE);
            requireAll(bytes[0].length, Math.min(MOST_CONTENTS_BYTES, reply.status().lengthBytes()));
            VnodeContents contents = new VnodeContents(bytes[0], reply.status().dataVersion());
            if (reply.status().fileType() == FileType.DIRECTORY) {
                contents.directory();
            }
            return contents;
        }));
    }

    private static void countFetched(CacheContext context, long lengthBytes) {
        context.counters().count(AfsCounter.DATA_FETCHES);
        context.counters().add(AfsCounter.DATA_FETCHED_BYTES, lengthBytes);
    }

    private static void readFully(RxStream source, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (source.read(into) < 0) {
                throw new EOFException(into.remaining() + " bytes of data are missing from a reply");
            }
        }
    }

    /// Stores a range of a file's data, or only sets its length where the range is empty.
    ///
    /// @param offsetBytes where the range begins
    /// @param source the bytes
    /// @param fileSizeBytes the file's length afterwards
    /// @param modificationSeconds when the bytes were written, unsigned seconds since 1970
    /// @throws IOException if it cannot be stored
    static void storeData(CacheContext context, Vnode vnode, long offsetBytes, MemorySegment source, long fileSizeBytes, int modificationSeconds)
            throws IOException {
        StoreStatus status = StoreStatus.NONE.withModificationTime(modificationSeconds);
        changing(vnode, () -> FileServerOperation.run(context, vnode.volume(), vnode.where("StoreData"), server -> {
            BreakNote note = vnode.note(server);
            FileServerReply.Changed reply = server.calls()
                    .storeData64(
                            vnode.fid(),
                            status,
                            offsetBytes,
                            source.byteSize(),
                            fileSizeBytes,
                            destination -> writeFully(destination, source));
            vnode.install(reply.status(), null, reply.volSync(), note, Vnode.Change.DATA);
            context.counters().count(AfsCounter.DATA_STORES);
            context.counters().add(AfsCounter.DATA_STORED_BYTES, source.byteSize());
            return reply;
        }));
    }

    private static void writeFully(RxStream destination, MemorySegment source) throws IOException {
        for (long at = 0; at < source.byteSize(); ) {
            long length = Math.min(source.byteSize() - at, 1 << 30);
            destination.write(source.asSlice(at, length).asByteBuffer());
            at += length;
        }
    }

    /// Sets mode, owner or times.
    ///
    /// @throws IOException if the server refuses or cannot be asked
    static void storeStatus(CacheContext context, Vnode vnode, StoreStatus status) throws IOException {
        vnode.change().lock();
        try {
            changing(vnode, () -> FileServerOperation.run(context, vnode.volume(), vnode.where("StoreStatus"), server -> {
                BreakNote note = vnode.note(server);
                FileServerReply.Changed reply = server.calls().storeStatus(vnode.fid(), status);
                vnode.install(reply.status(), null, reply.volSync(), note, Vnode.Change.STATUS);
                return reply;
            }));
        } finally {
            vnode.change().unlock();
        }
    }

    /// Asks for the server lock.
    ///
    /// @return false if another client's lock is in the way
    /// @throws IOException if the server refuses for another reason or cannot be asked
    static boolean setLock(CacheContext context, Vnode vnode, LockType type) throws IOException {
        return unless(Errno.EAGAIN, vnode, () -> FileServerOperation.run(context, vnode.volume(), vnode.where("SetLock"), server ->
                server.calls().setLock(vnode.fid(), type)));
    }

    /// Prolongs the server lock.
    ///
    /// @return false if the server knows of none
    /// @throws IOException if the server refuses for another reason or cannot be asked
    static boolean extendLock(CacheContext context, Vnode vnode) throws IOException {
        return unless(Errno.EINVAL, vnode, () -> FileServerOperation.run(context, vnode.volume(), vnode.where("ExtendLock"), server ->
                server.calls().extendLock(vnode.fid())));
    }

    /// Gives the server lock up.
    ///
    /// @throws IOException if the server refuses or cannot be asked
    static void releaseLock(CacheContext context, Vnode vnode) throws IOException {
        askingAbout(vnode, () -> FileServerOperation.run(context, vnode.volume(), vnode.where("ReleaseLock"), server ->
                server.calls().releaseLock(vnode.fid())));
    }

    private static boolean unless(Errno expected, Vnode vnode, Call<?> call) throws IOException {
        try {
            askingAbout(vnode, call);
            return true;
        } catch (AfsFileException e) {
            if (e.errno() == expected) {
                return false;
            }
            throw e;
        }
    }

    /// Replaces a directory's access list. Our own change breaks no promise of ours, and OpenAFS's reply tells our rights from before
    /// it: so what is known of the directory and its files is distrusted.
    ///
    /// @throws IOException if the server refuses or cannot be asked
    static void storeAccessList(CacheContext context, Vnode vnode, String text) throws IOException {
        vnode.change().lock();
        try {
            changing(vnode, () -> FileServerOperation.run(context, vnode.volume(), vnode.where("StoreACL"), server -> {
                BreakNote note = vnode.note(server);
                FileServerReply.Changed reply = storeAccessList(server.calls(), vnode, text);
                vnode.install(reply.status(), null, reply.volSync(), note, Vnode.Change.STATUS);
                return reply;
            }));
        } finally {
            vnode.change().unlock();
        }
        vnode.distrust();
        for (Vnode each : vnode.volume().vnodes()) {
            FetchStatus known = each.knownStatus();
            if (known != null && known.fileType() != FileType.DIRECTORY && known.parentVnode() == vnode.fid().vnode()) {
                each.distrust();
            }
        }
    }

    /// Servers before OpenAFS 1.8.14 know only the old procedure.
    private static FileServerReply.Changed storeAccessList(FileServerCalls server, Vnode vnode, String text) throws IOException {
        try {
            return server.storeAcl(vnode.fid(), text);
        } catch (RxAbortException e) {
            if (AfsError.ofCode(e.code()) != AfsError.RXGEN_OPCODE) {
                throw e;
            }
            return server.oldStoreAcl(vnode.fid(), text);
        }
    }

    /// Makes a change of ours. One that fails may have been made all the same, for its reply can be lost: then the server is asked
    /// before the vnode is used again.
    static <R> R changing(Vnode vnode, Call<R> call) throws IOException {
        boolean made = false;
        try {
            R result = askingAbout(vnode, call);
            made = true;
            return result;
        } finally {
            if (!made) {
                vnode.distrust();
            }
            distrustSuccessor(vnode);
        }
    }

    /// The server breaks no promise of who makes a change. So if the vnode was evicted meanwhile and is cached anew, the new one
    /// may have been told of the time before the change, and has to be asked about.
    private static void distrustSuccessor(Vnode vnode) {
        Vnode successor = vnode.isForgotten() ? vnode.volume().cached(vnode.fid()) : null;
        if (successor != null && !successor.equals(vnode)) {
            successor.distrust();
        }
    }

    /// Makes a call about a vnode, and forgets the vnode if the server does not know it any more.
    private static <R> R askingAbout(Vnode vnode, Call<R> call) throws IOException {
        try {
            return call.make();
        } catch (AfsFileException e) {
            if (e.error() == AfsError.VNOVNODE) {
                vnode.gone();
            }
            throw e;
        }
    }

    /// A call about a vnode.
    @FunctionalInterface
    interface Call<R> {
        /// Makes the call.
        ///
        /// @throws IOException as [FileServerOperation#run]
        R make() throws IOException;
    }
}
