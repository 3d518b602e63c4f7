package org.afs4j.rx.engine;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.packet.RxAckPacket;
import org.afs4j.rx.packet.RxDataPacket;
import org.afs4j.rx.packet.RxHeader;
import org.afs4j.rx.port.DatagramPort;
import org.afs4j.rx.port.MessageHold;
import org.jspecify.annotations.Nullable;

/// Takes the datagrams of one port for an endpoint: finds the connection of each, and gives it to it. The mutex of a connection is
/// kept from one of its packets to the next within a batch, so that a window of packets costs one acknowledgement, one wake-up of
/// the reader and one round with the mutex.
///
/// Threads: one at a time, the port's receive thread or a caller that is on the lookout; it waits for nothing but a mutex.
final class Receiver implements DatagramPort.DatagramHandler {
    /// Connections whose packets are recognised without making a key; a power of two.
    private static final int RECENT_CONNECTIONS = 256;

    private final Endpoint endpoint;
    private final CounterSet counters;
    private final RxAckPacket ack = new RxAckPacket();
    private final RxDataPacket data = new RxDataPacket();
    private final @Nullable Connection[] recent = new Connection[RECENT_CONNECTIONS];

    /// Whose mutex is held.
    private @Nullable Connection held;

    private long nowNanos;

    /// Where the datagram is that is being taken.
    private MessageHold message = MessageHold.NONE;

    Receiver(Endpoint endpoint) {
        this.endpoint = endpoint;
        this.counters = endpoint.counters;
    }

    @Override
    public void onDatagram(ByteBuffer datagram, InetSocketAddress from) {
        boolean whole = false;
        try {
            take(datagram, from);
            whole = true;
        } finally {
            if (!whole) {
                release();
            }
        }
    }

    @Override
    public void onDatagram(ByteBuffer datagram, InetSocketAddress from, MessageHold where) {
        message = where;
        try {
            onDatagram(datagram, from);
        } finally {
            message = MessageHold.NONE;
        }
    }

    @Override
    public void onBatchEnd() {
        release();
    }

    private void take(ByteBuffer packet, InetSocketAddress from) {
        int length = packet.limit();
        counters.count(RxCounter.DATAGRAMS_RECEIVED);
        counters.add(RxCounter.BYTES_RECEIVED, length);
        if (length < RxHeader.LENGTH) {
            counters.count(RxCounter.BAD_TOO_SHORT);
            return;
        }
        if (length > RxHeader.MAX_DATAGRAM_BYTES) {
            counters.count(RxCounter.BAD_TOO_LONG);
            return;
        }
        int type = RxHeader.type(packet);
        if (!count(type)) {
            counters.count(RxCounter.BAD_TYPE);
            return;
        }
        if (type == RxHeader.TYPE_VERSION || type == RxHeader.TYPE_DEBUG) {
            // It looks into all connections, so none is held.
            release();
            endpoint.debug.onQuestion(packet, type, from);
            return;
        }
        Connection connection = recent(packet, from);
        if (connection == null) {
            // To make room for a new one others are looked into, so none is held.
            release();
            connection = endpoint.find(packet, type, from);
        }
        if (connection == null) {
            return;
        }
        recent[recentPlace(connection.cid)] = connection;
        long now = hold(connection);
        if (connection.forgotten) {
            // Forgotten while the packet was on its way here; the peer sends again, and gets a new one.
            counters.count(RxCounter.UNKNOWN_CONNECTION);
            return;
        }
        connection.peerRecord.received(length);
        connection.onPacketLocked(this, packet, type, from, now);
    }

    /// Counts a packet by its type.
    ///
    /// @return false if there is no such type
    private boolean count(int type) {
        switch (type) {
            // Data and acknowledgements are counted one by one where they are taken.
            case RxHeader.TYPE_DATA, RxHeader.TYPE_ACK -> {}
            case RxHeader.TYPE_BUSY -> counters.count(RxCounter.BUSY_RECEIVED);
            case RxHeader.TYPE_ABORT -> counters.count(RxCounter.ABORT_RECEIVED);
            case RxHeader.TYPE_ACKALL -> counters.count(RxCounter.ACKALL_RECEIVED);
            case RxHeader.TYPE_CHALLENGE -> counters.count(RxCounter.CHALLENGE_RECEIVED);
            case RxHeader.TYPE_RESPONSE -> counters.count(RxCounter.RESPONSE_RECEIVED);
            case RxHeader.TYPE_DEBUG -> counters.count(RxCounter.DEBUG_RECEIVED);
            case RxHeader.TYPE_VERSION -> counters.count(RxCounter.VERSION_RECEIVED);
            case RxHeader.TYPE_PARAMS, RxHeader.TYPE_PARAMS + 1, RxHeader.TYPE_PARAMS + 2 ->
                counters.count(RxCounter.PARAMS_RECEIVED);
            default -> {
                return false;
            }
        }
        return true;
    }

    /// The connection of a packet, if one of its cid was met before: found without making a key.
    private @Nullable Connection recent(ByteBuffer packet, InetSocketAddress from) {
        int packetEpoch = RxHeader.epoch(packet);
        int cid = RxHeader.cid(packet) & ~RxHeader.CHANNEL_MASK;
        Connection connection = recent[recentPlace(cid)];
        boolean isIt = connection != null
                && !connection.forgotten
                && connection.epoch == packetEpoch
                && connection.cid == cid
                && connection.isClient() == ((RxHeader.flags(packet) & RxHeader.FLAG_CLIENT_INITIATED) == 0)
                && connection.serviceId == RxHeader.serviceId(packet)
                && connection.securityIndex == RxHeader.securityIndex(packet)
                && (packetEpoch < 0 || connection.peer.equals(from));
        return isIt ? connection : null;
    }

    private static int recentPlace(int cid) {
        return (cid >>> 2) & (RECENT_CONNECTIONS - 1);
    }

    /// Gives a packet to its call.
    void dispatchLocked(Call call, ByteBuffer packet, int type) {
        switch (type) {
            case RxHeader.TYPE_DATA -> {
                data.begin(packet);
                call.onDataLocked(data, packet, message, nowNanos);
            }
            case RxHeader.TYPE_ACK -> call.onAckLocked(ack, packet, nowNanos);
            case RxHeader.TYPE_ACKALL -> call.onAckAllLocked(nowNanos);
            case RxHeader.TYPE_BUSY -> call.onBusyLocked(nowNanos);
            case RxHeader.TYPE_ABORT -> call.onAbortLocked(packet);
            case RxHeader.TYPE_PARAMS, RxHeader.TYPE_PARAMS + 1, RxHeader.TYPE_PARAMS + 2 -> {}
            default -> counters.count(RxCounter.BAD_BODY);
        }
    }

    /// Takes the mutex of a connection, unless it is held.
    ///
    /// @return when the batch came, as far as this connection is concerned
    @SuppressWarnings("ReferenceEquality") // a connection is itself and no other
    private long hold(Connection connection) {
        if (held != connection) {
            release();
            connection.mutex.lock();
            held = connection;
            nowNanos = endpoint.world.nanoTime();
            connection.lastPacketNanos = nowNanos;
        }
        return nowNanos;
    }

    /// Releases what is held, after what its packets have made due.
    private void release() {
        Connection connection = held;
        if (connection != null) {
            held = null;
            try {
                connection.onBatchEndLocked(nowNanos);
            } finally {
                connection.mutex.unlock();
            }
            endpoint.afterBatch();
        }
    }
}
