package org.afs4j.rx.engine;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.packet.RxDebugPacket;
import org.afs4j.rx.packet.RxHeader;
import org.afs4j.rx.packet.RxVersionPacket;

/// Answers what `rxdebug` asks: VERSION and DEBUG packets.
///
/// Threads: the receive thread.
final class DebugService {
    static final int MAX_ANSWER_BYTES = RxDebugPacket.MAX_ANSWER_LENGTH;

    private static final String VERSION = "afs4j 0.1";

    private final Endpoint endpoint;

    DebugService(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /// Whether a packet is to be answered.
    boolean isQuestion(ByteBuffer packet, int type) {
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

    /// Writes the answer to a question.
    ///
    /// @param answer written from 0, its position and limit set to the answer
    void answer(ByteBuffer packet, int type, ByteBuffer answer) {
        answer.put(0, packet, 0, RxHeader.LENGTH);
        answer.put(21, (byte) (RxHeader.flags(packet) & ~RxHeader.FLAG_CLIENT_INITIATED));
        int length;
        if (type == RxHeader.TYPE_VERSION) {
            RxVersionPacket.encode(answer, VERSION);
            length = RxVersionPacket.LENGTH;
        } else {
            length = answerDebug(RxDebugPacket.type(packet), RxDebugPacket.index(packet), answer);
        }
        answer.position(0).limit(length);
    }

    private int answerDebug(int type, int index, ByteBuffer answer) {
        return switch (type) {
            case RxDebugPacket.GET_STATS -> {
                int free = endpoint.pool.free();
                int served = (int) endpoint.counters.value(RxCounter.CALLS_SERVED);
                int idle = Math.max(0, endpoint.options.maxServerCalls() - endpoint.services.count());
                yield RxDebugPacket.encodeStats(answer, free, free + endpoint.pool.inUse(), served, idle);
            }
            case RxDebugPacket.GET_CONNECTION -> answerConnection(index, false, answer);
            case RxDebugPacket.GET_ANY_CONNECTION -> answerConnection(index, true, answer);
            case RxDebugPacket.GET_STATISTICS -> answerStatistics(answer);
            case RxDebugPacket.GET_PEER -> answerPeer(index, answer);
            default -> RxDebugPacket.encodeBadType(answer);
        };
    }

    private int answerConnection(int index, boolean any, ByteBuffer answer) {
        int left = index;
        for (Connection connection : endpoint.allConnections()) {
            connection.mutex.lock();
            try {
                if ((any || connection.hasCallUnderWayLocked()) && left-- <= 0) {
                    return encode(connection, answer);
                }
            } finally {
                connection.mutex.unlock();
            }
        }
        return RxDebugPacket.encodeNoConnection(answer);
    }

    private static int encode(Connection connection, ByteBuffer answer) {
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
                int state = call.isOver() || call.isDallyingLocked() ? 3 : 2;
                int mode = call.send.isAnythingSent() ? 1 : 2;
                RxDebugPacket.encodeChannel(
                        answer, channel.index, channel.callNumber, state, mode, !call.receive.isEmpty(), !call.send.isEmpty());
            }
        }
        return length;
    }

    private int answerPeer(int index, ByteBuffer answer) {
        Map<InetSocketAddress, Integer> peers = new LinkedHashMap<>();
        List<Connection> all = endpoint.allConnections();
        for (Connection connection : all) {
            peers.merge(connection.peer, 1, Integer::sum);
        }
        int left = index;
        for (Map.Entry<InetSocketAddress, Integer> entry : peers.entrySet()) {
            if (left-- <= 0) {
                return RxDebugPacket.encodePeer(answer, entry.getKey(), entry.getValue(), rttMicros(all, entry.getKey()));
            }
        }
        return RxDebugPacket.encodeNoPeer(answer);
    }

    private static int rttMicros(List<Connection> all, InetSocketAddress peer) {
        long nanos = 0;
        for (Connection connection : all) {
            if (connection.peer.equals(peer)) {
                connection.mutex.lock();
                try {
                    nanos = Math.max(nanos, connection.rtt.smoothedNanos());
                } finally {
                    connection.mutex.unlock();
                }
            }
        }
        return (int) (nanos / 1000);
    }

    /// The words of `struct rx_statistics` that we count too; the others stay 0.
    private int answerStatistics(ByteBuffer answer) {
        int length = RxDebugPacket.encodeStatistics(answer);
        put(answer, 5, RxCounter.BAD_TOO_SHORT);
        int read = 11;
        put(answer, read + RxHeader.TYPE_DATA - 1, RxCounter.DATA_RECEIVED);
        put(answer, read + RxHeader.TYPE_ACK - 1, RxCounter.ACK_RECEIVED);
        put(answer, read + RxHeader.TYPE_BUSY - 1, RxCounter.BUSY_RECEIVED);
        put(answer, read + RxHeader.TYPE_ABORT - 1, RxCounter.ABORT_RECEIVED);
        put(answer, read + RxHeader.TYPE_ACKALL - 1, RxCounter.ACKALL_RECEIVED);
        put(answer, read + RxHeader.TYPE_CHALLENGE - 1, RxCounter.CHALLENGE_RECEIVED);
        put(answer, read + RxHeader.TYPE_RESPONSE - 1, RxCounter.RESPONSE_RECEIVED);
        put(answer, read + RxHeader.TYPE_DEBUG - 1, RxCounter.DEBUG_RECEIVED);
        put(answer, read + RxHeader.TYPE_VERSION - 1, RxCounter.VERSION_RECEIVED);
        put(answer, 24, RxCounter.DATA_RECEIVED);
        put(answer, 25, RxCounter.ACK_RECEIVED);
        put(answer, 26, RxCounter.DATA_DUPLICATE);
        put(answer, 27, RxCounter.UNKNOWN_CALL);
        int sent = 28;
        long resent = endpoint.counters.value(RxCounter.DATA_RESENT_FAST) + endpoint.counters.value(RxCounter.DATA_RESENT_TIMEOUT);
        RxDebugPacket.encodeStatistic(
                answer, sent + RxHeader.TYPE_DATA - 1, endpoint.counters.value(RxCounter.DATA_SENT) + resent);
        put(answer, sent + RxHeader.TYPE_ACK - 1, RxCounter.ACK_SENT);
        put(answer, sent + RxHeader.TYPE_BUSY - 1, RxCounter.BUSY_SENT);
        put(answer, sent + RxHeader.TYPE_ABORT - 1, RxCounter.ABORT_SENT);
        put(answer, sent + RxHeader.TYPE_CHALLENGE - 1, RxCounter.CHALLENGE_SENT);
        put(answer, sent + RxHeader.TYPE_RESPONSE - 1, RxCounter.RESPONSE_SENT);
        put(answer, sent + RxHeader.TYPE_DEBUG - 1, RxCounter.DEBUG_SENT);
        put(answer, 41, RxCounter.ACK_SENT);
        put(answer, 42, RxCounter.PING_SENT);
        put(answer, 43, RxCounter.ABORT_SENT);
        put(answer, 44, RxCounter.BUSY_SENT);
        put(answer, 45, RxCounter.DATA_SENT);
        RxDebugPacket.encodeStatistic(answer, 46, resent);
        put(answer, 47, RxCounter.DATA_RESENT_FAST);
        put(answer, 55, RxCounter.RTT_SAMPLES);
        put(answer, 61, RxCounter.SEND_FAILURES);
        put(answer, 66, RxCounter.CALLS_REFUSED_BUSY);
        return length;
    }

    private void put(ByteBuffer answer, int word, RxCounter counter) {
        RxDebugPacket.encodeStatistic(answer, word, endpoint.counters.value(counter));
    }
}
