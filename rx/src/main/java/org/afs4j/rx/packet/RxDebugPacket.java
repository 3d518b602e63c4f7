package org.afs4j.rx.packet;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// A DEBUG packet: a question about the state of an endpoint, and its answer in the same header, not from a client.
///
/// ```
///  question                         answers: one of four tables of words and bytes
///  +-------------------------+ 28   +-------------------------+ 28
///  |          type           |      |   56 bytes: basic       |
///  +-------------------------+ 32   |  176 bytes: connection  |
///  |          index          |      |  284 bytes: statistics  |
///  +-------------------------+ 36   |  132 bytes: peer        |
/// ```
public final class RxDebugPacket {
    /// Asks for the basic state.
    public static final int GET_STATS = 1;
    /// Asks for the connection at the index, of those that have calls under way.
    public static final int GET_CONNECTION = 2;
    /// Asks for the connection at the index, of all.
    public static final int GET_ANY_CONNECTION = 3;
    /// Asks for the statistics.
    public static final int GET_STATISTICS = 4;
    /// Asks for the peer at the index.
    public static final int GET_PEER = 5;
    /// Answers what cannot be answered.
    public static final int BAD_TYPE = -8;

    /// Bytes of a question, header included.
    public static final int QUESTION_LENGTH = RxHeader.LENGTH + 8;
    /// Bytes of the longest answer, header included.
    public static final int MAX_ANSWER_LENGTH = RxHeader.LENGTH + 284;

    private static final int AT = RxHeader.LENGTH;
    private static final int STATS_BYTES = 56;
    private static final int CONNECTION_BYTES = 176;
    private static final int STATISTICS_WORDS = 71;
    private static final int PEER_BYTES = 132;

    /// The layout of which ours is: the latest.
    private static final byte VERSION = 'S';

    private RxDebugPacket() {}

    /// Whether a question is there as a whole.
    ///
    /// @param packet from index 0 to its limit
    public static boolean isWhole(ByteBuffer packet) {
        return packet.limit() >= QUESTION_LENGTH;
    }

    /// What is asked.
    ///
    /// @param packet a whole question
    public static int type(ByteBuffer packet) {
        return packet.getInt(AT);
    }

    /// Of which.
    ///
    /// @param packet a whole question
    public static int index(ByteBuffer packet) {
        return packet.getInt(AT + 4);
    }

    private static int cleared(ByteBuffer packet, int bodyBytes) {
        for (int i = AT; i < AT + bodyBytes; i++) {
            packet.put(i, (byte) 0);
        }
        return AT + bodyBytes;
    }

    /// Writes the answer to what cannot be answered.
    ///
    /// @param packet written after the header
    /// @return its length
    public static int encodeBadType(ByteBuffer packet) {
        packet.putInt(AT, BAD_TYPE);
        packet.putInt(AT + 4, BAD_TYPE);
        return QUESTION_LENGTH;
    }

    /// Writes the basic state.
    ///
    /// @param packet written after the header
    /// @param freePackets packet buffers not in use
    /// @param packets packet buffers in all
    /// @param callsExecuted calls served
    /// @param idleThreads calls that could be served besides those that are
    /// @param waiting calls that wait to be served
    /// @return its length
    public static int encodeStats(
            ByteBuffer packet, int freePackets, int packets, int callsExecuted, int idleThreads, int waiting) {
        int length = cleared(packet, STATS_BYTES);
        packet.putInt(AT, freePackets);
        packet.putInt(AT + 8, callsExecuted);
        packet.put(AT + 14, VERSION);
        packet.putInt(AT + 16, waiting);
        packet.putInt(AT + 20, idleThreads);
        packet.putInt(AT + 28, packets);
        return length;
    }

    /// Writes a connection, its channels empty.
    ///
    /// @param packet written after the header
    /// @param peer the peer; one without an IPv4 address shows as 0.0.0.0
    /// @param epoch the epoch
    /// @param cid the cid
    /// @param serial the last serial sent
    /// @param server whether the peer is the caller
    /// @param securityIndex the security index
    /// @param error the code that ended it, or 0
    /// @return its length
    public static int encodeConnection(
            ByteBuffer packet, InetSocketAddress peer, int epoch, int cid, int serial, boolean server, int securityIndex, int error) {
        int length = cleared(packet, CONNECTION_BYTES);
        packet.putInt(AT, ipv4(peer));
        packet.putInt(AT + 4, cid);
        packet.putInt(AT + 8, serial);
        packet.putInt(AT + 28, error);
        packet.putShort(AT + 32, (short) peer.getPort());
        packet.put(AT + 35, (byte) (server ? 1 : 0));
        packet.put(AT + 36, (byte) securityIndex);
        packet.putInt(AT + 132, epoch);
        packet.putInt(AT + 136, RxDataPacket.MAX_SENT_DATAGRAM_BYTES);
        return length;
    }

    /// Writes one channel of the connection that was just written.
    ///
    /// @param packet the answer
    /// @param channel 0 to 3
    /// @param callNumber its call number
    /// @param state 0 none, 1 before its service runs, 2 active, 3 waiting for acknowledgements
    /// @param mode 1 sending, 2 receiving, 3 neither
    /// @param received whether received packets wait
    /// @param unsent whether packets wait to be sent or acknowledged
    public static void encodeChannel(
            ByteBuffer packet, int channel, int callNumber, int state, int mode, boolean received, boolean unsent) {
        packet.putInt(AT + 12 + 4 * channel, callNumber);
        packet.put(AT + 40 + channel, (byte) state);
        packet.put(AT + 44 + channel, (byte) mode);
        packet.put(AT + 52 + channel, (byte) ((received ? 1 : 0) | (unsent ? 2 : 0)));
    }

    /// Writes that there is no connection at the index.
    ///
    /// @param packet written after the header
    /// @return its length
    public static int encodeNoConnection(ByteBuffer packet) {
        int length = cleared(packet, CONNECTION_BYTES);
        packet.putInt(AT + 4, -1);
        return length;
    }

    /// Writes a peer.
    ///
    /// @param packet written after the header
    /// @param peer the peer; one without an IPv4 address shows as 0.0.0.0
    /// @param connections how many connections it has
    /// @param rttMicros its round trip time
    /// @return its length
    public static int encodePeer(ByteBuffer packet, InetSocketAddress peer, int connections, int rttMicros) {
        int length = cleared(packet, PEER_BYTES);
        packet.putInt(AT, ipv4(peer));
        packet.putShort(AT + 4, (short) peer.getPort());
        packet.putShort(AT + 6, (short) RxDataPacket.MAX_SENT_DATAGRAM_BYTES);
        packet.putShort(AT + 12, (short) connections);
        // Kept by others in eighths of a millisecond.
        packet.putInt(AT + 24, rttMicros / 125);
        packet.putShort(AT + 60, (short) RxDataPacket.MAX_SENT_DATAGRAM_BYTES);
        packet.putShort(AT + 62, (short) RxDataPacket.MAX_SENT_DATAGRAM_BYTES);
        packet.putShort(AT + 64, (short) 1);
        packet.putShort(AT + 66, (short) 1);
        packet.putShort(AT + 68, (short) RxDataPacket.MAX_SENT_DATAGRAM_BYTES);
        return length;
    }

    /// Writes what has passed between us and the peer that was just written.
    ///
    /// @param packet the answer
    /// @param packetsSent packets sent to it
    /// @param bytesSent their bytes
    /// @param bytesReceived bytes of packets that came from it
    public static void encodePeerTraffic(ByteBuffer packet, long packetsSent, long bytesSent, long bytesReceived) {
        packet.putInt(AT + 40, (int) (packetsSent & Integer.MAX_VALUE));
        packet.putLong(AT + 76, bytesSent);
        packet.putLong(AT + 84, bytesReceived);
    }

    /// Writes that there is no peer at the index.
    ///
    /// @param packet written after the header
    /// @return its length
    public static int encodeNoPeer(ByteBuffer packet) {
        int length = cleared(packet, PEER_BYTES);
        packet.putInt(AT, -1);
        return length;
    }

    /// Writes empty statistics, to be filled by [#encodeStatistic].
    ///
    /// @param packet written after the header
    /// @return its length
    public static int encodeStatistics(ByteBuffer packet) {
        return cleared(packet, 4 * STATISTICS_WORDS);
    }

    /// Writes one word of the statistics.
    ///
    /// @param packet the answer
    /// @param word which, 0 to 70, in the order of `struct rx_statistics`
    /// @param value its value; the low 31 bits are kept
    public static void encodeStatistic(ByteBuffer packet, int word, long value) {
        packet.putInt(AT + 4 * word, (int) (value & Integer.MAX_VALUE));
    }

    private static int ipv4(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address four ? ByteBuffer.wrap(four.getAddress()).getInt() : 0;
    }
}
