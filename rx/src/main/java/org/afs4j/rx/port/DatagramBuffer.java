package org.afs4j.rx.port;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// Native memory for a datagram, with its address at hand: ports that make system calls of their own need it for each datagram,
/// and a buffer does not tell it without an object.
public class DatagramBuffer {
    /// The memory as a buffer, big endian; what is sent is from position to limit.
    public final ByteBuffer bytes;

    /// Where the memory begins; 0 if it is not native.
    private final long address;

    /// Wraps memory.
    ///
    /// @param bytes the memory; a heap buffer is sent by a copy
    public DatagramBuffer(ByteBuffer bytes) {
        this.bytes = bytes;
        this.address = bytes.isDirect() ? MemorySegment.ofBuffer(bytes.duplicate().clear()).address() : 0;
    }

    /// Where the memory begins; 0 if it is not native.
    final long address() {
        return address;
    }
}
