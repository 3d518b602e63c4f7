package org.afs4j.pagecache.error;

import java.io.IOException;

/// A long-term pin was asked for, which the cache does not allow (PIN-4): copy the bytes, or pin them for each transfer anew.
public final class PinRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    /// Makes the exception.
    ///
    /// @param message which pin
    public PinRefusedException(String message) {
        super(message);
    }
}
