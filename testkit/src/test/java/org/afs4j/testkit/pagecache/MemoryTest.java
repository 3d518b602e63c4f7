package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.frames.FrameRange;
import org.afs4j.pagecache.frames.FrameStore;
import org.junit.jupiter.api.Test;

/// What the memory of the cache holds: many small files, few huge ones, and what is used again whatever is read once.
class MemoryTest {
    private static final int CHUNK_BYTES = 65_536;

    private static PageCache open(long budgetBytes) throws IOException {
        return PageCache.open(
                SystemWorld.instance(), PageCacheOptions.defaults().withReadahead(0, 0).withBudgetBytes(budgetBytes));
    }

    @Test
    void keepsWhatIsUsedAgainWhenAScanPasses() throws IOException {
        PageCache cache = open(256L * CHUNK_BYTES);
        PageMapping hot = cache.newMapping(new SparseBacking(), 128L * CHUNK_BYTES, "hot");
        PageMapping scanned = cache.newMapping(new SparseBacking(), 1L << 40, "scanned");
        Random random = new Random(1);
        long scanAt = 0;
        long hotMisses = 0;
        for (int i = 0; i < 20_000; i++) {
            long before = cache.counters().misses();
            hot.read(random.nextInt(128) * (long) CHUNK_BYTES, ByteBuffer.allocate(1));
            hotMisses += cache.counters().misses() - before;
            for (int j = 0; j < 16; j++) {
                scanned.read(scanAt + j * 4096L, ByteBuffer.allocate(4096));
            }
            scanAt += CHUNK_BYTES;
        }
        // Each hot chunk once, and some more until it is known to be used again; LRU would miss about half of all.
        assertThat(hotMisses).isLessThan(1_000);
        assertThat(cache.residentBytes()).isLessThanOrEqualTo(256L * CHUNK_BYTES);
        hot.close();
        scanned.close();
        PageCacheInvariants.assertNothingLeaked(cache);
    }

    @Test
    void readsAndWritesASparseFileOfTwoToThe62Bytes() throws IOException {
        long size = 1L << 62;
        PageCache cache = open(64L * CHUNK_BYTES);
        SparseBacking backing = new SparseBacking();
        backing.put(size - 1, (byte) 7);
        PageMapping mapping = cache.newMapping(backing, size, "huge");
        assertThat(PageMappingTest.readAll(mapping, size - 2, 10)).containsExactly(0, 7);
        Random random = new Random(2);
        List<Long> places = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            long at = random.nextLong(size - 8);
            places.add(at);
            mapping.write(at, ByteBuffer.wrap(new byte[] {(byte) i, 1}));
            assertThat(PageMappingTest.readAll(mapping, at, 2)).containsExactly((byte) i, 1);
            assertThat(cache.usedRangeBytes()).isLessThan(1L << 34);
        }
        for (int i = 0; i < places.size(); i++) {
            assertThat(PageMappingTest.readAll(mapping, places.get(i), 2)).containsExactly((byte) i, 1);
        }
        mapping.sync();
        mapping.truncate(100, () -> {});
        assertThat(PageMappingTest.readAll(mapping, 0, 200)).hasSize(100);
        mapping.close();
        PageCacheInvariants.assertNothingLeaked(cache);
    }

    @Test
    void hasRangesForAMillionSmallFilesAndJoinsThemAgain() throws IOException {
        FrameStore store = FrameStore.open(CHUNK_BYTES);
        List<FrameRange> ranges = new ArrayList<>();
        for (int i = 0; i < 1_000_000; i++) {
            FrameRange range = store.take(1 + i % 4 * CHUNK_BYTES);
            assertThat(range).isNotNull();
            if (range != null) {
                ranges.add(range);
            }
        }
        ranges.forEach(range -> store.give(range, List.of()));
        assertThat(store.usedRangeBytes()).isZero();
        FrameRange half = store.take(1L << 35);
        assertThat(half).isNotNull();
        store.close();
    }

    @Test
    void servesManySmallFilesWithinItsBudget() throws IOException {
        PageCache cache = open(256L * CHUNK_BYTES);
        List<PageMapping> mappings = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            PageMapping mapping = cache.newMapping(new InMemoryBacking(new byte[] {(byte) i}), 1, "small" + i);
            mappings.add(mapping);
            assertThat(PageMappingTest.readAll(mapping, 0, 5)).containsExactly((byte) i);
            assertThat(cache.residentBytes()).isLessThanOrEqualTo(256L * CHUNK_BYTES);
        }
        mappings.forEach(PageMapping::close);
        PageCacheInvariants.assertNothingLeaked(cache);
    }
}
