package org.afs4j.rx.engine;

import java.util.concurrent.atomic.AtomicLong;

/// How much memory an endpoint gives to what peers have sent and nobody has read yet. The windows that it advertises follow what is
/// left of it; what is beyond them is dropped when it is used up. A call may always have [#LEAST_PACKETS], which is what a peer
/// sends before it hears of a window, so that it goes on whatever others take; so `bytes` + calls × [#LEAST_PACKETS] is the bound.
///
/// Threads: any.
final class ReceiveBudget {
    static final int LEAST_PACKETS = 16;

    /// The part of what is left that one call is offered.
    private static final int PART = 8;

    private final long bytes;
    private final AtomicLong kept = new AtomicLong();

    /// Makes a budget of which nothing is used.
    ReceiveBudget(long bytes) {
        this.bytes = bytes;
    }

    /// Takes note of a buffer that is kept.
    void take(PacketBuffer packet) {
        kept.getAndAdd(packet.bytes.capacity());
    }

    /// Takes note of a buffer that is kept no more.
    void giveBack(PacketBuffer packet) {
        kept.getAndAdd(-packet.bytes.capacity());
    }

    /// Whether it is used up.
    boolean isSpent() {
        return kept.get() >= bytes;
    }

    /// The window to offer a call now, at most so many packets.
    int window(int most) {
        long offered = (bytes - kept.get()) / PART / PacketBuffer.CAPACITY;
        return (int) Math.min(most, Math.max(LEAST_PACKETS, offered));
    }

    /// What is kept.
    long keptBytes() {
        return kept.get();
    }
}
