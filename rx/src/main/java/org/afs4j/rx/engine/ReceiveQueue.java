package org.afs4j.rx.engine;

import java.nio.ByteBuffer;
import org.afs4j.rx.packet.RxAckPacket;
import org.afs4j.rx.packet.RxHeader;
import org.jspecify.annotations.Nullable;

/// What has been received of one side of a call, put into order.
///
/// Invariants: `next` ≤ `inOrderEnd` ≤ `end`; packets from `next` to before `inOrderEnd` are all there; no packet at or after
/// `end` is there; a packet once taken into the queue is never dropped, unless the call is over.
///
/// Locks: the connection's mutex.
final class ReceiveQueue {
    enum Verdict {
        /// The next one that is missing.
        IN_ORDER,
        /// New, but an earlier one is missing.
        OUT_OF_SEQUENCE,
        /// There, or taken by the reader.
        DUPLICATE,
        /// Beyond the window.
        EXCEEDS_WINDOW,
        /// Contradicts what came before.
        BAD
    }

    private final @Nullable PacketBuffer[] ring;
    private final int mask;
    private final int window;
    private final PacketPool pool;
    private final ReceiveBudget budget;

    /// The first packet that the reader has not taken as a whole.
    private int next = 1;

    /// The first packet that is missing.
    private int inOrderEnd = 1;

    /// After the highest packet received.
    private int end = 1;

    /// The last packet of the stream, or 0 if it is not known yet.
    private int last;

    /// The packet that came last.
    private int previous;

    ReceiveQueue(int window, PacketPool pool, ReceiveBudget budget) {
        this.budget = budget;
        this.window = window;
        this.pool = pool;
        int capacity = Math.max(1, Integer.highestOneBit(2 * window - 1));
        this.ring = new PacketBuffer[capacity];
        this.mask = capacity - 1;
    }

    int next() {
        return next;
    }

    int previous() {
        return previous;
    }

    /// Whether all packets are there, though the reader may not have taken them yet.
    boolean isComplete() {
        return last != 0 && inOrderEnd == last + 1;
    }

    /// Whether the reader has taken all.
    boolean isAtEnd() {
        return last != 0 && next == last + 1;
    }

    /// Whether a packet is missing before one that is there.
    boolean hasGap() {
        return inOrderEnd != end;
    }

    boolean isEmpty() {
        return next == end;
    }

    /// Packets that are there and not yet taken.
    int waiting() {
        return inOrderEnd - next;
    }

    /// Lets an empty stream begin at another sequence number than 1, as if all before had been read.
    void skipTo(int seq) {
        next = seq;
        inOrderEnd = seq;
        end = seq;
        previous = seq - 1;
    }

    /// Says what a packet is, and takes note of it if it is new.
    Verdict arrive(int seq, int flags) {
        int ahead = seq - next;
        if (seq <= 0 || seq == Integer.MAX_VALUE) {
            // Sequence numbers never wrap; what comes after the last one cannot be told from a negative number.
            return Verdict.BAD;
        }
        if (ahead < 0) {
            return Verdict.DUPLICATE;
        }
        if (ahead >= window || (ahead >= ReceiveBudget.LEAST_PACKETS && budget.isSpent())) {
            return Verdict.EXCEEDS_WINDOW;
        }
        boolean isLast = (flags & RxHeader.FLAG_LAST_PACKET) != 0;
        boolean contradicts = last == 0 ? isLast && seq < end - 1 : seq > last || (isLast && seq != last);
        if (contradicts) {
            return Verdict.BAD;
        }
        if (ring[seq & mask] != null) {
            previous = seq;
            return Verdict.DUPLICATE;
        }
        if (isLast) {
            last = seq;
        }
        previous = seq;
        return seq == inOrderEnd ? Verdict.IN_ORDER : Verdict.OUT_OF_SEQUENCE;
    }

    /// Keeps a packet that [#arrive] has just called new.
    void keep(PacketBuffer packet) {
        ring[packet.seq & mask] = packet;
        budget.take(packet);
        if (packet.seq - end >= 0) {
            end = packet.seq + 1;
        }
        if (packet.seq == inOrderEnd) {
            advance();
        }
    }

    /// Whether a packet that [#arrive] has just called in order is what the reader needs next, so that it can pass by the queue.
    boolean isNextForReader(int seq) {
        return seq == next;
    }

    /// Takes note that a packet passed by the queue.
    void passBy() {
        next++;
        inOrderEnd++;
        if (inOrderEnd - end > 0) {
            end = inOrderEnd;
        }
        advance();
    }

    private void advance() {
        while (inOrderEnd != end && ring[inOrderEnd & mask] != null) {
            inOrderEnd++;
        }
    }

    /// The packet that the reader reads now; null if it is not there.
    @Nullable PacketBuffer head() {
        return next == inOrderEnd ? null : ring[next & mask];
    }

    /// Copies from the head, and drops it when it is used up.
    ///
    /// @return how many bytes
    int readHead(PacketBuffer head, ByteBuffer destination) {
        int count = Math.min(head.to - head.from, destination.remaining());
        int at = destination.position();
        destination.put(at, head.content, head.from, count);
        destination.position(at + count);
        head.from += count;
        if (head.from == head.to) {
            dropHead();
        }
        return count;
    }

    private void dropHead() {
        drop(next & mask);
        next++;
    }

    private void drop(int index) {
        PacketBuffer packet = ring[index];
        if (packet != null) {
            budget.giveBack(packet);
            pool.release(packet);
            ring[index] = null;
        }
    }

    /// Drops what is in order, unread.
    void discard() {
        while (next != inOrderEnd) {
            dropHead();
        }
    }

    /// Drops everything; the call is over.
    void release() {
        for (int i = 0; i < ring.length; i++) {
            drop(i);
        }
        next = inOrderEnd;
        end = inOrderEnd;
    }

    /// How many packets an ACK tells of one by one.
    int told() {
        return Math.min(RxAckPacket.MAX_ACKS, end - next);
    }

    /// Writes the body of an ACK packet about this queue.
    ///
    /// @return the packet's length
    int encodeAck(ByteBuffer packet, int ackedSerial, int reason) {
        int count = told();
        int length = RxAckPacket.encode(packet, next, previous, ackedSerial, reason, count, budget.window(window));
        for (int i = 0; i < count; i++) {
            RxAckPacket.encodeAck(packet, i, ring[(next + i) & mask] != null);
        }
        return length;
    }
}
