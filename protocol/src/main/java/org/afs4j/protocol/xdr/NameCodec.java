package org.afs4j.protocol.xdr;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Names of AFS as Java strings, without loss.
///
/// AFS names are bytes; by custom they are UTF-8, but older ones are not. Bytes that are UTF-8 become the characters
/// they stand for. Each byte 0x80 to 0xFF that is not part of a well-formed UTF-8 sequence becomes the lone surrogate
/// U+DC80 to U+DCFF. So every byte string has a Java string of its own, and gets back the same bytes.
///
/// Lone surrogates never come from UTF-8, so the two cannot be confused. Only strings that came from bytes, or are
/// proper Unicode, have bytes; [#encode] refuses others.
public final class NameCodec {
    private static final int ESCAPE = 0xdc00;
    private static final char MOST_ASCII = 0x7f;

    private NameCodec() {}

    /// The string of some bytes.
    ///
    /// @param bytes any bytes
    public static String decode(byte[] bytes) {
        return decode(bytes, 0, bytes.length);
    }

    /// The string of some bytes.
    ///
    /// @param bytes any bytes
    /// @param offset where they begin
    /// @param length how many
    public static String decode(byte[] bytes, int offset, int length) {
        return isAscii(bytes, offset, length)
                ? new String(bytes, offset, length, StandardCharsets.US_ASCII)
                : decodeAny(bytes, offset, length);
    }

    private static boolean isAscii(byte[] bytes, int offset, int length) {
        for (int at = offset; at < offset + length; at++) {
            if (bytes[at] < 0) {
                return false;
            }
        }
        return true;
    }

    private static String decodeAny(byte[] bytes, int offset, int length) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
        CharBuffer out = CharBuffer.allocate(length);
        while (decoder.decode(in, out, true).isError()) {
            // The position is at the first byte of the bad sequence; the byte after it may begin a good one.
            out.put((char) (ESCAPE | (in.get() & 0xff)));
            decoder.reset();
        }
        return out.flip().toString();
    }

    /// The bytes of a string.
    ///
    /// @param name from [#decode], or any proper Unicode
    /// @throws IllegalArgumentException if it holds a lone surrogate that stands for no byte
    public static byte[] encode(String name) {
        byte[] ascii = new byte[name.length()];
        for (int at = 0; at < ascii.length; at++) {
            char each = name.charAt(at);
            if (each > MOST_ASCII) {
                return encodeAny(name);
            }
            ascii[at] = (byte) each;
        }
        return ascii;
    }

    private static byte[] encodeAny(String name) {
        CharsetEncoder encoder = StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer in = CharBuffer.wrap(name);
        ByteBuffer out = ByteBuffer.allocate(name.length() * 3);
        while (encoder.encode(in, out, true).isError()) {
            char escaped = in.get();
            if (escaped < (ESCAPE | 0x80) || escaped > (ESCAPE | 0xff)) {
                throw new IllegalArgumentException("a name with a lone surrogate that stands for no byte");
            }
            out.put((byte) escaped);
            encoder.reset();
        }
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }

    /// The bytes that a string takes.
    ///
    /// @param name as for [#encode]
    /// @throws IllegalArgumentException as [#encode]
    public static int byteLength(String name) {
        return encode(name).length;
    }
}
