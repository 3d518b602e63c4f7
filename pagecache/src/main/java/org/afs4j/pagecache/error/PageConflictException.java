package org.afs4j.pagecache.error;

import java.io.IOException;

/// Somebody else changed a file that had dirty bytes here, and its backing wanted that reported rather than merged (CB-13). The
/// dirty bytes are still there, over the new version, and nothing of them was written: the caller reads, decides, and syncs again
/// to write them, or discards them.
public final class PageConflictException extends IOException {
    private static final long serialVersionUID = 1L;

    /// Makes the exception.
    ///
    /// @param name the file's name
    public PageConflictException(String name) {
        super(name + ": changed by somebody else while bytes written here were not stored yet");
    }
}
