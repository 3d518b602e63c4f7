package org.afs4j.protocol.fs;

import org.afs4j.protocol.xdr.XdrException;

/// What a vnode is.
public enum FileType {
    /// Nothing: the status is that of an error.
    INVALID(0),
    /// A file.
    FILE(1),
    /// A directory.
    DIRECTORY(2),
    /// A symlink or a mount point.
    SYMLINK(3);

    private static final FileType[] VALUES = values();

    private final int number;

    FileType(int number) {
        this.number = number;
    }

    /// The number on the wire.
    public int number() {
        return number;
    }

    static FileType ofWire(int number) throws XdrException {
        if (number < 0 || number >= VALUES.length) {
            throw new XdrException("a file type of " + Integer.toUnsignedString(number));
        }
        return VALUES[number];
    }
}
