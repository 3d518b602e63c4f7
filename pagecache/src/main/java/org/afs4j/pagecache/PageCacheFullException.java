package org.afs4j.pagecache;

import java.io.IOException;

/// The cache's budget is used up by pages that can be neither evicted nor written back. The caller may retry after syncing or
/// closing files; the cause, if any, says why dirty pages could not be written back.
public final class PageCacheFullException extends IOException {
    private static final long serialVersionUID = 1L;

    PageCacheFullException(String message) {
        super(message);
    }
}
