package org.afs4j.rx.packet;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A VERSION packet: asked for by a bare header from a client, answered with the same header, not from a client, and a text.
///
/// ```
///  +---------------------------------------------------------------+ 28
///  |            text, 65 bytes, the rest of them zero              |
///  +---------------------------------------------------------------+ 93
/// ```
public final class RxVersionPacket {
    /// Bytes of an answer, header included.
    public static final int LENGTH = RxHeader.LENGTH + 65;

    private RxVersionPacket() {}

    /// Writes the body of an answer.
    ///
    /// @param packet written after the header
    /// @param text ASCII, cut after 64 bytes
    public static void encode(ByteBuffer packet, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < LENGTH - RxHeader.LENGTH; i++) {
            packet.put(RxHeader.LENGTH + i, i < bytes.length && i < 64 ? bytes[i] : 0);
        }
    }
}
