package org.afs4j.rx;

/// The endpoint or the call was closed on our side.
public final class RxClosedException extends RxException {
    private static final long serialVersionUID = 1L;

    /// Makes the exception.
    ///
    /// @param message what was closed
    public RxClosedException(String message) {
        super(message);
    }
}
