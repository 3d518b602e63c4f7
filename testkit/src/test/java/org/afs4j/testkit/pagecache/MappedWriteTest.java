package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// MM-8 and CB-13: of what is written through views only the bytes that were written go back.
class MappedWriteTest {
    private static final int CHUNK_BYTES = 1 << 16;
    private static final int SIZE_BYTES = 4 * CHUNK_BYTES + 5000;

    @SuppressWarnings("NullAway.Init") // made before each test
    private PageCache cache;

    @SuppressWarnings("NullAway.Init") // made before each test
    private InMemoryBacking backing;

    @SuppressWarnings("NullAway.Init") // made before each test
    private PageMapping mapping;

    @BeforeEach
    void open() throws IOException {
        open(64 << 20);
    }

    private void open(long budgetBytes) throws IOException {
        cache = PageCache.open(SystemWorld.instance(), PageCacheOptions.defaults().withBudgetBytes(budgetBytes));
        byte[] contents = new byte[SIZE_BYTES];
        Arrays.fill(contents, (byte) 1);
        backing = new InMemoryBacking(contents);
        mapping = cache.newMapping(backing, SIZE_BYTES, "file");
        backing.attach(mapping);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        mapping.close();
        PageCacheInvariants.assertNothingLeaked(cache);
    }

    private MappedView map() throws IOException {
        return mapping.map(MapAccess.READ_WRITE, 0, SIZE_BYTES);
    }

    private long storedBy(MappedView view) throws IOException {
        long before = cache.counters().writtenBackBytes();
        view.force();
        return cache.counters().writtenBackBytes() - before;
    }

    @Test
    void storesTheBytesThatWereWrittenAndNoOthers() throws IOException {
        try (MappedView view = map()) {
            view.setByte(100, (byte) 2);
            view.setByte(CHUNK_BYTES - 1, (byte) 2);
            view.setByte(CHUNK_BYTES, (byte) 2);
            view.setByte(SIZE_BYTES - 1, (byte) 2);
            assertThat(storedBy(view)).isEqualTo(4);
            view.setByte(100, (byte) 3);
            assertThat(storedBy(view)).as("noticed again").isEqualTo(1);
            view.setByte(100, (byte) 3);
            assertThat(storedBy(view)).as("the same again").isZero();
            assertThat(cache.dirtyBytes()).isZero();
            view.setLong(200, 0x0200_0000_0000_0002L);
            assertThat(storedBy(view)).as("a number is stored in one piece, from its first changed byte to its last").isEqualTo(8);
        }
        byte[] stored = backing.contents();
        assertThat(stored[100]).isEqualTo((byte) 3);
        assertThat(stored[101]).isEqualTo((byte) 1);
        assertThat(stored[SIZE_BYTES - 1]).isEqualTo((byte) 2);
    }

    @Test
    void leavesToAnotherTheBytesThatItWroteInTheSamePage() throws IOException {
        try (MappedView view = map()) {
            view.setByte(10, (byte) 2);
            byte[] theirs = backing.contents();
            theirs[30] = 3;
            theirs[10] = 4;
            backing.changeByOther(theirs);
            assertThat(view.getByte(30)).isEqualTo((byte) 3);
            assertThat(view.getByte(10)).as("our byte lies over theirs").isEqualTo((byte) 2);
            view.setByte(50, (byte) 5);
            assertThat(storedBy(view)).isEqualTo(2);
        }
        assertThat(backing.conflicts()).isEqualTo(1);
        byte[] stored = backing.contents();
        assertThat(new byte[] {stored[10], stored[30], stored[50], stored[51]}).containsExactly(2, 3, 5, 1);
    }

    @Test
    void aFaultThatWroteNothingNewMeetsNoChange() throws IOException {
        try (MappedView view = map()) {
            view.setByte(10, (byte) 1);
            byte[] theirs = backing.contents();
            theirs[10] = 4;
            backing.changeByOther(theirs);
            assertThat(view.getByte(10)).isEqualTo((byte) 4);
            assertThat(storedBy(view)).isZero();
        }
        assertThat(backing.conflicts()).isZero();
    }

    @Test
    void keepsApartWhatViewsAndWritesMakeDirty() throws IOException {
        try (MappedView view = map()) {
            mapping.write(1000, ByteBuffer.wrap(new byte[] {1}));
            view.setByte(2000, (byte) 2);
            mapping.write(3000, ByteBuffer.wrap(new byte[] {1, 1}));
            assertThat(storedBy(view)).as("written bytes are stored though they are the same, mapped ones if they differ").isEqualTo(4);
            assertThat(backing.writeBacks()).isEqualTo(3);
            view.setByte(2000, (byte) 7);
            mapping.write(2000, ByteBuffer.wrap(new byte[] {1}));
            assertThat(storedBy(view)).isEqualTo(1);
        }
        assertThat(backing.contents()[2000]).isEqualTo((byte) 1);
    }

    @Test
    void losesWithATruncateWhatLiesBeyondItAndNothingElse() throws IOException {
        try (MappedView view = map()) {
            view.setByte(10, (byte) 2);
            view.setByte(6000, (byte) 2);
            mapping.truncate(5000, () -> backing.resizeByUs(5000));
            mapping.truncate(7000, () -> backing.resizeByUs(7000));
            assertThat(view.getByte(6000)).isZero();
            assertThat(storedBy(view)).isEqualTo(1);
        }
        assertThat(backing.contents()[10]).isEqualTo((byte) 2);
        assertThat(backing.contents()[6000]).isZero();
    }

    @Test
    void storesEverythingAlsoWhenThereIsHardlyMemoryForTwins() throws IOException {
        mapping.close();
        PageCacheInvariants.assertNothingLeaked(cache);
        open(1 << 20);
        try (MappedView view = map()) {
            for (int at = 0; at < SIZE_BYTES; at += 1000) {
                view.setByte(at, (byte) 9);
            }
            view.force();
        }
        byte[] stored = backing.contents();
        for (int at = 0; at < SIZE_BYTES; at++) {
            assertThat(stored[at]).isEqualTo((byte) (at % 1000 == 0 ? 9 : 1));
        }
    }
}
