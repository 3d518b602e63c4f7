package org.afs4j.protocol.xdr;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.afs4j.rx.RxStream;

/// Gathers XDR: words of four bytes, big endian. What is gathered is then taken or sent as a whole.
///
/// Source: RFC 4506. Threads: one at a time.
public final class XdrWriter {
    private static final int INITIAL_BYTES = 256;

    private ByteBuffer buffer = ByteBuffer.allocate(INITIAL_BYTES);

    /// Makes an empty writer.
    public XdrWriter() {}

    /// Appends a word.
    ///
    /// @param value signed or unsigned
    public void int32(int value) {
        room(Integer.BYTES).putInt(value);
    }

    /// Appends two words, the high one first.
    ///
    /// @param value signed or unsigned
    public void int64(long value) {
        room(Long.BYTES).putLong(value);
    }

    /// Appends a truth value.
    ///
    /// @param value becomes 0 or 1
    public void bool(boolean value) {
        int32(value ? 1 : 0);
    }

    /// Appends bytes whose number the layout fixes, and zeros to fill the last word.
    ///
    /// @param bytes the bytes
    public void fixedOpaque(byte[] bytes) {
        int padding = -bytes.length & 3;
        room(bytes.length + padding).put(bytes);
        for (int i = 0; i < padding; i++) {
            buffer.put((byte) 0);
        }
    }

    /// Appends bytes with their number before them.
    ///
    /// @param bytes the bytes
    /// @param maximumBytes the bound
    /// @throws IllegalArgumentException if there are more
    public void opaque(byte[] bytes, int maximumBytes) {
        int32(bounded(bytes.length, maximumBytes));
        fixedOpaque(bytes);
    }

    /// Appends a string; see [NameCodec] for how characters become bytes.
    ///
    /// @param value the string
    /// @param maximumBytes the bound
    /// @throws IllegalArgumentException if it has more bytes, or characters without bytes
    public void string(String value, int maximumBytes) {
        opaque(NameCodec.encode(value), maximumBytes);
    }

    /// Appends a string in an array of fixed length which takes a word for each character, filled with NULs.
    ///
    /// @param value the string, without NUL
    /// @param arrayLength words of the array, of which at least one is a NUL
    /// @throws IllegalArgumentException if it has more bytes, a NUL, or characters without bytes
    public void characterArray(String value, int arrayLength) {
        byte[] bytes = NameCodec.encode(value);
        bounded(bytes.length, arrayLength - 1);
        if (value.indexOf(0) >= 0) {
            throw new IllegalArgumentException("a NUL within a character array");
        }
        for (int i = 0; i < arrayLength; i++) {
            int32(i < bytes.length ? bytes[i] : 0);
        }
    }

    /// Appends values with their number before them.
    ///
    /// @param values the values
    /// @param maximumCount the bound
    /// @param encoder appends an element
    /// @param <T> the elements' type
    /// @throws IllegalArgumentException if there are more
    public <T> void list(List<? extends T> values, int maximumCount, BiConsumer<XdrWriter, ? super T> encoder) {
        int32(bounded(values.size(), maximumCount));
        for (T value : values) {
            encoder.accept(this, value);
        }
    }

    /// Appends values with their number before them.
    ///
    /// @param values the values
    /// @param maximumCount the bound
    /// @throws IllegalArgumentException if there are more
    public void list(List<? extends XdrValue> values, int maximumCount) {
        int32(bounded(values.size(), maximumCount));
        for (XdrValue value : values) {
            value.encode(this);
        }
    }

    /// A copy of what is gathered.
    public byte[] toBytes() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /// Writes what is gathered to a call, and forgets it.
    ///
    /// @param stream the call
    /// @throws IOException as [RxStream#write]
    ///
    /// Blocks: as [RxStream#write].
    public void sendTo(RxStream stream) throws IOException {
        stream.write(buffer.flip());
        buffer.clear();
    }

    private static int bounded(int count, int maximum) {
        if (count > maximum) {
            throw new IllegalArgumentException(count + " given, at most " + maximum + " allowed");
        }
        return count;
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int capacity = Math.max(buffer.capacity() * 2, buffer.position() + bytes);
            buffer = ByteBuffer.allocate(capacity).put(buffer.flip());
        }
        return buffer;
    }
}
