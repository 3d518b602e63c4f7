package org.afs4j.rx;

/// A call was aborted with a code: received from the peer, or thrown by a service to end the call that it serves.
public final class RxAbortException extends RxException {
    private static final long serialVersionUID = 1L;

    private final int code;

    /// Makes the exception.
    ///
    /// @param code the abort code; negative ones are Rx's own or rxgen's, the others the service's
    public RxAbortException(int code) {
        super("aborted with code " + code);
        this.code = code;
    }

    /// The abort code.
    public int code() {
        return code;
    }
}
