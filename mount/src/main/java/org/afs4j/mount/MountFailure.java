package org.afs4j.mount;

import java.io.IOException;

/// Mounting or unmounting is not possible; the message is one line that says why and what would help.
public final class MountFailure extends IOException {
    private static final long serialVersionUID = 1L;

    /// Makes the exception.
    ///
    /// @param message why, and what would help
    public MountFailure(String message) {
        super(message);
    }
}
