package org.afs4j.rx.engine;

import org.afs4j.rx.packet.RxAckPacket;

/// When a call acknowledges what it has received.
///
/// Locks: the connection's mutex.
final class Acknowledger {
    /// How long an acknowledgement may wait that nobody asked for.
    private static final long DELAY_NANOS = 100_000_000L;

    /// How many packets may come before an acknowledgement goes, while the peer still learns what the path can take, and later.
    private static final int EVERY_EARLY = 2;

    private static final int EVERY = 8;
    private static final int EARLY_PACKETS = 16;

    /// How many packets a reader may take before the peer is told of the room. Well below the 32 packets that others send at most
    /// before they wait.
    private static final int TAKEN_UNTOLD = 12;

    /// Packets of a batch that are each answered when they come out of order or for nothing: as many as it takes other
    /// implementations to see a loss. What more there are is told by one answer at the end of the batch.
    private static final int TROUBLES_TOLD = 3;

    private final Connection connection;
    private final ReceiveQueue receive;
    private int unacked;
    private int lastSerial;
    private boolean armed;
    private long deadlineNanos;
    private int toldNext = 1;

    /// What the end of the batch must tell: the reason, or 0, and the serial of the packet that gave it.
    private int dueReason;

    private int dueSerial;
    private int troubles;

    Acknowledger(Connection connection, ReceiveQueue receive) {
        this.connection = connection;
        this.receive = receive;
    }

    boolean isArmed() {
        return armed;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /// Forgets what is due: the call has failed, or data that we send says it.
    void cancel() {
        unacked = 0;
        armed = false;
        dueReason = 0;
    }

    /// Takes note that the packet was new.
    void onNewPacket() {
        unacked++;
    }

    /// Acknowledges.
    ///
    /// @param ackedSerial the packet that is answered at once, by which the peer measures the round trip time; 0 if none is
    void sendNow(Call call, int reason, int ackedSerial) {
        cancel();
        toldNext = receive.next();
        connection.sendAckLocked(call, reason, ackedSerial);
    }

    private void sendLater(long nowNanos) {
        if (!armed) {
            armed = true;
            deadlineNanos = nowNanos + DELAY_NANOS;
        }
    }

    /// After a datagram of data.
    ///
    /// @param reason why it must be acknowledged before others come, or 0
    void afterData(Call call, int reason, int serial) {
        lastSerial = serial;
        if (reason == 0) {
            return;
        }
        if (reason != RxAckPacket.REASON_REQUESTED && troubles < TROUBLES_TOLD) {
            troubles++;
            sendNow(call, reason, serial);
        } else {
            dueReason = reason;
            dueSerial = serial;
        }
    }

    /// After the datagrams that came together.
    void afterBatch(Call call, long nowNanos) {
        int every = receive.next() < EARLY_PACKETS ? EVERY_EARLY : EVERY;
        troubles = 0;
        if (dueReason != 0) {
            sendNow(call, dueReason, dueSerial);
        } else if (unacked >= every && !receive.isComplete()) {
            sendNow(call, RxAckPacket.REASON_IDLE, lastSerial);
        } else if (unacked > 0) {
            sendLater(nowNanos);
        }
    }

    /// After the reader took packets.
    void afterRead(Call call) {
        if (receive.isAtEnd()) {
            // Of a long reply the peer keeps many packets until it knows that they are here; the last packet of a short one is
            // acknowledged by the next call on the channel, or a little later.
            if (connection.isClient() && receive.next() > 2) {
                sendNow(call, RxAckPacket.REASON_IDLE, 0);
            }
        } else if (receive.next() - toldNext >= TAKEN_UNTOLD) {
            sendNow(call, RxAckPacket.REASON_IDLE, 0);
        }
    }

    /// Before the reader waits: the peer may be waiting for the room that was made.
    void beforeWait(Call call, long nowNanos) {
        if (receive.next() - toldNext >= TAKEN_UNTOLD) {
            sendNow(call, RxAckPacket.REASON_IDLE, 0);
        } else if (receive.next() != toldNext) {
            sendLater(nowNanos);
        }
    }

    void onTimer(Call call, long nowNanos) {
        if (armed && nowNanos - deadlineNanos >= 0) {
            sendNow(call, RxAckPacket.REASON_DELAY, 0);
        }
    }
}
