package org.afs4j.mount.protocol;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.afs4j.protocol.xdr.NameCodec;

/// One reply, built in a buffer that is used again.
///
/// ```
///  0 len 4 | 4 error 4, 0 or negative | 8 unique 8 | 16 body …
/// ```
///
/// Threads: one at a time.
public final class FuseReply {
    /// Bytes of the header.
    public static final int HEADER_BYTES = 16;

    /// Bytes of a directory entry without its name.
    private static final int ENTRY_BYTES = 24;

    private final MemorySegment memory;
    private final ByteBuffer buffer;
    private int length = HEADER_BYTES;

    /// Makes a reply without a body.
    ///
    /// @param memory where it is built
    public FuseReply(MemorySegment memory) {
        this.memory = memory;
        this.buffer = memory.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /// Makes a reply in memory of its own, which lasts as long as the reply.
    ///
    /// @param most how many bytes the body may have
    public static FuseReply ofBytes(int most) {
        return new FuseReply(Arena.ofAuto().allocate(HEADER_BYTES + (long) most, Long.BYTES));
    }

    /// Begins anew.
    public void clear() {
        length = HEADER_BYTES;
    }

    /// How much more it can hold, bytes.
    public long remainingBytes() {
        return buffer.capacity() - (long) length;
    }

    /// How long the body is, bytes.
    public long bodyBytes() {
        return (long) length - HEADER_BYTES;
    }

    /// Forgets the end of the body.
    ///
    /// @param bytes how long the body is afterwards
    public void cutBody(long bytes) {
        length = Math.toIntExact(HEADER_BYTES + bytes);
    }

    /// Adds two bytes.
    public FuseReply int16(int value) {
        buffer.putShort(length, (short) value);
        length += Short.BYTES;
        return this;
    }

    /// Adds four bytes.
    public FuseReply int32(int value) {
        buffer.putInt(length, value);
        length += Integer.BYTES;
        return this;
    }

    /// Adds eight bytes.
    public FuseReply int64(long value) {
        buffer.putLong(length, value);
        length += Long.BYTES;
        return this;
    }

    /// Adds zeros.
    ///
    /// @param count how many
    public FuseReply zeros(int count) {
        for (int i = 0; i < count; i++) {
            buffer.put(length + i, (byte) 0);
        }
        length += count;
        return this;
    }

    /// Adds bytes.
    ///
    /// @param bytes what
    public FuseReply bytes(byte[] bytes) {
        buffer.put(length, bytes);
        length += bytes.length;
        return this;
    }

    /// Where the next bytes of the body go, for whoever fills them in; [#filled(ByteBuffer)] follows.
    ///
    /// @param most how many; no more than [#remainingBytes()]
    public ByteBuffer space(int most) {
        return buffer.slice(length, most);
    }

    /// Takes what was put into the space.
    ///
    /// @param space from [#space(int)]; its position says how much
    public void filled(ByteBuffer space) {
        length += space.position();
    }

    /// Adds a node's attributes: 88 bytes.
    ///
    /// @param attributes what
    public FuseReply attributes(FileAttributes attributes) {
        return int64(attributes.inode())
                .int64(attributes.sizeBytes())
                .int64((attributes.sizeBytes() + 511) / 512)
                .int64(attributes.accessSeconds())
                .int64(attributes.modificationSeconds())
                .int64(attributes.changeSeconds())
                .int32(0)
                .int32(0)
                .int32(0)
                .int32(attributes.mode())
                .int32(attributes.linkCount())
                .int32(attributes.userId())
                .int32(attributes.groupId())
                .int32(0)
                .int32(FileAttributes.BLOCK_BYTES)
                .int32(0);
    }

    /// Adds what a name stands for: 128 bytes.
    ///
    /// @param nodeId the node; 0 says that there is none, and may be believed
    /// @param generation tells nodes apart that had the number one after the other
    /// @param entryNanos how long the name may be believed
    /// @param attributeNanos how long the attributes may be believed
    /// @param attributes the attributes
    public FuseReply entry(long nodeId, long generation, long entryNanos, long attributeNanos, FileAttributes attributes) {
        return int64(nodeId)
                .int64(generation)
                .int64(entryNanos / NANOS)
                .int64(attributeNanos / NANOS)
                .int32((int) (entryNanos % NANOS))
                .int32((int) (attributeNanos % NANOS))
                .attributes(attributes);
    }

    /// Adds attributes with how long they may be believed: 104 bytes.
    ///
    /// @param attributeNanos how long
    /// @param attributes the attributes
    public FuseReply timedAttributes(long attributeNanos, FileAttributes attributes) {
        return int64(attributeNanos / NANOS)
                .int32((int) (attributeNanos % NANOS))
                .int32(0)
                .attributes(attributes);
    }

    private static final long NANOS = 1_000_000_000L;

    /// What a directory entry takes, bytes.
    ///
    /// @param name its name
    public static int entryBytes(byte[] name) {
        return (ENTRY_BYTES + name.length + 7) & ~7;
    }

    /// Adds a directory entry.
    ///
    /// @param inode the inode's number
    /// @param cookie where to go on after it
    /// @param type one of the DT_ constants
    /// @param name its name
    public FuseReply directoryEntry(long inode, long cookie, int type, byte[] name) {
        return int64(inode)
                .int64(cookie)
                .int32(name.length)
                .int32(type)
                .bytes(name)
                .zeros(entryBytes(name) - ENTRY_BYTES - name.length);
    }

    /// Adds a text without an end.
    ///
    /// @param text from a name's bytes, or proper Unicode
    public FuseReply text(String text) {
        return bytes(NameCodec.encode(text));
    }

    /// Finishes the reply.
    ///
    /// @param unique of the request
    /// @return the message, in the buffer
    public MemorySegment done(long unique) {
        return finish(unique, 0);
    }

    /// Makes it a refusal; what the body had is forgotten.
    ///
    /// @param unique of the request
    /// @param errno the error's number, positive
    /// @return the message, in the buffer
    public MemorySegment failed(long unique, int errno) {
        length = HEADER_BYTES;
        return finish(unique, -errno);
    }

    private MemorySegment finish(long unique, int error) {
        buffer.putInt(0, length);
        buffer.putInt(4, error);
        buffer.putLong(8, unique);
        return memory.asSlice(0, length);
    }
}
