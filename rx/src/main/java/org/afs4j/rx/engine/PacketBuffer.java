package org.afs4j.rx.engine;

import java.nio.ByteBuffer;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.port.DatagramBuffer;

/// The memory of one DATA packet, sent or received, with what is known of it. Owned by one queue, or by the one who fills it;
/// goes back to its [PacketPool]. Its bytes are the datagram (sent), or the payload as it came (received).
final class PacketBuffer extends DatagramBuffer {
    /// Room for the longest datagram that we send, and for as long a payload received.
    static final int CAPACITY = 1536;

    final boolean pooled;

    int seq;
    int flags;
    int checksum;

    /// Received: where the unread payload begins and ends.
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
    }

    /// Sent: under way, as far as is known; of a packet that has been sent.
    boolean isInFlight() {
        return !acked && !lost;
    }

    void reset() {
        bytes.clear();
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
