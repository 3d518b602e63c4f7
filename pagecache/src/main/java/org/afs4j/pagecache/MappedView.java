package org.afs4j.pagecache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.afs4j.pagecache.error.MappedAccessException;
import org.jspecify.annotations.Nullable;
import org.afs4j.pagecache.mapped.Generation;
import org.afs4j.pagecache.mapped.MappedRegion;

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

    /// What [#read] applies.
    ///
    /// @param <R> what it finds
    @FunctionalInterface
    public interface Reader<R extends @Nullable Object> {
        /// Looks at bytes of the file, and changes nothing else: it is applied again if a strip comes between.
        ///
        /// @param bytes the bytes, read-only
        R read(MemorySegment bytes);
    }

    /// What [#fold] applies to each part in turn.
    ///
    /// @param <R> what is made of the parts
    @FunctionalInterface
    public interface Step<R extends @Nullable Object> {
        /// Makes the next result, and changes nothing else: it is applied again if a strip comes between.
        ///
        /// @param soFar what was made of the parts before
        /// @param part the bytes of the next part, read-only
        /// @param offsetBytes where it begins in the view
        R apply(R soFar, MemorySegment part, long offsetBytes);
    }

    private static final long PART_CHUNKS = 16;

    private final PageMapping mapping;
    private final PageStream stream;
    private final MappedRegion region;
    private final @Nullable PrivatePages own;
    private final boolean writes;
    private final boolean strict;
    /// Up to which chunk the generation that the view remembers was seen to be present. Guarded by the mapping-generation lock.
    private long readableScannedChunks;
    private long writableScannedChunks;
    /// How often an access missed the front in the generation that the view remembers. Guarded by the mapping-generation lock.
    private int missesBeyondFront;
    private volatile boolean closed;
    /// Whether the view has copied a chunk, so that it remembers no generation of the file any more. Guarded by the same lock.
    private boolean copying;

    MappedView(
            PageStream stream,
            MappedRegion region,
            MapAccess access,
            boolean strict,
            @Nullable PrivatePages own,
            long startBytes,
            long sizeBytes) {
        super(startBytes, sizeBytes);
        this.mapping = stream.mapping();
        this.stream = stream;
        this.region = region;
        this.own = own;
        this.writes = access != MapAccess.READ_ONLY;
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
                MemorySegment.copy(generation.segment(), at + done, destination, done, part);
                done += part;
            } catch (IllegalStateException e) {
                Generation.absorb(generation.segment(), e, interrupted);
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
                MemorySegment.copy(source, done, generation.segment(), at + done, part);
                done += part;
            } catch (IllegalStateException e) {
                Generation.absorb(generation.segment(), e, interrupted);
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
    /// the thread's interrupt status then, see `Generation.absorb`). A channel or a native call that uses it across a strip goes on with
    /// the old memory, which may become zero or of another version of the file meanwhile, and is no other file's before it has ended;
    /// a transfer that needs one version takes a pin ([PageMapping#pin]).
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
        return readable(at, lengthBytes).lend().asSlice(at, lengthBytes).asReadOnly();
    }

    /// Applies a function to bytes of the view, in place. The bytes are of one moment if they lie in one chunk.
    ///
    /// This, or [#fold], is the form for loops, sequential or random: a loop within the function compiles as over any memory, where one
    /// over an accessor that has once met a fault is some times slower. For a number here and there an accessor is the cheaper one.
    ///
    /// @param offsetBytes where they begin
    /// @param lengthBytes how many, at most a quarter of the cache's budget
    /// @param reader the function; its segment is of no use after it has returned
    /// @return what the function returned when no strip came between
    public <R extends @Nullable Object> R read(long offsetBytes, long lengthBytes, Reader<R> reader) {
        long at = place(offsetBytes, lengthBytes, false);
        mapping.checkSegmentLength(lengthBytes);
        if (lengthBytes == 0) {
            return reader.read(MemorySegment.NULL.asReadOnly());
        }
        while (true) {
            MemorySegment pages = readable(at, lengthBytes).lend();
            boolean interrupted = Thread.currentThread().isInterrupted();
            try {
                return reader.read(pages.asSlice(at, lengthBytes).asReadOnly());
            } catch (IllegalStateException e) {
                Generation.absorb(pages, e, interrupted);
            }
        }
    }

    /// Goes through bytes of the view from the first to the last, in parts of up to sixteen chunks: [#read] for as many as one likes.
    ///
    /// @param offsetBytes where they begin
    /// @param lengthBytes how many
    /// @param initial what is made of no bytes
    /// @param step makes of that, and the next part, the next
    /// @return what the last step returned
    public <R extends @Nullable Object> R fold(long offsetBytes, long lengthBytes, R initial, Step<R> step) {
        long begin = place(offsetBytes, lengthBytes, false);
        long partBytes = Math.min(PART_CHUNKS << region.chunkShift(), mapping.longestSegmentBytes());
        R soFar = initial;
        for (long done = 0; done < lengthBytes; ) {
            long part = Math.min(lengthBytes - done, partBytes - ((begin + done) & (partBytes - 1)));
            R before = soFar;
            long offset = offsetBytes + done;
            soFar = read(offset, part, bytes -> step.apply(before, bytes, offset));
            done += part;
        }
        return soFar;
    }

    /// Writes the file's dirty bytes back (msync); of a copy-on-write view nothing goes to the file.
    ///
    /// Blocks: for calls to the server.
    ///
    /// @throws IOException if bytes could not be written back, now or since the view was mapped without it having been told; they
    ///     stay dirty
    public void force() throws IOException {
        checkOpen();
        if (own == null) {
            stream.sync();
        }
    }

    /// Writes dirty bytes of a range of the view back (msync).
    ///
    /// Blocks: for calls to the server.
    ///
    /// @param offsetBytes where the range begins
    /// @param lengthBytes its length
    /// @throws IOException as [#force()]
    public void force(long offsetBytes, long lengthBytes) throws IOException {
        long at = place(offsetBytes, lengthBytes, false);
        if (own == null) {
            stream.syncRange(at, lengthBytes);
        }
    }

    /// Brings a range of the view into memory, and makes it present. What does not fit stays out, or goes again.
    ///
    /// Blocks: for calls to the server.
    ///
    /// @param offsetBytes where the range begins
    /// @param lengthBytes its length
    public void load(long offsetBytes, long lengthBytes) {
        advise(PageStream.Advice.WILL_NEED, offsetBytes, lengthBytes);
        long at = startBytes + offsetBytes;
        long end = at + lengthBytes;
        while (at < end) {
            long part = Math.min(end - at, chunkRest(at));
            Generation ignored = readable(at, part);
            at += part;
        }
    }

    /// Whether a range of the view was in memory just now, so that it can be used without fetching anything.
    ///
    /// @param offsetBytes where the range begins
    /// @param lengthBytes its length
    public boolean isLoaded(long offsetBytes, long lengthBytes) {
        long at = place(offsetBytes, lengthBytes, false);
        return mapping.isUpToDate(at, at + lengthBytes);
    }

    /// Takes advice (madvise). What is expected of the accesses is for the view as a whole; what is needed or not, for the range.
    ///
    /// Blocks: for fills and write-backs under way, with [PageStream.Advice#DONT_NEED].
    ///
    /// @param advice what will come
    /// @param offsetBytes where the range begins
    /// @param lengthBytes its length
    public void advise(PageStream.Advice advice, long offsetBytes, long lengthBytes) {
        stream.advise(advice, place(offsetBytes, lengthBytes, false), lengthBytes);
    }

    /// Unmaps the view. With a file's last view goes what was reachable through it.
    ///
    /// Blocks: for a strip that is under way (MM-7).
    @Override
    public void close() {
        if (region.removeView(strict, this::markClosed) && own != null) {
            own.close();
        }
    }

    /// Marks the view closed.
    ///
    /// @return whether it was open
    private boolean markClosed() {
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
        if (own != null && own.touches(at, lengthBytes)) {
            return copied(own, at, lengthBytes);
        }
        Generation generation = region.readable();
        return generation.isPresent(at, lengthBytes) && generation == readable ? generation : fault(at, lengthBytes, false);
    }

    /// Has the chunks of an access copied, all of them.
    private Generation copied(PrivatePages pages, long at, long lengthBytes) {
        int shift = region.chunkShift();
        Generation copies = pages.generation();
        boolean first = false;
        try {
            for (long chunk = at >>> shift; chunk < copies.chunkAfter(at + lengthBytes); chunk++) {
                while (copies.firstAbsentChunk(chunk, chunk + 1) == chunk) {
                    long from = Math.max(at, chunk << shift);
                    Generation file = fault(from, Math.min(at + lengthBytes, (chunk + 1) << shift) - from, false);
                    first |= useCopies(copies);
                    boolean ignored = pages.copy(chunk, file);
                }
            }
        } catch (IOException e) {
            throw new MappedAccessException(MappedAccessException.Reason.NO_MEMORY, mapping + ": " + e.getMessage(), e);
        } finally {
            if (first) {
                // Nobody may go on with a front, or a generation, that shows the file's chunks for the copied ones.
                region.revoke();
            }
        }
        if (pages.isClosed()) {
            checkOpen();
            throw new MappedAccessException(MappedAccessException.Reason.IO, mapping + ": the file's cache is closed", null);
        }
        return copies;
    }

    /// From now on the fast ways of the accessors lead to copies only.
    ///
    /// @return whether they did not yet
    @SuppressWarnings("ReferenceEquality") // a generation is itself and no other
    private boolean useCopies(Generation copies) {
        region.mutex.lock();
        try {
            boolean first = !copying;
            copying = true;
            if (!closed) {
                readableFront = null;
                readable = copies;
                writable = copies;
            }
            return first;
        } finally {
            region.mutex.unlock();
        }
    }

    @SuppressWarnings("ReferenceEquality") // a generation is itself and no other
    private Generation writable(long at, long lengthBytes) {
        if (own != null) {
            return copied(own, at, lengthBytes);
        }
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
            stream.fault(at, lengthBytes, write);
        }
    }

    /// Takes note of the generation that there is now, and of whether all of the view is present in it.
    @SuppressWarnings("ReferenceEquality") // a generation is itself and no other
    private void remember(long at, boolean write) {
        region.mutex.lock();
        try {
            if (closed || copying) {
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
            long end = Math.min(startBytes + sizeBytes, now.limitBytes());
            long lastChunk = now.chunkAfter(end);
            long absent = now.firstAbsentChunk(write ? writableScannedChunks : readableScannedChunks, lastChunk);
            setScannedChunks(write, absent);
            if (at >>> region.chunkShift() >= absent) {
                missesBeyondFront++;
            }
            boolean scattered = missesBeyondFront > MISSES_UNTIL_SCATTERED && absent < lastChunk;
            setFront(write, now.segment(), scattered ? 0 : Math.min(end, absent << region.chunkShift()));
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
