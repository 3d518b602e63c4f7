package org.afs4j.pagecache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.afs4j.pagecache.error.MappedAccessException;

/// A part of a file, mapped into memory: reads and writes at memory speed that stay coherent with what the backing learns.
///
/// An access whose page is there reads memory, and nothing else. After a strip the next access faults: the thread asks the
/// backing whether the file has changed, has the page brought in if need be, and reads again, all inside the accessor. So a
/// thread that does nothing but read an accessor in a loop sees the changes of others (MM-3).
///
/// Every accessor throws [IndexOutOfBoundsException] for an offset outside the view, [IllegalStateException] after [#close()],
/// and [MappedAccessException] where the page cannot be validated or lies beyond the end of the file (MM-6).
///
/// Blocks: an access that faults, for calls to the server. Threads: any number at once.
public final class MappedView extends MappedNumbers implements AutoCloseable {
    private static final int MISSES_UNTIL_SCATTERED = 64;

    private final PageMapping mapping;
    private final MappedRegion region;
    private final boolean writes;
    private final boolean strict;
    /// Up to which chunk the generation that the view remembers was seen to be present. Guarded by the mapping-generation lock.
    private long readableScannedChunks;
    private long writableScannedChunks;
    /// How often an access missed the front in the generation that the view remembers. Guarded by the mapping-generation lock.
    private int missesBeyondFront;
    private volatile boolean closed;

    MappedView(PageMapping mapping, MappedRegion region, MapAccess access, boolean strict, long startBytes, long sizeBytes) {
        super(startBytes, sizeBytes);
        this.mapping = mapping;
        this.region = region;
        this.writes = access == MapAccess.READ_WRITE;
        this.strict = strict;
    }

    /// The length of the view, which may reach beyond the end of the file.
    public long sizeBytes() {
        return sizeBytes;
    }

    /// Copies bytes out of the view. Each chunk of it is as of one moment after the call began; chunks may differ.
    ///
    /// @param offsetBytes where they begin
    /// @param destination filled to its end
    public void copyTo(long offsetBytes, MemorySegment destination) {
        long length = destination.byteSize();
        long at = place(offsetBytes, length, false);
        long done = 0;
        while (done < length) {
            long part = Math.min(length - done, chunkRest(at + done));
            Generation generation = readable(at + done, part);
            boolean interrupted = Thread.currentThread().isInterrupted();
            try {
                MemorySegment.copy(generation.segment, at + done, destination, done, part);
                done += part;
            } catch (IllegalStateException e) {
                Generation.absorb(generation.segment, e, interrupted);
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
        long at = place(offsetBytes, length, true);
        long done = 0;
        while (done < length) {
            long part = Math.min(length - done, chunkRest(at + done));
            Generation generation = writable(at + done, part);
            boolean interrupted = Thread.currentThread().isInterrupted();
            try {
                MemorySegment.copy(source, done, generation.segment, at + done, part);
                done += part;
            } catch (IllegalStateException e) {
                Generation.absorb(generation.segment, e, interrupted);
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
        long at = place(offsetBytes, lengthBytes, false);
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
            region.removeView(strict);
        }
    }

    /// Marks the view closed.
    ///
    /// @return whether it was open
    boolean markClosed() {
        boolean wasOpen = !closed;
        closed = true;
        readableFront = null;
        writableFront = null;
        readable = Generation.NONE;
        writable = Generation.NONE;
        return wasOpen;
    }

    @Override
    Generation reach(long offsetBytes, long lengthBytes, boolean write) {
        long at = place(offsetBytes, lengthBytes, write);
        return write ? writable(at, lengthBytes) : readable(at, lengthBytes);
    }

    private long place(long offsetBytes, long lengthBytes, boolean write) {
        if (write && !writes) {
            throw new UnsupportedOperationException("the view is read-only");
        }
        Objects.checkFromIndexSize(offsetBytes, lengthBytes, sizeBytes);
        checkOpen();
        return startBytes + offsetBytes;
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

    @SuppressWarnings("ReferenceEquality") // a generation is itself and no other
    private Generation readable(long at, long lengthBytes) {
        Generation generation = region.readable();
        return generation.isPresent(at, lengthBytes) && generation == readable ? generation : fault(at, lengthBytes, false);
    }

    @SuppressWarnings("ReferenceEquality") // a generation is itself and no other
    private Generation writable(long at, long lengthBytes) {
        Generation generation = region.writable();
        return generation.isPresent(at, lengthBytes) && generation == writable ? generation : fault(at, lengthBytes, true);
    }

    private Generation fault(long at, long lengthBytes, boolean write) {
        while (true) {
            checkOpen();
            Generation generation = write ? region.writable() : region.readable();
            if (generation.isPresent(at, lengthBytes)) {
                remember(at, write);
                return generation;
            }
            mapping.fault(at, lengthBytes, write);
        }
    }

    /// Takes note of the generation that there is now, and of whether all of the view is present in it.
    @SuppressWarnings("ReferenceEquality") // a generation is itself and no other
    private void remember(long at, boolean write) {
        region.mutex.lock();
        try {
            if (closed) {
                return;
            }
            Generation now = write ? region.writable() : region.readable();
            if (now != (write ? writable : readable)) {
                setScannedChunks(write, startBytes >>> region.chunkShift());
                missesBeyondFront = 0;
            }
            if (write) {
                writable = now;
            } else {
                readable = now;
            }
            long end = Math.min(startBytes + sizeBytes, now.limitBytes);
            long lastChunk = now.chunkAfter(end);
            long absent = now.firstAbsentChunk(write ? writableScannedChunks : readableScannedChunks, lastChunk);
            setScannedChunks(write, absent);
            if (at >>> region.chunkShift() >= absent) {
                missesBeyondFront++;
            }
            boolean scattered = missesBeyondFront > MISSES_UNTIL_SCATTERED && absent < lastChunk;
            setFront(write, now.segment, scattered ? 0 : Math.min(end, absent << region.chunkShift()));
        } finally {
            region.mutex.unlock();
        }
    }

    private void setFront(boolean write, MemorySegment pages, long endBytes) {
        MemorySegment front = endBytes > startBytes ? pages.asSlice(startBytes, endBytes - startBytes) : null;
        if (write) {
            writableFront = front;
        } else {
            readableFront = front;
        }
    }

    private void setScannedChunks(boolean write, long chunk) {
        if (write) {
            writableScannedChunks = chunk;
        } else {
            readableScannedChunks = chunk;
        }
    }
}
