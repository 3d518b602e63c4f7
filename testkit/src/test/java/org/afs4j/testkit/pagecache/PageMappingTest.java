package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.pagecache.error.FileTooLargeException;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.error.PageCacheFullException;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PageMappingTest {
    private static final int KIBIBYTE = 1024;
    private static final int CHUNK_BYTES = 64 * KIBIBYTE;
    private static final int MEBIBYTE = 1024 * KIBIBYTE;

    private final List<PageMapping> open = new ArrayList<>();
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

    @SuppressWarnings("NullAway.Init") // each test opens the cache that it needs
    private PageCache cache;

    private PageMapping mapping(PageCacheOptions options, InMemoryBacking backing) throws IOException {
        cache = PageCache.open(SystemWorld.instance(), options);
        return mapping(backing);
    }

    private PageMapping mapping(InMemoryBacking backing) {
        PageMapping mapping = cache.newMapping(backing, backing.contents().length, "file" + open.size());
        backing.attach(mapping);
        open.add(mapping);
        return mapping;
    }

    private static PageCacheOptions quiet() {
        return PageCacheOptions.defaults().withReadahead(0, 0);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(failures).isEmpty();
        open.forEach(PageMapping::close);
        PageCacheInvariants.assertNothingLeaked(cache);
    }

    static byte[] pattern(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] readAll(PageMapping mapping, long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (mapping.read(offset + buffer.position(), buffer) < 0) {
                break;
            }
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    @Test
    void readsWhatTheBackingHasAndFetchesItOnce() throws IOException {
        byte[] contents = pattern(300_000, 1);
        InMemoryBacking backing = new InMemoryBacking(contents);
        PageMapping mapping = mapping(quiet(), backing);
        assertThat(readAll(mapping, 0, contents.length)).isEqualTo(contents);
        int fills = backing.fills();
        assertThat(readAll(mapping, 0, contents.length)).isEqualTo(contents);
        assertThat(backing.fills()).isEqualTo(fills);
        assertThat(mapping.read(contents.length, ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    /// PC-9.
    @Test
    void readsZerosAfterAShorterEndWhenTheFileGrowsAgain() throws IOException {
        InMemoryBacking backing = new InMemoryBacking(pattern(10_000, 2));
        PageMapping mapping = mapping(quiet(), backing);
        byte[] before = readAll(mapping, 0, 10_000);
        mapping.truncate(5_000, () -> backing.resizeByUs(5_000));
        assertThat(readAll(mapping, 0, 10_000)).isEqualTo(Arrays.copyOf(before, 5_000));
        mapping.truncate(9_000, () -> backing.resizeByUs(9_000));
        assertThat(readAll(mapping, 0, 10_000)).isEqualTo(Arrays.copyOf(Arrays.copyOf(before, 5_000), 9_000));
        mapping.write(20_000, ByteBuffer.wrap(new byte[] {1}));
        assertThat(readAll(mapping, 9_000, 20_000)).isEqualTo(lastOne(11_001));
        mapping.sync();
        assertThat(backing.contents()).hasSize(20_001).endsWith(0, 1);
    }

    private static byte[] lastOne(int length) {
        byte[] bytes = new byte[length];
        bytes[length - 1] = 1;
        return bytes;
    }

    /// PC-1: a truncate that fails on the server changes nothing here.
    @Test
    void keepsItsPagesIfTheServerRefusesATruncate() throws IOException {
        byte[] contents = pattern(10_000, 3);
        InMemoryBacking backing = new InMemoryBacking(contents);
        PageMapping mapping = mapping(quiet(), backing);
        assertThat(readAll(mapping, 0, 10_000)).isEqualTo(contents);
        assertThatThrownBy(() -> mapping.truncate(0, () -> {
                    throw new IOException("refused");
                }))
                .hasMessage("refused");
        assertThat(readAll(mapping, 0, 10_000)).isEqualTo(contents);
        assertThat(backing.fills()).isEqualTo(1);
    }

    /// PC-1: a truncate waits for a fill that is under way, and a fill for a truncate.
    @Test
    void keepsFillsAndTruncatesApart() throws Exception {
        InMemoryBacking backing = new InMemoryBacking(pattern(2 * CHUNK_BYTES, 4));
        PageMapping mapping = mapping(quiet(), backing);
        backing.holdFills();
        AtomicBoolean truncating = new AtomicBoolean();
        Thread reader = start(() -> readAll(mapping, 0, 10));
        backing.awaitHeldFills(1);
        Thread truncater = start(() -> mapping.truncate(0, () -> {
            truncating.set(true);
            backing.resizeByUs(0);
        }));
        while (truncater.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(truncating).isFalse();
        backing.releaseFills();
        reader.join();
        truncater.join();
        assertThat(truncating).isTrue();
        assertThat(cache.residentBytes()).isZero();
    }

    private interface Action {
        void run() throws IOException;
    }

    private Thread start(Action action) {
        return Thread.ofVirtual().start(() -> {
            try {
                action.run();
            } catch (Throwable e) {
                failures.add(e);
            }
        });
    }

    @Test
    void writesBackOnlyWhatIsDirtyInFewLargeRanges() throws IOException {
        byte[] contents = pattern(MEBIBYTE, 5);
        InMemoryBacking backing = new InMemoryBacking(contents);
        PageMapping mapping = mapping(quiet(), backing);
        byte[] news = pattern(300_000, 6);
        mapping.write(100, ByteBuffer.wrap(news));
        mapping.write(900_000, ByteBuffer.wrap(news));
        assertThat(mapping.isDirty()).isTrue();
        assertThat(mapping.sizeBytes()).isEqualTo(1_200_000);
        mapping.sync();
        assertThat(mapping.isDirty()).isFalse();
        assertThat(backing.writeBacks()).isEqualTo(2);
        byte[] expected = Arrays.copyOf(contents, 1_200_000);
        System.arraycopy(news, 0, expected, 100, news.length);
        System.arraycopy(news, 0, expected, 900_000, news.length);
        assertThat(backing.contents()).isEqualTo(expected);
        assertThat(readAll(mapping, 0, 1_200_000)).isEqualTo(expected);
    }

    /// CB-13, page-cache side.
    @Test
    void keepsDirtyPagesWhenAnotherChangesTheFile() throws IOException {
        InMemoryBacking backing = new InMemoryBacking(new byte[3 * CHUNK_BYTES]);
        PageMapping mapping = mapping(quiet(), backing);
        readAll(mapping, 0, 3 * CHUNK_BYTES);
        mapping.write(CHUNK_BYTES, ByteBuffer.wrap(new byte[] {7}));
        byte[] others = pattern(10_000, 7);
        backing.changeByOther(others);
        backing.validate();
        assertThat(backing.conflicts()).isEqualTo(1);
        assertThat(cache.counters().conflicts()).isEqualTo(1);
        assertThat(mapping.sizeBytes()).isEqualTo(CHUNK_BYTES + 1);
        assertThat(readAll(mapping, 0, 10_000)).isEqualTo(others);
        assertThat(readAll(mapping, CHUNK_BYTES, 1)).containsExactly(7);
    }

    @Test
    void tellsOfAWriteBackErrorOnceAndTriesAgain() throws IOException {
        InMemoryBacking backing = new InMemoryBacking(new byte[100]);
        FaultyBacking faulty = new FaultyBacking(backing, new Random(1));
        cache = PageCache.open(SystemWorld.instance(), quiet());
        PageMapping mapping = cache.newMapping(faulty, 100, "faulty");
        open.add(mapping);
        mapping.write(0, ByteBuffer.wrap(new byte[] {1, 2, 3}));
        faulty.failWriteBacks(1);
        assertThatThrownBy(mapping::sync).isInstanceOf(FaultyBacking.InjectedFailure.class);
        assertThat(mapping.isDirty()).isTrue();
        faulty.failWriteBacks(0);
        mapping.sync();
        assertThat(mapping.isDirty()).isFalse();
        assertThat(backing.contents()).startsWith(1, 2, 3, 0);
    }

    @Test
    void tellsTheNextSyncOfAnErrorOfAThrottledWriter() throws IOException {
        InMemoryBacking backing = new InMemoryBacking(new byte[0]);
        FaultyBacking faulty = new FaultyBacking(backing, new Random(5));
        cache = PageCache.open(SystemWorld.instance(), quiet().withBudgetBytes(MEBIBYTE));
        PageMapping mapping = cache.newMapping(faulty, 0, "throttled");
        open.add(mapping);
        byte[] contents = pattern(700 * KIBIBYTE, 15);
        faulty.failWriteBacks(1);
        mapping.write(0, ByteBuffer.wrap(contents));
        assertThat(cache.counters().failedWriteBacks()).isPositive();
        faulty.failWriteBacks(0);
        assertThatThrownBy(mapping::sync).isInstanceOf(FaultyBacking.InjectedFailure.class);
        mapping.sync();
        assertThat(backing.contents()).isEqualTo(contents);
    }

    @Test
    void readsCorrectlyOnceAFillThatFailedHalfWaySucceeds() throws IOException {
        byte[] contents = pattern(5_000_000, 8);
        FaultyBacking faulty = new FaultyBacking(new InMemoryBacking(contents), new Random(2));
        cache = PageCache.open(SystemWorld.instance(), quiet());
        PageMapping mapping = cache.newMapping(faulty, contents.length, "faulty");
        open.add(mapping);
        faulty.failFills(0.5);
        byte[] read = new byte[contents.length];
        int failures = 0;
        for (int at = 0; at < read.length; ) {
            try {
                at += mapping.read(at, ByteBuffer.wrap(read, at, read.length - at));
            } catch (IOException e) {
                failures++;
            }
        }
        assertThat(failures).isPositive();
        assertThat(read).isEqualTo(contents);
        faulty.failFills(1);
        mapping.write(5_100_000, ByteBuffer.wrap(new byte[] {1}));
        faulty.failFills(0);
        assertThat(readAll(mapping, 5_000_000, 100_000)).isEqualTo(new byte[100_000]);
    }

    @Test
    void holdsItsBudgetAndFreesTheMemoryOfWhatItEvicts() throws IOException {
        long budget = 2L * MEBIBYTE;
        List<byte[]> files = new ArrayList<>();
        List<PageMapping> mappings = new ArrayList<>();
        cache = PageCache.open(SystemWorld.instance(), PageCacheOptions.defaults().withBudgetBytes(budget));
        for (int i = 0; i < 4; i++) {
            files.add(pattern(3 * MEBIBYTE, 10 + i));
            mappings.add(mapping(new InMemoryBacking(files.get(i))));
        }
        Random random = new Random(3);
        try (MappedView view = mappings.getFirst().map(MapAccess.READ_ONLY, 0, 3 * MEBIBYTE)) {
            for (int i = 0; i < 2_000; i++) {
                int file = random.nextInt(4);
                int at = random.nextInt(3 * MEBIBYTE - 1000);
                byte[] expected = Arrays.copyOfRange(files.get(file), at, at + 1000);
                byte[] actual = new byte[1000];
                if (file == 0) {
                    view.copyTo(at, actual);
                } else {
                    actual = readAll(mappings.get(file), at, 1000);
                }
                assertThat(actual).isEqualTo(expected);
                assertThat(cache.residentBytes()).isLessThanOrEqualTo(budget);
                assertThat(cache.allocatedBytes()).isLessThanOrEqualTo(budget);
            }
        }
        assertThat(cache.counters().evictedPages()).isPositive();
    }

    @Test
    void throttlesWritersInsteadOfRunningOutOfMemory() throws IOException {
        InMemoryBacking backing = new InMemoryBacking(new byte[0]);
        PageMapping mapping = mapping(quiet().withBudgetBytes(2L * MEBIBYTE), backing);
        byte[] contents = pattern(8 * MEBIBYTE, 11);
        mapping.write(0, ByteBuffer.wrap(contents));
        assertThat(cache.residentBytes()).isLessThanOrEqualTo(2L * MEBIBYTE);
        assertThat(backing.writeBacks()).isPositive();
        mapping.sync();
        assertThat(backing.contents()).isEqualTo(contents);
        assertThat(readAll(mapping, 0, contents.length)).isEqualTo(contents);
    }

    @Test
    void refusesToWriteWhenEverythingIsDirtyAndNothingCanBeWrittenBack() throws IOException {
        FaultyBacking faulty = new FaultyBacking(new InMemoryBacking(new byte[0]), new Random(4));
        cache = PageCache.open(SystemWorld.instance(), quiet().withBudgetBytes(MEBIBYTE));
        PageMapping mapping = cache.newMapping(faulty, 0, "stuck");
        open.add(mapping);
        faulty.failWriteBacks(1);
        assertThatThrownBy(() -> mapping.write(0, ByteBuffer.wrap(new byte[2 * MEBIBYTE]))).isInstanceOf(PageCacheFullException.class);
        assertThatThrownBy(mapping::sync).isInstanceOf(FaultyBacking.InjectedFailure.class);
        faulty.failWriteBacks(0);
        mapping.sync();
        assertThat(mapping.isDirty()).isFalse();
    }

    @Test
    void movesAFileThatOutgrowsItsRangeWhileItIsMapped() throws IOException {
        byte[] contents = pattern(CHUNK_BYTES, 12);
        InMemoryBacking backing = new InMemoryBacking(contents);
        PageMapping mapping = mapping(quiet().withSmallestRangeBytes(CHUNK_BYTES), backing);
        byte[] more = pattern(10 * CHUNK_BYTES, 13);
        try (MappedView view = mapping.map(MapAccess.READ_WRITE, 0, 11L * CHUNK_BYTES)) {
            assertThat(view.getByte(10)).isEqualTo(contents[10]);
            view.setByte(11, (byte) 99);
            mapping.write(CHUNK_BYTES, ByteBuffer.wrap(more));
            assertThat(cache.counters().moves()).isPositive();
            assertThat(view.getByte(10)).isEqualTo(contents[10]);
            assertThat(view.getByte(11)).isEqualTo((byte) 99);
            assertThat(view.getByte(11L * CHUNK_BYTES - 1)).isEqualTo(more[more.length - 1]);
            mapping.sync();
            assertThat(Arrays.copyOfRange(backing.contents(), CHUNK_BYTES, 11 * CHUNK_BYTES)).isEqualTo(more);
        }
        assertThat(cache.allocatedBytes()).isEqualTo(cache.residentBytes());
    }

    @Test
    void refusesToMapAFileThatIsTooLargeForItsAddresses() throws IOException {
        PageMapping mapping = mapping(quiet(), new InMemoryBacking(new byte[10]));
        assertThatThrownBy(() -> mapping.map(MapAccess.READ_ONLY, 0, 1L << 41)).isInstanceOf(FileTooLargeException.class);
        try (MappedView view = mapping.map(MapAccess.READ_ONLY, 0, 10)) {
            assertThat(view.getByte(0)).isZero();
            assertThatThrownBy(() -> mapping.write(1L << 41, ByteBuffer.wrap(new byte[1]))).isInstanceOf(FileTooLargeException.class);
        }
        PageMapping huge = cache.newMapping(new InMemoryBacking(new byte[10]), Long.MAX_VALUE, "huge");
        open.add(huge);
        assertThatThrownBy(() -> huge.read(0, ByteBuffer.allocate(10))).isInstanceOf(FileTooLargeException.class);
    }

    @Test
    void keepsTheLastByteOfASparseFileOfMoreThanThreeGibibytes() throws IOException {
        long size = (3L << 30) + 12_345;
        cache = PageCache.open(SystemWorld.instance(), PageCacheOptions.defaults());
        SparseBacking backing = new SparseBacking();
        backing.put(size - 1, (byte) 77);
        PageMapping mapping = cache.newMapping(backing, size, "sparse");
        open.add(mapping);
        assertThat(readAll(mapping, size - 2, 10)).containsExactly(0, 77);
        try (MappedView view = mapping.map(MapAccess.READ_WRITE, 0, size)) {
            assertThat(view.getByte(size - 1)).isEqualTo((byte) 77);
            view.setByte(1L << 31, (byte) 78);
            view.setByte(size - 1, (byte) 79);
            view.force();
        }
        mapping.write(size, ByteBuffer.wrap(new byte[] {80}));
        mapping.sync();
        assertThat(backing.get(1L << 31)).isEqualTo((byte) 78);
        assertThat(backing.get(size - 1)).isEqualTo((byte) 79);
        assertThat(backing.get(size)).isEqualTo((byte) 80);
        assertThat(cache.residentBytes()).isLessThan(MEBIBYTE);
    }

    @Test
    void readsAheadOfASequentialReaderInFewLargeFills() throws IOException {
        byte[] contents = pattern(16 * MEBIBYTE, 14);
        InMemoryBacking backing = new InMemoryBacking(contents);
        PageMapping mapping = mapping(PageCacheOptions.defaults(), backing);
        for (int at = 0; at < contents.length; at += CHUNK_BYTES) {
            assertThat(readAll(mapping, at, CHUNK_BYTES)).isEqualTo(Arrays.copyOfRange(contents, at, at + CHUNK_BYTES));
        }
        assertThat(cache.counters().readaheadFills()).isPositive();
        assertThat(backing.fills()).isLessThan(16 * MEBIBYTE / CHUNK_BYTES);
    }

    /// PC-1, PC-2 with real threads: readers and views against truncation, with a fresh generation of bytes after each.
    @Test
    void showsNoFreedByteToRealThreads() throws Exception {
        int size = 4 * CHUNK_BYTES;
        InMemoryBacking backing = new InMemoryBacking(stamped(size, 1));
        PageMapping mapping = mapping(PageCacheOptions.defaults().withBudgetBytes(2L * MEBIBYTE), backing);
        AtomicInteger stamp = new AtomicInteger(1);
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch started = new CountDownLatch(3);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            int kind = t;
            threads.add(Thread.ofPlatform().start(() -> {
                Random random = new Random(kind);
                started.countDown();
                try (MappedView view = mapping.map(MapAccess.READ_ONLY, 0, size)) {
                    while (!done.get()) {
                        int at = random.nextInt(size);
                        int oldest = stamp.get();
                        ByteBuffer one = ByteBuffer.allocate(1);
                        int seen = kind == 0 ? byteOf(view, at) : mapping.read(at, one) < 0 ? -1 : one.get(0);
                        // -1: beyond the end just now. Otherwise a stamp that was in force when the access began, or later.
                        if (seen != -1 && (seen < oldest || seen > stamp.get())) {
                            throw new AssertionError("saw " + seen + " with " + oldest + " to " + stamp.get() + " in force");
                        }
                    }
                } catch (Throwable e) {
                    failures.add(e);
                    done.set(true);
                }
            }));
        }
        started.await();
        for (int i = 2; i < 120 && !done.get(); i++) {
            int next = i;
            mapping.truncate(0, () -> backing.resizeByUs(0));
            mapping.truncate(size, () -> {
                stamp.set(next);
                backing.replaceByUs(stamped(size, next));
            });
        }
        done.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static int byteOf(MappedView view, int at) {
        try {
            return view.getByte(at);
        } catch (org.afs4j.pagecache.error.MappedAccessException e) {
            return -1;
        }
    }

    private static byte[] stamped(int size, int stamp) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) stamp);
        return bytes;
    }
}
