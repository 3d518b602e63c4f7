package org.afs4j.protocol.directory;

import java.io.IOException;

/// A directory's contents break the rules of their format: the server's copy is damaged, or what was fetched is not whole.
public final class MalformedDirectoryException extends IOException {
    private static final long serialVersionUID = 1L;

    /// Makes the exception.
    ///
    /// @param reason which rule is broken, and where
    public MalformedDirectoryException(String reason) {
        super("malformed directory: " + reason);
    }
}
