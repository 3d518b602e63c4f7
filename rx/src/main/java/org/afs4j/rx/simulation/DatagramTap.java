package org.afs4j.rx.simulation;

import java.net.InetSocketAddress;

/// Who sees every datagram of a [SimulatedNetwork], as it is sent.
@FunctionalInterface
public interface DatagramTap {
    /// Sees a datagram.
    ///
    /// @param datagram what was sent and what became of it
    void onDatagram(TappedDatagram datagram);

    /// What became of a datagram.
    enum Fate {
        /// It arrives.
        DELIVERED,
        /// It arrives twice.
        DUPLICATED,
        /// It is lost by chance.
        LOST,
        /// It arrives with a bit that is another.
        CORRUPTED,
        /// It is longer than what passes.
        TOO_LONG,
        /// It found the queue of a bottleneck full.
        QUEUE_FULL,
        /// It found the network partitioned.
        PARTITIONED,
        /// Nobody is bound to its address.
        NOBODY_THERE
    }

    /// A datagram as it was sent.
    ///
    /// @param sentNanos when, on the world's clock
    /// @param from who sent it
    /// @param to to whom
    /// @param bytes a copy of its bytes
    /// @param fate what became of it
    @SuppressWarnings("ArrayRecordComponent") // the copy is the receiver's own; two taps are never compared
    record TappedDatagram(long sentNanos, InetSocketAddress from, InetSocketAddress to, byte[] bytes, Fate fate) {}
}
