package org.afs4j.rx.flow;

/// Tells which packets of a call are lost, from which of those sent later have arrived and when.
///
/// Order is counted in transmissions of the call, not in sequence numbers, so that a packet sent again can be lost again. As
/// long as the path was not seen to reorder, three later transmissions decide; from then on time does: a packet is lost when it
/// is late by a part of the round trip time, which grows with each packet that was sent again for nothing.
///
/// Source: RFC 8985 (RACK). Locks: the connection's mutex.
public final class LossDetector {
    /// Nothing says that the packet is late.
    public static final long NOT_LATE = Long.MAX_VALUE;

    /// Later transmissions that arrived, before an earlier one is taken for lost on a path that does not reorder.
    private static final int REORDERING_PACKETS = 3;

    private static final int MAX_STEPS = 16;

    /// Timers are not more exact.
    private static final long MIN_WAIT_NANOS = 1_000_000L;

    private final RttEstimator rtt;

    /// The newest transmission that is known to have arrived, and how long it took.
    private long ackedOrder;

    private long ackedNanos;
    private boolean reordering;

    /// Quarters of the least round trip time that a packet may be late.
    private int steps = 1;

    /// Makes a detector for one call.
    ///
    /// @param rtt of the path
    public LossDetector(RttEstimator rtt) {
        this.rtt = rtt;
    }

    /// The newest transmission that is known to have arrived; 0 if there is none.
    public long ackedOrder() {
        return ackedOrder;
    }

    /// Whether the path was seen to reorder.
    public boolean isReordering() {
        return reordering;
    }

    /// Takes note that a packet arrived.
    ///
    /// @param order of its last transmission
    /// @param sentNanos when that was
    /// @param transmissions how many there were
    /// @param named whether the ACK names the last one
    /// @param orderBefore [#ackedOrder()] before the ACK that tells of it
    /// @param nowNanos when the ACK came
    public void onAcked(long order, long sentNanos, int transmissions, boolean named, long orderBefore, long nowNanos) {
        long took = nowNanos - sentNanos;
        if (transmissions > 1 && !named && took < rtt.leastNanos()) {
            // Too early for the last transmission: an earlier one arrived.
            return;
        }
        if (transmissions == 1 && order < orderBefore) {
            reordering = true;
        }
        if (order > ackedOrder) {
            ackedOrder = order;
            ackedNanos = took;
        }
    }

    /// Takes note that a packet was sent again though it had arrived.
    public void onSentForNothing() {
        if (reordering) {
            steps = Math.min(MAX_STEPS, steps + 1);
        }
        reordering = true;
    }

    /// How much longer a packet in flight is waited for.
    ///
    /// @param order of its last transmission
    /// @param sentNanos when that was
    /// @param nowNanos now
    /// @return 0 or less if it is lost, [#NOT_LATE] if nothing says so
    public long remainingNanos(long order, long sentNanos, long nowNanos) {
        if (order >= ackedOrder) {
            return NOT_LATE;
        }
        if (!reordering && order + REORDERING_PACKETS <= ackedOrder) {
            return 0;
        }
        long wait = Math.min(rtt.smoothedNanos(), steps * (rtt.leastNanos() / 4));
        return sentNanos + ackedNanos + Math.max(MIN_WAIT_NANOS, wait) - nowNanos;
    }
}
