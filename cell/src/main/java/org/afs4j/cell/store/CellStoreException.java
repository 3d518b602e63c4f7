package org.afs4j.cell.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What holds the volumes cannot be used, or no longer: the message says what to do.
public final class CellStoreException extends IOException {
    private static final long serialVersionUID = 1;

    /// Makes one.
    ///
    /// @param message what is wrong, where, and the remedy
    /// @param cause what told of it, or null
    public CellStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
