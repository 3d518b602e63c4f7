package org.afs4j.protocol.fs;

import org.afs4j.protocol.xdr.XdrException;

/// How a file is locked.
public enum LockType {
    /// Shared with other readers.
    READ(0),
    /// Held alone.
    WRITE(1),
    /// The lock held is prolonged.
    EXTEND(2),
    /// The lock held is given up.
    RELEASE(3);

    private static final LockType[] VALUES = values();

    private final int number;

    LockType(int number) {
        this.number = number;
    }

    /// The number on the wire.
    public int number() {
        return number;
    }

    static LockType ofWire(int number) throws XdrException {
        if (number < 0 || number >= VALUES.length) {
            throw new XdrException("a lock type of " + Integer.toUnsignedString(number));
        }
        return VALUES[number];
    }
}
