package org.afs4j.pagecache.error;

import java.io.IOException;

/// The cache's budget is used up by pages that can be neither evicted nor written back. The caller may retry after syncing or
/// closing files; the cause, if any, says why dirty pages could not be written back.
public final class PageCacheFullException extends IOException {
    private static final long serialVersionUID = 1L;

    /// Makes the exception.
    ///
    /// @param message what could not be freed, and why
    public PageCacheFullException(String message) {
        super(message);
    }
}
