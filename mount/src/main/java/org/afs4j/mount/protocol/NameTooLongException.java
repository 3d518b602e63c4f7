package org.afs4j.mount.protocol;

import java.io.IOException;

/// A name is longer than AFS can hold.
public final class NameTooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    /// Makes the exception.
    public NameTooLongException() {
        super("name too long");
    }
}
