package org.afs4j.cell.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A file's bytes: chunks of 64 KiB at most, holes where nothing was written.
///
/// Invariants:
/// 1. A chunk is never changed once it is here: a change puts a new one in its place. So a [Range] stays as it was without a copy.
/// 2. What a chunk does not cover, and what has no chunk, reads as zero up to the length.
/// 3. A chunk that a change has replaced is held until [#settle]: only then is the change written down.
/// 4. A change that fails has changed nothing.
///
/// Threads: one at a time; a [Range] and an [Incoming] are apart from the others.
public final class FileContents {
    /// How long a chunk is at most.
    public static final int CHUNK_BYTES = ChunkFile.CHUNK_BYTES;

    /// What can be written down: 2³² chunks.
    public static final long MOST_BYTES = (long) CHUNK_BYTES << Integer.SIZE;

    private final ChunkFile file;
    private final TreeMap<Long, Chunk> chunks = new TreeMap<>();
    private final List<Chunk> replaced = new ArrayList<>();
    private Set<Long> changed = new TreeSet<>();
    private long lengthBytes;

    /// Makes empty ones.
    ///
    /// @param file where the chunks lie
    public FileContents(ChunkFile file) {
        this.file = file;
    }

    /// Takes contents up again that were written down.
    ///
    /// @param file where the chunks lie
    /// @param chunks held once each by the contents from now on
    /// @param lengthBytes how long the file is
    public FileContents(ChunkFile file, Map<Long, Chunk> chunks, long lengthBytes) {
        this(file);
        this.chunks.putAll(chunks);
        this.lengthBytes = lengthBytes;
    }

    /// How long the file is.
    public long lengthBytes() {
        return lengthBytes;
    }

    /// The chunks by their index, for a volume that is written down as a whole.
    public Map<Long, Chunk> chunks() {
        return chunks;
    }

    /// The same bytes, to be changed apart from these. The chunks are shared: they are never changed.
    public FileContents copy() {
        chunks.values().forEach(Chunk::retain);
        return new FileContents(file, chunks, lengthBytes);
    }

    /// A part of a file as it was at one moment. Of no lock.
    ///
    /// Ownership: it holds its chunks until it is closed.
    ///
    /// @param offsetBytes where it begins
    /// @param lengthBytes how long it is
    /// @param chunks its chunks from the first one, null for a hole
    public record Range(long offsetBytes, long lengthBytes, List<@Nullable Chunk> chunks) implements AutoCloseable {
        private static final byte[] ZEROS = new byte[CHUNK_BYTES];

        /// Where the bytes go.
        ///
        /// @param <X> what it throws
        public interface Sink<X extends Exception> {
            /// Takes some.
            ///
            /// @param bytes from position to limit, not to be changed; the sink's until it returns
            /// @throws X as it likes
            void write(ByteBuffer bytes) throws X;
        }

        /// Gives all bytes, in order.
        ///
        /// @param sink takes them
        /// @param <X> what the sink throws
        /// @throws X as the sink does
        /// @throws CellStoreException if they cannot be read
        public <X extends Exception> void writeTo(Sink<X> sink) throws X, CellStoreException {
            long position = offsetBytes;
            long end = offsetBytes + lengthBytes;
            int index = 0;
            while (position < end) {
                int from = (int) (position % CHUNK_BYTES);
                int to = (int) Math.min(CHUNK_BYTES, from + (end - position));
                Chunk chunk = chunks.get(index++);
                int there = chunk == null ? from : Math.clamp(chunk.lengthBytes(), from, to);
                if (chunk != null && there > from) {
                    sink.write(chunk.bytes().slice(from, there - from));
                }
                if (to > there) {
                    sink.write(ByteBuffer.wrap(ZEROS, 0, to - there).asReadOnlyBuffer());
                }
                position += to - from;
            }
        }

        @Override
        public void close() {
            for (Chunk chunk : chunks) {
                if (chunk != null) {
                    chunk.release();
                }
            }
        }
    }

    /// A part of the file, as far as the file reaches.
    ///
    /// @param offset where it begins, 0 or more
    /// @param length how long it is, 0 or more
    public Range range(long offset, long length) {
        long from = Math.min(offset, lengthBytes);
        long count = Math.min(length, lengthBytes - from);
        List<@Nullable Chunk> parts = new ArrayList<>();
        for (long index = from / CHUNK_BYTES; index * CHUNK_BYTES < from + count; index++) {
            Chunk chunk = chunks.get(index);
            if (chunk != null) {
                chunk.retain();
            }
            parts.add(chunk);
        }
        return new Range(from, count, parts);
    }

    /// Bytes on their way into a file, cut at the borders of chunks. Those that are whole chunks lie where they are to lie already.
    ///
    /// Ownership: it holds its chunks until the file does, or it is closed.
    public static final class Incoming implements AutoCloseable {
        private final ChunkFile file;
        private final long offsetBytes;
        private final List<Piece> pieces = new ArrayList<>();
        private long endBytes;

        /// @param chunk the piece, stored, if it is a whole chunk
        @SuppressWarnings("ArrayRecordComponent") // never compared
        private record Piece(byte[] bytes, @Nullable Chunk chunk) {}

        private Incoming(ChunkFile file, long offsetBytes) {
            this.file = file;
            this.offsetBytes = offsetBytes;
            this.endBytes = offsetBytes;
        }

        /// How long the next piece is at most.
        public int room() {
            return CHUNK_BYTES - (int) (endBytes % CHUNK_BYTES);
        }

        /// Takes the next piece.
        ///
        /// @param bytes no longer than [#room()]; not to be changed any more
        /// @throws CellStoreException if it cannot be stored
        public void add(byte[] bytes) throws CellStoreException {
            boolean whole = bytes.length == CHUNK_BYTES;
            Chunk chunk = whole ? file.put(endBytes / CHUNK_BYTES, ByteBuffer.wrap(bytes)) : null;
            pieces.add(new Piece(whole ? new byte[0] : bytes, chunk));
            endBytes += bytes.length;
        }

        @Override
        public void close() {
            for (Piece piece : pieces) {
                if (piece.chunk() != null) {
                    piece.chunk().release();
                }
            }
            pieces.clear();
        }
    }

    /// Begins to take bytes in. Of no lock.
    ///
    /// @param offset where they go
    public Incoming incoming(long offset) {
        return new Incoming(file, offset);
    }

    /// Writes bytes; the file grows as needed.
    ///
    /// @param incoming empty and closed when this has returned
    /// @throws CellStoreException if they cannot be stored
    public void write(Incoming incoming) throws CellStoreException {
        TreeMap<Long, Chunk> made = new TreeMap<>();
        long position = incoming.offsetBytes;
        try {
            for (Incoming.Piece piece : incoming.pieces) {
                long index = position / CHUNK_BYTES;
                if (piece.chunk() != null) {
                    position += CHUNK_BYTES;
                } else if (piece.bytes().length > 0) {
                    made.put(index, file.put(index, merged(index, (int) (position % CHUNK_BYTES), piece.bytes())));
                    position += piece.bytes().length;
                }
            }
        } catch (CellStoreException e) {
            made.values().forEach(Chunk::release);
            throw e;
        }
        position = incoming.offsetBytes;
        for (Incoming.Piece piece : incoming.pieces) {
            if (piece.chunk() != null) {
                made.put(position / CHUNK_BYTES, piece.chunk());
                position += CHUNK_BYTES;
            } else {
                position += piece.bytes().length;
            }
        }
        incoming.pieces.clear();
        made.forEach(this::replace);
        lengthBytes = Math.max(lengthBytes, position);
    }

    private ByteBuffer merged(long index, int from, byte[] bytes) throws CellStoreException {
        Chunk old = chunks.get(index);
        int oldLength = old == null ? 0 : old.lengthBytes();
        if (old == null || (from == 0 && oldLength <= bytes.length)) {
            return from == 0 ? ByteBuffer.wrap(bytes) : ByteBuffer.allocate(from + bytes.length).put(from, bytes);
        }
        ByteBuffer merged = ByteBuffer.allocate(Math.max(oldLength, from + bytes.length));
        return merged.put(old.bytes()).clear().put(from, bytes);
    }

    private void replace(long index, @Nullable Chunk chunk) {
        Chunk old = chunk == null ? chunks.remove(index) : chunks.put(index, chunk);
        if (old != null) {
            replaced.add(old);
        }
        changed.add(index);
    }

    /// Sets the length: bytes beyond it are gone, and read as zero if the file grows again.
    ///
    /// @param length the length, 0 or more
    public void setLength(long length) {
        if (length < lengthBytes) {
            long last = length / CHUNK_BYTES;
            int kept = (int) (length % CHUNK_BYTES);
            List.copyOf(chunks.tailMap(last, false).keySet()).forEach(index -> replace(index, null));
            Chunk boundary = chunks.get(last);
            if (boundary != null && kept == 0) {
                replace(last, null);
            } else if (boundary != null && boundary.lengthBytes() > kept) {
                replace(last, boundary.shortened(kept));
            }
        }
        lengthBytes = length;
    }

    /// The indices of the chunks that have come, changed or gone since this was asked last.
    public Set<Long> takeChanged() {
        Set<Long> taken = changed;
        changed = new TreeSet<>();
        return taken;
    }

    /// Lets go of what changes have replaced.
    public void settle() {
        replaced.forEach(Chunk::release);
        replaced.clear();
        changed.clear();
    }

    /// Lets go of everything: the file is gone, and that is written down.
    public void release() {
        settle();
        chunks.values().forEach(Chunk::release);
        chunks.clear();
    }

    /// How much room the bytes take.
    public long storedBytes() {
        return chunks.values().stream().mapToLong(Chunk::lengthBytes).sum();
    }
}
