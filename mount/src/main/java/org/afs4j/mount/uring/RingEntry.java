package org.afs4j.mount.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.afs4j.mount.ffi.IoUring;
import org.afs4j.mount.ffi.MappedMemory;
import org.afs4j.mount.protocol.FuseInit;
import org.afs4j.mount.protocol.FuseOpcode;
import org.afs4j.mount.protocol.FuseReply;
import org.afs4j.mount.protocol.FuseRequest;
import org.afs4j.mount.protocol.MalformedRequestException;

/// A place for one request of one of the kernel's queues, and for its reply. The kernel has its addresses from when it is registered
/// until the mount ends; it is given back to the kernel with each reply, by whichever ring.
///
/// ```
/// header    0 request's or reply's header 128 | 128 operation's header 128 |
///           256 flags 8 | 264 commit id 8 | 272 payload's bytes 4 | 276 padding 4 | 280 reserved 8
/// vectors   512 header's address 8, length 8 | 528 payload's address 8, length 8
/// payload   4096 …
/// command   0 flags 8 | 8 commit id 8 | 16 queue 2 | 18 padding 6
/// ```
///
/// Requests are copied out, and replies in: who was answered for may still use what he was given when the kernel has long put the next
/// request here.
///
/// Source: Linux include/uapi/linux/fuse.h, fuse_uring_req_header, fuse_uring_ent_in_out, fuse_uring_cmd_req.
///
/// Threads: one at a time.
final class RingEntry {
    static final int OPERATION_OFFSET = 128;
    static final int MOST_OPERATION_BYTES = 128;
    static final int COMMIT_ID_OFFSET = 264;
    static final int PAYLOAD_SIZE_OFFSET = 272;
    static final int PAYLOAD_OFFSET = 4096;
    static final int PAYLOAD_BYTES = FuseInit.MOST_DATA_BYTES;

    private static final int HEADER_BYTES = 288;
    private static final int VECTORS_OFFSET = 512;
    private static final int REGISTER = 1;
    private static final int COMMIT_AND_FETCH = 2;

    private final int queue;
    private final MemorySegment memory;
    private boolean registered;
    private long commitId;

    /// Makes one that the kernel does not know yet.
    ///
    /// @param queue the number of the queue that it is for
    /// @throws IOException if there is no memory
    RingEntry(int queue) throws IOException {
        this(queue, MappedMemory.ofZeros(PAYLOAD_OFFSET + (long) PAYLOAD_BYTES));
    }

    /// The same in memory of the caller's.
    ///
    /// @param memory zeros; native, for the kernel to use
    RingEntry(int queue, MemorySegment memory) {
        this.queue = queue;
        this.memory = memory;
        memory.set(JAVA_LONG, VECTORS_OFFSET, memory.address());
        memory.set(JAVA_LONG, VECTORS_OFFSET + 8L, HEADER_BYTES);
        memory.set(JAVA_LONG, VECTORS_OFFSET + 16L, memory.address() + PAYLOAD_OFFSET);
        memory.set(JAVA_LONG, VECTORS_OFFSET + 24L, PAYLOAD_BYTES);
    }

    /// The number of its queue.
    int queue() {
        return queue;
    }

    /// Whether the kernel knows it.
    boolean isRegistered() {
        return registered;
    }

    /// Takes the request that the kernel has put here.
    ///
    /// @param buffer where it is put together, as a reader of the device gets it
    /// @return how long it is, bytes
    /// @throws MalformedRequestException if its parts do not make up a request; [#failed(int)] answers it
    long take(MemorySegment buffer) throws MalformedRequestException {
        commitId = memory.get(JAVA_LONG, COMMIT_ID_OFFSET);
        long length = Integer.toUnsignedLong(memory.get(JAVA_INT, 0));
        long payload = Integer.toUnsignedLong(memory.get(JAVA_INT, PAYLOAD_SIZE_OFFSET));
        long operation = length - FuseRequest.HEADER_BYTES - payload;
        if (payload > PAYLOAD_BYTES || operation < 0 || operation > MOST_OPERATION_BYTES || length > buffer.byteSize()) {
            throw new MalformedRequestException("a request of " + length + " bytes with a payload of " + payload);
        }
        MemorySegment.copy(memory, 0, buffer, 0, FuseRequest.HEADER_BYTES);
        MemorySegment.copy(memory, OPERATION_OFFSET, buffer, FuseRequest.HEADER_BYTES, operation);
        MemorySegment.copy(memory, PAYLOAD_OFFSET, buffer, FuseRequest.HEADER_BYTES + operation, payload);
        return length;
    }

    /// Whether the kernel only asks because it was nudged: the reply is all that counts.
    boolean isNudge() {
        return memory.get(JAVA_INT, 4) == FuseOpcode.NOTIFY_REPLY.number();
    }

    /// Takes a nudge.
    void takeNudge() {
        commitId = memory.get(JAVA_LONG, COMMIT_ID_OFFSET);
    }

    /// Puts the reply here.
    ///
    /// @param message header and body
    /// @throws IOException if the body is larger than any request asks for; [#failed(int)] answers instead
    void put(MemorySegment message) throws IOException {
        long body = message.byteSize() - FuseReply.HEADER_BYTES;
        if (body < 0 || body > PAYLOAD_BYTES) {
            throw new IOException("a reply of " + body + " bytes");
        }
        MemorySegment.copy(message, 0, memory, 0, FuseReply.HEADER_BYTES);
        MemorySegment.copy(message, FuseReply.HEADER_BYTES, memory, PAYLOAD_OFFSET, body);
        finish((int) body);
    }

    /// Puts a refusal here.
    ///
    /// @param errno why, positive; 0 for a reply without a body
    void failed(int errno) {
        memory.set(JAVA_INT, 0, FuseReply.HEADER_BYTES);
        memory.set(JAVA_INT, 4, -errno);
        memory.set(JAVA_LONG, 8, commitId);
        finish(0);
    }

    private void finish(int payloadBytes) {
        memory.set(JAVA_LONG, 256, 0);
        memory.set(JAVA_LONG, COMMIT_ID_OFFSET, commitId);
        memory.set(JAVA_INT, PAYLOAD_SIZE_OFFSET, payloadBytes);
    }

    /// Asks for the first request, or gives the reply to the last one and asks for the next.
    ///
    /// @param ring by which; the completion comes when a request is here
    /// @param device the descriptor of the device
    /// @param userData comes back with the completion
    /// @throws IOException if the ring takes no more
    void fetch(IoUring ring, int device, long userData) throws IOException {
        MemorySegment command = registered
                ? ring.command(device, COMMIT_AND_FETCH, null, 0, userData)
                : ring.command(device, REGISTER, memory.asSlice(VECTORS_OFFSET, 32), 2, userData);
        putCommand(command);
        registered = true;
    }

    /// Fills a command's parameters in.
    ///
    /// @param command zeros
    void putCommand(MemorySegment command) {
        command.set(JAVA_LONG, 8, registered ? commitId : 0);
        command.set(JAVA_SHORT, 16, (short) queue);
    }
}
