package org.afs4j.mount.protocol;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.afs4j.protocol.xdr.NameCodec;

/// One request as the kernel sent it.
///
/// ```
///  0 len 4 | 4 opcode 4 | 8 unique 8 | 16 nodeid 8 | 24 uid 4 | 28 gid 4 | 32 pid 4 | 36 total_extlen 2 | 38 pad 2 | 40 body …
/// ```
///
/// It is a view of the buffer that was read into, and of worth only until the next read.
public final class FuseRequest {
    /// Bytes of the header.
    public static final int HEADER_BYTES = 40;

    /// The longest name of AFS and of most programs, bytes.
    public static final int MOST_NAME_BYTES = 255;

    private final ByteBuffer message;
    private final int bytes;

    private FuseRequest(ByteBuffer message, int bytes) {
        this.message = message;
        this.bytes = bytes;
    }

    /// A buffer as requests are looked at in it.
    ///
    /// @param memory where requests are read to
    public static ByteBuffer buffer(MemorySegment memory) {
        return memory.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /// Looks at what was read.
    ///
    /// @param buffer where it is, from its begin, in native order
    /// @param readBytes how long it is
    /// @throws MalformedRequestException if that is no request
    public static FuseRequest of(ByteBuffer buffer, long readBytes) throws MalformedRequestException {
        if (readBytes < HEADER_BYTES || Integer.toUnsignedLong(buffer.getInt(0)) != readBytes) {
            throw new MalformedRequestException("a request of " + readBytes + " bytes");
        }
        return new FuseRequest(buffer, (int) readBytes);
    }

    /// The same request in memory of its own, which lasts as long as it.
    public FuseRequest copy() {
        ByteBuffer copied = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
        return new FuseRequest(copied.put(0, message, 0, bytes), bytes);
    }

    /// The number of what is asked.
    public int opcode() {
        return message.getInt(4);
    }

    /// Names the request among those under way.
    public long unique() {
        return message.getLong(8);
    }

    /// The node that it is about.
    public long nodeId() {
        return message.getLong(16);
    }

    /// Whose process asks.
    public int userId() {
        return message.getInt(24);
    }

    /// The group of the process that asks.
    public int groupId() {
        return message.getInt(28);
    }

    /// The thread that asks; 0 if the kernel itself does.
    public int processId() {
        return message.getInt(32);
    }

    /// How long the body is.
    public int bodyBytes() {
        return bytes - HEADER_BYTES;
    }

    /// A word of the body.
    ///
    /// @param offset where, bytes from the body's begin; within what the opcode has at least
    public int int32(int offset) {
        return message.getInt(HEADER_BYTES + offset);
    }

    /// A double word of the body.
    ///
    /// @param offset where, bytes from the body's begin; within what the opcode has at least
    public long int64(int offset) {
        return message.getLong(HEADER_BYTES + offset);
    }

    /// A string of the body, which ends with NUL.
    ///
    /// @param offset where it begins, bytes from the body's begin
    /// @param most how many bytes it may have
    /// @throws MalformedRequestException if it has no end
    /// @throws NameTooLongException if it is longer
    public String string(int offset, int most) throws MalformedRequestException, NameTooLongException {
        int length = stringBytes(offset);
        if (length > most) {
            throw new NameTooLongException();
        }
        byte[] text = new byte[length];
        message.get(HEADER_BYTES + offset, text);
        return NameCodec.decode(text);
    }

    /// A file's name in the body.
    ///
    /// @param offset where it begins, bytes from the body's begin
    /// @throws MalformedRequestException if it has no end
    /// @throws NameTooLongException if it is longer than 255 bytes
    public String name(int offset) throws MalformedRequestException, NameTooLongException {
        return string(offset, MOST_NAME_BYTES);
    }

    /// Where what follows a string begins.
    ///
    /// @param offset where the string begins
    /// @throws MalformedRequestException if it has no end
    public int after(int offset) throws MalformedRequestException {
        return offset + stringBytes(offset) + 1;
    }

    private int stringBytes(int offset) throws MalformedRequestException {
        int length = 0;
        int most = bodyBytes() - offset;
        while (length < most && message.get(HEADER_BYTES + offset + length) != 0) {
            length++;
        }
        if (length >= most) {
            throw new MalformedRequestException("a string without end");
        }
        return length;
    }

    /// Data of the body, without a copy.
    ///
    /// @param offset where it begins, bytes from the body's begin
    /// @param length how long it is
    /// @throws MalformedRequestException if the body ends before
    public ByteBuffer data(int offset, int length) throws MalformedRequestException {
        if (length < 0 || length > bodyBytes() - offset) {
            throw new MalformedRequestException("data of " + Integer.toUnsignedLong(length) + " bytes in a body of " + bodyBytes());
        }
        return message.slice(HEADER_BYTES + offset, length);
    }
}
