package org.afs4j.rx.packet;

import java.nio.ByteBuffer;

/// The header that opens every packet. BUSY, ACKALL and PARAMS packets need nothing more of it than this.
///
/// ```
///   0                   1                   2                   3
///   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///  +---------------------------------------------------------------+  0
///  |                             epoch                             |
///  +---------------------------------------------------------------+  4
///  |                    connection id                      |channel|
///  +---------------------------------------------------------------+  8
///  |                          call number                          |
///  +---------------------------------------------------------------+ 12
///  |                              seq                              |
///  +---------------------------------------------------------------+ 16
///  |                             serial                            |
///  +---------------+---------------+---------------+---------------+ 20
///  |     type      |     flags     |  user status  | security index|
///  +---------------+---------------+---------------+---------------+ 24
///  |           checksum            |          service id           |
///  +-------------------------------+-------------------------------+ 28
/// ```
///
/// The channel is the low two bits of the cid. The top bit of the epoch marks a random epoch: epoch and cid are then enough to
/// find a connection, whatever address a packet comes from.
public final class RxHeader {
    /// Bytes of a header.
    public static final int LENGTH = 28;

    /// The most bytes that a datagram of Rx has.
    public static final int MAX_DATAGRAM_BYTES = 16384 + LENGTH;

    /// Part of a call's byte stream.
    public static final int TYPE_DATA = 1;
    /// What has been received.
    public static final int TYPE_ACK = 2;
    /// The call cannot be taken now.
    public static final int TYPE_BUSY = 3;
    /// The call, or with call number 0 the connection, is over.
    public static final int TYPE_ABORT = 4;
    /// All that was sent has been received.
    public static final int TYPE_ACKALL = 5;
    /// Who are you?
    public static final int TYPE_CHALLENGE = 6;
    /// That is who.
    public static final int TYPE_RESPONSE = 7;
    /// What goes on in there?
    public static final int TYPE_DEBUG = 8;
    /// An exchange of parameters that never came into use; three types.
    public static final int TYPE_PARAMS = 9;
    /// Which software are you?
    public static final int TYPE_VERSION = 13;

    /// The packet is from the caller's side.
    public static final int FLAG_CLIENT_INITIATED = 0x01;
    /// Acknowledge at once.
    public static final int FLAG_REQUEST_ACK = 0x02;
    /// The last packet of this side of the call.
    public static final int FLAG_LAST_PACKET = 0x04;
    /// More packets follow at once.
    public static final int FLAG_MORE_PACKETS = 0x08;
    /// In DATA: another packet follows in the datagram.
    public static final int FLAG_JUMBO_PACKET = 0x20;
    /// In ACK: slow start is understood.
    public static final int FLAG_SLOW_START_OK = 0x20;

    /// Channels of a connection.
    public static final int CHANNELS = 4;
    /// The channel within a cid.
    public static final int CHANNEL_MASK = CHANNELS - 1;
    /// The bit of an epoch that says it was drawn at random.
    public static final int RANDOM_EPOCH = 0x8000_0000;

    private RxHeader() {}

    /// The epoch.
    ///
    /// @param packet a packet from index 0, at least [#LENGTH] bytes
    public static int epoch(ByteBuffer packet) {
        return packet.getInt(0);
    }

    /// The cid, channel included.
    ///
    /// @param packet a packet from index 0, at least [#LENGTH] bytes
    public static int cid(ByteBuffer packet) {
        return packet.getInt(4);
    }

    /// The call number; 0 where the packet is about the connection.
    ///
    /// @param packet a packet from index 0, at least [#LENGTH] bytes
    public static int callNumber(ByteBuffer packet) {
        return packet.getInt(8);
    }

    /// The sequence number within the call, from 1; 0 where there is none.
    ///
    /// @param packet a packet from index 0, at least [#LENGTH] bytes
    public static int seq(ByteBuffer packet) {
        return packet.getInt(12);
    }

    /// The serial number: each packet sent on a connection has the next one.
    ///
    /// @param packet a packet from index 0, at least [#LENGTH] bytes
    public static int serial(ByteBuffer packet) {
        return packet.getInt(16);
    }

    /// The type.
    ///
    /// @param packet a packet from index 0, at least [#LENGTH] bytes
    public static int type(ByteBuffer packet) {
        return packet.get(20) & 0xFF;
    }

    /// The flags.
    ///
    /// @param packet a packet from index 0, at least [#LENGTH] bytes
    public static int flags(ByteBuffer packet) {
        return packet.get(21) & 0xFF;
    }

    /// The user status.
    ///
    /// @param packet a packet from index 0, at least [#LENGTH] bytes
    public static int userStatus(ByteBuffer packet) {
        return packet.get(22) & 0xFF;
    }

    /// The security index.
    ///
    /// @param packet a packet from index 0, at least [#LENGTH] bytes
    public static int securityIndex(ByteBuffer packet) {
        return packet.get(23) & 0xFF;
    }

    /// The security class's checksum, 0 to 65535.
    ///
    /// @param packet a packet from index 0, at least [#LENGTH] bytes
    public static int checksum(ByteBuffer packet) {
        return packet.getShort(24) & 0xFFFF;
    }

    /// The service id, 0 to 65535.
    ///
    /// @param packet a packet from index 0, at least [#LENGTH] bytes
    public static int serviceId(ByteBuffer packet) {
        return packet.getShort(26) & 0xFFFF;
    }

    /// Writes a header.
    ///
    /// @param packet written from index 0; its position stays
    /// @param epoch the epoch
    /// @param cid the connection id with its channel
    /// @param callNumber the call, or 0
    /// @param seq the packet within the call, or 0
    /// @param serial the serial number
    /// @param type one of the types
    /// @param flags any of the flags
    /// @param userStatus the user status, 0 to 255
    /// @param securityIndex the security index, 0 to 255
    /// @param checksum the checksum, 0 to 65535
    /// @param serviceId the service, 0 to 65535
    @SuppressWarnings("TooManyParameters") // the header has so many fields
    public static void encode(
            ByteBuffer packet,
            int epoch,
            int cid,
            int callNumber,
            int seq,
            int serial,
            int type,
            int flags,
            int userStatus,
            int securityIndex,
            int checksum,
            int serviceId) {
        packet.putInt(0, epoch);
        packet.putInt(4, cid);
        packet.putInt(8, callNumber);
        packet.putInt(12, seq);
        packet.putInt(16, serial);
        packet.put(20, (byte) type);
        packet.put(21, (byte) flags);
        packet.put(22, (byte) userStatus);
        packet.put(23, (byte) securityIndex);
        packet.putShort(24, (short) checksum);
        packet.putShort(26, (short) serviceId);
    }

    /// Rewrites which call a packet is of.
    ///
    /// @param packet written from index 0; its position stays
    /// @param cid the connection id with its channel
    /// @param callNumber the call
    public static void readdress(ByteBuffer packet, int cid, int callNumber) {
        packet.putInt(4, cid);
        packet.putInt(8, callNumber);
    }

    /// Rewrites what differs from one transmission of a packet to the next.
    ///
    /// @param packet written from index 0; its position stays
    /// @param serial the serial number of this transmission
    /// @param flags its flags
    public static void restamp(ByteBuffer packet, int serial, int flags) {
        packet.putInt(16, serial);
        packet.put(21, (byte) flags);
    }
}
