package org.afs4j.rx.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The messages of one call of `sendmmsg` or `recvmmsg`, with their addresses, parts and control data. Laid out once, used again
/// and again; its memory is the garbage collector's.
///
/// ```
///  struct mmsghdr  name 8 │ namelen 4 │ 4 │ iov 8 │ iovlen 8 │ control 8 │ controllen 8 │ flags 4 │ 4 │ msg_len 4 │ 4
///  struct iovec    base 8 │ len 8
///  struct cmsghdr  len 8 │ level 4 │ type 4 │ data
/// ```
///
/// Threads: one at a time.
final class MessageVector {
    private static final int HEADER_BYTES = 64;
    private static final int NAME_LENGTH = 8;
    private static final int PARTS = 16;
    private static final int PART_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int MESSAGE_LENGTH = 56;

    private static final int NAME_BYTES = 32;
    private static final int PART_BYTES = 16;
    private static final int CONTROL_BYTES = 64;
    private static final int CONTROL_HEADER_BYTES = 16;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    final MemorySegment state;
    final MemorySegment headers;
    private final MemorySegment names;
    private final MemorySegment parts;
    private final MemorySegment controls;
    private final long partsAddress;
    private final long controlsAddress;

    /// Makes a vector.
    ///
    /// @param messages how many messages it has room for
    /// @param partCount how many parts all messages have together at most
    MessageVector(int messages, int partCount) {
        Arena arena = Arena.ofAuto();
        state = SocketCalls.newState(arena);
        headers = arena.allocate((long) messages * HEADER_BYTES, Long.BYTES);
        names = arena.allocate((long) messages * NAME_BYTES, Long.BYTES);
        parts = arena.allocate((long) partCount * PART_BYTES, Long.BYTES);
        controls = arena.allocate((long) messages * CONTROL_BYTES, Long.BYTES);
        partsAddress = parts.address();
        controlsAddress = controls.address();
        for (int i = 0; i < messages; i++) {
            headers.set(LONG, (long) i * HEADER_BYTES, names.address() + (long) i * NAME_BYTES);
        }
    }

    /// The headers of a message and of those after it.
    MemorySegment headersFrom(int message) {
        return headers.asSlice((long) message * HEADER_BYTES);
    }

    MemorySegment names() {
        return names;
    }

    static long nameOffset(int message) {
        return (long) message * NAME_BYTES;
    }

    /// Sets how many bytes of a message's name count.
    void nameLength(int message, int bytes) {
        headers.set(INT, (long) message * HEADER_BYTES + NAME_LENGTH, bytes);
    }

    /// Sets a part.
    void part(int index, long address, long bytes) {
        parts.set(LONG, (long) index * PART_BYTES, address);
        parts.set(LONG, (long) index * PART_BYTES + 8, bytes);
    }

    /// Sets of which parts a message consists.
    void parts(int message, int from, int count) {
        headers.set(LONG, (long) message * HEADER_BYTES + PARTS, partsAddress + (long) from * PART_BYTES);
        headers.set(LONG, (long) message * HEADER_BYTES + PART_COUNT, count);
    }

    /// Has a message that is sent cut into segments; 0 for one that is a datagram as it is.
    void segmentBytes(int message, int bytes) {
        long header = (long) message * HEADER_BYTES;
        if (bytes == 0) {
            headers.set(LONG, header + CONTROL, 0);
            headers.set(LONG, header + CONTROL_LENGTH, 0);
            return;
        }
        long control = (long) message * CONTROL_BYTES;
        controls.set(LONG, control, CONTROL_HEADER_BYTES + Short.BYTES);
        controls.set(INT, control + 8, SocketCalls.SOL_UDP);
        controls.set(INT, control + 12, SocketCalls.UDP_SEGMENT);
        controls.set(ValueLayout.JAVA_SHORT, control + CONTROL_HEADER_BYTES, (short) bytes);
        headers.set(LONG, header + CONTROL, controlsAddress + control);
        headers.set(LONG, header + CONTROL_LENGTH, CONTROL_HEADER_BYTES + Long.BYTES);
    }

    /// Makes a message ready to be received into.
    void expect(int message) {
        long header = (long) message * HEADER_BYTES;
        headers.set(INT, header + NAME_LENGTH, SocketAddresses.MAX_BYTES);
        headers.set(LONG, header + CONTROL, controlsAddress + (long) message * CONTROL_BYTES);
        headers.set(LONG, header + CONTROL_LENGTH, CONTROL_BYTES);
    }

    /// Bytes of a message that was received.
    int length(int message) {
        return headers.get(INT, (long) message * HEADER_BYTES + MESSAGE_LENGTH);
    }

    /// Bytes of the datagrams of which the kernel put a message together, the last one perhaps shorter; 0 if it is one datagram.
    int coalescedBytes(int message) {
        long header = (long) message * HEADER_BYTES;
        if (headers.get(LONG, header + CONTROL_LENGTH) < CONTROL_HEADER_BYTES + Integer.BYTES) {
            return 0;
        }
        long control = (long) message * CONTROL_BYTES;
        boolean isIt = controls.get(INT, control + 8) == SocketCalls.SOL_UDP
                && controls.get(INT, control + 12) == SocketCalls.UDP_GRO;
        return isIt ? Math.max(0, controls.get(INT, control + CONTROL_HEADER_BYTES)) : 0;
    }
}
