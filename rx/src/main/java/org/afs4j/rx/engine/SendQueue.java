package org.afs4j.rx.engine;

import org.afs4j.rx.RxCounter;
import org.afs4j.rx.packet.RxAckPacket;
import org.afs4j.rx.packet.RxHeader;
import org.jspecify.annotations.Nullable;

/// What one side of a call sends: packets in order, kept until the peer has received them for good.
///
/// ```
///     hard-acked │ sent: in flight, soft-acked or lost │ queued │ room
///              first                                nextNew    end
/// ```
///
/// Invariants:
/// 1. Data is freed only below the peer's first packet: a soft ACK may be taken back.
/// 2. `inFlight` + `lost` + soft-acked = `nextNew` − `first`.
/// 3. A packet is new at most once, and new packets are within the peer's window.
///
/// Locks: the connection's mutex.
final class SendQueue {
    /// Later transmissions of which the peer has told, before an earlier one is taken for lost.
    private static final int REORDERING_PACKETS = 3;

    /// When a busy peer is asked again: so much later, doubled up to so often.
    private static final long BUSY_NANOS = 50_000_000L;

    private static final int MAX_BUSY_BACKOFF = 5;

    private final @Nullable PacketBuffer[] ring;
    private final int mask;
    private final int maxWindow;
    private final PacketPool pool;
    private final CounterSet counters;
    private final RttEstimator rtt;
    private final CongestionWindow congestion;

    private int first = 1;
    private int nextNew = 1;
    private int end = 1;
    private int inFlight;
    private int lost;
    private int peerWindow;
    private boolean lastQueued;

    /// Transmissions of this call so far; the newest of those that the peer has told of; the newest when a loss last shrank the
    /// congestion window.
    private long order;

    private long ackedOrder;
    private long recoveryOrder;
    private int highestAcked;

    private int lastAckSerial;
    private boolean anyAck;
    private int backoff;
    private boolean requested;
    private long deadlineNanos;
    private boolean armed;
    private boolean stalled;

    /// The packet by which the round trip time is measured now.
    private boolean timing;

    private int timedSerial;
    private long timedNanos;

    SendQueue(int maxWindow, int peerWindow, PacketPool pool, CounterSet counters, RttEstimator rtt) {
        this.maxWindow = maxWindow;
        this.peerWindow = Math.min(peerWindow, maxWindow);
        this.pool = pool;
        this.counters = counters;
        this.rtt = rtt;
        this.congestion = new CongestionWindow(maxWindow);
        // Room for as much again as can be under way, so that a writer wakes seldom and there is always something to send.
        int capacity = Integer.highestOneBit(Math.max(2, 4 * maxWindow - 1));
        this.ring = new PacketBuffer[capacity];
        this.mask = capacity - 1;
    }

    boolean hasRoom() {
        return end - first < ring.length;
    }

    /// Whether so much room is there that a waiting writer should wake.
    boolean hasPlentyOfRoom() {
        return end - first <= ring.length - ring.length / 4;
    }

    boolean isLastQueued() {
        return lastQueued;
    }

    boolean isAnythingSent() {
        return nextNew != 1;
    }

    /// Whether the peer has received everything for good.
    boolean isEmpty() {
        return first == end;
    }

    /// Whether the peer has received everything, at least for now.
    boolean isAllSoftAcked() {
        return nextNew == end && inFlight + lost == 0;
    }

    /// The seq of the packet that is queued next.
    int nextSeq() {
        return end;
    }

    /// The first packet that the peer has not received for good.
    int firstUnacked() {
        return first;
    }

    /// Transmissions so far.
    long transmissions() {
        return order;
    }

    /// Gives every packet another address within the connection; all of them are sent again.
    ///
    /// @return false if that cannot be, because some are acknowledged or being sent
    boolean readdress(int cid, int callNumber, long nowNanos) {
        for (int seq = first; seq != end; seq++) {
            PacketBuffer packet = ring[seq & mask];
            if (first != 1 || packet == null || packet.acked || packet.pinned) {
                return false;
            }
        }
        for (int seq = first; seq != end; seq++) {
            PacketBuffer packet = ring[seq & mask];
            if (packet != null) {
                RxHeader.readdress(packet.bytes, cid, callNumber);
            }
        }
        boolean again = inFlight + lost > 0 && onTimeout(nowNanos);
        assert again || nextNew == first;
        return true;
    }

    int peerWindow() {
        return peerWindow;
    }

    /// Queues a packet whose seq is [#nextSeq()].
    void queue(PacketBuffer packet, boolean isLast) {
        ring[end & mask] = packet;
        end++;
        lastQueued |= isLast;
    }

    /// Takes the packets that may be sent now, and marks them as sent.
    ///
    /// @param batch filled from 0; what is taken is pinned
    /// @return how many
    int collect(PacketBuffer[] batch, long nowNanos, Connection connection) {
        int count = 0;
        while (count < batch.length && inFlight < congestion.packets()) {
            PacketBuffer packet = lost > 0 ? nextLost() : null;
            boolean again = packet != null;
            if (packet == null) {
                if (nextNew == end) {
                    break;
                }
                if (nextNew - first >= peerWindow) {
                    if (!stalled) {
                        stalled = true;
                        counters.count(RxCounter.WINDOW_STALLS);
                    }
                    break;
                }
                packet = ring[nextNew & mask];
                nextNew++;
            }
            if (packet == null) {
                throw new IllegalStateException("a queued packet is missing");
            }
            stalled = false;
            inFlight++;
            stamp(packet, again, nowNanos, connection.nextSerial());
            batch[count++] = packet;
        }
        if (count > 0) {
            arm(nowNanos);
        }
        return count;
    }

    private @Nullable PacketBuffer nextLost() {
        for (int seq = first; seq != nextNew; seq++) {
            PacketBuffer packet = ring[seq & mask];
            if (packet != null && packet.lost && !packet.pinned) {
                packet.lost = false;
                lost--;
                counters.count(packet.lostByTimeout ? RxCounter.DATA_RESENT_TIMEOUT : RxCounter.DATA_RESENT_FAST);
                return packet;
            }
        }
        return null;
    }

    private void stamp(PacketBuffer packet, boolean again, long nowNanos, int serial) {
        packet.pinned = true;
        packet.transmissions++;
        packet.serial = serial;
        packet.sentNanos = nowNanos;
        packet.order = ++order;
        int flags = packet.flags;
        if (nextNew != end) {
            flags |= RxHeader.FLAG_MORE_PACKETS;
        }
        // Ask where the answer is waited for: when nothing more may be sent until it comes, and for what has been lost once.
        // A call of one packet needs no answer but the reply.
        boolean mustWait = nextNew != end && (inFlight >= congestion.packets() || nextNew - first >= peerWindow);
        boolean isLastOfMany = (flags & RxHeader.FLAG_LAST_PACKET) != 0 && packet.seq != 1;
        requested = again || mustWait || isLastOfMany;
        if (requested) {
            flags |= RxHeader.FLAG_REQUEST_ACK;
            if (!again && !timing) {
                timing = true;
                timedSerial = serial;
                timedNanos = nowNanos;
            }
        }
        if (!again) {
            counters.count(RxCounter.DATA_SENT);
        }
        RxHeader.restamp(packet.bytes, serial, flags);
    }

    private void arm(long nowNanos) {
        armed = true;
        deadlineNanos = nowNanos + rtt.timeoutNanos(requested, backoff);
    }

    /// Unpins a packet that has been sent.
    void sent(PacketBuffer packet) {
        packet.pinned = false;
        if (packet.releaseWhenSent) {
            pool.release(packet);
        }
    }

    /// Takes in an ACK.
    ///
    /// @param serial the ACK packet's own serial
    /// @return what it was
    AckVerdict onAck(RxAckPacket ack, int serial, long nowNanos) {
        int firstPacket = ack.firstPacket();
        if (firstPacket - nextNew > 0) {
            return AckVerdict.BAD;
        }
        if (firstPacket - first < 0 || (anyAck && serial - lastAckSerial < 0)) {
            return AckVerdict.STALE;
        }
        anyAck = true;
        lastAckSerial = serial;
        sampleRtt(ack, nowNanos);
        int acked = 0;
        while (first != firstPacket) {
            acked += dropFirst(ack.ackedSerial());
        }
        boolean takenBack = false;
        int told = Math.min(ack.ackCount(), nextNew - first);
        for (int i = 0; i < told; i++) {
            PacketBuffer packet = ring[(first + i) & mask];
            if (packet == null) {
                continue;
            }
            if (ack.isReceived(i)) {
                if (!packet.acked) {
                    noteAcked(packet, ack.ackedSerial());
                    acked++;
                }
            } else if (packet.acked) {
                packet.acked = false;
                inFlight++;
                takenBack = true;
            }
        }
        if (ack.receiveWindow() != 0) {
            int window = ack.receiveWindow();
            peerWindow = window < 0 || window > maxWindow ? maxWindow : window;
        }
        if (acked > 0) {
            backoff = 0;
            congestion.onAcked(acked);
        }
        if (acked > 0 || takenBack) {
            findLost();
        }
        if (first == nextNew && nextNew == end) {
            armed = false;
        } else if (acked > 0 || !armed) {
            arm(nowNanos);
        }
        return AckVerdict.TAKEN;
    }

    enum AckVerdict {
        TAKEN,
        STALE,
        BAD
    }

    private void sampleRtt(RxAckPacket ack, long nowNanos) {
        int serial = ack.ackedSerial();
        if (!timing || serial == 0) {
            return;
        }
        if (serial == timedSerial && ack.reason() != RxAckPacket.REASON_DELAY) {
            rtt.sample(nowNanos - timedNanos);
            counters.count(RxCounter.RTT_SAMPLES);
            timing = false;
        } else if (serial - timedSerial >= 0) {
            // Its own answer was lost, or never came.
            timing = false;
        }
    }

    private int dropFirst(int ackedSerial) {
        PacketBuffer packet = ring[first & mask];
        ring[first & mask] = null;
        first++;
        if (packet == null) {
            return 0;
        }
        int newly = packet.acked ? 0 : 1;
        if (!packet.acked) {
            noteAcked(packet, ackedSerial);
        }
        free(packet);
        return newly;
    }

    private void free(PacketBuffer packet) {
        if (packet.pinned) {
            packet.releaseWhenSent = true;
        } else {
            pool.release(packet);
        }
    }

    private void noteAcked(PacketBuffer packet, int ackedSerial) {
        packet.acked = true;
        if (packet.lost) {
            packet.lost = false;
            lost--;
        } else {
            inFlight--;
        }
        if (packet.seq - highestAcked > 0) {
            highestAcked = packet.seq;
        }
        // Of a packet sent twice it is unknown which transmission arrived, unless the ACK names it.
        if ((packet.transmissions == 1 || packet.serial == ackedSerial) && packet.order > ackedOrder) {
            ackedOrder = packet.order;
        }
    }

    /// Takes packets for lost that were sent well before one that arrived.
    private void findLost() {
        boolean newLoss = false;
        for (int seq = first; seq - highestAcked < 0; seq++) {
            PacketBuffer packet = ring[seq & mask];
            if (packet != null && !packet.acked && !packet.lost && packet.order + REORDERING_PACKETS <= ackedOrder) {
                packet.lost = true;
                packet.lostByTimeout = false;
                lost++;
                inFlight--;
                newLoss |= packet.order > recoveryOrder;
            }
        }
        if (newLoss) {
            recoveryOrder = order;
            congestion.onLoss();
        }
    }

    /// Takes note that the peer has received all that was sent: it said so, or replied.
    void ackAll() {
        while (first != nextNew) {
            dropFirst(0);
        }
        backoff = 0;
        if (first == end) {
            armed = false;
        }
    }

    /// Whether there is a moment at which an answer is overdue.
    boolean isArmed() {
        return armed;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /// Takes note that an answer is overdue.
    ///
    /// @return false if nothing is to be sent again, so that the peer must be asked: everything has arrived for now, but the
    ///     window is full or packets are not received for good yet
    boolean onTimeout(long nowNanos) {
        backoff++;
        timing = false;
        if (inFlight + lost == 0) {
            requested = true;
            arm(nowNanos);
            return false;
        }
        for (int seq = first; seq != nextNew; seq++) {
            PacketBuffer packet = ring[seq & mask];
            if (packet != null && !packet.acked && !packet.lost) {
                packet.lost = true;
                packet.lostByTimeout = true;
                lost++;
                inFlight--;
            }
        }
        recoveryOrder = order;
        congestion.onTimeout();
        arm(nowNanos);
        return true;
    }

    /// Takes note that the peer could not take the call now: it is asked again soon, then less often.
    void onBusy(long nowNanos) {
        if (first == 1 && armed) {
            deadlineNanos = nowNanos + (BUSY_NANOS << Math.min(backoff, MAX_BUSY_BACKOFF));
        }
    }

    /// Drops everything; the call is over.
    void release() {
        while (first != end) {
            PacketBuffer packet = ring[first & mask];
            ring[first & mask] = null;
            if (packet != null) {
                free(packet);
            }
            first++;
        }
        nextNew = end;
        inFlight = 0;
        lost = 0;
        armed = false;
    }
}
