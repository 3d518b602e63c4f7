package org.afs4j.rx.ffi;

import java.io.IOException;

/// A system call failed, or this platform has none of it.
public final class SystemCallException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    SystemCallException(String call, int errno) {
        super(call + " failed with errno " + errno);
        this.errno = errno;
    }

    SystemCallException(String message, Throwable cause) {
        super(message, cause);
        this.errno = 0;
    }

    /// The kernel's error number; 0 if the call could not be made at all.
    public int errno() {
        return errno;
    }
}
