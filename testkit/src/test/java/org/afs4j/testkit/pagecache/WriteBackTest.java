package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.error.PageConflictException;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.PageStream;
import org.afs4j.pagecache.backing.RangeOperation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// CB-13 and PC-5, PC-9 on the page cache's side: which bytes go back, when, and who is told that they could not.
class WriteBackTest {
    private static final int PAGE_BYTES = 4096;
    private static final long SECOND_NANOS = 1_000_000_000L;

    /// Notes the ranges that are written back, and wants conflicts reported if told so.
    private static final class Recorder implements PageBacking {
        final InMemoryBacking server;
        final List<String> ranges = new ArrayList<>();
        Conflict onConflict = Conflict.MERGE;

        Recorder(byte[] contents) {
            server = new InMemoryBacking(contents);
        }

        @Override
        public void fill(long offsetBytes, MemorySegment destination) throws IOException {
            server.fill(offsetBytes, destination);
        }

        @Override
        public void writeBack(long offsetBytes, MemorySegment source, long fileSizeBytes) throws IOException {
            ranges.add(offsetBytes + "+" + source.byteSize());
            server.writeBack(offsetBytes, source, fileSizeBytes);
        }

        @Override
        public void validate() throws IOException {
            server.validate();
        }

        @Override
        public boolean isValid() {
            return server.isValid();
        }

        @Override
        public void mappedChanged(boolean mapped) {
            server.mappedChanged(mapped);
        }

        @Override
        public Conflict dirtyMetChange() {
            return onConflict;
        }
    }

    private final List<PageMapping> open = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // made before each test
    private PageCache cache;

    @BeforeEach
    void open() throws IOException {
        cache = PageCache.open(SystemWorld.instance(), PageCacheOptions.defaults().withReadahead(0, 0));
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        open.forEach(PageMapping::close);
        PageCacheInvariants.assertNothingLeaked(cache);
    }

    private PageMapping mapping(Recorder backing) {
        PageMapping mapping = cache.newMapping(backing, backing.server.contents().length, "file");
        backing.server.attach(mapping);
        open.add(mapping);
        return mapping;
    }

    private static ByteBuffer bytes(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return ByteBuffer.wrap(bytes);
    }

    @Test
    void storesTheTenBytesThatWereWrittenAndBringsInNothingForThem() throws IOException {
        Recorder backing = new Recorder(PageMappingTest.pattern(100_000, 1));
        PageMapping mapping = mapping(backing);
        mapping.write(5_000, bytes(10, 7));
        mapping.write(5_010, bytes(5, 8));
        mapping.write(PAGE_BYTES - 3, bytes(6, 9));
        mapping.sync();
        assertThat(backing.server.fills()).isZero();
        assertThat(backing.ranges).containsExactly((PAGE_BYTES - 3) + "+6", "5000+15");
        byte[] expected = PageMappingTest.pattern(100_000, 1);
        Arrays.fill(expected, 5_000, 5_010, (byte) 7);
        Arrays.fill(expected, 5_010, 5_015, (byte) 8);
        Arrays.fill(expected, PAGE_BYTES - 3, PAGE_BYTES + 3, (byte) 9);
        assertThat(backing.server.contents()).isEqualTo(expected);
        assertThat(PageMappingTest.readAll(mapping, 0, 100_000)).isEqualTo(expected);
    }

    /// CB-13: two clients that write different bytes of one page do not erase each other.
    @Test
    void mergesBytesWrittenHereOverTheVersionOfAnother() throws IOException {
        Recorder backing = new Recorder(new byte[PAGE_BYTES]);
        PageMapping mapping = mapping(backing);
        assertThat(PageMappingTest.readAll(mapping, 0, 10)).containsOnly(0);
        mapping.write(100, bytes(10, 1));
        byte[] theirs = new byte[PAGE_BYTES];
        Arrays.fill(theirs, 200, 210, (byte) 2);
        backing.server.changeByOther(theirs);
        backing.validate();
        Arrays.fill(theirs, 100, 110, (byte) 1);
        assertThat(PageMappingTest.readAll(mapping, 0, PAGE_BYTES)).isEqualTo(theirs);
        mapping.sync();
        assertThat(backing.server.contents()).isEqualTo(theirs);
        assertThat(backing.ranges).containsExactly("100+10");
        assertThat(cache.counters().mergedPages()).isEqualTo(1);
    }

    /// CB-13: where the backing wants it, nothing is written before each who wrote was told.
    @Test
    void reportsAConflictToEachWriterBeforeItWrites() throws IOException {
        Recorder backing = new Recorder(new byte[100]);
        backing.onConflict = PageBacking.Conflict.REPORT;
        PageMapping mapping = mapping(backing);
        PageStream first = mapping.openStream();
        PageStream second = mapping.openStream();
        first.write(0, bytes(10, 1));
        second.write(50, bytes(10, 2));
        backing.server.changeByOther(new byte[200]);
        backing.validate();
        assertThatThrownBy(first::sync).isInstanceOf(PageConflictException.class);
        assertThat(backing.ranges).isEmpty();
        assertThatThrownBy(second::sync).isInstanceOf(PageConflictException.class);
        assertThat(backing.ranges).isEmpty();
        first.sync();
        assertThat(backing.ranges).containsExactly("0+10", "50+10");
        second.sync();
        assertThat(mapping.isDirty()).isFalse();
    }

    /// PC-9.
    @Test
    void knowsNothingButZerosBeyondAnEndThatWasCutByAnother() throws IOException {
        Recorder backing = new Recorder(PageMappingTest.pattern(PAGE_BYTES, 2));
        PageMapping mapping = mapping(backing);
        PageMappingTest.readAll(mapping, 0, PAGE_BYTES);
        mapping.write(0, bytes(10, 1));
        backing.server.changeByOther(new byte[5]);
        backing.validate();
        assertThat(mapping.sizeBytes()).isEqualTo(10);
        mapping.write(0, bytes(10, 3));
        mapping.write(100, bytes(1, 4));
        assertThat(PageMappingTest.readAll(mapping, 10, 90)).containsOnly(0);
    }

    @Test
    void tellsTheServerTheSizeThoughAllThatWasWrittenBecomesAHole() throws IOException {
        Recorder backing = new Recorder(new byte[0]);
        PageMapping mapping = mapping(backing);
        mapping.write(0, bytes(10, 1));
        mapping.changeRange(RangeOperation.Kind.PUNCH_HOLE, 0, 10, () -> {
            byte[] punched = backing.server.contents();
            Arrays.fill(punched, (byte) 0);
            backing.server.replaceByUs(punched);
        });
        mapping.sync();
        assertThat(backing.server.contents()).isEqualTo(new byte[10]);
    }

    @Test
    void syncsARangeAndLeavesTheRestDirty() throws IOException {
        Recorder backing = new Recorder(new byte[100_000]);
        PageStream stream = mapping(backing).openStream();
        stream.write(10, bytes(10, 1));
        stream.write(50_000, bytes(100, 1));
        stream.syncRange(50_010, 20);
        assertThat(backing.ranges).containsExactly("50010+20");
        stream.dataSync();
        assertThat(backing.ranges).containsExactly("50010+20", "10+10", "50000+10", "50030+70");
    }

    @Test
    void tellsEachStreamThatWroteOfAnErrorOnceAndNoOther() throws IOException {
        FaultyBacking faulty = new FaultyBacking(new InMemoryBacking(new byte[100]), new Random(1));
        PageMapping mapping = cache.newMapping(faulty, 100, "faulty");
        open.add(mapping);
        PageStream first = mapping.openStream();
        PageStream second = mapping.openStream();
        PageStream reader = mapping.openStream();
        first.write(0, bytes(1, 1));
        second.write(1, bytes(1, 1));
        faulty.failWriteBacks(1);
        assertThatThrownBy(first::sync).isInstanceOf(FaultyBacking.InjectedFailure.class);
        faulty.failWriteBacks(0);
        reader.sync();
        first.sync();
        assertThatThrownBy(second::sync).isInstanceOf(FaultyBacking.InjectedFailure.class);
        second.sync();
        PageStream late = mapping.openStream();
        late.write(2, bytes(1, 1));
        late.sync();
    }

    @Test
    void writesBackByAgeWithoutBeingAskedAndTellsOfItsErrors() {
        SimulatedWorld world = new SimulatedWorld(1);
        world.run(() -> {
            PageCache aged = PageCache.open(world, PageCacheOptions.defaults().withReadahead(0, 0));
            FaultyBacking faulty = new FaultyBacking(new InMemoryBacking(new byte[100]), new Random(1));
            PageMapping mapping = aged.newMapping(faulty, 100, "aged");
            PageStream stream = mapping.openStream();
            stream.write(0, bytes(10, 1));
            passSeconds(world, 20);
            assertThat(mapping.isDirty()).isTrue();
            faulty.failWriteBacks(1);
            passSeconds(world, 20);
            assertThat(mapping.isDirty()).isTrue();
            faulty.failWriteBacks(0);
            passSeconds(world, 40);
            assertThat(mapping.isDirty()).isFalse();
            assertThatThrownBy(stream::sync).isInstanceOf(FaultyBacking.InjectedFailure.class);
            stream.sync();
            mapping.close();
            PageCacheInvariants.assertNothingLeaked(aged);
        });
    }

    @Test
    void writesBackInTheBackgroundBeforeWritersHaveToWait() {
        SimulatedWorld world = new SimulatedWorld(2);
        world.run(() -> {
            PageCache small =
                    PageCache.open(world, PageCacheOptions.defaults().withReadahead(0, 0).withBudgetBytes(4 << 20));
            PageMapping mapping = small.newMapping(new InMemoryBacking(new byte[0]), 0, "much");
            for (int i = 0; i < 200; i++) {
                mapping.write(65_536L * i, bytes(65_536, i));
                passSeconds(world, 1);
            }
            assertThat(small.counters().backgroundWriteBacks()).isPositive();
            assertThat(small.counters().throttles()).isZero();
            mapping.close();
            PageCacheInvariants.assertNothingLeaked(small);
        });
    }

    private static void passSeconds(SimulatedWorld world, int seconds) throws InterruptedException {
        RankedMutex mutex = new RankedMutex(LockRank.LEAF);
        RankedCondition never = mutex.newCondition();
        mutex.lock();
        try {
            long deadline = world.nanoTime() + seconds * SECOND_NANOS;
            while (never.awaitUntil(world, deadline)) {
                // until then
            }
        } finally {
            mutex.unlock();
        }
    }
}
