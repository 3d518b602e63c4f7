package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.pagecache.FreshSegment;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.error.MappedAccessException;
import org.afs4j.pagecache.error.PageCacheFullException;
import org.junit.jupiter.api.Test;

/// MM-3: what a segment that is kept fresh shows, after what, and when it is closed.
class FreshSegmentTest {
    private static final int CHUNK_BYTES = 1 << 16;
    private static final int SIZE_BYTES = 3 * CHUNK_BYTES;
    private static final long BUDGET_BYTES = 16L * CHUNK_BYTES;
    private static final int MOST_WAITS = 1000;
    private static final long WAIT_NANOS = 1_000_000;

    /// A file full of ones, in a world of its own.
    private record File(SimulatedWorld world, PageCache cache, InMemoryBacking backing, PageMapping mapping) {
        /// Waits until a segment shows all that is known.
        void awaitFresh(FreshSegment fresh) throws InterruptedException {
            for (int i = 0; !fresh.isFresh() && i < MOST_WAITS; i++) {
                world.pause(WAIT_NANOS);
            }
            assertThat(fresh.isFresh()).isTrue();
        }
    }

    private interface Body {
        void run(File file) throws Exception;
    }

    private static void simulate(Body body) {
        SimulatedWorld world = new SimulatedWorld(1);
        world.run(() -> {
            PageCache cache = PageCache.open(
                    world, PageCacheOptions.defaults().withBudgetBytes(BUDGET_BYTES).withReadahead(0, 0));
            InMemoryBacking backing = new InMemoryBacking(filled(SIZE_BYTES, 1));
            PageMapping mapping = cache.newMapping(backing, SIZE_BYTES, "file");
            backing.attach(mapping);
            body.run(new File(world, cache, backing, mapping));
            assertThat(mapping.isMapped()).isFalse();
            mapping.close();
            PageCacheInvariants.assertNothingLeaked(cache);
        });
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static boolean isAll(MemorySegment segment, int value) {
        return segment.mismatch(MemorySegment.ofArray(filled((int) segment.byteSize(), value))) < 0;
    }

    /// MM-1, MM-2, MM-3: nobody accesses the file; the thread in the background validates after the break, once.
    @Test
    void showsAThirdPartysChangeInTheSameMemory() {
        simulate(file -> {
            try (FreshSegment fresh = file.mapping.mapFresh(10, SIZE_BYTES - 10)) {
                MemorySegment segment = fresh.segment();
                assertThat(segment.isReadOnly()).isTrue();
                assertThat(isAll(segment, 1)).isTrue();
                for (int change = 2; change < 6; change++) {
                    file.backing.changeByOther(filled(SIZE_BYTES, change));
                    assertThat(fresh.isFresh()).isFalse();
                    file.awaitFresh(fresh);
                    assertThat(isAll(segment, change)).isTrue();
                }
                assertThat(fresh.segment()).isEqualTo(segment);
                assertThat(file.cache.counters().refreshes()).isPositive();
                assertThat(file.backing.validations()).isEqualTo(4);
            }
        });
    }

    /// MM-3, PC-9: the end of the file moves over the segment, both ways, from nothing too.
    @Test
    void isZeroBeyondTheEndOfTheFileWhereverThatIs() {
        simulate(file -> {
            try (FreshSegment fresh = file.mapping.mapFresh(CHUNK_BYTES, 4 * CHUNK_BYTES)) {
                for (int size : new int[] {SIZE_BYTES, CHUNK_BYTES + 5, 0, 2 * CHUNK_BYTES, 7 * CHUNK_BYTES}) {
                    file.backing.changeByOther(filled(size, 3));
                    file.awaitFresh(fresh);
                    int shown = Math.clamp(size - CHUNK_BYTES, 0, 4 * CHUNK_BYTES);
                    assertThat(isAll(fresh.segment().asSlice(0, shown), 3)).isTrue();
                    assertThat(isAll(fresh.segment().asSlice(shown), 0)).isTrue();
                }
            }
        });
    }

    /// MM-8: what is written here shows too, through views once it is written back.
    @Test
    void showsWhatIsWrittenAndTruncatedHere() {
        simulate(file -> {
            try (FreshSegment fresh = file.mapping.mapFresh(0, SIZE_BYTES);
                    MappedView view = file.mapping.map(MapAccess.READ_WRITE, 0, SIZE_BYTES)) {
                MemorySegment segment = fresh.segment();
                file.mapping.write(7, ByteBuffer.wrap(filled(10, 9)));
                file.awaitFresh(fresh);
                assertThat(isAll(segment.asSlice(7, 10), 9)).isTrue();
                view.setByte(CHUNK_BYTES, (byte) 8);
                view.force();
                file.awaitFresh(fresh);
                assertThat(segment.get(ValueLayout.JAVA_BYTE, CHUNK_BYTES)).isEqualTo((byte) 8);
                file.mapping.truncate(5, () -> file.backing.resizeByUs(5));
                file.awaitFresh(fresh);
                assertThat(isAll(segment.asSlice(0, 5), 1)).isTrue();
                assertThat(isAll(segment.asSlice(5), 0)).isTrue();
            }
        });
    }

    /// MM-6: bytes that nobody vouches for are not shown, and it is told why.
    @Test
    void isClosedOnceTheFileCannotBeValidated() {
        simulate(file -> {
            try (FreshSegment fresh = file.mapping.mapFresh(0, SIZE_BYTES)) {
                MemorySegment segment = fresh.segment();
                file.backing.delete();
                file.backing.breakPromise();
                for (int i = 0; segment.scope().isAlive() && i < MOST_WAITS; i++) {
                    file.world.pause(WAIT_NANOS);
                }
                assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(fresh::segment).isInstanceOfSatisfying(MappedAccessException.class, e -> {
                    assertThat(e.reason()).isEqualTo(MappedAccessException.Reason.IO);
                    assertThat(e.ioCause()).isInstanceOf(FileNotFoundException.class);
                });
                assertThat(fresh.isFresh()).isFalse();
                assertThat(file.cache.counters().lostSegments()).isEqualTo(1);
            }
            assertThatThrownBy(() -> file.mapping.mapFresh(0, 1)).isInstanceOf(MappedAccessException.class);
        });
    }

    /// MM-6: so does the end of the file's cache.
    @Test
    void isClosedWithTheFilesCache() {
        simulate(file -> {
            InMemoryBacking backing = new InMemoryBacking(filled(CHUNK_BYTES, 7));
            PageMapping other = file.cache.newMapping(backing, CHUNK_BYTES, "other");
            try (FreshSegment fresh = other.mapFresh(0, CHUNK_BYTES)) {
                MemorySegment segment = fresh.segment();
                other.end();
                for (int i = 0; segment.scope().isAlive() && i < MOST_WAITS; i++) {
                    file.world.pause(WAIT_NANOS);
                }
                assertThatThrownBy(fresh::segment).isInstanceOf(MappedAccessException.class).hasMessageContaining("closed");
            }
        });
    }

    /// MM-4, MM-7: it counts as a view, and its memory goes with it.
    @Test
    void closesItsMemoryAndCountsAsAView() throws IOException {
        simulate(file -> {
            FreshSegment fresh = file.mapping.mapFresh(0, SIZE_BYTES);
            MemorySegment segment = fresh.segment();
            assertThat(file.backing.isMapped()).isTrue();
            assertThatThrownBy(file.mapping::close).isInstanceOf(IllegalStateException.class);
            fresh.close();
            fresh.close();
            assertThat(file.backing.isMapped()).isFalse();
            assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(fresh::segment).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
            assertThat(file.cache.counters().lostSegments()).isZero();
        });
    }

    /// What is taken out of memory for want of it has not changed: nobody is asked, and nothing is copied again.
    @Test
    void isLeftAloneByEviction() {
        simulate(file -> {
            try (FreshSegment fresh = file.mapping.mapFresh(0, SIZE_BYTES)) {
                int large = 64 * CHUNK_BYTES;
                PageMapping other = file.cache.newMapping(new InMemoryBacking(filled(large, 5)), large, "large");
                ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
                for (int i = 0; i < 128; i++) {
                    assertThat(other.read((long) i % 64 * CHUNK_BYTES, buffer.clear())).isEqualTo(CHUNK_BYTES);
                }
                file.world.pause(WAIT_NANOS);
                assertThat(fresh.isFresh()).isTrue();
                assertThat(file.cache.counters().refreshes()).isZero();
                assertThat(file.cache.counters().evictedPages()).isPositive();
                assertThat(isAll(fresh.segment(), 1)).isTrue();
                other.close();
            }
        });
    }

    /// The copies have half of the budget, and give it back.
    @Test
    void hasABoundOnMemory() {
        simulate(file -> {
            int most = (int) (BUDGET_BYTES / 4);
            assertThatThrownBy(() -> file.mapping.mapFresh(0, most + 1)).isInstanceOf(IllegalArgumentException.class);
            for (int round = 0; round < 3; round++) {
                try (FreshSegment first = file.mapping.mapFresh(0, most); FreshSegment second = file.mapping.mapFresh(0, most)) {
                    assertThat(first.segment().mismatch(second.segment())).isEqualTo(-1);
                    assertThatThrownBy(() -> file.mapping.mapFresh(0, 1)).isInstanceOf(PageCacheFullException.class);
                }
                file.world.pause(WAIT_NANOS);
            }
        });
    }
}
