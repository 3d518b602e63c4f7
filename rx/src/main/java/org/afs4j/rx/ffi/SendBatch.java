package org.afs4j.rx.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// Datagrams for one address that are about to be sent by one system call. Filled, sent, used again; it holds no memory of the
/// datagrams but their addresses, so whoever fills it keeps them alive and unchanged until [UdpSocket#send] returns.
///
/// Threads: one at a time.
public final class SendBatch {
    /// The most datagrams of a batch.
    public static final int MAX_DATAGRAMS = 64;

    /// What the kernel takes as one message to cut: less than an IP packet with its headers may have.
    private static final int MAX_SEGMENTED_BYTES = 65_000;

    /// The most bytes of a datagram over IPv4, and of one that [#copy] takes.
    private static final int MAX_DATAGRAM_BYTES = 65_507;

    final MessageVector vector = new MessageVector(MAX_DATAGRAMS, MAX_DATAGRAMS);
    private final MemorySegment staging = Arena.ofAuto().allocate(MAX_DATAGRAM_BYTES);
    private final ByteBuffer stagingBytes = staging.asByteBuffer();
    private final int[] lengths = new int[MAX_DATAGRAMS];
    private int count;
    private int messages;
    private final int[] datagramsOf = new int[MAX_DATAGRAMS];

    /// Makes an empty batch.
    public SendBatch() {}

    /// Empties it.
    public void clear() {
        count = 0;
    }

    /// Datagrams in it.
    public int count() {
        return count;
    }

    /// Adds a datagram; there is room.
    ///
    /// @param address where in native memory it begins
    /// @param bytes its length
    public void add(long address, int bytes) {
        vector.part(count, address, bytes);
        lengths[count] = bytes;
        count++;
    }

    /// Makes a datagram the only one of the batch, by a copy.
    ///
    /// @param datagram from position to limit; the position moves to the limit
    /// @throws SystemCallException if it is too long for UDP
    public void copy(ByteBuffer datagram) throws SystemCallException {
        int bytes = datagram.remaining();
        if (bytes > MAX_DATAGRAM_BYTES) {
            throw new SystemCallException("sendmmsg", SocketCalls.EMSGSIZE);
        }
        stagingBytes.clear();
        stagingBytes.put(datagram);
        count = 0;
        add(staging.address(), bytes);
    }

    /// Groups the datagrams from one on into messages: datagrams of one length, the last perhaps shorter, become one message that
    /// the kernel cuts.
    ///
    /// @return how many messages there are
    int group(int from, boolean segmented, SocketAddresses addresses, SocketAddresses.Known to) {
        messages = 0;
        int at = from;
        while (at < count) {
            int size = lengths[at];
            int end = at + 1;
            if (segmented && size > 0) {
                int bytes = size;
                while (end < count && lengths[end - 1] == size && lengths[end] <= size && lengths[end] > 0
                        && bytes + lengths[end] <= MAX_SEGMENTED_BYTES) {
                    bytes += lengths[end];
                    end++;
                }
            }
            addresses.write(to, vector.names(), MessageVector.nameOffset(messages));
            vector.nameLength(messages, addresses.bytes());
            vector.parts(messages, at, end - at);
            vector.segmentBytes(messages, end - at > 1 ? size : 0);
            datagramsOf[messages] = end - at;
            messages++;
            at = end;
        }
        return messages;
    }

    /// How many datagrams a message of the last grouping consists of.
    int datagramsOf(int message) {
        return datagramsOf[message];
    }
}
