package org.afs4j.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.function.BooleanSupplier;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.client.cache.FileData;
import org.afs4j.client.cache.Vnode;
import org.afs4j.client.error.AfsContext;
import org.afs4j.client.error.AfsException;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.pagecache.FreshSegment;
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
    private final HeldFileLocks locks;
    private volatile boolean closed;

    AfsFile(@Nullable String path, FileData data, boolean writable, Runnable onClose) {
        this.path = path;
        this.data = data;
        this.writable = writable;
        this.onClose = onClose;
        this.locks = new HeldFileLocks(this, data.locked());
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
            locks.requireNoneLost();
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
            locks.requireNoneLost();
            return data.append(source);
        });
    }

    /// Writes those bytes of a range that differ from what the cache has: for whoever maps the file outside the cache and knows only
    /// which pages he changed. What others changed in the same pages stays theirs, as far as the cache still has what the mapping was
    /// given: nobody may have read the file since they changed it.
    ///
    /// @param offsetBytes where to begin
    /// @param source whole pages of 4 KiB, the last of which may end with the file; read from its position to its limit
    /// @throws IOException if they cannot be taken; an [AfsException] says why
    public void writeChanged(long offsetBytes, ByteBuffer source) throws IOException {
        requireNotNegative(offsetBytes);
        change("write", () -> {
            requireWritable("write");
            data.writeChanged(offsetBytes, source);
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
            locks.requireNoneLost();
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

    /// Copies a range of the file to memory that is kept fresh in the background, for code that takes a
    /// [java.lang.foreign.MemorySegment] and cannot come back for another: [FreshSegment] says how fresh. For all else [#map] is better.
    ///
    /// @param offsetBytes where the range begins
    /// @param lengthBytes its length, at most a quarter of the client's page cache
    /// @return the memory, which stays usable after the file is closed; the caller closes it
    /// @throws IOException if the server cannot be asked, or there is no memory
    public FreshSegment mapFresh(long offsetBytes, long lengthBytes) throws IOException {
        return run("map", () -> data.mapFresh(offsetBytes, lengthBytes));
    }

    /// Locks a range against the owners of other handles, here and in other clients: waits until it can be had.
    ///
    /// Locks are advisory, ranges only among the owners of this client: a file server locks whole files. What the owner has in the
    /// range already is replaced; from shared to exclusive another client can come in between.
    ///
    /// Blocks: without bound; closing the file or interrupting the thread ends it.
    ///
    /// @param offsetBytes where the range begins, 0 or more
    /// @param lengthBytes its length, more than 0; [Long#MAX_VALUE] for all that the file may become
    /// @param shared whether others may share it
    /// @return the lock, to be closed; it ends with the file too
    /// @throws org.afs4j.client.error.AfsLockLostException if this handle's locks were lost, before or by this upgrade: told once
    /// @throws IOException if the server refuses (EACCES) or cannot be asked, or the thread is interrupted
    public AfsLock lock(long offsetBytes, long lengthBytes, boolean shared) throws IOException {
        return lock(locks.own(), offsetBytes, lengthBytes, shared);
    }

    /// Locks a range if nothing is in the way.
    ///
    /// @param offsetBytes where the range begins, 0 or more
    /// @param lengthBytes its length, more than 0
    /// @param shared whether others may share it
    /// @return the lock, or null if something is in the way
    /// @throws IOException as [#lock(long, long, boolean)]
    public @Nullable AfsLock tryLock(long offsetBytes, long lengthBytes, boolean shared) throws IOException {
        return tryLock(locks.own(), offsetBytes, lengthBytes, shared);
    }

    /// Locks a range for an owner, as [#lock(long, long, boolean)].
    ///
    /// @param owner for whom
    /// @param offsetBytes where the range begins, 0 or more; a lock as of `flock` is of the whole file, whatever is said
    /// @param lengthBytes its length, more than 0
    /// @param shared whether others may share it
    /// @throws IOException as [#lock(long, long, boolean)]
    public AfsLock lock(AfsLockOwner owner, long offsetBytes, long lengthBytes, boolean shared) throws IOException {
        AfsLock lock = new AfsLock(this, owner, offsetBytes, lengthBytes, shared);
        change("lock", () -> locks.lock(lock, () -> false));
        return lock;
    }

    /// Locks a range for an owner, as [#lock(long, long, boolean)], as long as it is wanted.
    ///
    /// @param owner for whom
    /// @param offsetBytes where the range begins, 0 or more; a lock as of `flock` is of the whole file, whatever is said
    /// @param lengthBytes its length, more than 0
    /// @param shared whether others may share it
    /// @param unwanted whether nobody wants it any longer: asked under a lock, so it must not block; [#reconsiderLocks()] has it asked
    ///     again
    /// @throws java.io.InterruptedIOException if it was not wanted any longer before it could be had
    /// @throws IOException as [#lock(long, long, boolean)]
    public AfsLock lock(AfsLockOwner owner, long offsetBytes, long lengthBytes, boolean shared, BooleanSupplier unwanted)
            throws IOException {
        AfsLock lock = new AfsLock(this, owner, offsetBytes, lengthBytes, shared);
        change("lock", () -> locks.lock(lock, unwanted));
        return lock;
    }

    /// Has those who wait for a lock of the file look again whether it is wanted. Never blocks.
    public void reconsiderLocks() {
        locks.reconsider();
    }

    /// Locks a range for an owner if nothing is in the way.
    ///
    /// @param owner for whom
    /// @param offsetBytes where the range begins, 0 or more; a lock as of `flock` is of the whole file, whatever is said
    /// @param lengthBytes its length, more than 0
    /// @param shared whether others may share it
    /// @return the lock, or null if something is in the way; a lock as of `flock` that was to become exclusive may be gone then
    /// @throws IOException as [#lock(long, long, boolean)]
    public @Nullable AfsLock tryLock(AfsLockOwner owner, long offsetBytes, long lengthBytes, boolean shared) throws IOException {
        AfsLock lock = new AfsLock(this, owner, offsetBytes, lengthBytes, shared);
        return run("lock", () -> locks.tryLock(lock)) ? lock : null;
    }

    /// Gives up what an owner has locked in a range, writing back what is dirty before the server's lock goes.
    ///
    /// @param owner whose
    /// @param offsetBytes where the range begins, 0 or more
    /// @param lengthBytes its length, more than 0
    /// @throws org.afs4j.client.error.AfsLockLostException if the owner's locks were lost: told once
    /// @throws IOException if something could not be written back; the lock is given up all the same
    public void unlock(AfsLockOwner owner, long offsetBytes, long lengthBytes) throws IOException {
        change("unlock", () -> locks.unlock(new AfsLock(this, owner, offsetBytes, lengthBytes, true)));
    }

    /// What is in the way of a lock now.
    ///
    /// @param owner who would want it
    /// @param offsetBytes where the range begins, 0 or more
    /// @param lengthBytes its length, more than 0
    /// @param shared whether others might share it
    /// @return what is in the way, or null
    /// @throws IOException if the server cannot be asked
    public @Nullable AfsLockConflict testLock(AfsLockOwner owner, long offsetBytes, long lengthBytes, boolean shared)
            throws IOException {
        return run("lock", () -> locks.test(new AfsLock(this, owner, offsetBytes, lengthBytes, shared))).orElse(null);
    }

    /// Gives a lock up; without effect if the file is closed, for then it is given up already.
    void release(AfsLock lock) throws IOException {
        if (!closed) {
            change("unlock", () -> locks.unlock(lock));
        }
    }

    boolean holds(AfsLock lock) {
        return !closed && locks.holds(lock);
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

    /// Stores what is not yet stored, gives up what was locked through this handle, and closes. Views stay mapped.
    ///
    /// @throws org.afs4j.client.error.AfsLockLostException if locks taken through this handle were lost, and nobody was told yet
    /// @throws IOException if something could not be stored; the file is closed all the same
    @Override
    public void close() throws IOException {
        closeLock.lock();
        try {
            if (closed) {
                return;
            }
            locks.cancelWaiting();
            try {
                syncForGood();
            } finally {
                try {
                    change("unlock", locks::unlockAll);
                } finally {
                    closed = true;
                    data.close();
                    onClose.run();
                }
            }
        } finally {
            closeLock.unlock();
        }
    }
}
