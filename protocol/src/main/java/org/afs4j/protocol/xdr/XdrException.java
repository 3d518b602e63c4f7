package org.afs4j.protocol.xdr;

import java.io.IOException;

/// What a peer sent is not what the procedure's layout asks for: too short, too long, or beyond a bound.
/// The call is lost; the peer is faulty or of another kind, so that a repetition is of no use.
public final class XdrException extends IOException {
    private static final long serialVersionUID = 1L;

    /// Makes the exception.
    ///
    /// @param message what is wrong
    public XdrException(String message) {
        super(message);
    }
}
