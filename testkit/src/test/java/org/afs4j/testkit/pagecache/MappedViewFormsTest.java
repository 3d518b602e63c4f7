package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MapOption;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.PageStream;
import org.afs4j.pagecache.error.MappedAccessException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What views offer besides single numbers: functions over their bytes, copy on write, msync, and advice.
class MappedViewFormsTest {
    private static final int CHUNK_BYTES = 1 << 16;
    private static final int SIZE_BYTES = 40 * CHUNK_BYTES + 5000;

    @SuppressWarnings("NullAway.Init") // made before each test
    private PageCache cache;

    @SuppressWarnings("NullAway.Init") // made before each test
    private InMemoryBacking backing;

    @SuppressWarnings("NullAway.Init") // made before each test
    private PageMapping mapping;

    @BeforeEach
    void open() throws IOException {
        cache = PageCache.open(
                SystemWorld.instance(), PageCacheOptions.defaults().withBudgetBytes(8 << 20).withReadahead(0, 0));
        backing = new InMemoryBacking(filled(1));
        mapping = cache.newMapping(backing, SIZE_BYTES, "file");
        backing.attach(mapping);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        mapping.close();
        PageCacheInvariants.assertNothingLeaked(cache);
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[SIZE_BYTES];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static long sum(MemorySegment bytes) {
        long sum = 0;
        for (long at = 0; at < bytes.byteSize(); at++) {
            sum += bytes.get(ValueLayout.JAVA_BYTE, at);
        }
        return sum;
    }

    /// MM-2: a strip in the middle has the function applied again, to the new bytes.
    @Test
    void appliesAFunctionAgainIfAStripComesBetween() throws IOException {
        try (MappedView view = mapping.map(MapAccess.READ_ONLY, 10, SIZE_BYTES - 10)) {
            AtomicInteger applied = new AtomicInteger();
            long sum = view.read(5, 1000, bytes -> {
                if (applied.incrementAndGet() == 1) {
                    backing.changeByOther(filled(2));
                }
                return sum(bytes);
            });
            assertThat(sum).isEqualTo(2000);
            assertThat(applied).hasValue(2);
            assertThat(view.read(0, 0, MemorySegment::byteSize)).isZero();
            assertThatThrownBy(() -> view.read(0, 10, bytes -> {
                throw new IllegalStateException("the function's own");
            })).hasMessage("the function's own");
        }
    }

    @Test
    void foldsAWholeFileInParts() throws IOException {
        try (MappedView view = mapping.map(MapAccess.READ_ONLY, 3, SIZE_BYTES - 3)) {
            AtomicInteger parts = new AtomicInteger();
            long[] next = {100};
            long sum = view.fold(100, SIZE_BYTES - 200, 0L, (soFar, part, offset) -> {
                if (parts.incrementAndGet() == 2) {
                    mapping.strip();
                } else {
                    assertThat(offset).isEqualTo(next[0]);
                    next[0] += part.byteSize();
                }
                return soFar + sum(part);
            });
            assertThat(sum).isEqualTo(SIZE_BYTES - 200);
            assertThat(parts.get()).isGreaterThan(3);
        }
    }

    @Test
    void keepsWhatACopyOnWriteViewWritesToItself() throws IOException {
        try (MappedView view = mapping.map(MapAccess.COPY_ON_WRITE, 0, SIZE_BYTES);
                MappedView other = mapping.map(MapAccess.READ_ONLY, 0, SIZE_BYTES)) {
            assertThat(view.getInt(0)).isEqualTo(0x01010101);
            view.setByte(2, (byte) 7);
            assertThat(view.getInt(0)).isEqualTo(0x01070101);
            assertThat(other.getInt(0)).isEqualTo(0x01010101);
            view.setLong(2 * CHUNK_BYTES - 4, 0x0909090909090909L);
            assertThat(view.getLong(2 * CHUNK_BYTES - 4)).isEqualTo(0x0909090909090909L);
            assertThat(view.getByte(2 * CHUNK_BYTES + 4)).isEqualTo((byte) 1);
            assertThat(mapping.isDirty()).isFalse();
            view.force();
            backing.changeByOther(filled(5));
            assertThat(view.getByte(2)).as("a copied chunk stays").isEqualTo((byte) 7);
            assertThat(view.getByte(3)).isEqualTo((byte) 1);
            assertThat(view.getByte(5 * CHUNK_BYTES)).as("the others show the file").isEqualTo((byte) 5);
            assertThat(other.getByte(2)).isEqualTo((byte) 5);
            byte[] around = new byte[CHUNK_BYTES + 2];
            view.copyTo(3 * CHUNK_BYTES - 1, around);
            assertThat(new byte[] {around[0], around[1], around[CHUNK_BYTES + 1]}).containsExactly(1, 5, 5);
            assertThat(view.read(2L * CHUNK_BYTES, 2L * CHUNK_BYTES, MappedViewFormsTest::sum))
                    .isEqualTo(4 * 9 + (CHUNK_BYTES - 4) + 5L * CHUNK_BYTES);
        }
        assertThat(backing.contents()).isEqualTo(filled(5));
        assertThat(cache.residentBytes()).as("copies are gone, pages of the file are there").isLessThan(SIZE_BYTES);
    }

    @Test
    void refusesCopiesBeyondHalfOfTheCache() throws IOException {
        byte[] large = new byte[12 << 20];
        InMemoryBacking much = new InMemoryBacking(large);
        try (PageMapping file = cache.newMapping(much, large.length, "large")) {
            MappedView view = file.map(MapAccess.COPY_ON_WRITE, 0, large.length);
            assertThatThrownBy(() -> {
                for (int at = 0; at < large.length; at += CHUNK_BYTES) {
                    view.setByte(at, (byte) 1);
                }
            }).isInstanceOfSatisfying(
                    MappedAccessException.class, e -> assertThat(e.reason()).isEqualTo(MappedAccessException.Reason.NO_MEMORY));
            assertThat(view.getByte(0)).isEqualTo((byte) 1);
            assertThat(view.getByte(large.length - 1)).isZero();
            view.close();
            assertThatThrownBy(() -> view.getByte(0)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void endsTheCopiesOfViewsThatAreOpenWhenTheCacheEnds() throws IOException {
        MappedView view = mapping.map(MapAccess.COPY_ON_WRITE, 0, SIZE_BYTES);
        view.setByte(0, (byte) 2);
        cache.endMappings();
        assertThatThrownBy(() -> view.getByte(0)).isInstanceOf(MappedAccessException.class);
        view.close();
    }

    @Test
    void forcesARangeAndLeavesTheRestDirty() throws IOException {
        try (MappedView view = mapping.map(MapAccess.READ_WRITE, 0, SIZE_BYTES)) {
            view.setByte(100, (byte) 2);
            view.setByte(5 * CHUNK_BYTES, (byte) 2);
            view.force(0, CHUNK_BYTES);
            assertThat(backing.contents()[100]).isEqualTo((byte) 2);
            assertThat(backing.contents()[5 * CHUNK_BYTES]).isEqualTo((byte) 1);
            assertThat(mapping.isDirty()).isTrue();
            view.force();
            assertThat(backing.contents()[5 * CHUNK_BYTES]).isEqualTo((byte) 2);
        }
    }

    @Test
    void loadsAndTellsWhatIsLoadedAndTakesAdvice() throws IOException {
        try (MappedView view = mapping.map(MapAccess.READ_ONLY, 0, SIZE_BYTES)) {
            assertThat(view.isLoaded(0, 10)).isFalse();
            view.load(CHUNK_BYTES, 3L * CHUNK_BYTES);
            assertThat(view.isLoaded(CHUNK_BYTES, 3L * CHUNK_BYTES)).isTrue();
            assertThat(view.isLoaded(0, SIZE_BYTES)).isFalse();
            int fills = backing.fills();
            assertThat(view.getByte(3 * CHUNK_BYTES)).isEqualTo((byte) 1);
            assertThat(backing.fills()).isEqualTo(fills);
            view.advise(PageStream.Advice.DONT_NEED, CHUNK_BYTES, CHUNK_BYTES);
            assertThat(view.isLoaded(CHUNK_BYTES, 1)).isFalse();
            assertThat(view.isLoaded(2 * CHUNK_BYTES, 1)).isTrue();
            view.advise(PageStream.Advice.RANDOM, 0, 0);
            assertThatThrownBy(() -> view.advise(PageStream.Advice.WILL_NEED, 0, SIZE_BYTES + 1L))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    /// MM-11 on the page cache's side.
    @Test
    void tellsTheBackingWhileThereIsAStrictView() throws IOException {
        MappedView first = mapping.map(MapAccess.READ_ONLY, 0, 10, MapOption.STRICT);
        MappedView second = mapping.map(MapAccess.READ_ONLY, 0, 10, MapOption.STRICT);
        MappedView plain = mapping.map(MapAccess.READ_ONLY, 0, 10);
        first.close();
        first.close();
        assertThat(backing.isStrict()).isTrue();
        second.close();
        assertThat(backing.isStrict()).isFalse();
        plain.close();
    }
}
