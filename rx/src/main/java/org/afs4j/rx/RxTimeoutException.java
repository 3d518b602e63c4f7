package org.afs4j.rx;

/// A peer stayed silent for longer than the dead time-out; the call may or may not have been carried out.
public final class RxTimeoutException extends RxException {
    private static final long serialVersionUID = 1L;

    /// Makes the exception.
    ///
    /// @param message which peer, how long
    public RxTimeoutException(String message) {
        super(message);
    }
}
