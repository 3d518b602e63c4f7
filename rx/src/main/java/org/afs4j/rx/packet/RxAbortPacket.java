package org.afs4j.rx.packet;

import java.nio.ByteBuffer;

/// An ABORT packet: a call, or with call number 0 a connection, is over.
///
/// ```
///  +---------------------------------------------------------------+ 28
///  |                          abort code                           |
///  +---------------------------------------------------------------+ 32
/// ```
public final class RxAbortPacket {
    /// Bytes of a packet, header included.
    public static final int LENGTH = RxHeader.LENGTH + 4;

    private RxAbortPacket() {}

    /// Whether a packet has a code.
    ///
    /// @param packet from index 0 to its limit
    public static boolean isWhole(ByteBuffer packet) {
        return packet.limit() >= LENGTH;
    }

    /// The code.
    ///
    /// @param packet a whole one
    public static int code(ByteBuffer packet) {
        return packet.getInt(RxHeader.LENGTH);
    }

    /// Writes the body.
    ///
    /// @param packet written after the header
    /// @param code the code
    public static void encode(ByteBuffer packet, int code) {
        packet.putInt(RxHeader.LENGTH, code);
    }
}
