package org.afs4j.mount.protocol;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.afs4j.protocol.xdr.NameCodec;

/// What the daemon tells the kernel unasked: that something it keeps is not to be believed any more.
///
/// Source: Linux include/uapi/linux/fuse.h, enum fuse_notify_code.
public final class FuseNotification {
    private static final int INVALIDATE_INODE = 2;
    private static final int INVALIDATE_ENTRY = 3;
    private static final int RETRIEVE = 5;
    private static final int EXPIRE_ONLY = 1;
    /// Above the numbers of the kernel's own requests, and even, as they are.
    private static final long FIRST_UNIQUE = 1L << 62;

    private FuseNotification() {}

    /// That a node's attributes and pages are not to be believed. Dirty pages of mappings are written back first.
    ///
    /// @param arena where the message is made
    /// @param nodeId the node
    /// @param pages whether its pages go, too
    public static MemorySegment ofInode(Arena arena, long nodeId, boolean pages) {
        MemorySegment message = arena.allocate(FuseReply.HEADER_BYTES + 24, 8);
        header(message, INVALIDATE_INODE);
        message.set(JAVA_LONG, 16, nodeId);
        message.set(JAVA_LONG, 24, pages ? 0 : -1);
        message.set(JAVA_LONG, 32, 0);
        return message;
    }

    /// That a name is to be looked up again.
    ///
    /// @param arena where the message is made
    /// @param directoryId the directory's node
    /// @param name the name
    /// @param expireOnly whether what is known of it stays until then
    public static MemorySegment ofName(Arena arena, long directoryId, String name, boolean expireOnly) {
        byte[] bytes = NameCodec.encode(name);
        MemorySegment message = arena.allocate(FuseReply.HEADER_BYTES + 16 + bytes.length + 1L, 8);
        header(message, INVALIDATE_ENTRY);
        message.set(JAVA_LONG, 16, directoryId);
        message.set(JAVA_INT, 24, bytes.length);
        message.set(JAVA_INT, 28, expireOnly ? EXPIRE_ONLY : 0);
        MemorySegment.copy(bytes, 0, message, JAVA_BYTE, 32, bytes.length);
        return message;
    }

    /// That the kernel shall send no bytes of a file's pages: it does so by a request, [FuseOpcode#NOTIFY_REPLY].
    ///
    /// @param arena where the message is made
    /// @param nodeId a regular file
    /// @param number of this one, from 0
    public static MemorySegment ofNothing(Arena arena, long nodeId, long number) {
        MemorySegment message = arena.allocate(FuseReply.HEADER_BYTES + 32, 8);
        header(message, RETRIEVE);
        message.set(JAVA_LONG, 16, FIRST_UNIQUE + 2 * number);
        message.set(JAVA_LONG, 24, nodeId);
        message.set(JAVA_LONG, 32, 0);
        message.set(JAVA_LONG, 40, 0);
        return message;
    }

    private static void header(MemorySegment message, int code) {
        message.set(JAVA_INT, 0, (int) message.byteSize());
        message.set(JAVA_INT, 4, code);
        message.set(JAVA_LONG, 8, 0);
    }
}
