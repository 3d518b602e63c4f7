package org.afs4j.cell.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.afs4j.cell.store.CellStoreException;
import org.afs4j.cell.store.Chunk;
import org.afs4j.cell.store.ChunkFile;
import org.afs4j.cell.store.ChunkPlace;
import org.afs4j.cell.store.FileContents;
import org.jspecify.annotations.Nullable;

/// The contents of a file of the host, read when they are asked for.
///
/// A file is opened part by part from the exported directory, no part through a symlink: so whatever is put in the place of a
/// directory meanwhile, nothing outside is read.
///
/// A file that is written while it is read may be read with bytes of before and after, as on the host. The scan that sees the change
/// breaks the promises on it, and clients read again.
final class HostFile implements ChunkFile {
    private final Path root;
    private final Path relative;

    private HostFile(Path root, Path relative) {
        this.root = root;
        this.relative = relative;
    }

    /// The contents of a file.
    ///
    /// @param root the exported directory
    /// @param relative the file's path in it
    static FileContents contents(Path root, Path relative, long lengthBytes) {
        HostFile file = new HostFile(root, relative);
        TreeMap<Long, Chunk> chunks = new TreeMap<>();
        for (long index = 0; index * CHUNK_BYTES < lengthBytes; index++) {
            chunks.put(index, file.new HostChunk(index, (int) Math.min(CHUNK_BYTES, lengthBytes - index * CHUNK_BYTES)));
        }
        return new FileContents(file, chunks, lengthBytes);
    }

    @Override
    public Chunk put(long index, ByteBuffer bytes) throws CellStoreException {
        throw new CellStoreException(relative + " is read-only", null);
    }

    @Override
    public Chunk restore(ChunkPlace place) {
        throw new IllegalStateException("nothing is kept");
    }

    @SuppressWarnings("StreamResourceLeak") // all that was opened is closed at the end
    private void read(long position, ByteBuffer bytes) throws IOException {
        List<SecureDirectoryStream<Path>> opened = new ArrayList<>();
        try {
            SecureDirectoryStream<Path> at = secure(Files.newDirectoryStream(root), opened);
            for (int i = 0; i < relative.getNameCount() - 1; i++) {
                at = secure(at.newDirectoryStream(relative.getName(i), LinkOption.NOFOLLOW_LINKS), opened);
            }
            try (SeekableByteChannel channel = at.newByteChannel(
                    relative.getFileName(), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
                channel.position(position);
                int count = 0;
                while (count >= 0 && bytes.hasRemaining()) {
                    count = channel.read(bytes);
                }
            }
        } finally {
            for (SecureDirectoryStream<Path> stream : opened) {
                stream.close();
            }
        }
    }

    private static SecureDirectoryStream<Path> secure(
            DirectoryStream<Path> stream, List<SecureDirectoryStream<Path>> opened) throws IOException {
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            opened.add(secure);
            return secure;
        }
        stream.close();
        throw new IOException("this host does not open directories relative to others");
    }

    private final class HostChunk implements Chunk {
        private final long index;
        private final int lengthBytes;

        HostChunk(long index, int lengthBytes) {
            this.index = index;
            this.lengthBytes = lengthBytes;
        }

        @Override
        public int lengthBytes() {
            return lengthBytes;
        }

        /// What the file lost meanwhile reads as zero.
        @Override
        public ByteBuffer bytes() throws CellStoreException {
            ByteBuffer bytes = ByteBuffer.allocate(lengthBytes);
            boolean interrupted = Thread.interrupted();
            try {
                read(index * CHUNK_BYTES, bytes);
            } catch (IOException e) {
                throw new CellStoreException("cannot read " + relative + " of " + root + ": " + e, e);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            return bytes.clear().asReadOnlyBuffer();
        }

        @Override
        public Chunk shortened(int shorter) {
            return new HostChunk(index, shorter);
        }

        @Override
        public void retain() {}

        @Override
        public void release() {}

        @Override
        public @Nullable ChunkPlace place() {
            return null;
        }
    }
}
