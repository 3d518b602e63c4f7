package org.afs4j.pagecache;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.afs4j.pagecache.error.PageConflictException;
import org.afs4j.pagecache.error.PinTimeoutException;
import org.afs4j.pagecache.readahead.ReadPattern;

/// One stream of accesses to a file, as an open file has it: readahead follows what this stream does, whatever others do, and it
/// is told of each error of write-back that it may have caused, once.
///
/// It holds nothing that would have to be given back, and is of use as long as its mapping is open.
///
/// Threads: any; readahead guesses best if one at a time reads.
public final class PageStream {
    /// What a user knows of the accesses that will come.
    public enum Advice {
        /// Nothing; for the stream.
        NORMAL,
        /// They go through the file from one end to the other; for the stream.
        SEQUENTIAL,
        /// They follow no pattern; for the stream.
        RANDOM,
        /// The range is needed soon: it is brought in, in the background.
        WILL_NEED,
        /// The range is not needed any more: what is clean of it goes at once.
        DONT_NEED
    }

    private static final long PIECE_BYTES = 1 << 20;

    private final PageMapping mapping;
    private final ReadPattern pattern;
    /// The number of the last error that the stream was told, or cannot have caused.
    private volatile long seenErrors;
    private volatile boolean wrote;

    PageStream(PageMapping mapping, ReadPattern pattern, long seenErrors) {
        this.mapping = mapping;
        this.pattern = pattern;
        this.seenErrors = seenErrors;
    }

    /// The file.
    public PageMapping mapping() {
        return mapping;
    }

    /// Reads bytes as [PageMapping#read(long, ByteBuffer)] does, with this stream's readahead.
    ///
    /// @param offsetBytes where in the file they begin
    /// @param destination filled from its position, which moves
    /// @return how many were read; −1 if the offset is at or beyond the end of the file
    /// @throws IOException if a page cannot be brought in
    public int read(long offsetBytes, ByteBuffer destination) throws IOException {
        return mapping.read(offsetBytes, destination, ReadMode.NORMAL, pattern);
    }

    /// Reads bytes as [PageMapping#read(long, ByteBuffer, ReadMode)] does, with this stream's readahead.
    ///
    /// @param offsetBytes where in the file they begin
    /// @param destination filled from its position, which moves
    /// @param mode how far to go for them
    /// @return how many were read; −1 if the offset is at or beyond the end of the file; [PageMapping#TRY_AGAIN]
    /// @throws IOException if a page cannot be brought in
    public int read(long offsetBytes, ByteBuffer destination, ReadMode mode) throws IOException {
        return mapping.read(offsetBytes, destination, mode, pattern);
    }

    /// Sends bytes to a channel without a copy: pages are pinned, a piece at a time, and the channel is given their memory.
    ///
    /// Each piece is of one version of the file; a third party's change may come between two, as between two reads. From a channel
    /// that takes longer than the patience of such a change the piece is taken away, and pinned anew if it has taken none of it.
    ///
    /// Locks: none while the channel writes. Blocks: for calls to the server, and for the channel.
    ///
    /// @param offsetBytes where in the file they begin
    /// @param lengthBytes how many, at most
    /// @param target the channel
    /// @return how many it took: fewer if the file ends before, or the channel took none (as one that does not block)
    /// @throws PinTimeoutException if a change of the range does not end in time, or a piece is taken away from a channel that has
    ///     begun to take it, so that nobody knows how much it has
    /// @throws IOException if a page cannot be brought in, or the channel throws; some bytes may have gone by then
    public long transferTo(long offsetBytes, long lengthBytes, WritableByteChannel target) throws IOException {
        if (offsetBytes < 0 || lengthBytes < 0) {
            throw new IllegalArgumentException("not a range: " + offsetBytes + ", " + lengthBytes);
        }
        PinOptions options = PinOptions.shortTerm(PinOwner.ofThread(Thread.currentThread()));
        long done = 0;
        while (done < lengthBytes) {
            long at = offsetBytes + done;
            long whole = Math.min(lengthBytes - done, mapping.sizeBytes() - at);
            long pieceBytes = Math.min(PIECE_BYTES, mapping.longestSegmentBytes());
            // A piece lies between two multiples of its greatest length, and so within one window of a large file.
            long piece = Math.min(whole, pieceBytes - (at & (pieceBytes - 1)));
            if (piece <= 0) {
                break;
            }
            mapping.note(at, at + piece, pattern);
            int taken = transferPiece(at, piece, target, options);
            if (taken == 0) {
                break;
            }
            done += Math.max(taken, 0);
        }
        return done;
    }

    /// @return how many bytes were taken; −1 if none, but the next attempt may do better
    private int transferPiece(long offsetBytes, long lengthBytes, WritableByteChannel target, PinOptions options) throws IOException {
        ByteBuffer bytes;
        try (PagePin pin = mapping.pin(offsetBytes, lengthBytes, options)) {
            bytes = pin.segment().asByteBuffer();
            try {
                return target.write(bytes);
            } catch (IllegalStateException e) {
                if (pin.segment().scope().isAlive()) {
                    throw e;
                }
                if (bytes.position() > 0) {
                    throw new PinTimeoutException(options.owner().name(), mapping + ": a third party's change took the pin of "
                            + options.owner().name() + " away, whose channel had not taken all of a piece");
                }
                return -1;
            }
        } catch (EOFException e) {
            if (offsetBytes + lengthBytes <= mapping.sizeBytes()) {
                throw e;
            }
            return -1;
        }
    }

    /// Writes bytes as [PageMapping#write] does.
    ///
    /// @param offsetBytes where in the file they go
    /// @param source read from its position, which moves, to its limit
    /// @throws IOException if there is no memory, or the file would become too large
    public void write(long offsetBytes, ByteBuffer source) throws IOException {
        wrote = true;
        mapping.write(offsetBytes, source);
    }

    /// Maps a part of the file as [PageMapping#map] does; what is written through the view counts as written by this stream.
    ///
    /// @param access what the view allows
    /// @param offsetBytes where the view begins, 0 or more
    /// @param lengthBytes its length
    /// @param options what else it shall be
    /// @throws IOException if the file, or the view, is too large to be mapped
    public MappedView map(MapAccess access, long offsetBytes, long lengthBytes, MapOption... options) throws IOException {
        wrote |= access == MapAccess.READ_WRITE;
        return mapping.map(access, offsetBytes, lengthBytes, options);
    }

    /// Takes advice.
    ///
    /// Locks: the invalidate lock exclusively, for [Advice#DONT_NEED]. Blocks: then for fills and write-backs under way.
    ///
    /// @param advice what will come
    /// @param offsetBytes where the range begins, for advice on a range
    /// @param lengthBytes its length
    public void advise(Advice advice, long offsetBytes, long lengthBytes) {
        switch (advice) {
            case NORMAL -> pattern.expect(ReadPattern.Expectation.UNKNOWN);
            case SEQUENTIAL -> pattern.expect(ReadPattern.Expectation.SEQUENTIAL);
            case RANDOM -> pattern.expect(ReadPattern.Expectation.RANDOM);
            case WILL_NEED -> mapping.willNeed(offsetBytes, offsetBytes + lengthBytes);
            case DONT_NEED -> mapping.dontNeed(offsetBytes, offsetBytes + lengthBytes);
        }
    }

    /// Writes all dirty bytes of the file back, by whomever they were written.
    ///
    /// Locks: the invalidate lock shared and the write-back lock. Blocks: for calls to the server.
    ///
    /// @throws PageConflictException if dirty bytes met somebody else's change and the backing wants that told; nothing was written
    /// @throws IOException if bytes could not be written back: now, or earlier if this stream had written and has not been told;
    ///     they stay dirty, and a later sync tries again
    public void sync() throws IOException {
        syncBetween(0, Long.MAX_VALUE);
    }

    /// Writes all dirty bytes of the file back without what is not needed to read them again. That is [#sync()]: the size goes with
    /// the bytes, and a page cache knows nothing else of a file.
    ///
    /// @throws IOException as [#sync()]
    public void dataSync() throws IOException {
        sync();
    }

    /// Writes dirty bytes of a range back.
    ///
    /// @param offsetBytes where it begins
    /// @param lengthBytes its length
    /// @throws IOException as [#sync()], of the whole file
    public void syncRange(long offsetBytes, long lengthBytes) throws IOException {
        syncBetween(offsetBytes, offsetBytes + lengthBytes);
    }

    /// Makes what an access of a view that has this stream needs present.
    void fault(long offsetBytes, long lengthBytes, boolean write) {
        wrote |= write;
        mapping.fault(offsetBytes, lengthBytes, write, pattern);
    }

    private void syncBetween(long fromBytes, long toBytes) throws IOException {
        mapping.sync(fromBytes, toBytes, seenErrors, wrote, errors -> seenErrors = errors);
    }
}
