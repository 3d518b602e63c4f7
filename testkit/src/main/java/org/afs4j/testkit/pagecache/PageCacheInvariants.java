package org.afs4j.testkit.pagecache;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.pagecache.PageCache;

/// What must hold of a page cache after every test.
public final class PageCacheInvariants {
    private PageCacheInvariants() {}

    /// Asserts that, with every mapping closed, nothing is left: no pin, no page, no reservation, no dirty byte, no range of the frame
    /// store (so no generation of a view that would not close), no memory of the system. Closes the cache.
    ///
    /// @param cache the cache
    /// @throws IOException if the system does not say how much memory it uses
    /// @throws AssertionError if something is left; the message says what
    public static void assertNothingLeaked(PageCache cache) throws IOException {
        List<String> leaks = new ArrayList<>();
        note(leaks, "mappings", cache.mappingCount());
        note(leaks, "pins", cache.pins().size());
        note(leaks, "resident bytes", cache.residentBytes());
        note(leaks, "dirty bytes", cache.dirtyBytes());
        note(leaks, "bytes of frame ranges", cache.usedRangeBytes());
        note(leaks, "bytes of memory", cache.allocatedBytes());
        if (cache.mappingCount() == 0) {
            cache.close();
            note(leaks, "reserved bytes", cache.reservedBytes());
        }
        if (!leaks.isEmpty()) {
            throw new AssertionError("the page cache leaks: " + leaks);
        }
    }

    private static void note(List<String> leaks, String what, long count) {
        if (count != 0) {
            leaks.add(count + " " + what);
        }
    }
}
