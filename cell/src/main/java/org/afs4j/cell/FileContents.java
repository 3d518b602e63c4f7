package org.afs4j.cell;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A file's bytes in memory: chunks of 64 KiB at most, holes where nothing was written.
///
/// Invariants:
/// 1. A chunk's array is never changed once it is here: a change puts a new array in its place. So a [Range] stays as it was
///    without a copy.
/// 2. What a chunk's array does not cover, and what has no chunk, reads as zero up to the length.
///
/// Locks: the volume's.
final class FileContents {
    static final int CHUNK_BYTES = 64 * 1024;

    private final TreeMap<Long, byte[]> chunks = new TreeMap<>();
    private long lengthBytes;

    long lengthBytes() {
        return lengthBytes;
    }

    /// The same bytes, to be changed apart from these. The chunks are shared: they are never changed.
    FileContents copy() {
        FileContents copy = new FileContents();
        copy.chunks.putAll(chunks);
        copy.lengthBytes = lengthBytes;
        return copy;
    }

    /// A part of a file as it was at one moment. Of no lock.
    ///
    /// @param offsetBytes where it begins
    /// @param lengthBytes how long it is
    /// @param chunks its chunks from the first one, null for a hole
    record Range(long offsetBytes, long lengthBytes, List<byte @Nullable []> chunks) {
        private static final byte[] ZEROS = new byte[CHUNK_BYTES];

        /// Where the bytes go.
        interface Sink<X extends Exception> {
            void write(ByteBuffer bytes) throws X;
        }

        <X extends Exception> void writeTo(Sink<X> sink) throws X {
            long position = offsetBytes;
            long end = offsetBytes + lengthBytes;
            int index = 0;
            while (position < end) {
                int from = (int) (position % CHUNK_BYTES);
                int to = (int) Math.min(CHUNK_BYTES, from + (end - position));
                byte[] chunk = chunks.get(index++);
                int there = chunk == null ? from : Math.clamp(chunk.length, from, to);
                if (chunk != null && there > from) {
                    sink.write(ByteBuffer.wrap(chunk, from, there - from).asReadOnlyBuffer());
                }
                if (to > there) {
                    sink.write(ByteBuffer.wrap(ZEROS, 0, to - there).asReadOnlyBuffer());
                }
                position += to - from;
            }
        }
    }

    /// A part of the file, as far as the file reaches.
    Range range(long offset, long length) {
        long from = Math.min(offset, lengthBytes);
        long count = Math.min(length, lengthBytes - from);
        List<byte @Nullable []> parts = new ArrayList<>();
        for (long index = from / CHUNK_BYTES; index * CHUNK_BYTES < from + count; index++) {
            parts.add(chunks.get(index));
        }
        return new Range(from, count, parts);
    }

    /// Bytes on their way into a file, cut at the borders of chunks.
    ///
    /// @param offsetBytes where they go
    /// @param pieces the bytes; the first may begin and the last may end inside a chunk
    record Incoming(long offsetBytes, List<byte[]> pieces) {
        /// How long a piece that goes to a position is at most.
        static int room(long position) {
            return CHUNK_BYTES - (int) (position % CHUNK_BYTES);
        }
    }

    /// Writes bytes; the file grows as needed.
    void write(Incoming incoming) {
        long position = incoming.offsetBytes();
        for (byte[] piece : incoming.pieces()) {
            long index = position / CHUNK_BYTES;
            int from = (int) (position % CHUNK_BYTES);
            byte[] old = chunks.get(index);
            if (from == 0 && (old == null || old.length <= piece.length)) {
                chunks.put(index, piece);
            } else {
                int oldLength = old == null ? 0 : old.length;
                byte[] merged = new byte[Math.max(oldLength, from + piece.length)];
                if (old != null) {
                    System.arraycopy(old, 0, merged, 0, oldLength);
                }
                System.arraycopy(piece, 0, merged, from, piece.length);
                chunks.put(index, merged);
            }
            position += piece.length;
        }
        lengthBytes = Math.max(lengthBytes, position);
    }

    /// Sets the length: bytes beyond it are gone, and read as zero if the file grows again.
    void setLength(long length) {
        if (length < lengthBytes) {
            long last = length / CHUNK_BYTES;
            int kept = (int) (length % CHUNK_BYTES);
            chunks.tailMap(last, false).clear();
            byte[] boundary = chunks.get(last);
            if (boundary != null && kept == 0) {
                chunks.remove(last);
            } else if (boundary != null && boundary.length > kept) {
                chunks.put(last, Arrays.copyOf(boundary, kept));
            }
        }
        lengthBytes = length;
    }

    /// How much memory the bytes take.
    long storedBytes() {
        return chunks.values().stream().mapToLong(chunk -> chunk.length).sum();
    }
}
