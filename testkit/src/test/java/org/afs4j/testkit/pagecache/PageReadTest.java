package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.base.lock.LockOrderError;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.backing.RangeOperation;
import org.afs4j.pagecache.ReadMode;
import org.afs4j.pagecache.state.InvalidateLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// PC-1, PC-3, PC-4, PC-7, PC-8: what a read, a truncate and a copy wait for, and what not.
class PageReadTest {
    private static final int CHUNK_BYTES = 65_536;

    private final List<PageMapping> open = new ArrayList<>();
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

    @SuppressWarnings("NullAway.Init") // each test opens the cache that it needs
    private PageCache cache;

    private PageMapping mapping(InMemoryBacking backing) throws IOException {
        if (cache == null) {
            cache = PageCache.open(SystemWorld.instance(), PageCacheOptions.defaults().withReadahead(0, 0));
        }
        PageMapping mapping = cache.newMapping(backing, backing.contents().length, "file" + open.size());
        backing.attach(mapping);
        open.add(mapping);
        return mapping;
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(failures).isEmpty();
        open.forEach(PageMapping::close);
        if (cache != null) {
            PageCacheInvariants.assertNothingLeaked(cache);
        }
    }

    private interface Action {
        void run() throws IOException;
    }

    private Thread start(Action action) {
        return Thread.ofPlatform().start(() -> {
            try {
                action.run();
            } catch (Throwable e) {
                failures.add(e);
            }
        });
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    /// PC-4: a page that is there is read although somebody waits for the invalidate lock, behind whom every other taker waits.
    @Test
    void readsAPageThatIsThereWithoutTheLock() throws Exception {
        InMemoryBacking backing = new InMemoryBacking(PageMappingTest.pattern(2 * CHUNK_BYTES, 1));
        PageMapping mapping = mapping(backing);
        PageMappingTest.readAll(mapping, 0, 10);
        backing.holdFills();
        Thread filler = start(() -> PageMappingTest.readAll(mapping, CHUNK_BYTES, 10));
        backing.awaitHeldFills(1);
        Thread truncater = start(() -> mapping.truncate(10, () -> backing.resizeByUs(10)));
        awaitWaiting(truncater);
        assertThat(PageMappingTest.readAll(mapping, 0, 10)).isEqualTo(PageMappingTest.pattern(10, 1));
        backing.releaseFills();
        filler.join();
        truncater.join();
    }

    /// PC-4.
    @Test
    void allocatesNothingToReadPagesThatAreThere() throws IOException {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        PageMapping mapping = mapping(new InMemoryBacking(PageMappingTest.pattern(4 * CHUNK_BYTES, 2)));
        PageMappingTest.readAll(mapping, 0, 4 * CHUNK_BYTES);
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 20; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1000; i++) {
                mapping.read(i % 60 * 4096L, buffer.clear());
            }
            allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(allocated).isZero();
    }

    /// PC-3.
    @Test
    void triesAgainInsteadOfWaiting() throws Exception {
        InMemoryBacking backing = new InMemoryBacking(PageMappingTest.pattern(2 * CHUNK_BYTES, 3));
        PageMapping mapping = mapping(backing);
        backing.holdFills();
        ByteBuffer buffer = ByteBuffer.allocate(10);
        assertThat(mapping.read(0, buffer, ReadMode.NO_IO)).isEqualTo(PageMapping.TRY_AGAIN);
        assertThat(backing.fills()).isZero();
        assertThat(mapping.read(0, buffer, ReadMode.NO_WAIT)).isEqualTo(PageMapping.TRY_AGAIN);
        backing.awaitHeldFills(1);
        assertThat(mapping.read(0, buffer, ReadMode.NO_WAIT)).isEqualTo(PageMapping.TRY_AGAIN);
        assertThat(mapping.read(0, buffer, ReadMode.NO_IO)).isEqualTo(PageMapping.TRY_AGAIN);
        backing.releaseFills();
        PageMappingTest.readAll(mapping, 0, 10);
        assertThat(mapping.read(0, buffer, ReadMode.NO_WAIT)).isEqualTo(10);
        assertThat(mapping.read(0, buffer.clear(), ReadMode.NO_IO)).isEqualTo(10);
        mapping.truncate(CHUNK_BYTES, () -> {
            assertThat(readWithoutWaiting(mapping)).isEqualTo(PageMapping.TRY_AGAIN);
            backing.resizeByUs(CHUNK_BYTES);
        });
    }

    private static int readWithoutWaiting(PageMapping mapping) throws IOException {
        return mapping.read(0, ByteBuffer.allocate(10), ReadMode.NO_WAIT);
    }

    /// PC-1: a truncate gets its turn among readers that never pause, and readers theirs among truncates.
    @Test
    void starvesNeitherATruncateNorItsReaders() throws Exception {
        InMemoryBacking backing = new InMemoryBacking(new byte[8 * CHUNK_BYTES]);
        PageMapping mapping = mapping(backing);
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger[] reads = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
        List<Thread> readers = new ArrayList<>();
        for (AtomicInteger counter : reads) {
            readers.add(start(() -> {
                Random random = new Random(counter.hashCode());
                while (!done.get()) {
                    int got = mapping.read(random.nextInt(8) * (long) CHUNK_BYTES, ByteBuffer.allocate(1));
                    counter.addAndGet(Math.max(1, got));
                }
            }));
        }
        int truncates = 0;
        while (truncates < 50 || Arrays.stream(reads).anyMatch(counter -> counter.get() < 50)) {
            mapping.truncate(0, () -> backing.resizeByUs(0));
            mapping.truncate(8L * CHUNK_BYTES, () -> backing.resizeByUs(8 * CHUNK_BYTES));
            truncates++;
        }
        done.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
    }

    /// PC-8: two copies in opposite directions, with writes before each.
    @Test
    void copiesInOppositeDirectionsWithoutADeadlock() throws Exception {
        InMemoryBacking one = new InMemoryBacking(new byte[CHUNK_BYTES]);
        InMemoryBacking two = new InMemoryBacking(new byte[CHUNK_BYTES]);
        PageMapping first = mapping(one);
        PageMapping second = mapping(two);
        Thread there = start(() -> copies(first, one, second, two));
        Thread back = start(() -> copies(second, two, first, one));
        there.join();
        back.join();
        first.sync();
        assertThat(PageMappingTest.readAll(first, 0, CHUNK_BYTES)).isEqualTo(one.contents());
    }

    private static void copies(PageMapping source, InMemoryBacking from, PageMapping destination, InMemoryBacking to) throws IOException {
        for (int i = 0; i < 200; i++) {
            source.write(i, ByteBuffer.wrap(new byte[] {(byte) i}));
            PageMapping.copyRange(source, 0, destination, 4096, 4096, () -> {
                byte[] next = to.contents();
                System.arraycopy(from.contents(), 0, next, 4096, 4096);
                to.replaceByUs(next);
            });
        }
    }

    /// PC-7: the lock of a stacked file system's file comes before that of the file beneath, and the machine says so.
    @Test
    void ordersLocksByTheClassOfTheFileSystem() {
        InvalidateLock beneath = new InvalidateLock(2);
        InvalidateLock above = new InvalidateLock(1);
        above.lockShared();
        beneath.lockShared();
        beneath.unlockShared();
        above.unlockShared();
        beneath.lockShared();
        try {
            assertThatThrownBy(above::lockShared).isInstanceOf(LockOrderError.class);
        } finally {
            beneath.unlockShared();
        }
        assertThat(PageBacking.LockClass.STACKED).isLessThan(PageBacking.LockClass.PLAIN);
    }

    /// PC-1: a range operation that the server refuses changes nothing.
    @Test
    void keepsItsPagesIfTheServerRefusesARangeOperation() throws IOException {
        InMemoryBacking backing = new InMemoryBacking(PageMappingTest.pattern(CHUNK_BYTES, 5));
        PageMapping mapping = mapping(backing);
        byte[] before = PageMappingTest.readAll(mapping, 0, CHUNK_BYTES);
        for (RangeOperation.Kind kind : RangeOperation.Kind.values()) {
            assertThatThrownBy(() -> mapping.changeRange(kind, 10, 5000, () -> {
                        throw new IOException("refused");
                    }))
                    .hasMessage("refused");
        }
        assertThat(PageMappingTest.readAll(mapping, 0, CHUNK_BYTES)).isEqualTo(before);
        assertThat(backing.fills()).isEqualTo(1);
    }
}
