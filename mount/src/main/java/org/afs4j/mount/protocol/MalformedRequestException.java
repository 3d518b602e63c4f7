package org.afs4j.mount.protocol;

import java.io.IOException;

/// What was read is no request; it is refused and counted.
public final class MalformedRequestException extends IOException {
    private static final long serialVersionUID = 1L;

    /// Makes the exception.
    ///
    /// @param message what is wrong
    public MalformedRequestException(String message) {
        super(message);
    }
}
