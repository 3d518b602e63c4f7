package org.afs4j.rx.flow;

/// What one side of a call knows of its transmissions: how many may leave and when, which are lost, and where round trips and
/// recovery begin and end. Transmissions are counted from 1 (their order), packets sent again included.
///
/// Locks: the connection's mutex.
public final class FlowControl {
    private final RttEstimator rtt;
    private final CongestionWindow congestion;
    private final LossDetector losses;
    private final Pacer pacer = new Pacer();

    /// Transmissions so far; the newest when a congestion was seen last, and when the round under way began.
    private long order;

    private long recoveryOrder;
    private long roundOrder;

    /// Of the ACK that is being taken in: the serial that it names, or 0; what had arrived before it.
    private int ackedSerial;

    private long orderBefore;

    /// Makes the flow control of a call.
    ///
    /// @param maxPackets its window at most
    /// @param rtt of the path
    public FlowControl(int maxPackets, RttEstimator rtt) {
        this.rtt = rtt;
        this.congestion = new CongestionWindow(maxPackets);
        this.losses = new LossDetector(rtt);
    }

    /// Transmissions so far.
    public long order() {
        return order;
    }

    /// Whether the congestion window allows a packet more.
    ///
    /// @param inFlight what is in flight
    public boolean isOpen(int inFlight) {
        return congestion.allowance(inFlight) > 0 || inFlight == 0;
    }

    /// Sets the pace from the window and the round trip time.
    public void setPace() {
        pacer.setPace(congestion.packets(), rtt.smoothedNanos(), rtt.leastNanos(), congestion.isSlowStart());
    }

    /// Whether the pace allows a packet more.
    ///
    /// @param nowNanos now
    public boolean mayLeave(long nowNanos) {
        return pacer.mayLeave(nowNanos);
    }

    /// Whether the pace keeps the next packet back by a round trip time that may be over: a sender that asks for nothing meanwhile has
    /// its packets acknowledged late, which gives no sample, and so would keep that pace for as long as it sends.
    ///
    /// @param nowNanos now
    public boolean isHeldByOldPace(long nowNanos) {
        return !pacer.mayLeave(nowNanos) && rtt.isOld(nowNanos);
    }

    /// When the pace allows more, if it does not now.
    public long nextNanos() {
        return pacer.nextNanos();
    }

    /// Takes note of a transmission.
    ///
    /// @param inFlight what is in flight with it
    /// @param nowNanos now
    /// @return its order
    public long onSent(int inFlight, long nowNanos) {
        congestion.onSent(inFlight);
        pacer.onSent(nowNanos);
        return ++order;
    }

    /// Begins to take in an ACK.
    ///
    /// @param serial of the packet that it answers at once, or 0
    public void beginAck(int serial) {
        ackedSerial = serial;
        orderBefore = losses.ackedOrder();
    }

    /// Takes note that a packet was sent again though it had arrived.
    public void onSentForNothing() {
        losses.onSentForNothing();
    }

    /// Takes note of a packet that arrived, by the ACK that is being taken in.
    ///
    /// @param packetOrder of its last transmission
    /// @param serial of its last transmission
    /// @param sentNanos when that was
    /// @param transmissions how many there were
    /// @param nowNanos now
    /// @return whether it gave a sample of the round trip time
    public boolean onAcked(long packetOrder, int serial, long sentNanos, int transmissions, long nowNanos) {
        boolean named = serial == ackedSerial && ackedSerial != 0;
        boolean sampled = named && transmissions == 1;
        if (sampled) {
            rtt.sample(nowNanos - sentNanos, nowNanos);
            congestion.onRoundTrip(nowNanos - sentNanos, rtt.leastNanos());
        }
        losses.onAcked(packetOrder, sentNanos, transmissions, named, orderBefore, nowNanos);
        return sampled;
    }

    /// Ends an ACK of new packets.
    ///
    /// @param count how many
    /// @param inFlight what is in flight now
    public void endAck(int count, int inFlight) {
        congestion.onAcked(count);
        if (congestion.isRecovering() && losses.ackedOrder() > recoveryOrder) {
            congestion.endRecovery();
        }
        if (losses.ackedOrder() > roundOrder) {
            roundOrder = order;
            congestion.onRoundEnd(inFlight);
        }
    }

    /// Whether a transmission is newer than all that are known to have arrived.
    ///
    /// @param packetOrder its order
    public boolean isAhead(long packetOrder) {
        return packetOrder > losses.ackedOrder();
    }

    /// As [LossDetector#remainingNanos(long, long, long)].
    ///
    /// @param packetOrder its order
    /// @param sentNanos when it was sent
    /// @param nowNanos now
    public long remainingNanos(long packetOrder, long sentNanos, long nowNanos) {
        return losses.remainingNanos(packetOrder, sentNanos, nowNanos);
    }

    /// Takes note of packets that are taken for lost.
    ///
    /// @param count how many, more than 0
    /// @param newestOrder the newest transmission among them
    /// @param inFlight what is in flight without them
    public void onLost(int count, long newestOrder, int inFlight) {
        if (congestion.isRecovering()) {
            congestion.onLostAgain(count);
        } else if (newestOrder > recoveryOrder && congestion.onLost(count, inFlight, rtt)) {
            recoveryOrder = order;
        }
    }

    /// Takes note that nothing was heard for the retransmission time-out.
    public void onTimeout() {
        recoveryOrder = order;
        congestion.onTimeout();
    }
}
