package org.afs4j.rx.engine;

/// How many packets a sender may have in flight: slow start, then additive increase and multiplicative decrease.
///
/// Source: RFC 5681, counted in packets. Locks: the connection's mutex.
final class CongestionWindow {
    private static final int MIN_PACKETS = 2;
    private static final int INITIAL_PACKETS = 16;

    private final int maxPackets;
    private int packets;
    private int threshold = Integer.MAX_VALUE;
    private int ackedInRound;

    CongestionWindow(int maxPackets) {
        this.maxPackets = maxPackets;
        this.packets = Math.min(INITIAL_PACKETS, maxPackets);
    }

    int packets() {
        return packets;
    }

    /// Takes note of packets that arrived.
    void onAcked(int count) {
        if (packets < threshold) {
            packets = Math.min(maxPackets, packets + count);
            return;
        }
        ackedInRound += count;
        if (ackedInRound >= packets) {
            ackedInRound -= packets;
            packets = Math.min(maxPackets, packets + 1);
        }
    }

    /// Takes note of a loss; called once for all losses of one round trip.
    void onLoss() {
        threshold = Math.max(MIN_PACKETS, packets / 2);
        packets = threshold;
        ackedInRound = 0;
    }

    /// Takes note that nothing was heard for the retransmission time-out.
    void onTimeout() {
        threshold = Math.max(MIN_PACKETS, packets / 2);
        packets = MIN_PACKETS;
        ackedInRound = 0;
    }
}
