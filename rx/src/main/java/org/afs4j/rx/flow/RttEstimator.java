package org.afs4j.rx.flow;

/// The round trip time to one peer: smoothed, the least, the latest, and the time-outs that follow from it.
///
/// Source: RFC 6298; RFC 8985 (probe). Samples are taken by serial numbers, so never from a packet of which it is unknown which
/// transmission was answered (Karn).
///
/// Locks: the connection's mutex.
public final class RttEstimator {
    private static final long INITIAL_RTO_NANOS = 500_000_000L;
    private static final long MAX_RTO_NANOS = 2_000_000_000L;
    private static final long MIN_VARIATION_NANOS = 5_000_000L;

    /// A peer may think before it answers.
    private static final long GRANTED_NANOS = 100_000_000L;

    /// A peer that was not asked to acknowledge at once may wait for so long.
    private static final long DELAYED_ACK_NANOS = 400_000_000L;

    /// The least time after which a probe goes: timers, and threads that answer, are not more exact.
    private static final long MIN_PROBE_NANOS = 10_000_000L;

    /// The least round trip time is that of the last one to two of these: routes change.
    private static final long LEAST_WINDOW_NANOS = 30_000_000_000L;

    /// A round trip later than the least by this, or by an eighth of it, shows a queue.
    private static final long QUEUE_NANOS = 1_000_000L;

    private long smoothedNanos = -1;
    private long variationNanos;
    private long latestNanos;
    private long sampledNanos;
    private long leastNanos = Long.MAX_VALUE;
    private long earlierLeastNanos = Long.MAX_VALUE;
    private long windowStartNanos;

    /// Makes an estimator without a sample.
    public RttEstimator() {}

    /// Takes in a sample.
    ///
    /// @param nanos from the transmission to its acknowledgement; a negative one is ignored
    /// @param nowNanos when the acknowledgement came
    public void sample(long nanos, long nowNanos) {
        if (nanos < 0) {
            return;
        }
        if (smoothedNanos < 0) {
            smoothedNanos = nanos;
            variationNanos = nanos / 2;
            windowStartNanos = nowNanos;
        } else {
            variationNanos += (Math.abs(smoothedNanos - nanos) - variationNanos) / 4;
            smoothedNanos += (nanos - smoothedNanos) / 8;
        }
        latestNanos = nanos;
        sampledNanos = nowNanos;
        if (nowNanos - windowStartNanos >= LEAST_WINDOW_NANOS) {
            windowStartNanos = nowNanos;
            earlierLeastNanos = leastNanos;
            leastNanos = nanos;
        }
        leastNanos = Math.min(leastNanos, nanos);
    }

    /// Whether there is a sample yet.
    public boolean hasSample() {
        return smoothedNanos >= 0;
    }

    /// Whether the last sample is older than two of the least round trips, so that what is smoothed may be over.
    ///
    /// @param nowNanos now
    public boolean isOld(long nowNanos) {
        return hasSample() && nowNanos - sampledNanos > 2 * leastNanos();
    }

    /// The smoothed round trip time, or 0 if there is no sample yet.
    public long smoothedNanos() {
        return Math.max(0, smoothedNanos);
    }

    /// The last sample, or 0.
    public long latestNanos() {
        return latestNanos;
    }

    /// The least of the last half a minute to a minute, or 0 if there is no sample yet.
    public long leastNanos() {
        return hasSample() ? Math.min(leastNanos, earlierLeastNanos) : 0;
    }

    /// Whether the last sample shows that packets wait somewhere on the path.
    public boolean isQueueSeen() {
        long least = leastNanos();
        return latestNanos - least > Math.max(QUEUE_NANOS, least / 8);
    }

    /// How long to wait for an acknowledgement before all that is in flight is sent again.
    ///
    /// @param requested whether the newest packet asked for it
    /// @param backoff how often the wait was in vain
    public long timeoutNanos(boolean requested, int backoff) {
        long base = smoothedNanos < 0
                ? INITIAL_RTO_NANOS
                : smoothedNanos + Math.max(4 * variationNanos, MIN_VARIATION_NANOS) + GRANTED_NANOS;
        if (!requested) {
            base += DELAYED_ACK_NANOS;
        }
        return Math.min(MAX_RTO_NANOS, base << Math.min(backoff, 6));
    }

    /// How long to wait for an acknowledgement before the last packet is sent again as a probe; less than
    /// [#timeoutNanos(boolean, int)].
    ///
    /// @param requested whether the newest packet asked for it
    public long probeNanos(boolean requested) {
        long probe = Math.max(MIN_PROBE_NANOS, 2 * smoothedNanos()) + (requested ? 0 : GRANTED_NANOS);
        return Math.min(probe, timeoutNanos(requested, 0));
    }
}
