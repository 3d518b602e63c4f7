package org.afs4j.mount.operation;

import java.io.IOException;
import org.afs4j.protocol.Errno;

/// A request cannot be carried out. It is no defect and nobody logs it, so it has no stack trace, which costs more than the request.
final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    /// Refuses.
    ///
    /// @param errno what the process that asked is told
    RefusedException(Errno errno) {
        super(errno.meaning());
        this.errno = errno;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    Errno errno() {
        return errno;
    }
}
