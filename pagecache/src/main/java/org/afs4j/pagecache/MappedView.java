package org.afs4j.pagecache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Objects;

/// A part of a file, mapped into memory: reads and writes at memory speed that stay coherent with what the backing learns.
///
/// An access whose page is there reads memory, and nothing else. After a strip the next access faults: the thread asks the
/// backing whether the file has changed, has the page brought in if need be, and reads again, all inside the accessor. So a
/// thread that does nothing but read an accessor in a loop sees the changes of others (MM-3).
///
/// Numbers are in the platform's byte order. Offsets count from the start of the view. The acquire forms need offsets whose place
/// in the file is a multiple of the number's size; the others need no alignment.
///
/// Every accessor throws [IndexOutOfBoundsException] for an offset outside the view, [IllegalStateException] after [#close()],
/// and [MappedAccessException] where the page cannot be validated or lies beyond the end of the file (MM-6).
///
/// Blocks: an access that faults, for calls to the server. Threads: any number at once.
public final class MappedView implements AutoCloseable {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final VarHandle BYTE_HANDLE = ValueLayout.JAVA_BYTE.varHandle();
    private static final VarHandle INT_HANDLE = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle LONG_HANDLE = ValueLayout.JAVA_LONG.varHandle();

    private final PageMapping mapping;
    private final MappedRegion region;
    private final boolean writable;
    private final long startBytes;
    private final long sizeBytes;
    private boolean closed;

    MappedView(PageMapping mapping, MappedRegion region, MapAccess access, long startBytes, long sizeBytes) {
        this.mapping = mapping;
        this.region = region;
        this.writable = access == MapAccess.READ_WRITE;
        this.startBytes = startBytes;
        this.sizeBytes = sizeBytes;
    }

    /// The length of the view, which may reach beyond the end of the file.
    public long sizeBytes() {
        return sizeBytes;
    }

    /// Reads a byte.
    ///
    /// @param offsetBytes where
    public byte getByte(long offsetBytes) {
        long at = place(offsetBytes, Byte.BYTES);
        while (true) {
            Generation generation = readable(at, Byte.BYTES);
            boolean interrupted = Thread.currentThread().isInterrupted();
            try {
                return generation.segment.get(ValueLayout.JAVA_BYTE, at);
            } catch (IllegalStateException e) {
                generation.absorb(e, interrupted);
            }
        }
    }

    /// Reads a byte with acquire semantics: what the writer did before it released the byte is seen too.
    ///
    /// @param offsetBytes where
    public byte getByteAcquire(long offsetBytes) {
        long at = place(offsetBytes, Byte.BYTES);
        while (true) {
            Generation generation = readable(at, Byte.BYTES);
            boolean interrupted = Thread.currentThread().isInterrupted();
            try {
                return (byte) BYTE_HANDLE.getAcquire(generation.segment, at);
            } catch (IllegalStateException e) {
                generation.absorb(e, interrupted);
            }
        }
    }

    /// Reads an int.
    ///
    /// @param offsetBytes where
    public int getInt(long offsetBytes) {
        long at = place(offsetBytes, Integer.BYTES);
        while (true) {
            Generation generation = readable(at, Integer.BYTES);
            boolean interrupted = Thread.currentThread().isInterrupted();
            try {
                return generation.segment.get(INT, at);
            } catch (IllegalStateException e) {
                generation.absorb(e, interrupted);
            }
        }
    }

    /// Reads an int with acquire semantics, whole.
    ///
    /// @param offsetBytes where, aligned
    public int getIntAcquire(long offsetBytes) {
        long at = place(offsetBytes, Integer.BYTES);
        while (true) {
            Generation generation = readable(at, Integer.BYTES);
            boolean interrupted = Thread.currentThread().isInterrupted();
            try {
                return (int) INT_HANDLE.getAcquire(generation.segment, at);
            } catch (IllegalStateException e) {
                generation.absorb(e, interrupted);
            }
        }
    }

    /// Reads a long.
    ///
    /// @param offsetBytes where
    public long getLong(long offsetBytes) {
        long at = place(offsetBytes, Long.BYTES);
        while (true) {
            Generation generation = readable(at, Long.BYTES);
            boolean interrupted = Thread.currentThread().isInterrupted();
            try {
                return generation.segment.get(LONG, at);
            } catch (IllegalStateException e) {
                generation.absorb(e, interrupted);
            }
        }
    }

    /// Reads a long with acquire semantics, whole.
    ///
    /// @param offsetBytes where, aligned
    public long getLongAcquire(long offsetBytes) {
        long at = place(offsetBytes, Long.BYTES);
        while (true) {
            Generation generation = readable(at, Long.BYTES);
            boolean interrupted = Thread.currentThread().isInterrupted();
            try {
                return (long) LONG_HANDLE.getAcquire(generation.segment, at);
            } catch (IllegalStateException e) {
                generation.absorb(e, interrupted);
            }
        }
    }

    /// Writes a byte.
    ///
    /// @param offsetBytes where
    /// @param value the byte
    /// @throws UnsupportedOperationException if the view is read-only
    public void setByte(long offsetBytes, byte value) {
        long at = placeForWrite(offsetBytes, Byte.BYTES);
        while (true) {
            Generation generation = writable(at, Byte.BYTES);
            boolean interrupted = Thread.currentThread().isInterrupted();
            try {
                generation.segment.set(ValueLayout.JAVA_BYTE, at, value);
                return;
            } catch (IllegalStateException e) {
                generation.absorb(e, interrupted);
            }
        }
    }

    /// Writes an int.
    ///
    /// @param offsetBytes where
    /// @param value the int
    /// @throws UnsupportedOperationException if the view is read-only
    public void setInt(long offsetBytes, int value) {
        long at = placeForWrite(offsetBytes, Integer.BYTES);
        while (true) {
            Generation generation = writable(at, Integer.BYTES);
            boolean interrupted = Thread.currentThread().isInterrupted();
            try {
                generation.segment.set(INT, at, value);
                return;
            } catch (IllegalStateException e) {
                generation.absorb(e, interrupted);
            }
        }
    }

    /// Writes a long.
    ///
    /// @param offsetBytes where
    /// @param value the long
    /// @throws UnsupportedOperationException if the view is read-only
    public void setLong(long offsetBytes, long value) {
        long at = placeForWrite(offsetBytes, Long.BYTES);
        while (true) {
            Generation generation = writable(at, Long.BYTES);
            boolean interrupted = Thread.currentThread().isInterrupted();
            try {
                generation.segment.set(LONG, at, value);
                return;
            } catch (IllegalStateException e) {
                generation.absorb(e, interrupted);
            }
        }
    }

    /// Copies bytes out of the view. Each chunk of it is as of one moment after the call began; chunks may differ.
    ///
    /// @param offsetBytes where they begin
    /// @param destination filled to its end
    public void copyTo(long offsetBytes, MemorySegment destination) {
        long length = destination.byteSize();
        long at = place(offsetBytes, length);
        long done = 0;
        while (done < length) {
            long part = Math.min(length - done, chunkRest(at + done));
            Generation generation = readable(at + done, part);
            boolean interrupted = Thread.currentThread().isInterrupted();
            try {
                MemorySegment.copy(generation.segment, at + done, destination, done, part);
                done += part;
            } catch (IllegalStateException e) {
                generation.absorb(e, interrupted);
            }
        }
    }

    /// Copies bytes out of the view.
    ///
    /// @param offsetBytes where they begin
    /// @param destination filled to its end
    public void copyTo(long offsetBytes, byte[] destination) {
        copyTo(offsetBytes, MemorySegment.ofArray(destination));
    }

    /// Copies bytes out of the view.
    ///
    /// @param offsetBytes where they begin
    /// @param destination filled from its position to its limit; its position moves to its limit
    public void copyTo(long offsetBytes, ByteBuffer destination) {
        copyTo(offsetBytes, MemorySegment.ofBuffer(destination));
        destination.position(destination.limit());
    }

    /// Copies bytes into the view.
    ///
    /// @param offsetBytes where they go
    /// @param source the bytes
    /// @throws UnsupportedOperationException if the view is read-only
    public void copyFrom(long offsetBytes, MemorySegment source) {
        long length = source.byteSize();
        long at = placeForWrite(offsetBytes, length);
        long done = 0;
        while (done < length) {
            long part = Math.min(length - done, chunkRest(at + done));
            Generation generation = writable(at + done, part);
            boolean interrupted = Thread.currentThread().isInterrupted();
            try {
                MemorySegment.copy(source, done, generation.segment, at + done, part);
                done += part;
            } catch (IllegalStateException e) {
                generation.absorb(e, interrupted);
            }
        }
    }

    /// Copies bytes into the view.
    ///
    /// @param offsetBytes where they go
    /// @param source the bytes
    /// @throws UnsupportedOperationException if the view is read-only
    public void copyFrom(long offsetBytes, byte[] source) {
        copyFrom(offsetBytes, MemorySegment.ofArray(source));
    }

    /// The memory of a part of the view, read-only and present throughout. It is valid until the next strip: afterwards every
    /// access to it throws [IllegalStateException], and the caller comes for a new one (the JDK may have set
    /// the thread's interrupt status then, see `Generation.absorb`). A long channel or native call on it
    /// delays strips.
    ///
    /// @param offsetBytes where it begins
    /// @param lengthBytes its length, at most a quarter of the cache's budget
    /// @throws IllegalArgumentException if it is longer than that
    public MemorySegment segment(long offsetBytes, long lengthBytes) {
        long at = place(offsetBytes, lengthBytes);
        mapping.checkSegmentLength(lengthBytes);
        if (lengthBytes == 0) {
            return MemorySegment.NULL.asReadOnly();
        }
        return readable(at, lengthBytes).segment.asSlice(at, lengthBytes).asReadOnly();
    }

    /// Writes the file's dirty bytes back (msync).
    ///
    /// Blocks: for calls to the server.
    ///
    /// @throws IOException if bytes could not be written back, now or since the last report; they stay dirty
    public void force() throws IOException {
        checkOpen();
        mapping.sync();
    }

    /// Unmaps the view. With a file's last view goes what was reachable through it.
    ///
    /// Blocks: for a strip that is under way (MM-7).
    @Override
    public void close() {
        if (mapping.removeView(this)) {
            region.removeView();
        }
    }

    /// Marks the view closed.
    ///
    /// @return whether it was open
    boolean markClosed() {
        boolean wasOpen = !closed;
        closed = true;
        return wasOpen;
    }

    private long place(long offsetBytes, long lengthBytes) {
        Objects.checkFromIndexSize(offsetBytes, lengthBytes, sizeBytes);
        checkOpen();
        return startBytes + offsetBytes;
    }

    private long placeForWrite(long offsetBytes, long lengthBytes) {
        if (!writable) {
            throw new UnsupportedOperationException("the view is read-only");
        }
        return place(offsetBytes, lengthBytes);
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the view is closed");
        }
    }

    private long chunkRest(long at) {
        long chunkBytes = 1L << region.chunkShift();
        return chunkBytes - (at & (chunkBytes - 1));
    }

    private Generation readable(long at, long lengthBytes) {
        Generation generation = region.readable();
        return generation.isPresent(at, lengthBytes) ? generation : fault(at, lengthBytes, false);
    }

    private Generation writable(long at, long lengthBytes) {
        Generation generation = region.writable();
        return generation.isPresent(at, lengthBytes) ? generation : fault(at, lengthBytes, true);
    }

    private Generation fault(long at, long lengthBytes, boolean write) {
        while (true) {
            checkOpen();
            mapping.fault(at, lengthBytes, write);
            Generation generation = write ? region.writable() : region.readable();
            if (generation.isPresent(at, lengthBytes)) {
                return generation;
            }
        }
    }
}
