package org.afs4j.rx.packet;

import java.nio.ByteBuffer;

/// An ACK packet: which DATA packets of a call have been received, and what more may be sent.
///
/// ```
///  +-------------------------------+-------------------------------+ 28
///  |         buffer space          |           max skew            |
///  +-------------------------------+-------------------------------+ 32
///  |                         first packet                          |
///  +---------------------------------------------------------------+ 36
///  |                        previous packet                        |
///  +---------------------------------------------------------------+ 40
///  |                  serial that is acknowledged                  |
///  +---------------+---------------+-------------------------------+ 44
///  |    reason     |     nAcks     |  acks[nAcks]: 1 received, 0 not
///  +---------------+---------------+----…  46
///  |  3 bytes of nothing
///  +---------------------------------------------------------------+ 49 + nAcks
///  |            the longest datagram that we can receive           |
///  +---------------------------------------------------------------+
///  |            the longest datagram that suits the path           |
///  +---------------------------------------------------------------+
///  |              receive window, packets from first packet        |
///  +---------------------------------------------------------------+
///  |              packets in a jumbogram that we can receive       |
///  +---------------------------------------------------------------+
/// ```
///
/// Packets below first packet are received for good (hard); those that acks[] marks are received but may still be asked for
/// again (soft). 0, 3 or 4 of the trailing words are there.
///
/// One object decodes one packet after the other: no allocation for each.
public final class RxAckPacket {
    /// Answers a packet that asked for it.
    public static final int REASON_REQUESTED = 1;
    /// A packet came that was there already.
    public static final int REASON_DUPLICATE = 2;
    /// A packet came while an earlier one is missing.
    public static final int REASON_OUT_OF_SEQUENCE = 3;
    /// A packet came from beyond the window, and was dropped.
    public static final int REASON_EXCEEDS_WINDOW = 4;
    /// A packet came and found no room.
    public static final int REASON_NO_SPACE = 5;
    /// Are you there?
    public static final int REASON_PING = 6;
    /// I am.
    public static final int REASON_PING_RESPONSE = 7;
    /// Packets came a while ago.
    public static final int REASON_DELAY = 8;
    /// Packets came, or were taken by the reader.
    public static final int REASON_IDLE = 9;

    /// The most packets that one ACK tells of.
    public static final int MAX_ACKS = 255;

    /// The most bytes of an ACK packet, header included.
    public static final int MAX_BYTES = RxHeader.LENGTH + 18 + MAX_ACKS + 3 + 16;

    /// The least bytes of an ACK packet, header included.
    public static final int MIN_BYTES = RxHeader.LENGTH + 18;

    private static final int FIRST_PACKET = 32;
    private static final int PREVIOUS_PACKET = 36;
    private static final int ACKED_SERIAL = 40;
    private static final int REASON = 44;
    private static final int ACK_COUNT = 45;
    private static final int ACKS = 46;
    private static final int PAD_BYTES = 3;

    private final byte[] acks = new byte[MAX_ACKS];
    private int firstPacket;
    private int previousPacket;
    private int ackedSerial;
    private int reason;
    private int ackCount;
    private int maxDatagramBytes;
    private int receiveWindow;

    /// Makes a decoder.
    public RxAckPacket() {}

    /// Decodes a packet.
    ///
    /// @param packet from index 0 to its limit, at least [RxHeader#LENGTH] bytes; its position stays
    /// @return false if it is malformed; the fields are then undefined
    public boolean decode(ByteBuffer packet) {
        if (packet.limit() < ACKS) {
            return false;
        }
        firstPacket = packet.getInt(FIRST_PACKET);
        previousPacket = packet.getInt(PREVIOUS_PACKET);
        ackedSerial = packet.getInt(ACKED_SERIAL);
        reason = packet.get(REASON) & 0xFF;
        ackCount = packet.get(ACK_COUNT) & 0xFF;
        if (packet.limit() < ACKS + ackCount) {
            return false;
        }
        packet.get(ACKS, acks, 0, ackCount);
        int words = ACKS + ackCount + PAD_BYTES;
        maxDatagramBytes = packet.limit() >= words + 8 ? packet.getInt(words + 4) : 0;
        receiveWindow = packet.limit() >= words + 12 ? packet.getInt(words + 8) : 0;
        return firstPacket != 0 && reason != 0;
    }

    /// The first packet that is not received for good.
    public int firstPacket() {
        return firstPacket;
    }

    /// The packet that was received last.
    public int previousPacket() {
        return previousPacket;
    }

    /// The serial of the packet that drew the acknowledgement, or 0.
    public int ackedSerial() {
        return ackedSerial;
    }

    /// The serial of the packet that drew an ACK that is not decoded, or 0.
    ///
    /// @param packet at least [#MIN_BYTES]
    public static int ackedSerial(ByteBuffer packet) {
        return packet.getInt(ACKED_SERIAL);
    }

    /// Why it was sent.
    public int reason() {
        return reason;
    }

    /// How many packets from [#firstPacket()] on it tells of, 0 to 255.
    public int ackCount() {
        return ackCount;
    }

    /// Whether a packet is received.
    ///
    /// @param index counted from [#firstPacket()], below [#ackCount()]
    public boolean isReceived(int index) {
        return (acks[index] & 1) != 0;
    }

    /// The longest datagram that suits the path from the peer's point of view; 0 if it does not say.
    public int maxDatagramBytes() {
        return maxDatagramBytes;
    }

    /// Packets from [#firstPacket()] on that the peer can take, any value of 32 bits; 0 if it does not say.
    public int receiveWindow() {
        return receiveWindow;
    }

    /// Writes the body of a packet up to the acknowledgements, which the caller writes with [#encodeAck].
    ///
    /// @param packet written from index 28, header not touched; room for [#MAX_BYTES]
    /// @param firstPacket the first packet that is not received for good
    /// @param previousPacket the packet received last
    /// @param ackedSerial the serial that draws it, or 0
    /// @param reason why it is sent
    /// @param ackCount how many packets it tells of, 0 to 255
    /// @param receiveWindow packets from `firstPacket` on that can be received, 1 to 255
    /// @return the packet's length
    public static int encode(
            ByteBuffer packet, int firstPacket, int previousPacket, int ackedSerial, int reason, int ackCount, int receiveWindow) {
        packet.putShort(28, (short) receiveWindow);
        packet.putShort(30, (short) 0);
        packet.putInt(FIRST_PACKET, firstPacket);
        packet.putInt(PREVIOUS_PACKET, previousPacket);
        packet.putInt(ACKED_SERIAL, ackedSerial);
        packet.put(REASON, (byte) reason);
        packet.put(ACK_COUNT, (byte) ackCount);
        int at = ACKS + ackCount;
        packet.put(at, (byte) 0);
        packet.put(at + 1, (byte) 0);
        packet.put(at + 2, (byte) 0);
        packet.putInt(at + 3, RxDataPacket.MAX_SENT_DATAGRAM_BYTES);
        packet.putInt(at + 7, RxDataPacket.MAX_SENT_DATAGRAM_BYTES);
        packet.putInt(at + 11, receiveWindow);
        packet.putInt(at + 15, 1);
        return at + 19;
    }

    /// Writes one acknowledgement.
    ///
    /// @param packet the packet
    /// @param index counted from its first packet, below its count
    /// @param received whether the packet is there
    public static void encodeAck(ByteBuffer packet, int index, boolean received) {
        packet.put(ACKS + index, (byte) (received ? 1 : 0));
    }
}
