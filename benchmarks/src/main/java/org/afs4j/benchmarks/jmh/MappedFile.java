package org.afs4j.benchmarks.jmh;

import java.io.IOException;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;

/// A page cache with one file of numbers, all of it mapped and present.
final class MappedFile implements AutoCloseable {
    final PageMapping mapping;
    final MappedView view;
    private final PageCache cache;

    MappedFile(long sizeBytes) throws IOException {
        this(sizeBytes, 2 * sizeBytes + (32L << 20));
    }

    MappedFile(long sizeBytes, long budgetBytes) throws IOException {
        cache = PageCache.open(SystemWorld.instance(), PageCacheOptions.defaults().withBudgetBytes(budgetBytes));
        mapping = cache.newMapping(new PatternBacking(), sizeBytes, "numbers");
        view = mapping.map(MapAccess.READ_ONLY, 0, sizeBytes);
        for (long at = 0; at < sizeBytes; at += 4096) {
            if (view.getLong(at) != at) {
                throw new IOException("the file of numbers holds something else at " + at);
            }
        }
    }

    @Override
    public void close() throws IOException {
        view.close();
        mapping.close();
        cache.close();
    }
}
