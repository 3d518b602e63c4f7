package org.afs4j.rx.flow;

/// Spreads what a window allows over a round trip, so that a window that opens at once does not overflow the queue of a path.
/// Over short paths it does nothing: their queues hold a window, and timers are too coarse. How short a path is tells its least
/// round trip: many calls at a time make a queue, by which the round trip of a short path too becomes long.
///
/// Locks: the connection's mutex.
public final class Pacer {
    /// What may leave at once.
    public static final int BURST_PACKETS = 16;

    private static final long SHORT_PATH_NANOS = 2_000_000L;

    private long intervalNanos;

    /// When all that has left would have left at the pace.
    private long paidNanos;

    private boolean begun;

    /// Makes a pacer that lets everything pass.
    public Pacer() {}

    /// Sets the pace.
    ///
    /// @param packets the window
    /// @param roundTripNanos in which it leaves
    /// @param leastRoundTripNanos that of the path without a queue; 0 if unknown, for no pace
    /// @param slowStart whether the window doubles in a round trip
    public void setPace(int packets, long roundTripNanos, long leastRoundTripNanos, boolean slowStart) {
        // A little faster than the window asks for, so that the window stays what limits.
        intervalNanos = leastRoundTripNanos < SHORT_PATH_NANOS ? 0 : roundTripNanos * (slowStart ? 2 : 3) / (4L * packets);
    }

    /// Whether a packet may leave now.
    ///
    /// @param nowNanos now
    public boolean mayLeave(long nowNanos) {
        return intervalNanos == 0 || !begun || paidNanos - nowNanos < BURST_PACKETS * intervalNanos;
    }

    /// When packets may leave again, if they may not now: half of a burst.
    public long nextNanos() {
        return paidNanos - BURST_PACKETS / 2 * intervalNanos;
    }

    /// Takes note of a packet that left.
    ///
    /// @param nowNanos now
    public void onSent(long nowNanos) {
        if (intervalNanos == 0) {
            begun = false;
            return;
        }
        paidNanos = (begun && paidNanos - nowNanos > 0 ? paidNanos : nowNanos) + intervalNanos;
        begun = true;
    }
}
