package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.error.MappedAccessException;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MappedViewTest {
    private static final int CHUNK_BYTES = 64 * 1024;

    private PageCache cache;
    private InMemoryBacking backing;
    private PageMapping mapping;

    @BeforeEach
    void open() throws IOException {
        cache = PageCache.open(SystemWorld.instance(), PageCacheOptions.defaults().withReadahead(0, 0));
        open(filled(3 * CHUNK_BYTES + 100, 1));
    }

    private void open(byte[] contents) {
        if (mapping != null) {
            mapping.close();
        }
        backing = new InMemoryBacking(contents);
        mapping = cache.newMapping(backing, contents.length, "file");
        backing.attach(mapping);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        mapping.close();
        PageCacheInvariants.assertNothingLeaked(cache);
    }

    static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        java.util.Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /// MM-1, MM-2.
    @Test
    void faultsAfterAStripAndRefetchesNothingIfTheDataIsTheSame() throws IOException {
        try (MappedView view = mapping.map(MapAccess.READ_ONLY, 0, mapping.sizeBytes())) {
            assertThat(view.getByte(5)).isEqualTo((byte) 1);
            backing.breakPromise();
            assertThat(view.getByte(5)).isEqualTo((byte) 1);
            assertThat(backing.validations()).isEqualTo(1);
            assertThat(backing.fills()).isEqualTo(1);
            assertThat(cache.counters().strips()).isEqualTo(1);
            assertThat(cache.counters().faults()).isEqualTo(2);
        }
    }

    /// MM-3.
    @Test
    void showsEachChangeOfAnotherToAThreadThatOnlyReadsMemory() throws Exception {
        int changes = 200;
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicInteger seen = new AtomicInteger();
        try (MappedView view = mapping.map(MapAccess.READ_ONLY, 0, CHUNK_BYTES)) {
            Thread reader = Thread.ofPlatform().start(() -> {
                try {
                    byte last = 1;
                    while (last != (byte) (1 + changes)) {
                        byte now = view.getByteAcquire(CHUNK_BYTES - 1);
                        if (now != last) {
                            assertThat(now).isEqualTo((byte) (last + 1));
                            last = now;
                            seen.incrementAndGet();
                        }
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            for (int i = 1; i <= changes; i++) {
                backing.changeByOther(filled(3 * CHUNK_BYTES + 100, 1 + i));
                while (seen.get() < i && reader.isAlive()) {
                    Thread.onSpinWait();
                }
            }
            reader.join();
            assertThat(failure.get()).isNull();
            assertThat(seen.get()).isEqualTo(changes);
        }
    }

    /// MM-1: the JVM interrupts a thread that it throws out of a closed segment; the view does not pass that on.
    @Test
    void leavesTheInterruptStatusAlone() throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicLong reads = new AtomicLong();
        AtomicBoolean done = new AtomicBoolean();
        try (MappedView view = mapping.map(MapAccess.READ_ONLY, 0, CHUNK_BYTES)) {
            Thread reader = Thread.ofPlatform().start(() -> {
                try {
                    while (!done.get()) {
                        assertThat(view.getByteAcquire(7)).isEqualTo((byte) 1);
                        reads.incrementAndGet();
                        if (Thread.interrupted()) {
                            throw new AssertionError("interrupted by a strip");
                        }
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            for (int i = 0; i < 300 && reader.isAlive(); i++) {
                mapping.strip();
                // Two reads on, the reader is past the fault and inside the new mapping.
                long until = reads.get() + 2;
                while (reads.get() < until && reader.isAlive()) {
                    Thread.onSpinWait();
                }
            }
            done.set(true);
            reader.join();
            assertThat(failure.get()).isNull();
        }
    }

    /// MM-1: what was handed out as a segment is revoked as well.
    @Test
    void revokesSegmentsWithAStrip() throws IOException {
        try (MappedView view = mapping.map(MapAccess.READ_ONLY, 0, mapping.sizeBytes())) {
            MemorySegment segment = view.segment(10, 2L * CHUNK_BYTES);
            assertThat(segment.get(ValueLayout.JAVA_BYTE, 2L * CHUNK_BYTES - 1)).isEqualTo((byte) 1);
            assertThatThrownBy(() -> segment.set(ValueLayout.JAVA_BYTE, 0, (byte) 0)).isInstanceOf(IllegalArgumentException.class);
            mapping.strip();
            assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
            assertThat(view.segment(10, 1).get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 1);
        }
    }

    /// MM-6.
    @Test
    void saysWhyAnAccessFailed() throws IOException {
        try (MappedView view = mapping.map(MapAccess.READ_ONLY, 0, 10L * CHUNK_BYTES)) {
            assertThatThrownBy(() -> view.getByte(mapping.sizeBytes()))
                    .isInstanceOfSatisfying(
                            MappedAccessException.class,
                            e -> assertThat(e.reason()).isEqualTo(MappedAccessException.Reason.BEYOND_END));
            assertThatThrownBy(() -> view.getLong(mapping.sizeBytes() - 7)).isInstanceOf(MappedAccessException.class);
            assertThatThrownBy(() -> view.getByte(10L * CHUNK_BYTES)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> view.setByte(0, (byte) 1)).isInstanceOf(UnsupportedOperationException.class);
            backing.delete();
            backing.breakPromise();
            assertThatThrownBy(() -> view.getByte(0))
                    .isInstanceOfSatisfying(MappedAccessException.class, e -> {
                        assertThat(e.reason()).isEqualTo(MappedAccessException.Reason.IO);
                        assertThat(e.ioCause()).isInstanceOf(java.io.FileNotFoundException.class);
                    });
        }
    }

    /// MM-6: a vnode that is deleted is not stripped for it.
    @Test
    void goesOnServingADeletedFileThatIsStillValid() throws IOException {
        try (MappedView view = mapping.map(MapAccess.READ_ONLY, 0, 10)) {
            assertThat(view.getByte(0)).isEqualTo((byte) 1);
            backing.delete();
            assertThat(view.getByte(0)).isEqualTo((byte) 1);
        }
    }

    /// MM-6: an interrupt ends a fault that waits, and a retry succeeds.
    @Test
    void endsAFaultThatIsInterrupted() throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicInteger value = new AtomicInteger();
        backing.holdFills();
        try (MappedView view = mapping.map(MapAccess.READ_ONLY, 0, 10)) {
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    view.getByte(0);
                } catch (MappedAccessException e) {
                    failure.set(e);
                    assert Thread.interrupted();
                }
                value.set(view.getByte(0));
            });
            backing.awaitHeldFills(1);
            reader.interrupt();
            while (failure.get() == null) {
                Thread.onSpinWait();
            }
            backing.releaseFills();
            reader.join();
            assertThat(failure.get())
                    .isInstanceOfSatisfying(
                            MappedAccessException.class,
                            e -> assertThat(e.reason()).isEqualTo(MappedAccessException.Reason.INTERRUPTED));
            assertThat(value.get()).isEqualTo(1);
        }
    }

    /// MM-8.
    @Test
    void noticesTheFirstWriteToACleanChunkAndAgainAfterItWasWrittenBack() throws IOException {
        try (MappedView view = mapping.map(MapAccess.READ_WRITE, 0, mapping.sizeBytes())) {
            view.setByte(3, (byte) 7);
            view.setByte(4, (byte) 8);
            assertThat(cache.counters().writeFaults()).isEqualTo(1);
            assertThat(mapping.isDirty()).isTrue();
            assertThat(view.getByte(3)).isEqualTo((byte) 7);
            view.force();
            assertThat(mapping.isDirty()).isFalse();
            assertThat(backing.contents()).startsWith(1, 1, 1, 7, 8, 1);
            view.setByte(3, (byte) 9);
            assertThat(cache.counters().writeFaults()).isEqualTo(2);
            assertThat(mapping.isDirty()).isTrue();
            mapping.sync();
            assertThat(backing.contents()).startsWith(1, 1, 1, 9, 8, 1).hasSize(3 * CHUNK_BYTES + 100);
        }
    }

    /// MM-8: no write through a view is lost between two write-backs, however they interleave.
    @Test
    void losesNoWriteToARunningWriteBack() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (MappedView view = mapping.map(MapAccess.READ_WRITE, 0, mapping.sizeBytes())) {
            Thread syncer = Thread.ofPlatform().start(() -> {
                try {
                    while (!done.get()) {
                        mapping.sync();
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            for (int i = 0; i < 20_000; i++) {
                view.setInt(8L * (i % 1000), i);
                view.setInt(CHUNK_BYTES + 8L * (i % 1000), -i);
            }
            done.set(true);
            syncer.join();
            mapping.sync();
            ByteBuffer stored = ByteBuffer.wrap(backing.contents()).order(java.nio.ByteOrder.nativeOrder());
            for (int i = 19_000; i < 20_000; i++) {
                assertThat(stored.getInt(8 * (i % 1000))).isEqualTo(i);
                assertThat(stored.getInt(CHUNK_BYTES + 8 * (i % 1000))).isEqualTo(-i);
            }
        }
    }

    /// MM-4, page-cache side.
    @Test
    void tellsTheBackingExactlyWhenTheFileComesToBeMappedAndCeasesToBe() throws Exception {
        int rounds = 500;
        CountDownLatch start = new CountDownLatch(1);
        Thread[] threads = new Thread[4];
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int t = 0; t < threads.length; t++) {
            threads[t] = Thread.ofVirtual().start(() -> {
                try {
                    start.await();
                    for (int i = 0; i < rounds; i++) {
                        try (MappedView view = mapping.map(MapAccess.READ_ONLY, 0, 1)) {
                            assertThat(backing.isMapped()).isTrue();
                            assertThat(view.getByte(0)).isEqualTo((byte) 1);
                        }
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
        assertThat(backing.isMapped()).isFalse();
        assertThat(mapping.isMapped()).isFalse();
        assertThat(backing.mappedTransitions()).isEven().isPositive();
    }

    /// MM-7: unmapping ends what the view reached; a view is closed once.
    @Test
    void endsWithItsView() throws IOException {
        MappedView view = mapping.map(MapAccess.READ_ONLY, 0, 10);
        MemorySegment segment = view.segment(0, 10);
        assertThatThrownBy(mapping::close).isInstanceOf(IllegalStateException.class);
        view.close();
        view.close();
        assertThat(mapping.isMapped()).isFalse();
        assertThatThrownBy(() -> view.getByte(0)).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    }

    /// MM-2: a fault that was asked before a strip does not undo it.
    @Test
    void letsNoLateFaultUndoAStrip() throws Exception {
        backing.holdFills();
        AtomicInteger value = new AtomicInteger();
        try (MappedView view = mapping.map(MapAccess.READ_ONLY, 0, 10)) {
            Thread reader = Thread.ofVirtual().start(() -> value.set(view.getByte(0)));
            backing.awaitHeldFills(1);
            backing.changeByOther(filled(100, 9));
            backing.releaseFills();
            reader.join();
            assertThat(value.get()).isEqualTo(9);
            assertThat(backing.validations()).isEqualTo(1);
            assertThat(mapping.sizeBytes()).isEqualTo(100);
        }
    }

    @Test
    void readsAndWritesAcrossChunksAndThroughGrowth() throws IOException {
        try (MappedView view = mapping.map(MapAccess.READ_WRITE, 3, 10L * CHUNK_BYTES)) {
            long across = CHUNK_BYTES - 3 - 4;
            view.setLong(across, 0x0102030405060708L);
            assertThat(view.getLong(across)).isEqualTo(0x0102030405060708L);
            assertThat(view.getLongAcquire(5)).isEqualTo(0x0101010101010101L);
            mapping.write(3L * CHUNK_BYTES + 200, ByteBuffer.wrap(filled(CHUNK_BYTES, 5)));
            assertThat(view.getByte(3L * CHUNK_BYTES + 100 - 3)).isZero();
            assertThat(view.getByte(4L * CHUNK_BYTES + 100 - 3)).isEqualTo((byte) 5);
            byte[] copy = new byte[(int) mapping.sizeBytes() - 3];
            view.copyTo(0, copy);
            assertThat(copy[copy.length - 1]).isEqualTo((byte) 5);
            view.copyFrom(0, filled(2 * CHUNK_BYTES, 6));
            mapping.sync();
            assertThat(backing.contents()).endsWith(5, 5).startsWith(1, 1, 1, 6, 6);
        }
    }
}
