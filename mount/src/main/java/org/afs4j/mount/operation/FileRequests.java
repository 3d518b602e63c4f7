package org.afs4j.mount.operation;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsFileInfo;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.mount.protocol.FuseRequest;
import org.afs4j.mount.session.Exchange;
import org.afs4j.mount.tree.Node;
import org.afs4j.protocol.Errno;
import org.afs4j.protocol.fs.FetchStatus;
import org.jspecify.annotations.Nullable;

/// Requests about the data of open files.
final class FileRequests {
    /// FOPEN_KEEP_CACHE: what the kernel has of the file is still good, as it is told when it is not.
    static final int KEEP_CACHE = 1 << 1;

    private static final int ACCESS_MODE = 3;
    private static final int READ_ONLY = 0;
    private static final int WRITE_ONLY = 1;
    private static final int TRUNCATE = 01000;
    private static final int APPEND = 02000;

    private static final int FALLOCATE_KEEP_SIZE = 1;
    private static final int FALLOCATE_PUNCH_HOLE = 2;
    private static final int FALLOCATE_ZERO_RANGE = 16;

    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    private static final int COPY_BYTES = 1 << 20;
    private static final long MOST_COPIED_BYTES = 64L << 20;

    private final Mounted mounted;
    private final LockRequests locks;

    FileRequests(Mounted mounted, LockRequests locks) {
        this.mounted = mounted;
        this.locks = locks;
    }

    static boolean isForWriting(int flags) {
        return (flags & ACCESS_MODE) != READ_ONLY;
    }

    long add(OpenFile file) {
        file.node().opened(file.file());
        return mounted.files().add(file);
    }

    void open(Exchange exchange) throws IOException {
        Node node = mounted.node(exchange);
        int flags = exchange.request().int32(0);
        boolean writable = isForWriting(flags);
        boolean settled = node.settle();
        if (node.mustLookUpAgain(exchange.request().processId())) {
            throw new RefusedException(Errno.ESTALE); // by which the kernel looks up the path once more, and its size
        }
        requireRights(node.file().info(), flags);
        AfsFile file = writable
                ? ((flags & TRUNCATE) != 0
                        ? node.file().open(AfsOpenOption.WRITE, AfsOpenOption.TRUNCATE)
                        : node.file().open(AfsOpenOption.WRITE))
                : node.file().open();
        long handle = add(new OpenFile(node, file, writable));
        exchange.reply().int64(handle).int32(settled ? KEEP_CACHE : 0).int32(0);
        if (!exchange.answer()) {
            close(handle);
        }
    }

    /// Refuses what the server would refuse later. Who may insert may write a file of his own, whose owner only the server knows.
    private static void requireRights(AfsFileInfo info, int flags) throws RefusedException {
        boolean reads = (flags & ACCESS_MODE) != WRITE_ONLY;
        boolean mayRead = (info.rights() & FetchStatus.RIGHT_READ) != 0;
        boolean mayWrite = (info.rights() & (FetchStatus.RIGHT_WRITE | FetchStatus.RIGHT_INSERT)) != 0;
        if ((reads && !mayRead) || (isForWriting(flags) && !mayWrite)) {
            throw new RefusedException(Errno.EACCES);
        }
    }

    void read(Exchange exchange) throws IOException {
        FuseRequest request = exchange.request();
        AfsFile file = mounted.file(request.int64(0)).file();
        long offset = request.int64(8);
        ByteBuffer space = exchange.reply().space(bounded(request.int32(16), exchange.reply().remainingBytes()));
        readFully(file, offset, space);
        exchange.reply().filled(space);
    }

    private static int bounded(int bytes, long most) {
        return (int) Math.min(Integer.toUnsignedLong(bytes), most);
    }

    private static void readFully(AfsFile file, long offset, ByteBuffer into) throws IOException {
        while (into.hasRemaining() && file.read(offset + into.position(), into) > 0) {
            // on, until all is there or the file ends
        }
    }

    void write(Exchange exchange) throws IOException {
        FuseRequest request = exchange.request();
        OpenFile open = mounted.file(request.int64(0));
        long offset = request.int64(8);
        ByteBuffer data = request.data(40, request.int32(16));
        int bytes = data.remaining();
        if (offset < 0 || offset + bytes > StatusRequests.MOST_FILE_BYTES) {
            throw new RefusedException(Errno.EFBIG);
        }
        if ((request.int32(20) & WRITE_CACHE) != 0) {
            open.file().writeChanged(offset, data);
        } else {
            write(open, offset, data, (request.int32(32) & APPEND) != 0);
        }
        exchange.reply().int32(bytes).int32(0);
    }

    private static void write(OpenFile open, long offset, ByteBuffer data, boolean appends) throws IOException {
        long at = offset;
        if (appends) {
            at = open.file().append(data);
        } else {
            open.file().write(offset, data);
        }
        if (at > offset) {
            // Somebody else has appended meanwhile: the kernel believes that the bytes are where they are not.
            open.node().changedBehindKernel();
        }
    }

    /// FUSE_WRITE_CACHE: whole pages that a mapping has made dirty.
    private static final int WRITE_CACHE = 1;

    /// Stores what was written, as a close must in AFS, and gives up what the process has locked, as a close of any descriptor does.
    void flush(Exchange exchange) throws IOException {
        OpenFile open = mounted.file(exchange.request().int64(0));
        try {
            if (open.writable()) {
                sync(open);
            }
        } finally {
            locks.flushed(open, exchange.request().int64(16));
        }
    }

    void sync(Exchange exchange) throws IOException {
        sync(mounted.file(exchange.request().int64(0)));
    }

    private static void sync(OpenFile open) throws IOException {
        open.file().sync();
    }

    void release(Exchange exchange) throws IOException {
        FuseRequest request = exchange.request();
        long handle = request.int64(0);
        try {
            locks.released(mounted.file(handle), request.int32(12), request.int64(16));
        } finally {
            close(handle);
        }
    }

    /// Closes an open file.
    ///
    /// @throws IOException if something could not be stored
    void close(long handle) throws IOException {
        @Nullable OpenFile open = mounted.files().remove(handle);
        if (open == null) {
            return;
        }
        Node node = open.node();
        try {
            open.file().close();
        } finally {
            node.closed(open.file());
        }
    }

    void closeAll() throws IOException {
        forAll(AfsFile::close);
    }

    void storeAll() throws IOException {
        forAll(AfsFile::sync);
    }

    /// What is done with a file.
    @FunctionalInterface
    private interface Action {
        void on(AfsFile file) throws IOException;
    }

    private void forAll(Action action) throws IOException {
        @Nullable IOException failure = null;
        for (OpenFile open : mounted.files().all()) {
            try {
                action.on(open.file());
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /// Makes a file longer, or a range zero. AFS can reserve no room and has no holes: zeros are written, and nothing is promised
    /// of what comes after the end.
    void allocate(Exchange exchange) throws IOException {
        FuseRequest request = exchange.request();
        AfsFile file = mounted.file(request.int64(0)).file();
        long from = request.int64(8);
        long length = request.int64(16);
        int mode = request.int32(24);
        if (from < 0 || length <= 0) {
            throw new RefusedException(Errno.EINVAL);
        }
        if (from > StatusRequests.MOST_FILE_BYTES - length) {
            throw new RefusedException(Errno.EFBIG);
        }
        long size = file.sizeBytes();
        boolean keepsSize = (mode & FALLOCATE_KEEP_SIZE) != 0;
        switch (mode & ~FALLOCATE_KEEP_SIZE) {
            case 0 -> {
                if (keepsSize) {
                    throw new RefusedException(Errno.EOPNOTSUPP);
                }
            }
            case FALLOCATE_PUNCH_HOLE, FALLOCATE_ZERO_RANGE -> zero(file, from, Math.min(from + length, size));
            default -> throw new RefusedException(Errno.EOPNOTSUPP);
        }
        if (!keepsSize && from + length > size) {
            file.truncate(from + length);
        }
    }

    private static void zero(AfsFile file, long from, long to) throws IOException {
        byte[] zeros = new byte[Math.clamp(to - from, 0, COPY_BYTES)];
        for (long at = from; at < to; at += zeros.length) {
            file.write(at, ByteBuffer.wrap(zeros, 0, (int) Math.min(zeros.length, to - at)));
        }
    }

    /// Finds data or a hole: all of a file is data, as AFS tells of no holes.
    void seek(Exchange exchange) throws IOException {
        FuseRequest request = exchange.request();
        long size = mounted.file(request.int64(0)).file().sizeBytes();
        long offset = request.int64(8);
        if (offset < 0 || offset >= size) {
            throw new RefusedException(Errno.ENXIO);
        }
        switch (request.int32(16)) {
            case SEEK_DATA -> exchange.reply().int64(offset);
            case SEEK_HOLE -> exchange.reply().int64(size);
            default -> throw new RefusedException(Errno.EINVAL);
        }
    }

    /// Copies between files without a way over the kernel. It tells how far it came, and stops early when interrupted.
    void copyRange(Exchange exchange) throws IOException {
        FuseRequest request = exchange.request();
        AfsFile source = mounted.file(request.int64(0)).file();
        OpenFile destination = mounted.file(request.int64(24));
        long from = request.int64(8);
        long to = request.int64(32);
        long length = Math.min(request.int64(40), MOST_COPIED_BYTES);
        if (from < 0 || to < 0 || length < 0 || to > StatusRequests.MOST_FILE_BYTES - length) {
            throw new RefusedException(Errno.EFBIG);
        }
        ByteBuffer piece = ByteBuffer.allocate(Math.toIntExact(Math.min(length, COPY_BYTES)));
        long copied = 0;
        boolean more = true;
        while (more && copied < length && !exchange.isInterrupted()) {
            piece.clear().limit((int) Math.min(piece.capacity(), length - copied));
            readFully(source, from + copied, piece);
            piece.flip();
            more = piece.hasRemaining();
            int bytes = piece.remaining();
            destination.file().write(to + copied, piece);
            copied += bytes;
        }
        exchange.reply().int32((int) copied).int32(0);
    }
}
