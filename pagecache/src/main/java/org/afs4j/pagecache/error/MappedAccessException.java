package org.afs4j.pagecache.error;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A page of a mapped view could not be brought in or validated (MM-6): what SIGBUS is to a program of the platform.
public final class MappedAccessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Why an access failed.
    public enum Reason {
        /// The file has shrunk: the access lies beyond its end now. A retry helps once it has grown again.
        BEYOND_END,
        /// The cache has no memory left that it could free. A retry may help.
        NO_MEMORY,
        /// The thread was interrupted while it waited; its interrupt status is set. A retry helps once it is cleared.
        INTERRUPTED,
        /// The server could not be asked, or the file is gone; [MappedAccessException#ioCause()] says which.
        IO
    }

    private final Reason reason;
    private final @Nullable IOException ioCause;

    /// Makes the exception.
    ///
    /// @param reason why
    /// @param message which file and where
    /// @param cause the error of the backing, or null
    public MappedAccessException(Reason reason, String message, @Nullable IOException cause) {
        super(message, cause);
        this.reason = reason;
        this.ioCause = cause;
    }

    /// Why the access failed.
    public Reason reason() {
        return reason;
    }

    /// The error of the backing, as it was thrown; null where there is none behind it.
    public @Nullable IOException ioCause() {
        return ioCause;
    }
}
