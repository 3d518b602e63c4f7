package org.afs4j.rx.engine;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.RxPeerStatistics;
import org.afs4j.rx.packet.RxDebugPacket;
import org.afs4j.rx.packet.RxHeader;
import org.afs4j.rx.packet.RxVersionPacket;
import org.afs4j.rx.peer.PeerRecord;

/// Answers what `rxdebug` asks: VERSION and DEBUG packets.
///
/// Threads: the receive threads, one at a time.
final class DebugService {
    private static final String VERSION = "afs4j 0.1";

    /// How long a look at all connections is good for: for the first question, and for those that follow.
    private static final long FRESH_NANOS = 100_000_000L;

    private static final long KEPT_NANOS = 2_000_000_000L;

    private final Endpoint endpoint;
    private final RankedMutex mutex = new RankedMutex(LockRank.RX_ENDPOINT);
    private final ByteBuffer answer = ByteBuffer.allocate(RxDebugPacket.MAX_ANSWER_LENGTH);
    private List<Connection> all = List.of();
    private List<Connection> busy = List.of();
    private List<PeerLook> peers = List.of();
    private boolean looked;
    private long lookedNanos;

    /// What a look saw of one peer.
    private static final class PeerLook {
        final InetSocketAddress address;
        int connections;
        long rttNanos;

        PeerLook(InetSocketAddress address) {
            this.address = address;
        }
    }

    DebugService(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /// Answers a packet, if it is to be answered; no connection's mutex is held.
    void onQuestion(ByteBuffer packet, int type, InetSocketAddress from) {
        if (!isQuestion(packet, type) || !endpoint.mayAnswer(from)) {
            return;
        }
        mutex.lock();
        try {
            answer.clear();
            answer(packet, type);
            endpoint.counters.count(RxCounter.DEBUG_SENT);
            endpoint.send(answer, from);
        } finally {
            mutex.unlock();
        }
    }

    private boolean isQuestion(ByteBuffer packet, int type) {
        int flags = RxHeader.flags(packet);
        if ((flags & RxHeader.FLAG_CLIENT_INITIATED) == 0) {
            // An answer, maybe to a question that a forger asked in our name: never answered, so no loop begins.
            return false;
        }
        if (type == RxHeader.TYPE_DEBUG && !RxDebugPacket.isWhole(packet)) {
            endpoint.counters.count(RxCounter.BAD_BODY);
            return false;
        }
        return true;
    }

    private void answer(ByteBuffer packet, int type) {
        answer.put(0, packet, 0, RxHeader.LENGTH);
        answer.put(21, (byte) (RxHeader.flags(packet) & ~RxHeader.FLAG_CLIENT_INITIATED));
        int length;
        if (type == RxHeader.TYPE_VERSION) {
            RxVersionPacket.encode(answer, VERSION);
            length = RxVersionPacket.LENGTH;
        } else {
            length = answerDebug(RxDebugPacket.type(packet), RxDebugPacket.index(packet));
        }
        answer.position(0).limit(length);
    }

    private int answerDebug(int type, int index) {
        look(index);
        return switch (type) {
            case RxDebugPacket.GET_STATS -> {
                int free = endpoint.pool.free();
                int served = (int) endpoint.counters.value(RxCounter.CALLS_SERVED);
                int idle = Math.max(0, endpoint.options.maxServerCalls() - endpoint.services.count());
                yield RxDebugPacket.encodeStats(answer, free, free + endpoint.pool.inUse(), served, idle, endpoint.services.waiting());
            }
            case RxDebugPacket.GET_CONNECTION -> answerConnection(index, busy);
            case RxDebugPacket.GET_ANY_CONNECTION -> answerConnection(index, all);
            case RxDebugPacket.GET_STATISTICS -> answerStatistics();
            case RxDebugPacket.GET_PEER -> answerPeer(index);
            default -> RxDebugPacket.encodeBadType(answer);
        };
    }

    /// Looks at all connections, unless that was done a moment ago: whoever asks for one after the other is answered from one look.
    private void look(int index) {
        long now = endpoint.world.nanoTime();
        if (looked && now - lookedNanos < (index == 0 ? FRESH_NANOS : KEPT_NANOS)) {
            return;
        }
        looked = true;
        lookedNanos = now;
        all = endpoint.allConnections();
        busy = new ArrayList<>();
        Map<InetSocketAddress, PeerLook> found = new LinkedHashMap<>();
        for (Connection connection : all) {
            PeerLook peer = found.computeIfAbsent(connection.peer, PeerLook::new);
            connection.mutex.lock();
            try {
                if (connection.hasCallUnderWayLocked()) {
                    busy.add(connection);
                }
                peer.connections++;
                peer.rttNanos = Math.max(peer.rttNanos, connection.rtt.smoothedNanos());
            } finally {
                connection.mutex.unlock();
            }
        }
        peers = List.copyOf(found.values());
    }

    private int answerConnection(int index, List<Connection> connections) {
        if (index < 0 || index >= connections.size()) {
            return RxDebugPacket.encodeNoConnection(answer);
        }
        Connection connection = connections.get(index);
        connection.mutex.lock();
        try {
            return encode(connection);
        } finally {
            connection.mutex.unlock();
        }
    }

    private int encode(Connection connection) {
        int length = RxDebugPacket.encodeConnection(
                answer,
                connection.peer,
                connection.epoch,
                connection.cid,
                connection.serial(),
                !connection.isClient(),
                connection.securityIndex,
                connection.error);
        for (Connection.Channel channel : connection.channels) {
            Call call = channel.call;
            if (call == null) {
                RxDebugPacket.encodeChannel(answer, channel.index, channel.callNumber, 0, 0, false, false);
            } else {
                boolean waits = call instanceof ServerCall served && !served.isStarted() && !call.isOver();
                int over = call.isOver() || call.isDallyingLocked() ? 3 : 2;
                int state = waits ? 1 : over;
                int mode = call.send.isAnythingSent() ? 1 : 2;
                RxDebugPacket.encodeChannel(
                        answer, channel.index, channel.callNumber, state, mode, !call.receive.isEmpty(), !call.send.isEmpty());
            }
        }
        return length;
    }

    private int answerPeer(int index) {
        if (index < 0 || index >= peers.size()) {
            return RxDebugPacket.encodeNoPeer(answer);
        }
        PeerLook peer = peers.get(index);
        int length = RxDebugPacket.encodePeer(answer, peer.address, peer.connections, (int) (peer.rttNanos / 1000));
        PeerRecord record = endpoint.peers.find(peer.address.getAddress());
        if (record != null) {
            RxPeerStatistics traffic = record.statistics();
            RxDebugPacket.encodePeerTraffic(answer, traffic.datagramsSent(), traffic.bytesSent(), traffic.bytesReceived());
        }
        return length;
    }

    /// The words of `struct rx_statistics` that we count too; the others stay 0.
    private int answerStatistics() {
        int length = RxDebugPacket.encodeStatistics(answer);
        put(5, RxCounter.BAD_TOO_SHORT);
        int read = 11;
        put(read + RxHeader.TYPE_DATA - 1, RxCounter.DATA_RECEIVED);
        put(read + RxHeader.TYPE_ACK - 1, RxCounter.ACK_RECEIVED);
        put(read + RxHeader.TYPE_BUSY - 1, RxCounter.BUSY_RECEIVED);
        put(read + RxHeader.TYPE_ABORT - 1, RxCounter.ABORT_RECEIVED);
        put(read + RxHeader.TYPE_ACKALL - 1, RxCounter.ACKALL_RECEIVED);
        put(read + RxHeader.TYPE_CHALLENGE - 1, RxCounter.CHALLENGE_RECEIVED);
        put(read + RxHeader.TYPE_RESPONSE - 1, RxCounter.RESPONSE_RECEIVED);
        put(read + RxHeader.TYPE_DEBUG - 1, RxCounter.DEBUG_RECEIVED);
        put(read + RxHeader.TYPE_VERSION - 1, RxCounter.VERSION_RECEIVED);
        put(24, RxCounter.DATA_RECEIVED);
        put(25, RxCounter.ACK_RECEIVED);
        put(26, RxCounter.DATA_DUPLICATE);
        put(27, RxCounter.UNKNOWN_CALL);
        int sent = 28;
        long resent = endpoint.counters.value(RxCounter.DATA_RESENT_FAST) + endpoint.counters.value(RxCounter.DATA_RESENT_TIMEOUT);
        RxDebugPacket.encodeStatistic(
                answer, sent + RxHeader.TYPE_DATA - 1, endpoint.counters.value(RxCounter.DATA_SENT) + resent);
        put(sent + RxHeader.TYPE_ACK - 1, RxCounter.ACK_SENT);
        put(sent + RxHeader.TYPE_BUSY - 1, RxCounter.BUSY_SENT);
        put(sent + RxHeader.TYPE_ABORT - 1, RxCounter.ABORT_SENT);
        put(sent + RxHeader.TYPE_CHALLENGE - 1, RxCounter.CHALLENGE_SENT);
        put(sent + RxHeader.TYPE_RESPONSE - 1, RxCounter.RESPONSE_SENT);
        put(sent + RxHeader.TYPE_DEBUG - 1, RxCounter.DEBUG_SENT);
        put(41, RxCounter.ACK_SENT);
        put(42, RxCounter.PING_SENT);
        put(43, RxCounter.ABORT_SENT);
        put(44, RxCounter.BUSY_SENT);
        put(45, RxCounter.DATA_SENT);
        RxDebugPacket.encodeStatistic(answer, 46, resent);
        put(47, RxCounter.DATA_RESENT_FAST);
        put(55, RxCounter.RTT_SAMPLES);
        answerRoundTrips();
        int servers = endpoint.servers.count();
        RxDebugPacket.encodeStatistic(answer, 56, servers);
        RxDebugPacket.encodeStatistic(answer, 57, Math.max(0, all.size() - servers));
        RxDebugPacket.encodeStatistic(answer, 58, peers.size());
        RxDebugPacket.encodeStatistic(answer, 59, busy.size());
        put(61, RxCounter.SEND_FAILURES);
        put(66, RxCounter.CALLS_REFUSED_BUSY);
        return length;
    }

    /// Total, least and most round trip time, each in seconds and microseconds; the last two as far as the histogram tells.
    private void answerRoundTrips() {
        long[] counts = endpoint.counters.roundTrips();
        long least = 0;
        long most = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                least = most == 0 ? 1L << i : least;
                most = 2L << i;
            }
        }
        long[] micros = {endpoint.counters.roundTripMicros(), least, most};
        for (int i = 0; i < micros.length; i++) {
            RxDebugPacket.encodeStatistic(answer, 49 + 2 * i, micros[i] / 1_000_000);
            RxDebugPacket.encodeStatistic(answer, 50 + 2 * i, micros[i] % 1_000_000);
        }
    }

    private void put(int word, RxCounter counter) {
        RxDebugPacket.encodeStatistic(answer, word, endpoint.counters.value(counter));
    }
}
