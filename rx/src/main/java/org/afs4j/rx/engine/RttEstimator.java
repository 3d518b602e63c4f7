package org.afs4j.rx.engine;

/// The round trip time to one peer, smoothed, and the retransmission time-out that follows from it.
///
/// Source: RFC 6298. Samples are taken by serial numbers, so never from a packet of which it is unknown which transmission was
/// answered (Karn).
///
/// Locks: the connection's mutex.
final class RttEstimator {
    private static final long INITIAL_RTO_NANOS = 500_000_000L;
    private static final long MAX_RTO_NANOS = 2_000_000_000L;
    private static final long MIN_VARIATION_NANOS = 5_000_000L;

    /// A peer may think before it answers.
    private static final long GRANTED_NANOS = 100_000_000L;

    /// A peer that was not asked to acknowledge at once may wait for so long.
    private static final long DELAYED_ACK_NANOS = 400_000_000L;

    private long smoothedNanos = -1;
    private long variationNanos;

    void sample(long nanos) {
        if (nanos < 0) {
            return;
        }
        if (smoothedNanos < 0) {
            smoothedNanos = nanos;
            variationNanos = nanos / 2;
        } else {
            variationNanos += (Math.abs(smoothedNanos - nanos) - variationNanos) / 4;
            smoothedNanos += (nanos - smoothedNanos) / 8;
        }
    }

    /// The smoothed round trip time, or 0 if there is no sample yet.
    long smoothedNanos() {
        return Math.max(0, smoothedNanos);
    }

    /// How long to wait for an acknowledgement.
    ///
    /// @param requested whether the newest packet asked for it
    /// @param backoff how often the wait was in vain
    long timeoutNanos(boolean requested, int backoff) {
        long base = smoothedNanos < 0
                ? INITIAL_RTO_NANOS
                : smoothedNanos + Math.max(4 * variationNanos, MIN_VARIATION_NANOS) + GRANTED_NANOS;
        if (!requested) {
            base += DELAYED_ACK_NANOS;
        }
        return Math.min(MAX_RTO_NANOS, base << Math.min(backoff, 6));
    }
}
