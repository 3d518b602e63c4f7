package org.afs4j.rx.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// Memory for the datagrams that one system call receives, and the views by which they are handed on. Where the kernel puts
/// datagrams together, a view is kept for each place of the size seen last, so that a stream of them costs no objects.
///
/// Threads: one at a time.
public final class ReceiveBatch {
    /// Messages that one call receives at most.
    public static final int MESSAGES = 8;

    /// A message that the kernel put together is never longer.
    private static final int COALESCED_BYTES = 65_536;

    private final int messageBytes;
    final MessageVector vector = new MessageVector(MESSAGES, MESSAGES);
    private final ByteBuffer[] whole = new ByteBuffer[MESSAGES];
    private final ByteBuffer[][] views = new ByteBuffer[MESSAGES][];
    private final int[] viewBytes = new int[MESSAGES];

    /// Who takes the datagrams of a batch.
    @FunctionalInterface
    public interface Taker {
        /// Takes a datagram.
        ///
        /// @param datagram from index 0 to its limit, big endian; valid only during the call
        /// @param from who sent it
        void take(ByteBuffer datagram, InetSocketAddress from);
    }

    /// Makes memory for a socket.
    ///
    /// @param coalesced whether its kernel puts datagrams together
    /// @param datagramBytes the longest single datagram
    public ReceiveBatch(boolean coalesced, int datagramBytes) {
        messageBytes = coalesced ? COALESCED_BYTES : datagramBytes;
        MemorySegment memory = Arena.ofAuto().allocate((long) MESSAGES * messageBytes, 64);
        for (int i = 0; i < MESSAGES; i++) {
            MemorySegment part = memory.asSlice((long) i * messageBytes, messageBytes);
            whole[i] = part.asByteBuffer();
            views[i] = new ByteBuffer[0];
            vector.part(i, part.address(), messageBytes);
            vector.parts(i, i, 1);
        }
    }

    void expect() {
        for (int i = 0; i < MESSAGES; i++) {
            vector.expect(i);
        }
    }

    /// Hands on the datagrams of a message.
    ///
    /// @throws IOException if its sender's address cannot be read
    void handOver(int message, SocketAddresses addresses, Taker taker) throws IOException {
        InetSocketAddress from = addresses.read(vector.names(), MessageVector.nameOffset(message));
        int length = Math.min(vector.length(message), messageBytes);
        int each = vector.coalescedBytes(message);
        if (each == 0 || each >= length) {
            taker.take(whole[message].limit(length).position(0), from);
            return;
        }
        ByteBuffer[] slices = views(message, each);
        for (int i = 0, at = 0; at < length; i++, at += each) {
            taker.take(slices[i].limit(Math.min(each, length - at)).position(0), from);
        }
    }

    private ByteBuffer[] views(int message, int each) {
        if (viewBytes[message] != each) {
            int count = (messageBytes + each - 1) / each;
            ByteBuffer[] slices = new ByteBuffer[count];
            ByteBuffer all = whole[message].clear();
            for (int i = 0; i < count; i++) {
                slices[i] = all.slice(i * each, Math.min(each, messageBytes - i * each));
            }
            views[message] = slices;
            viewBytes[message] = each;
        }
        return views[message];
    }
}
