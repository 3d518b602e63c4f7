package org.afs4j.rx.packet;

import java.nio.ByteBuffer;

/// A DATA packet: part of a call's byte stream. A datagram holds one, or, as a jumbogram, several.
///
/// ```
///  +-------------------------------+  0
///  |       header (RxHeader)       |
///  +-------------------------------+ 28
///  |   payload, 0 to 1416 bytes    |     (of other implementations: to 16384)
///  +-------------------------------+
///
///  A jumbogram: each packet but the last has JUMBO_PACKET set and exactly 1412 bytes.
///
///  +-------------------------------+  0
///  |       header of the first     |
///  +-------------------------------+ 28
///  |      payload, 1412 bytes      |
///  +-------+-------+---------------+ 1440
///  | flags | spare |   checksum    |      header of the second; seq and serial are one more
///  +-------+-------+---------------+ 1444
///  |      payload …                |
/// ```
///
/// Jumbograms are received, never sent.
public final class RxDataPacket {
    /// The most bytes of a datagram that we send: what passes where IPv6, or a tunnel of like cost, runs over Ethernet.
    public static final int MAX_SENT_DATAGRAM_BYTES = 1444;

    /// The least bytes of a datagram that a peer may restrict us to.
    public static final int MIN_SENT_DATAGRAM_BYTES = 576 - 56;

    /// The most payload of a packet that we send.
    public static final int MAX_SENT_PAYLOAD_BYTES = MAX_SENT_DATAGRAM_BYTES - RxHeader.LENGTH;

    /// The payload of each packet but the last of a jumbogram.
    public static final int JUMBO_PAYLOAD_BYTES = 1412;

    /// The header between two packets of a jumbogram.
    public static final int JUMBO_HEADER_BYTES = 4;

    private ByteBuffer datagram = ByteBuffer.allocate(0);
    private int from;
    private int to;
    private int seq;
    private int serial;
    private int flags;
    private int checksum;

    /// Makes a decoder; it decodes one datagram after the other.
    public RxDataPacket() {}

    /// Goes to the first packet of a datagram.
    ///
    /// @param newDatagram from index 0 to its limit, at least [RxHeader#LENGTH] bytes; kept until the next one
    public void begin(ByteBuffer newDatagram) {
        datagram = newDatagram;
        from = RxHeader.LENGTH;
        seq = RxHeader.seq(datagram);
        serial = RxHeader.serial(datagram);
        flags = RxHeader.flags(datagram);
        checksum = RxHeader.checksum(datagram);
        to = end();
    }

    private int end() {
        return isFollowed() ? from + JUMBO_PAYLOAD_BYTES : datagram.limit();
    }

    /// Whether another packet follows in the datagram.
    public boolean isFollowed() {
        return (flags & RxHeader.FLAG_JUMBO_PACKET) != 0;
    }

    /// Whether the packet, and the header that its flags promise after it, are there as a whole.
    public boolean isWhole() {
        return isFollowed() ? to + JUMBO_HEADER_BYTES <= datagram.limit() : from <= to;
    }

    /// Moves on to the packet that follows; the present one is whole.
    public void next() {
        flags = datagram.get(to) & 0xFF;
        checksum = datagram.getShort(to + 2) & 0xFFFF;
        from = to + JUMBO_HEADER_BYTES;
        seq++;
        serial++;
        to = end();
    }

    /// Index of the payload's first byte.
    public int from() {
        return from;
    }

    /// Index after the payload's last byte.
    public int to() {
        return to;
    }

    /// The packet within the call.
    public int seq() {
        return seq;
    }

    /// The serial number.
    public int serial() {
        return serial;
    }

    /// The flags.
    public int flags() {
        return flags;
    }

    /// The security class's checksum, 0 to 65535.
    public int checksum() {
        return checksum;
    }
}
