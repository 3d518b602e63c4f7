package org.afs4j.rx.engine;

import java.nio.ByteBuffer;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.RxErrorCodes;
import org.afs4j.rx.flow.PeerMemory;
import org.afs4j.rx.packet.RxAbortPacket;
import org.afs4j.rx.packet.RxAckPacket;
import org.afs4j.rx.packet.RxDataPacket;
import org.afs4j.rx.packet.RxHeader;
import org.afs4j.rx.port.MessageHold;
import org.jspecify.annotations.Nullable;

/// What packets and time do to a call: acknowledgements, retransmission, keep-alive, dead time.
///
/// States: under way; over (`over`), either because it is done or with a `failure`. A call that is over has released its
/// packets and only answers late packets.
///
/// Locks: the connection's mutex for everything. [#transmitLocked()] releases it meanwhile, so what was known before it has to be
/// looked at again after it.
abstract class CallProtocol {
    /// Packets that are handed to the port together.
    private static final int BATCH_PACKETS = 64;

    /// How often an abort is repeated at most.
    private static final long ABORT_INTERVAL_NANOS = 20_000_000L;

    final Connection connection;
    Connection.Channel channel;
    int callNumber;
    final RankedCondition changed;
    final SendQueue send;
    final ReceiveQueue receive;
    final Liveness liveness;
    @Nullable Failure failure;
    private boolean over;
    private int abortCode;
    private long abortSentNanos;

    @Nullable ByteBuffer waitingReader;
    boolean readerWoken;
    boolean waitingWriter;

    /// What we write is swallowed: the peer has answered without waiting for it.
    boolean discardsWrites;
    /// What the peer sends is acknowledged and dropped: we have answered without waiting for it.
    boolean discardsReads;
    private boolean transmitting;
    /// Whether the peer acknowledged something in this batch, so that more may be sent.
    private boolean acked;
    private final PacketBuffer[] batch = new PacketBuffer[BATCH_PACKETS];
    private final PeerMemory memory = new PeerMemory();
    private final Acknowledger acks;

    CallProtocol(Connection connection, Connection.Channel channel, int callNumber) {
        this.connection = connection;
        this.channel = channel;
        this.callNumber = callNumber;
        this.changed = connection.mutex.newCondition();
        Endpoint endpoint = connection.endpoint;
        this.send = new SendQueue(
                endpoint.options.sendWindowPackets(), channel.peerWindow, endpoint.pool, connection.counters, connection.rtt, connection.mtu);
        this.receive = new ReceiveQueue(endpoint.options.receiveWindowPackets(), endpoint.pool, endpoint.received);
        this.acks = new Acknowledger(connection, receive);
        this.liveness = new Liveness(connection, endpoint.options);
    }

    boolean isOver() {
        return over;
    }

    /// Sends what may be sent; releases the mutex meanwhile. Only one thread does so at a time: what others make possible, that
    /// one sends, so packets leave in order.
    void transmitLocked() {
        if (transmitting || over) {
            return;
        }
        transmitting = true;
        try {
            while (!over) {
                if (!send.isAnythingSent()) {
                    // The peer cannot have been silent before it was spoken to.
                    liveness.heard(connection.world.nanoTime());
                }
                int count = send.collect(batch, connection.world.nanoTime(), connection);
                if (count == 0) {
                    connection.askForProofLocked(castLocked(), connection.world.nanoTime());
                    break;
                }
                onDataSentLocked();
                connection.mutex.unlock();
                try {
                    connection.send(batch, count);
                } finally {
                    connection.mutex.lock();
                }
                for (int i = 0; i < count; i++) {
                    send.sent(batch[i]);
                }
            }
        } finally {
            transmitting = false;
        }
        armLocked();
    }

    /// What else data that we send means to the peer.
    abstract void onDataSentLocked();

    /// Forgets the acknowledgement that is due: the data that we send says it.
    void ackByDataLocked() {
        acks.cancel();
    }

    private void ackLocked(int reason, int ackedSerial) {
        acks.sendNow(castLocked(), reason, ackedSerial);
    }

    private Call castLocked() {
        return (Call) this;
    }

    /// After the reader took packets.
    void afterReadLocked() {
        acks.afterRead(castLocked());
    }

    /// Before the reader waits.
    void ackBeforeWaitLocked(long nowNanos) {
        acks.beforeWait(castLocked(), nowNanos);
        armLocked();
    }

    void onDataLocked(RxDataPacket data, ByteBuffer datagram, MessageHold message, long nowNanos) {
        if (over) {
            for (boolean more = data.isWhole(); more && data.isFollowed(); more = data.isWhole()) {
                data.next();
            }
            onLateLocked(nowNanos, true, data.serial());
            return;
        }
        int reason = 0;
        if (data.isFollowed()) {
            connection.counters.count(RxCounter.JUMBOGRAMS_RECEIVED);
        }
        while (true) {
            if (!data.isWhole()) {
                connection.counters.count(RxCounter.BAD_BODY);
                break;
            }
            reason = Math.max(reason, onSegmentLocked(data, datagram, message, nowNanos));
            if (!data.isFollowed()) {
                break;
            }
            data.next();
        }
        acks.afterData(castLocked(), reason, data.serial());
        onReceivedLocked();
        connection.touchLocked(channel);
    }

    /// After the packets that came together: one acknowledgement for all, one wake-up of the reader.
    void tellLocked(long nowNanos) {
        if (failure == null) {
            acks.afterBatch(castLocked(), nowNanos);
        }
        if (waitingReader != null && !readerWoken && isReadableLocked()) {
            readerWoken = true;
            changed.signalAll();
        }
    }

    /// After [#tellLocked]: sends what acknowledgements have made possible.
    void goOnLocked() {
        if (acked) {
            acked = false;
            transmitLocked();
        }
        armLocked();
    }

    private boolean directlyTaken;

    private boolean isReadableLocked() {
        boolean readable = directlyTaken || receive.waiting() > 0 || receive.isAtEnd();
        directlyTaken = false;
        return readable;
    }

    /// What else data that came means.
    abstract void onReceivedLocked();

    /// Takes one packet of a datagram.
    ///
    /// @return the reason for which it must be acknowledged at once, or 0
    private int onSegmentLocked(RxDataPacket data, ByteBuffer datagram, MessageHold message, long nowNanos) {
        CounterSet counters = connection.counters;
        counters.count(RxCounter.DATA_RECEIVED);
        int seq = data.seq();
        boolean hadGap = receive.hasGap();
        ReceiveQueue.Verdict verdict = receive.arrive(seq, data.flags());
        if (verdict == ReceiveQueue.Verdict.BAD) {
            counters.count(RxCounter.BAD_SEQUENCE);
            return 0;
        }
        liveness.heard(nowNanos);
        switch (verdict) {
            case DUPLICATE -> {
                counters.count(RxCounter.DATA_DUPLICATE);
                return RxAckPacket.REASON_DUPLICATE;
            }
            case EXCEEDS_WINDOW -> {
                counters.count(RxCounter.DATA_EXCEEDS_WINDOW);
                return RxAckPacket.REASON_EXCEEDS_WINDOW;
            }
            case OUT_OF_SEQUENCE -> counters.count(RxCounter.DATA_OUT_OF_SEQUENCE);
            default -> {}
        }
        acks.onNewPacket();
        liveness.progressed(nowNanos);
        if (!passByLocked(data, datagram)) {
            keepLocked(data, datagram, message);
        }
        if (discardsReads) {
            receive.discard();
        }
        if (verdict == ReceiveQueue.Verdict.OUT_OF_SEQUENCE || hadGap) {
            return RxAckPacket.REASON_OUT_OF_SEQUENCE;
        }
        return (data.flags() & RxHeader.FLAG_REQUEST_ACK) != 0 ? RxAckPacket.REASON_REQUESTED : 0;
    }

    /// Hands a packet to the reader who waits for it, past the queue.
    private boolean passByLocked(RxDataPacket data, ByteBuffer datagram) {
        ByteBuffer reader = waitingReader;
        int length = data.to() - data.from();
        if (reader == null
                || connection.securityIndex != 0
                || !receive.isNextForReader(data.seq())
                || reader.remaining() < length) {
            return false;
        }
        int at = reader.position();
        try {
            reader.put(at, datagram, data.from(), length);
            reader.position(at + length);
        } catch (RuntimeException e) {
            // A buffer that only its owner may touch, or that was closed: the reader finds out itself.
            return false;
        }
        directlyTaken = length > 0;
        receive.passBy();
        return true;
    }

    private void keepLocked(RxDataPacket data, ByteBuffer datagram, MessageHold message) {
        PacketBuffer packet = connection.endpoint.pool.take(data.to() - data.from());
        boolean held = packet.receive(data, datagram, message);
        connection.counters.count(held ? RxCounter.DATA_HELD : RxCounter.DATA_COPIED);
        receive.keep(packet);
    }

    void onAckLocked(RxAckPacket ack, ByteBuffer packet, long nowNanos) {
        CounterSet counters = connection.counters;
        counters.count(RxCounter.ACK_RECEIVED);
        if (!ack.decode(packet)) {
            counters.count(RxCounter.BAD_BODY);
            return;
        }
        int serial = RxHeader.serial(packet);
        boolean asked = (RxHeader.flags(packet) & RxHeader.FLAG_REQUEST_ACK) != 0 || ack.reason() == RxAckPacket.REASON_PING;
        if (over) {
            onLateLocked(nowNanos, asked, serial);
            return;
        }
        int before = send.firstUnacked();
        switch (send.onAck(ack, serial, nowNanos)) {
            case BAD -> {
                counters.count(RxCounter.BAD_ACK);
                return;
            }
            case STALE -> {
                counters.count(RxCounter.ACK_STALE);
                if (memory.isLost(ack, connection.serial(), receive.next() != 1 || receive.waiting() != 0)) {
                    failLocked(Failure.forgotten(connection.peer));
                    return;
                }
            }
            case TAKEN -> {
                memory.taken(connection.serial());
                connection.learnPathLocked(castLocked(), ack, nowNanos);
                channel.peerWindow = send.peerWindow();
            }
        }
        liveness.heard(nowNanos);
        if (send.firstUnacked() != before) {
            liveness.progressed(nowNanos);
        }
        if (asked) {
            ackLocked(RxAckPacket.REASON_PING_RESPONSE, serial);
        }
        afterAckLocked();
    }

    void onAckAllLocked(long nowNanos) {
        if (!over) {
            liveness.heard(nowNanos);
            send.ackAll();
            afterAckLocked();
        }
    }

    private void afterAckLocked() {
        if (waitingWriter && send.hasPlentyOfRoom()) {
            waitingWriter = false;
            changed.signalAll();
        }
        onAckedLocked();
        acked = true;
        connection.touchLocked(channel);
    }

    /// Sends what has waited for proof of the peer's address, at the end of the batch.
    void onProvenLocked() {
        acked = true;
        connection.touchLocked(channel);
    }

    /// What else it means that the peer received something.
    abstract void onAckedLocked();

    void onBusyLocked(long nowNanos) {
        // The peer is there; what it did not take is sent again in a while.
        if (!over) {
            liveness.refused(nowNanos);
            send.onBusy(nowNanos);
            refusedLocked();
            armLocked();
        }
    }

    /// What else it means that the peer is busy.
    abstract void refusedLocked();

    void onAbortLocked(ByteBuffer packet) {
        if (!RxAbortPacket.isWhole(packet)) {
            connection.counters.count(RxCounter.BAD_BODY);
        } else if (!over) {
            connection.counters.count(RxCounter.CALLS_ABORTED_BY_PEER);
            int code = RxAbortPacket.code(packet);
            failLocked(Failure.aborted(code == 0 ? RxErrorCodes.PROTOCOL_ERROR : code));
        }
    }

    /// Answers a packet of a call that is over.
    private void onLateLocked(long nowNanos, boolean asked, int serial) {
        connection.counters.count(RxCounter.UNKNOWN_CALL);
        if (abortCode != 0) {
            if (nowNanos - abortSentNanos >= ABORT_INTERVAL_NANOS) {
                abortSentNanos = nowNanos;
                connection.sendAbortLocked(channel.index, callNumber, abortCode);
            } else {
                connection.counters.count(RxCounter.ANSWERS_WITHHELD);
            }
        } else if (asked && failure == null) {
            ackLocked(RxAckPacket.REASON_PING_RESPONSE, serial);
        }
    }

    /// Whether the peer is expected to be heard of.
    abstract boolean isWatchingLocked();

    /// Whether nothing but the dead time is waited for: the peer has everything, for now.
    abstract boolean isDallyingLocked();

    /// Does what is due, `lateNanos` after the timer was to run.
    void onTimerLocked(long nowNanos, long lateNanos) {
        liveness.ranLate(lateNanos, nowNanos);
        acks.onTimer(castLocked(), nowNanos);
        if (over) {
            armLocked();
            return;
        }
        if (isWatchingLocked() || isDallyingLocked()) {
            if (liveness.isDead(nowNanos)) {
                onDeadLocked();
                return;
            }
            if (isWatchingLocked() && liveness.isPingDue(nowNanos)) {
                pingLocked(nowNanos);
            }
        }
        Failure overdue = isDallyingLocked() ? null : liveness.overdue(nowNanos);
        if (overdue != null) {
            abortLocked(RxErrorCodes.CALL_TIMEOUT, overdue);
            return;
        }
        if (send.isArmed() && !isDallyingLocked() && nowNanos - send.deadlineNanos() >= 0) {
            if (!send.onTimer(nowNanos)) {
                pingLocked(nowNanos);
            }
            if (!connection.mayPassLocked(castLocked(), send.overdueBytes(), nowNanos)) {
                abortLocked(RxErrorCodes.CALL_TIMEOUT, Failure.tooLong(connection.peer));
                return;
            }
            transmitLocked();
        }
        armLocked();
    }

    private void pingLocked(long nowNanos) {
        liveness.pinged(nowNanos);
        ackLocked(RxAckPacket.REASON_PING, 0);
    }

    private void onDeadLocked() {
        if (isDallyingLocked()) {
            doneLocked();
            return;
        }
        failLocked(liveness.silent());
    }

    /// Sees to it that the timer runs when something is due.
    void armLocked() {
        boolean any = acks.isArmed();
        long at = acks.deadlineNanos();
        if (!over) {
            if (send.isArmed() && !isDallyingLocked() && (!any || send.deadlineNanos() - at < 0)) {
                any = true;
                at = send.deadlineNanos();
            }
            long due = liveness.dueAfterHeardNanos(isWatchingLocked(), isDallyingLocked());
            if (due != Long.MAX_VALUE && (!any || liveness.heardNanos() + due - at < 0)) {
                any = true;
                at = liveness.heardNanos() + due;
            }
        }
        if (any) {
            connection.armLocked(at);
        }
    }

    /// Ends the call well.
    void doneLocked() {
        if (!over) {
            over = true;
            releaseLocked();
            changed.signalAll();
        }
    }

    /// Ends the call with a failure, without telling the peer.
    void failLocked(Failure why) {
        if (!over) {
            over = true;
            failure = why;
            acks.cancel();
            releaseLocked();
            changed.signalAll();
        }
    }

    /// Ends the call with a failure and tells the peer, if it knows of the call.
    void abortLocked(int code, Failure why) {
        if (over) {
            return;
        }
        failLocked(why);
        abortCode = code;
        if (isKnownToPeerLocked()) {
            abortSentNanos = connection.world.nanoTime();
            connection.sendAbortLocked(channel.index, callNumber, code);
        }
    }

    abstract boolean isKnownToPeerLocked();

    /// Ends the call because the peer has gone on to the next on its channel: it has all of a reply that was sent as a whole.
    void supersedeLocked() {
        if (send.isLastQueued()) {
            doneLocked();
        } else {
            failLocked(Failure.aborted(RxErrorCodes.CALL_DEAD));
        }
    }

    /// Ends the call because the endpoint closes.
    void shutLocked(Failure why) {
        abortLocked(RxErrorCodes.CALL_DEAD, why);
        acks.cancel();
    }

    void releaseLocked() {
        send.release();
        receive.release();
    }
}
