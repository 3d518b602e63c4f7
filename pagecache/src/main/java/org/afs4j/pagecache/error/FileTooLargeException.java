package org.afs4j.pagecache.error;

import java.io.IOException;

/// A file is larger than the page cache can hold the pages of. The caller reads or writes it without the cache, or opens the
/// cache with a larger `maxFileBytes`.
public final class FileTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    /// Makes the exception.
    ///
    /// @param name the file's name
    /// @param sizeBytes the size that it would have
    /// @param maxFileBytes the largest size that can be cached
    public FileTooLargeException(String name, long sizeBytes, long maxFileBytes) {
        super(name + ": " + sizeBytes + " bytes are more than the page cache's limit of " + maxFileBytes + " bytes a file");
    }
}
