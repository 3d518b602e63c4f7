package org.afs4j.rx.flow;

/// How many packets a sender may have in flight: slow start, congestion avoidance, fast recovery.
///
/// It grows as NewReno does. It shrinks by as much as the bottleneck's queue holds of ours: to the share `least round trip /
/// round trip at the loss` of what it was. A loss without any sign of a queue is not congestion and shrinks nothing, as long as
/// losses are few; see `docs/decisions/0004-congestion-control.md`.
///
/// States: slow start (`packets` < `threshold`), avoidance, recovery (`recovering`: one round trip after a congestion, during
/// which what leaves is proportional to what arrives).
///
/// Source: RFC 5681 (growth), RFC 6937 (proportional rate reduction), RFC 9406 (end of slow start), counted in packets. Locks:
/// the connection's mutex.
public final class CongestionWindow {
    /// The window after a time-out, in packets.
    public static final int MIN_PACKETS = 2;

    /// The window of a path of which nothing is known, in packets.
    public static final int INITIAL_PACKETS = 16;

    /// The window after a congestion, as a share of that before: not less, not more, and when no queue tells how much.
    private static final double LEAST_SHARE = 0.5;

    private static final double MOST_SHARE = 0.85;
    private static final double BLIND_SHARE = 0.7;

    /// Losses above this share of all packets are congestion, whatever the round trip time says: a path may have no queue.
    private static final double LOSS_SHARE_LIMIT = 0.06;

    /// So many losses in one round, and more than this part of the window, are congestion at once.
    private static final int BURST_LOSSES = 4;

    private static final int BURST_PART = 8;

    /// Slow start ends when a round of at least so many samples was later than the least by an eighth of it, in these bounds.
    private static final int SLOW_START_SAMPLES = 3;

    private static final long SLOW_START_MIN_RISE_NANOS = 4_000_000L;
    private static final long SLOW_START_MAX_RISE_NANOS = 16_000_000L;

    private final int maxPackets;
    private int packets;
    private int threshold = Integer.MAX_VALUE;
    private int ackedTowardsIncrease;

    /// Of the round under way.
    private int roundAcked;

    private int roundLost;
    private int roundFlight;
    private int roundSamples;
    private long roundLeastNanos;

    /// Losses as a share of what was sent, smoothed over rounds.
    private double lossShare;

    private boolean recovering;
    private int recoveryFlight;
    private int recoveryAcked;
    private int recoverySent;

    /// Makes a window.
    ///
    /// @param maxPackets what it never exceeds
    public CongestionWindow(int maxPackets) {
        this.maxPackets = maxPackets;
        this.packets = Math.min(INITIAL_PACKETS, maxPackets);
    }

    /// The window.
    public int packets() {
        return packets;
    }

    /// Whether the window doubles in a round trip.
    public boolean isSlowStart() {
        return packets < threshold;
    }

    /// Whether it is the round trip after a congestion.
    public boolean isRecovering() {
        return recovering;
    }

    /// How many packets may leave now, by this window alone.
    ///
    /// @param inFlight sent, and neither acknowledged nor lost
    public int allowance(int inFlight) {
        if (!recovering) {
            return packets - inFlight;
        }
        if (inFlight > packets) {
            // As many leave for those that arrive as the new window is to the old.
            return (int) (((long) recoveryAcked * packets + recoveryFlight - 1) / recoveryFlight) - recoverySent;
        }
        // Below the window: at most one more than arrived, so that the window is filled over a round trip and not in a burst.
        return Math.min(packets - inFlight, Math.max(recoveryAcked - recoverySent, 0) + 1);
    }

    /// Takes note of a packet that left.
    ///
    /// @param inFlight what is in flight with it
    public void onSent(int inFlight) {
        roundFlight = Math.max(roundFlight, inFlight);
        if (recovering) {
            recoverySent++;
        }
    }

    /// Takes note of packets that arrived.
    ///
    /// @param count how many
    public void onAcked(int count) {
        roundAcked += count;
        if (recovering) {
            recoveryAcked += count;
            return;
        }
        if (isSlowStart()) {
            // A window that the sender does not use proves nothing.
            if (packets < 2 * roundFlight) {
                packets = Math.min(maxPackets, Math.min(threshold, packets + count));
            }
            return;
        }
        if (roundFlight * 5 < packets * 4) {
            return;
        }
        ackedTowardsIncrease += count;
        if (ackedTowardsIncrease >= packets) {
            ackedTowardsIncrease -= packets;
            packets = Math.min(maxPackets, packets + 1);
        }
    }

    /// Takes note of a sample of the round trip time, which ends slow start when a queue begins to form.
    ///
    /// @param nanos the sample
    /// @param leastNanos the least of the path
    public void onRoundTrip(long nanos, long leastNanos) {
        roundLeastNanos = roundSamples == 0 ? nanos : Math.min(roundLeastNanos, nanos);
        roundSamples++;
        long rise = Math.clamp(leastNanos / 8, SLOW_START_MIN_RISE_NANOS, SLOW_START_MAX_RISE_NANOS);
        if (isSlowStart() && roundSamples >= SLOW_START_SAMPLES && roundLeastNanos - leastNanos > rise) {
            threshold = packets;
        }
    }

    /// Takes note that a packet arrived that was sent after the round began.
    ///
    /// @param inFlight what is in flight now
    public void onRoundEnd(int inFlight) {
        int settled = roundAcked + roundLost;
        if (settled > 0) {
            lossShare += ((double) roundLost / settled - lossShare) / 8;
        }
        roundAcked = 0;
        roundLost = 0;
        roundFlight = inFlight;
        roundSamples = 0;
    }

    /// Takes note of packets that are taken for lost, outside recovery.
    ///
    /// @param count how many
    /// @param inFlight what is in flight without them
    /// @param rtt what is known of the path
    /// @return whether that is congestion: recovery has begun
    public boolean onLost(int count, int inFlight, RttEstimator rtt) {
        roundLost += count;
        double share;
        if (!rtt.hasSample()) {
            share = LEAST_SHARE;
        } else if (rtt.isQueueSeen()) {
            share = Math.clamp((double) rtt.leastNanos() / rtt.latestNanos(), LEAST_SHARE, MOST_SHARE);
        } else if (lossShare > LOSS_SHARE_LIMIT || roundLost > Math.max(BURST_LOSSES, packets / BURST_PART)) {
            share = BLIND_SHARE;
        } else {
            return false;
        }
        int flight = inFlight + count;
        threshold = Math.max(MIN_PACKETS, (int) (Math.min(packets, Math.max(flight, roundFlight)) * share));
        packets = threshold;
        ackedTowardsIncrease = 0;
        lossShare = 0;
        roundLost = 0;
        recovering = true;
        recoveryFlight = Math.max(1, flight);
        // The lost packets have left the path, and so make room as those do that arrived.
        recoveryAcked = count;
        recoverySent = 0;
        return true;
    }

    /// Takes note of packets that are taken for lost during recovery.
    ///
    /// @param count how many
    public void onLostAgain(int count) {
        recoveryAcked += count;
    }

    /// Takes note that a packet arrived that was sent after recovery began.
    public void endRecovery() {
        recovering = false;
    }

    /// Takes note that nothing was heard for the retransmission time-out.
    public void onTimeout() {
        threshold = Math.max(MIN_PACKETS, Math.min(packets, Math.max(roundFlight, MIN_PACKETS)) / 2);
        packets = MIN_PACKETS;
        ackedTowardsIncrease = 0;
        lossShare = 0;
        recovering = false;
    }
}
