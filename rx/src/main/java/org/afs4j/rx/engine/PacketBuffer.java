package org.afs4j.rx.engine;

import java.nio.ByteBuffer;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.packet.RxDataPacket;
import org.afs4j.rx.port.DatagramBuffer;
import org.afs4j.rx.port.MessageHold;
import org.jspecify.annotations.Nullable;

/// The memory of one DATA packet, sent or received, with what is known of it. Owned by one queue, or by the one who fills it;
/// goes back to its [PacketPool]. Its bytes are the datagram (sent), or the payload as it came (received), if that was copied.
final class PacketBuffer extends DatagramBuffer {
    /// Room for the longest datagram that we send, and for as long a payload received.
    static final int CAPACITY = 1536;

    final boolean pooled;

    int seq;
    int flags;
    int checksum;

    /// Received: the memory that the payload is in, our own or the port's; if it is the port's, what holds it there.
    ByteBuffer content;

    private @Nullable MessageHold message;

    /// Received: where in it the unread payload begins and ends.
    int from;

    int to;

    /// Received: whether the security class has verified it.
    boolean opened;

    /// Sent: serial of the last transmission; how many there were; when it was; its place among all transmissions of the call.
    int serial;

    int transmissions;
    long sentNanos;
    long order;

    /// Sent: acknowledged, at least for now.
    boolean acked;

    /// Sent: taken for lost and not sent again yet; and what it is counted as when it is.
    boolean lost;

    RxCounter resentBy = RxCounter.DATA_RESENT_FAST;

    /// Sent: a thread is sending it now; if it is acknowledged meanwhile, that thread releases it.
    boolean pinned;

    boolean releaseWhenSent;

    PacketBuffer(ByteBuffer bytes, boolean pooled) {
        super(bytes);
        this.pooled = pooled;
        this.content = bytes;
    }

    /// Becomes a packet that was received. Its payload stays where the port has put it, if that may be, and is copied if not.
    ///
    /// @param data the packet
    /// @param datagram what it is part of
    /// @param where the memory of the datagram
    /// @return whether it stayed
    boolean receive(RxDataPacket data, ByteBuffer datagram, MessageHold where) {
        seq = data.seq();
        flags = data.flags();
        checksum = data.checksum();
        boolean held = where.retain();
        if (held) {
            message = where;
            content = datagram;
            from = data.from();
            to = data.to();
        } else {
            to = data.to() - data.from();
            bytes.put(0, datagram, data.from(), to);
        }
        return held;
    }

    /// Sent: under way, as far as is known; of a packet that has been sent.
    boolean isInFlight() {
        return !acked && !lost;
    }

    void reset() {
        bytes.clear();
        content = bytes;
        if (message != null) {
            message.release();
            message = null;
        }
        seq = 0;
        flags = 0;
        checksum = 0;
        from = 0;
        to = 0;
        opened = false;
        serial = 0;
        transmissions = 0;
        sentNanos = 0;
        order = 0;
        acked = false;
        lost = false;
        resentBy = RxCounter.DATA_RESENT_FAST;
        pinned = false;
        releaseWhenSent = false;
    }
}
