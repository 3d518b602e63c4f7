package org.afs4j.rx;

import java.io.IOException;

/// A call ended without its reply.
public abstract sealed class RxException extends IOException permits RxAbortException, RxClosedException, RxTimeoutException {
    private static final long serialVersionUID = 1L;

    RxException(String message) {
        super(message);
    }
}
