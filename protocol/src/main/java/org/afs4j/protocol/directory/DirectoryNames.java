package org.afs4j.protocol.directory;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/// Names of entries as strings: UTF-8, with each byte that is none as a lone surrogate U+DC80 to U+DCFF.
final class DirectoryNames {
    private static final int ESCAPE = 0xDC00;

    private DirectoryNames() {}

    static String decode(byte[] name) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(name);
        CharBuffer out = CharBuffer.allocate(name.length);
        while (decoder.decode(in, out, true).isError()) {
            out.put((char) (ESCAPE | (in.get() & 0xFF)));
            decoder.reset();
        }
        return out.flip().toString();
    }

    /// @throws IllegalArgumentException if the name is empty, too long, has a zero byte or a slash, or cannot be bytes
    static byte[] encode(String name) {
        CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
        CharBuffer in = CharBuffer.wrap(name);
        ByteBuffer out = ByteBuffer.allocate(name.length() * 3);
        while (encoder.encode(in, out, true).isError()) {
            char escaped = in.get();
            if (escaped < 0xDC80 || escaped > 0xDCFF) {
                throw new IllegalArgumentException("a name with a lone surrogate that stands for no byte");
            }
            out.put((byte) escaped);
            encoder.reset();
        }
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        if (bytes.length == 0 || bytes.length > DirectoryLayout.MAX_NAME_BYTES) {
            throw new IllegalArgumentException("a name of " + bytes.length + " bytes; 1 to 255 are allowed");
        }
        for (byte b : bytes) {
            if (b == 0 || b == '/') {
                throw new IllegalArgumentException("a name with a slash or a zero byte");
            }
        }
        return bytes;
    }
}
