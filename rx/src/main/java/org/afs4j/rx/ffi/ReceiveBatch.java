package org.afs4j.rx.ffi;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The messages that one system call receives, each with memory of its own, which may be exchanged when its datagrams are handed on.
///
/// Threads: one at a time.
///
/// @param <M> what a message is kept in
public final class ReceiveBatch<M extends ReceivedMessage> {
    /// Messages that one call receives at most.
    public static final int MESSAGES = 8;

    final MessageVector vector = new MessageVector(MESSAGES, MESSAGES);
    private final List<M> messages = new ArrayList<>(MESSAGES);

    /// Who takes the datagrams of a batch.
    ///
    /// @param <M> what a message is kept in
    public interface Taker<M extends ReceivedMessage> {
        /// Takes a datagram.
        ///
        /// @param datagram from index 0 to its limit, big endian; valid only during the call
        /// @param from who sent it
        /// @param message where it is
        void take(ByteBuffer datagram, InetSocketAddress from, M message);

        /// Tells where the next message goes, after all datagrams of one were taken.
        ///
        /// @return the message's own memory, or other as large, which is the batch's from now on instead
        M next(M message);
    }

    /// Makes a batch.
    ///
    /// @param memory makes memory for a message
    public ReceiveBatch(Supplier<M> memory) {
        for (int i = 0; i < MESSAGES; i++) {
            M message = memory.get();
            messages.add(message);
            vector.part(i, message.address(), message.bytes());
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
    @SuppressWarnings("ReferenceEquality") // memory is itself and no other
    void handOver(int index, SocketAddresses addresses, Taker<M> taker) throws IOException {
        InetSocketAddress from = addresses.read(vector.names(), MessageVector.nameOffset(index));
        M message = messages.get(index);
        message.received(Math.min(vector.length(index), message.bytes()), vector.coalescedBytes(index));
        for (int i = 0; i < message.datagrams(); i++) {
            taker.take(message.datagram(i), from, message);
        }
        M next = taker.next(message);
        if (next != message) {
            messages.set(index, next);
            vector.part(index, next.address(), next.bytes());
        }
    }
}
