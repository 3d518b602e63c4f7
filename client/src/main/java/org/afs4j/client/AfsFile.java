package org.afs4j.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.client.cache.FileData;
import org.afs4j.client.cache.Vnode;
import org.afs4j.client.error.AfsContext;
import org.afs4j.client.error.AfsException;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MapOption;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.error.PageConflictException;
import org.afs4j.protocol.AfsError;
import org.jspecify.annotations.Nullable;

/// An open file: reads and writes at offsets through the page cache, and maps.
///
/// Every read sees what other clients had written and synced before it began; what is written here reaches the server by
/// [#sync()] or [#close()].
///
/// Threads: any. Blocks: for calls to servers.
public final class AfsFile implements AutoCloseable {
    /// One action on the file.
    @FunctionalInterface
    private interface Action<R> {
        R run() throws IOException;
    }

    /// One change of the file.
    @FunctionalInterface
    private interface Change {
        void make() throws IOException;
    }

    /// A channel that somebody gave, whose failures are told as they are: they are none of AFS's.
    private static final class Target implements WritableByteChannel {
        private final WritableByteChannel channel;
        private @Nullable IOException failure;

        private Target(WritableByteChannel channel) {
            this.channel = channel;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            try {
                return channel.write(source);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private final @Nullable String path;
    private final FileData data;
    private final boolean writable;
    private final Runnable onClose;
    private final RankedMutex closeLock = new RankedMutex(LockRank.OPEN_FILE);
    private volatile boolean closed;

    AfsFile(@Nullable String path, FileData data, boolean writable, Runnable onClose) {
        this.path = path;
        this.data = data;
        this.writable = writable;
        this.onClose = onClose;
    }

    /// Reads bytes.
    ///
    /// @param offsetBytes where to begin
    /// @param destination filled from its position on, as far as the file goes
    /// @return how many bytes, or −1 at the end of the file
    /// @throws IOException if they cannot be read; an [AfsException] says why
    public int read(long offsetBytes, ByteBuffer destination) throws IOException {
        requireNotNegative(offsetBytes);
        return run("read", () -> data.read(offsetBytes, destination));
    }

    /// Sends bytes to a channel (a socket, a local file) without copying them in between: the channel is given the cache's own
    /// memory, piece by piece, and nobody changes a piece while the channel has it (PIN-1).
    ///
    /// Each piece, at most a mebibyte, is of one version of the file, as current as a read that begins with it.
    ///
    /// @param offsetBytes where to begin
    /// @param lengthBytes how many, at most; the end of the file ends it
    /// @param target the channel; it takes the bytes in the calling thread, and keeps none of the buffers that it is given
    /// @return how many bytes the channel took: fewer than asked for at the end of the file, and if the channel took none of a piece,
    ///     as one that does not block
    /// @throws IOException if they cannot be read (an [AfsException] says why), or the channel throws; some may have been sent by then
    public long transferTo(long offsetBytes, long lengthBytes, WritableByteChannel target) throws IOException {
        requireNotNegative(offsetBytes);
        requireNotNegative(lengthBytes);
        Target watched = new Target(target);
        try {
            return run("transfer", () -> data.transferTo(offsetBytes, lengthBytes, watched));
        } catch (IOException e) {
            throw watched.failure == null ? e : watched.failure;
        }
    }

    /// Writes bytes into the cache; [#sync()] or [#close()] stores them.
    ///
    /// @param offsetBytes where to begin; beyond the end of the file the gap reads as zeros
    /// @param source written from its position to its limit
    /// @throws IOException if they cannot be taken; an [AfsException] says why
    public void write(long offsetBytes, ByteBuffer source) throws IOException {
        requireNotNegative(offsetBytes);
        change("write", () -> {
            requireWritable("write");
            data.write(offsetBytes, source);
        });
    }

    /// Writes bytes at the end of the file into the cache, in turn with whoever else appends here.
    ///
    /// @param source written from its position to its limit
    /// @return where they begin
    /// @throws IOException if they cannot be taken; an [AfsException] says why
    public long append(ByteBuffer source) throws IOException {
        return run("append", () -> {
            requireWritable("append");
            return data.append(source);
        });
    }

    /// The file's size in bytes, with what is written here but not yet stored.
    ///
    /// @throws IOException if the server cannot be asked
    public long sizeBytes() throws IOException {
        return run("size", data::sizeBytes);
    }

    /// Cuts the file, or makes it longer with zeros; the server has the new size when this returns.
    ///
    /// @param sizeBytes the new size, 0 or more
    /// @throws IOException if the server refuses or cannot be asked
    public void truncate(long sizeBytes) throws IOException {
        requireNotNegative(sizeBytes);
        change("truncate", () -> {
            requireWritable("truncate");
            data.truncate(sizeBytes);
        });
    }

    /// Stores everything that is written here but not yet stored; other clients see it when this returns.
    ///
    /// If another client stored the file meanwhile, the bytes written here lie over the new version, and only they are stored: who
    /// stored a byte last wins it, and nobody else's byte is touched. Each such meeting is counted (`CONFLICTS`). A file that is open
    /// with [AfsOpenOption#REPORT_CONFLICTS] stores nothing then, and says so once by EBUSY; the next sync stores.
    ///
    /// @throws IOException if something could not be stored: it is told once, and stays in the cache to be tried again
    public void sync() throws IOException {
        change("sync", () -> {
            data.sync();
        });
    }

    /// Maps a range of the file: what other clients change there shows by itself (MM-3).
    ///
    /// @param access whether the view may be written
    /// @param offsetBytes where the range begins
    /// @param lengthBytes its length, more than 0
    /// @param options what else the view shall be: with [MapOption#STRICT] an access that begins after another client's sync has
    ///     returned sees its change, as long as the server could reach this client
    /// @return the view, which stays usable after the file is closed; the caller closes it
    /// @throws IOException if the server cannot be asked
    public MappedView map(MapAccess access, long offsetBytes, long lengthBytes, MapOption... options) throws IOException {
        return run("map", () -> {
            if (access == MapAccess.READ_WRITE) {
                requireWritable("map for writing");
            }
            return data.map(access, offsetBytes, lengthBytes, options);
        });
    }

    /// What AFS tells of the file now.
    ///
    /// @throws IOException if the server cannot be asked
    public AfsFileInfo info() throws IOException {
        return run("stat", () -> info(data));
    }

    static AfsFileInfo info(FileData data) throws IOException {
        Vnode vnode = data.vnode();
        return AfsFileInfo.of(vnode, vnode.validate(), data.sizeBytes(), vnode.isUnlinked());
    }

    private void requireWritable(String what) throws AfsFileException {
        if (!writable) {
            throw new AfsFileException(
                    AfsError.EBADF, data.vnode().where(what + " of a file opened for reading"));
        }
    }

    private void change(String what, Change change) throws IOException {
        run(what, () -> {
            change.make();
            return what;
        });
    }

    private <R> R run(String what, Action<R> action) throws IOException {
        if (closed) {
            throw closedFile(what);
        }
        try {
            return action.run();
        } catch (AfsException e) {
            throw path == null ? e : e.at(path);
        } catch (IOException e) {
            throw AfsFileException.of(e, where(what));
        } catch (IllegalStateException e) {
            if (!closed) {
                throw e;
            }
            AfsFileException late = closedFile(what);
            late.initCause(e);
            throw late;
        }
    }

    private AfsFileException closedFile(String what) {
        return new AfsFileException(AfsError.EBADF, where(what + " of a closed file"));
    }

    private AfsContext where(String what) {
        AfsContext where = data.vnode().where(what);
        return path == null ? where : where.withPath(path);
    }

    private static void requireNotNegative(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("not an offset or size: " + value);
        }
    }

    /// Syncs. A conflict is told, and does not keep the bytes from being stored: nobody can sync them later.
    private void syncForGood() throws IOException {
        try {
            sync();
        } catch (AfsFileException e) {
            if (e.getCause() instanceof PageConflictException) {
                sync();
            }
            throw e;
        }
    }

    /// Stores what is not yet stored, and closes. Views stay mapped.
    ///
    /// @throws IOException if something could not be stored; the file is closed all the same
    @Override
    public void close() throws IOException {
        closeLock.lock();
        try {
            if (closed) {
                return;
            }
            try {
                syncForGood();
            } finally {
                closed = true;
                data.close();
                onClose.run();
            }
        } finally {
            closeLock.unlock();
        }
    }
}
