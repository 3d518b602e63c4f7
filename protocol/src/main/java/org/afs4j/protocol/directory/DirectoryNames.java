package org.afs4j.protocol.directory;

import org.afs4j.protocol.xdr.NameCodec;

/// Names of entries as strings, with what the format asks of them.
final class DirectoryNames {
    private DirectoryNames() {}

    static String decode(byte[] name) {
        return NameCodec.decode(name);
    }

    /// @throws IllegalArgumentException if the name is empty, too long, has a zero byte or a slash, or cannot be bytes
    static byte[] encode(String name) {
        byte[] bytes = NameCodec.encode(name);
        if (bytes.length == 0 || bytes.length > DirectoryLayout.MAX_NAME_BYTES) {
            throw new IllegalArgumentException("a name of " + bytes.length + " bytes; 1 to 256 are allowed");
        }
        for (byte b : bytes) {
            if (b == 0 || b == '/') {
                throw new IllegalArgumentException("a name with a slash or a zero byte");
            }
        }
        return bytes;
    }
}
