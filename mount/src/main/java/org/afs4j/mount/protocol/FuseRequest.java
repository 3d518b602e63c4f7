package org.afs4j.mount.protocol;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
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

    private final MemorySegment message;

    private FuseRequest(MemorySegment message) {
        this.message = message;
    }

    /// Looks at what was read.
    ///
    /// @param buffer where it is
    /// @param readBytes how long it is
    /// @throws MalformedRequestException if that is no request
    public static FuseRequest of(MemorySegment buffer, long readBytes) throws MalformedRequestException {
        if (readBytes < HEADER_BYTES || Integer.toUnsignedLong(buffer.get(JAVA_INT, 0)) != readBytes) {
            throw new MalformedRequestException("a request of " + readBytes + " bytes");
        }
        return new FuseRequest(buffer.asSlice(0, readBytes));
    }

    /// The same request in memory of its own, which lasts as long as it.
    public FuseRequest copy() {
        return new FuseRequest(MemorySegment.ofArray(new long[(int) (message.byteSize() + Long.BYTES - 1) / Long.BYTES])
                .asSlice(0, message.byteSize())
                .copyFrom(message));
    }

    /// The number of what is asked.
    public int opcode() {
        return message.get(JAVA_INT, 4);
    }

    /// Names the request among those under way.
    public long unique() {
        return message.get(JAVA_LONG, 8);
    }

    /// The node that it is about.
    public long nodeId() {
        return message.get(JAVA_LONG, 16);
    }

    /// Whose process asks.
    public int userId() {
        return message.get(JAVA_INT, 24);
    }

    /// The group of the process that asks.
    public int groupId() {
        return message.get(JAVA_INT, 28);
    }

    /// The thread that asks; 0 if the kernel itself does.
    public int processId() {
        return message.get(JAVA_INT, 32);
    }

    /// How long the body is.
    public int bodyBytes() {
        return (int) (message.byteSize() - HEADER_BYTES);
    }

    /// A word of the body.
    ///
    /// @param offset where, bytes from the body's begin; within what the opcode has at least
    public int int32(int offset) {
        return message.get(JAVA_INT, HEADER_BYTES + (long) offset);
    }

    /// A double word of the body.
    ///
    /// @param offset where, bytes from the body's begin; within what the opcode has at least
    public long int64(int offset) {
        return message.get(JAVA_LONG, HEADER_BYTES + (long) offset);
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
        return NameCodec.decode(message.asSlice(HEADER_BYTES + (long) offset, length).toArray(JAVA_BYTE));
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
        while (length < most && message.get(JAVA_BYTE, HEADER_BYTES + (long) offset + length) != 0) {
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
        return message.asSlice(HEADER_BYTES + (long) offset, length).asByteBuffer();
    }
}
