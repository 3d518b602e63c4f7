package org.afs4j.rx.engine;

import java.util.Objects;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.flow.Alarm;
import org.afs4j.rx.flow.FlowControl;
import org.afs4j.rx.flow.LossDetector;
import org.afs4j.rx.flow.PathMtu;
import org.afs4j.rx.flow.RttEstimator;
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
    /// When a busy peer is asked again: so much later, doubled up to so often.
    private static final long BUSY_NANOS = 50_000_000L;

    private static final int MAX_BUSY_BACKOFF = 5;

    enum Verdict { TAKEN, STALE, BAD }

    private final @Nullable PacketBuffer[] ring;
    private final int mask;
    private final int maxWindow;
    private final PacketPool pool;
    private final CounterSet counters;
    private final RttEstimator rtt;
    private final FlowControl flow;
    private final PathMtu mtu;

    private int first = 1;
    private int nextNew = 1;
    private int end = 1;
    private int inFlight, lost, peerWindow;
    private boolean lastQueued;

    private int lastAckSerial, backoff;
    private boolean anyAck, requested;

    /// Whether packets were sent again at all, and since it was last told that that was for nothing.
    private boolean anyResent, sentAgain;

    /// When the acknowledgement of what is in flight is overdue, so that a probe goes, or everything is sent again; when a packet
    /// that is late will be lost; when the pace lets more leave.
    private final Alarm overdue = new Alarm();
    private final Alarm late = new Alarm();
    private final Alarm pace = new Alarm();
    private boolean probing, probed, stalled;

    SendQueue(int maxWindow, int peerWindow, PacketPool pool, CounterSet counters, RttEstimator rtt, PathMtu mtu) {
        this.maxWindow = maxWindow;
        this.peerWindow = Math.min(peerWindow, maxWindow);
        this.pool = pool;
        this.counters = counters;
        this.rtt = rtt;
        this.mtu = mtu;
        this.flow = new FlowControl(maxWindow, rtt);
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
        return flow.order();
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
        if (inFlight + lost > 0) {
            resendAll(nowNanos);
        }
        return true;
    }

    /// Lets an empty stream begin at another sequence number than 1.
    void skipTo(int seq) {
        first = seq;
        nextNew = seq;
        end = seq;
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
        pace.clear();
        flow.setPace();
        while (count < batch.length && flow.isOpen(inFlight)) {
            if (!flow.mayLeave(nowNanos)) {
                if (lost > 0 || (nextNew != end && nextNew - first < peerWindow)) {
                    pace.set(flow.nextNanos());
                }
                break;
            }
            if (lost > 0 && connection.bounded && !connection.affordsLocked(PacketBuffer.CAPACITY)) {
                break;
            }
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
                packet = Objects.requireNonNull(ring[nextNew & mask], "a queued packet");
                if (connection.bounded && !connection.affordsLocked(packet.bytes.limit())) {
                    break;
                }
                nextNew++;
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
                counters.count(packet.resentBy);
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
        packet.order = flow.onSent(inFlight, nowNanos);
        int flags = packet.flags;
        if (nextNew != end) {
            flags |= RxHeader.FLAG_MORE_PACKETS;
        }
        // Ask where the answer is waited for: when nothing more may be sent until it comes, by the windows or by a pace that only the
        // answer can mend; and for what has been lost once. A call of one packet needs no answer but the reply.
        boolean isHeld = !flow.isOpen(inFlight) || nextNew - first >= peerWindow || flow.isHeldByOldPace(nowNanos);
        boolean isLastOfMany = (flags & RxHeader.FLAG_LAST_PACKET) != 0 && packet.seq != 1;
        requested = again || (isHeld && nextNew != end) || isLastOfMany;
        if (requested) {
            flags |= RxHeader.FLAG_REQUEST_ACK;
        }
        if (!again) {
            counters.count(RxCounter.DATA_SENT);
        }
        RxHeader.restamp(packet.bytes, serial, flags);
    }

    private void arm(long nowNanos) {
        // Nobody is probed whose round trip time is unknown, nor twice without an answer.
        probing = !probed && backoff == 0 && rtt.hasSample() && lost == 0;
        overdue.set(nowNanos + (probing ? rtt.probeNanos(requested) : rtt.timeoutNanos(requested, backoff)));
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
    Verdict onAck(RxAckPacket ack, int serial, long nowNanos) {
        int firstPacket = ack.firstPacket();
        if (firstPacket - nextNew > 0) {
            return Verdict.BAD;
        }
        if (firstPacket - first < 0 || (anyAck && serial - lastAckSerial < 0)) {
            return Verdict.STALE;
        }
        anyAck = true;
        lastAckSerial = serial;
        if (ack.reason() == RxAckPacket.REASON_DUPLICATE && sentAgain) {
            sentAgain = false;
            flow.onSentForNothing();
        }
        flow.beginAck(ack.reason() == RxAckPacket.REASON_DELAY ? 0 : ack.ackedSerial());
        int acked = 0;
        while (first != firstPacket) {
            acked += dropFirst(nowNanos);
        }
        boolean takenBack = false;
        int told = Math.min(ack.ackCount(), nextNew - first);
        for (int i = 0; i < told; i++) {
            PacketBuffer packet = ring[(first + i) & mask];
            if (packet == null || packet.acked == ack.isReceived(i)) {
                continue;
            }
            if (!packet.acked) {
                noteAcked(packet, nowNanos);
                acked++;
            } else {
                packet.acked = false;
                inFlight++;
                takenBack = true;
            }
        }
        if (ack.receiveWindow() != 0) {
            peerWindow = (int) Math.min(maxWindow, Integer.toUnsignedLong(ack.receiveWindow()));
        }
        if (acked > 0) {
            backoff = 0;
            probed = false;
            flow.endAck(acked, inFlight);
        }
        if (acked > 0 || takenBack) {
            findLost(nowNanos);
        }
        if (first == nextNew && nextNew == end) {
            overdue.clear();
        } else if (acked > 0 || !overdue.isSet()) {
            arm(nowNanos);
        }
        return Verdict.TAKEN;
    }

    private int dropFirst(long nowNanos) {
        PacketBuffer packet = Objects.requireNonNull(ring[first & mask], "a packet that was sent");
        ring[first & mask] = null;
        first++;
        boolean newly = !packet.acked;
        if (newly) {
            noteAcked(packet, nowNanos);
        }
        free(packet);
        return newly ? 1 : 0;
    }

    private void free(PacketBuffer packet) {
        if (packet.pinned) {
            packet.releaseWhenSent = true;
        } else {
            pool.release(packet);
        }
    }

    private void noteAcked(PacketBuffer packet, long nowNanos) {
        packet.acked = true;
        if (packet.lost) {
            packet.lost = false;
            lost--;
        } else {
            inFlight--;
        }
        mtu.onArrived(packet.bytes.limit());
        if (flow.onAcked(packet.order, packet.serial, packet.sentNanos, packet.transmissions, nowNanos)) {
            counters.count(RxCounter.RTT_SAMPLES);
            counters.roundTrip(nowNanos - packet.sentNanos);
        }
    }

    /// Takes packets for lost that were sent well before one that arrived, and notes when others will be.
    private void findLost(long nowNanos) {
        late.clear();
        int newlyLost = 0;
        long newestLost = 0;
        long soonest = LossDetector.NOT_LATE;
        for (int seq = first; seq != nextNew; seq++) {
            PacketBuffer packet = ring[seq & mask];
            if (packet == null || !packet.isInFlight()) {
                continue;
            }
            if (!anyResent && flow.isAhead(packet.order)) {
                // Packets are in the order in which they were sent: none further on is late.
                break;
            }
            long remaining = flow.remainingNanos(packet.order, packet.sentNanos, nowNanos);
            if (remaining <= 0) {
                lose(packet, RxCounter.DATA_RESENT_FAST);
                newlyLost++;
                newestLost = Math.max(newestLost, packet.order);
            } else {
                soonest = Math.min(soonest, remaining);
            }
        }
        if (soonest != LossDetector.NOT_LATE) {
            late.set(nowNanos + soonest);
        }
        if (newlyLost > 0) {
            flow.onLost(newlyLost, newestLost, inFlight);
        }
    }

    private void lose(PacketBuffer packet, RxCounter resentBy) {
        packet.lost = true;
        packet.resentBy = resentBy;
        lost++;
        inFlight--;
        sentAgain = true;
        anyResent = true;
    }

    /// Takes note that the peer has received all that was sent: it said so, or replied.
    void ackAll() {
        dropTo(nextNew);
        backoff = 0;
        if (first == end) {
            overdue.clear();
        }
    }

    /// Whether there is a moment at which something is to be done: an answer is overdue, a packet late, or the pace allows more.
    boolean isArmed() {
        return overdue.isSet() || late.isSet() || pace.isSet();
    }

    /// That moment.
    long deadlineNanos() {
        return pace.earlier(late.earlier(overdue.isSet() ? overdue.atNanos() : late.isSet() ? late.atNanos() : pace.atNanos()));
    }

    /// Does what is due; afterwards what may be sent is to be sent.
    ///
    /// @return false if the peer must be asked, because nothing is to be sent again: everything has arrived for now, but the
    ///     window is full or packets are not received for good yet
    boolean onTimer(long nowNanos) {
        if (late.isDue(nowNanos)) {
            findLost(nowNanos);
        }
        return !overdue.isDue(nowNanos) || onOverdue(nowNanos);
    }

    private boolean onOverdue(long nowNanos) {
        if (inFlight + lost == 0) {
            backoff++;
            requested = true;
            arm(nowNanos);
            return false;
        }
        PacketBuffer probe = probing ? newestInFlight() : null;
        probing = false;
        if (probe != null) {
            // The answer tells which packets before it are lost, without the cost of a time-out.
            probed = true;
            lose(probe, RxCounter.DATA_RESENT_PROBE);
            arm(nowNanos);
            return true;
        }
        resendAll(nowNanos);
        return true;
    }

    private void resendAll(long nowNanos) {
        backoff++;
        for (int seq = first; seq != nextNew; seq++) {
            PacketBuffer packet = ring[seq & mask];
            if (packet != null && packet.isInFlight()) {
                lose(packet, RxCounter.DATA_RESENT_TIMEOUT);
            }
        }
        late.clear();
        flow.onTimeout();
        arm(nowNanos);
    }

    private @Nullable PacketBuffer newestInFlight() {
        for (int seq = nextNew - 1; seq - first >= 0; seq--) {
            PacketBuffer packet = ring[seq & mask];
            if (packet != null && packet.isInFlight() && !packet.pinned) {
                return packet;
            }
        }
        return null;
    }

    /// The length of the first packet, if the time-out has passed twice or more since anything arrived; else 0.
    int overdueBytes() {
        PacketBuffer packet = ring[first & mask];
        return backoff > 1 && inFlight + lost > 0 && packet != null ? packet.bytes.limit() : 0;
    }

    /// Takes note that the peer could not take the call now: it is asked again soon, then less often.
    void onBusy(long nowNanos) {
        if (first == 1 && overdue.isSet()) {
            probing = false;
            overdue.set(nowNanos + (BUSY_NANOS << Math.min(backoff, MAX_BUSY_BACKOFF)));
        }
    }

    /// Drops everything; the call is over.
    void release() {
        dropTo(end);
        nextNew = end;
        overdue.clear();
        pace.clear();
    }

    private void dropTo(int seq) {
        while (first != seq) {
            PacketBuffer packet = ring[first & mask];
            ring[first & mask] = null;
            first++;
            if (packet != null) {
                free(packet);
            }
        }
        inFlight = 0;
        lost = 0;
        late.clear();
    }
}
