package org.afs4j.protocol.directory;

import java.io.IOException;

/// A directory has no room for a name, and can get none: 1023 pages is the most. Shorter names may still fit; file servers
/// answer EFBIG.
public final class DirectoryFullException extends IOException {
    private static final long serialVersionUID = 1L;

    /// Makes the exception.
    ///
    /// @param slots how many slots in a row were looked for
    public DirectoryFullException(int slots) {
        super("directory full: no " + slots + " slots in a row");
    }
}
