package org.afs4j.protocol.xdr;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.afs4j.rx.RxStream;
import org.jspecify.annotations.Nullable;

/// Reads XDR: words of four bytes, big endian.
///
/// 1. It takes no byte from the stream beyond what was asked for, so that data which follow can be read from there.
/// 2. It allocates nothing on the word of the peer that is beyond the bound which the caller gave.
/// 3. Data that end too early or exceed a bound give an [XdrException], whatever their content.
///
/// Each method throws [XdrException] if the data are malformed; an [org.afs4j.rx.RxException] of the stream
/// passes through.
///
/// Source: RFC 4506. Threads: one at a time. Blocks: as the stream's `read`.
public final class XdrReader {
    /// How much the buffer holds: a status with promise and volume's state, as most replies have, fits.
    private static final int BUFFER_BYTES = 256;

    private final @Nullable RxStream stream;
    /// From position to limit: bytes taken from the stream but not yet read.
    private ByteBuffer buffer;

    /// Reads from a call.
    ///
    /// @param stream the call; it stays the caller's
    public XdrReader(RxStream stream) {
        this.stream = stream;
        this.buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
    }

    /// Reads from memory.
    ///
    /// @param bytes from position to limit; neither changed nor its position moved, and not to be changed meanwhile
    public XdrReader(ByteBuffer bytes) {
        this.stream = null;
        this.buffer = bytes.slice();
    }

    /// Reads from memory.
    ///
    /// @param bytes all of it; not to be changed meanwhile
    public XdrReader(byte[] bytes) {
        this(ByteBuffer.wrap(bytes));
    }

    /// Says how much will be read for certain, so that it is taken from the stream at once.
    ///
    /// @param bytes how much, 0 to 256
    /// @throws IOException as said above
    public void prefetch(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            fill(bytes);
        }
    }

    /// Reads a word.
    ///
    /// @throws IOException as said above
    public int int32() throws IOException {
        prefetch(Integer.BYTES);
        return buffer.getInt();
    }

    /// Reads a word as an unsigned number.
    ///
    /// @throws IOException as said above
    public long uint32() throws IOException {
        return Integer.toUnsignedLong(int32());
    }

    /// Reads two words, the high one first.
    ///
    /// @throws IOException as said above
    public long int64() throws IOException {
        prefetch(Long.BYTES);
        return buffer.getLong();
    }

    /// Reads a truth value: 0 or 1.
    ///
    /// @throws IOException as said above
    public boolean bool() throws IOException {
        int word = int32();
        if (word != 0 && word != 1) {
            throw new XdrException("a truth value of " + word);
        }
        return word == 1;
    }

    /// Reads a count or a length.
    ///
    /// @param maximum the bound
    /// @return 0 to `maximum`
    /// @throws IOException as said above
    public int count(int maximum) throws IOException {
        int count = int32();
        if (Integer.compareUnsigned(count, maximum) > 0) {
            throw new XdrException("a count of " + Integer.toUnsignedString(count) + ", at most " + maximum + " allowed");
        }
        return count;
    }

    /// Reads bytes whose number the layout fixes, with the bytes that fill the last word.
    ///
    /// @param length how many
    /// @return a new array
    /// @throws IOException as said above
    public byte[] fixedOpaque(int length) throws IOException {
        int padding = -length & 3;
        if (stream == null && buffer.remaining() < length + padding) {
            throw tooShort();
        }
        byte[] bytes = new byte[length];
        int buffered = Math.min(length, buffer.remaining());
        buffer.get(bytes, 0, buffered);
        if (buffered < length) {
            readFully(ByteBuffer.wrap(bytes, buffered, length - buffered));
        }
        prefetch(padding);
        buffer.position(buffer.position() + padding);
        return bytes;
    }

    /// Reads bytes with their number before them.
    ///
    /// @param maximumBytes the bound
    /// @return a new array
    /// @throws IOException as said above
    public byte[] opaque(int maximumBytes) throws IOException {
        return fixedOpaque(count(maximumBytes));
    }

    /// Reads a string; see [NameCodec] for how bytes become characters.
    ///
    /// @param maximumBytes the bound
    /// @throws IOException as said above
    public String string(int maximumBytes) throws IOException {
        return NameCodec.decode(opaque(maximumBytes));
    }

    /// Reads a string in an array of fixed length which takes a word for each character: its characters up to the
    /// first NUL.
    ///
    /// @param arrayLength words of the array
    /// @throws IOException as said above
    public String characterArray(int arrayLength) throws IOException {
        byte[] bytes = new byte[arrayLength];
        int length = -1;
        for (int i = 0; i < arrayLength; i++) {
            prefetch(Math.min(arrayLength - i, BUFFER_BYTES / Integer.BYTES) * Integer.BYTES);
            bytes[i] = (byte) int32();
            if (bytes[i] == 0 && length < 0) {
                length = i;
            }
        }
        if (length < 0) {
            throw new XdrException("a character array without its closing NUL");
        }
        return NameCodec.decode(bytes, 0, length);
    }

    /// Reads values with their number before them.
    ///
    /// @param maximumCount the bound
    /// @param elementBytes bytes that an element takes at least, at most 256
    /// @param decoder reads an element
    /// @param <T> the elements' type
    /// @return unmodifiable
    /// @throws IOException as said above
    public <T> List<T> list(int maximumCount, int elementBytes, XdrDecoder<T> decoder) throws IOException {
        return fixedList(count(maximumCount), elementBytes, decoder);
    }

    /// Reads values whose number the layout fixes.
    ///
    /// @param count how many
    /// @param elementBytes bytes that an element takes at least, at most 256
    /// @param decoder reads an element
    /// @param <T> the elements' type
    /// @return unmodifiable
    /// @throws IOException as said above
    public <T> List<T> fixedList(int count, int elementBytes, XdrDecoder<T> decoder) throws IOException {
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long left = (long) (count - i) * elementBytes;
            int wholeElementsBytes = BUFFER_BYTES / elementBytes * elementBytes;
            prefetch((int) Math.min(left, wholeElementsBytes));
            list.add(decoder.decode(this));
        }
        return Collections.unmodifiableList(list);
    }

    /// Finds the end of the data.
    ///
    /// @throws XdrException if there is more
    /// @throws IOException as said above
    public void end() throws IOException {
        if (buffer.hasRemaining() || (stream != null && stream.read(ByteBuffer.allocate(1)) >= 0)) {
            throw new XdrException("data beyond the end of the layout");
        }
    }

    private void fill(int bytes) throws IOException {
        if (stream == null) {
            throw tooShort();
        }
        buffer.compact();
        buffer.limit(bytes);
        readFully(buffer);
        buffer.flip();
    }

    private void readFully(ByteBuffer destination) throws IOException {
        if (stream == null) {
            throw tooShort();
        }
        while (destination.hasRemaining()) {
            if (stream.read(destination) < 0) {
                throw tooShort();
            }
        }
    }

    private static XdrException tooShort() {
        return new XdrException("the data end before the layout does");
    }
}
