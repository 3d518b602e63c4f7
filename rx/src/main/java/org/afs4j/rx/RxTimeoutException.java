package org.afs4j.rx;

/// A call took longer than it may; [#reason()] says in what way, and whether the peer may have carried it out.
public final class RxTimeoutException extends RxException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /// In what way a call took too long.
    public enum Reason {
        /// The peer was silent for the dead time-out; the call may or may not have been carried out.
        SILENT,
        /// The peer was there, but moved no data for the idle-dead time-out; the call may or may not have been carried out.
        IDLE,
        /// The call took the hard dead time-out; it may or may not have been carried out.
        TOO_LONG,
        /// The peer was too busy to take the call for the busy time-out; it was not carried out.
        BUSY
    }

    /// Makes the exception.
    ///
    /// @param reason in what way
    /// @param message which peer, how long
    public RxTimeoutException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /// In what way the call took too long.
    public Reason reason() {
        return reason;
    }
}
