package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.base.world.World;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.PagePin;
import org.afs4j.pagecache.PinOptions;
import org.afs4j.pagecache.PinOwner;
import org.afs4j.pagecache.error.PinRefusedException;
import org.afs4j.pagecache.error.PinTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("ThreadPriorityCheck") // a yield is a point at which the seed chooses
class PagePinTest {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int SIZE_BYTES = 3 * CHUNK_BYTES;

    /// A file of ones in a cache, and whether anything is left of it.
    private static final class File implements AutoCloseable {
        final World world;
        final PageCache cache;
        final InMemoryBacking backing;
        final PageMapping mapping;
        final PinOptions options = PinOptions.shortTerm(PinOwner.named("the test"));

        File(World world, long budgetBytes) throws IOException {
            this.world = world;
            cache = PageCache.open(world, PageCacheOptions.defaults().withReadahead(0, 0).withBudgetBytes(budgetBytes));
            backing = new InMemoryBacking(filled(SIZE_BYTES, 1));
            mapping = cache.newMapping(backing, SIZE_BYTES, "file");
            backing.attach(mapping);
        }

        PagePin pin(long offset, long length) throws IOException {
            return mapping.pin(offset, length, options);
        }

        Thread start(Action action) {
            return world.start("other", () -> {
                try {
                    action.run();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        void awaitPinWait() {
            while (cache.counters().pinWaits() == 0) {
                Thread.yield();
            }
        }

        @Override
        public void close() throws IOException {
            assertThat(mapping.pins()).as("leaked pins").isEmpty();
            mapping.close();
            PageCacheInvariants.assertNothingLeaked(cache);
        }
    }

    private interface Action {
        void run() throws IOException;
    }

    private interface Body {
        void run(File file) throws Exception;
    }

    private static void simulate(Body body) {
        SimulatedWorld world = new SimulatedWorld(1);
        world.run(() -> {
            try (File file = new File(world, 64L << 20)) {
                body.run(file);
            }
        });
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static void yieldOften() {
        for (int i = 0; i < 20; i++) {
            Thread.yield();
        }
    }

    private static boolean isAll(MemorySegment segment, int value) {
        return segment.mismatch(MemorySegment.ofArray(filled((int) segment.byteSize(), value))) < 0;
    }

    /// PIN-1.
    @Test
    void handsPagesToAChannelWithoutACopy(@TempDir Path directory) throws IOException {
        try (File file = new File(SystemWorld.instance(), 64L << 20)) {
            Path target = directory.resolve("copy");
            try (PagePin pin = file.pin(10, 2 * CHUNK_BYTES);
                    FileChannel channel = FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                assertThat(pin.segment().isReadOnly()).isTrue();
                assertThat(channel.write(pin.segment().asByteBuffer())).isEqualTo(2 * CHUNK_BYTES);
            }
            assertThat(Files.readAllBytes(target)).isEqualTo(filled(2 * CHUNK_BYTES, 1));
            assertThat(file.cache.counters().pins()).isEqualTo(1);
            assertThatThrownBy(() -> file.pin(SIZE_BYTES - 1, 2)).isInstanceOf(EOFException.class);
        }
    }

    /// PIN-2: the truncation waits; the views are stripped before it does.
    @Test
    void defersATruncateAndStripsTheViewsFirst() {
        simulate(file -> {
            try (MappedView view = file.mapping.map(MapAccess.READ_ONLY, 0, SIZE_BYTES)) {
                PagePin pin = file.pin(CHUNK_BYTES, CHUNK_BYTES);
                assertThat(view.getByte(0)).isEqualTo((byte) 1);
                long faults = file.cache.counters().faults();
                Thread truncate = file.start(() -> file.mapping.truncate(0, () -> file.backing.resizeByUs(0)));
                file.awaitPinWait();
                yieldOften();
                assertThat(view.getByte(0)).isEqualTo((byte) 1);
                assertThat(file.cache.counters().faults()).isGreaterThan(faults);
                assertThat(isAll(pin.segment(), 1)).isTrue();
                assertThat(file.mapping.sizeBytes()).isEqualTo(SIZE_BYTES);
                pin.close();
                truncate.join();
                assertThat(file.mapping.sizeBytes()).isZero();
            }
        });
    }

    /// PIN-2: only what is pinned waits.
    @Test
    void letsATruncateBehindThePinGoOn() {
        simulate(file -> {
            try (PagePin pin = file.pin(0, CHUNK_BYTES)) {
                file.mapping.truncate(CHUNK_BYTES, () -> file.backing.resizeByUs(CHUNK_BYTES));
                assertThat(file.cache.counters().pinWaits()).isZero();
                assertThat(isAll(pin.segment(), 1)).isTrue();
            }
        });
    }

    /// PIN-3.
    @Test
    void letsANewPinWaitForTheChange() {
        simulate(file -> {
            PagePin pin = file.pin(0, CHUNK_BYTES);
            Thread truncate = file.start(() -> file.mapping.truncate(0, () -> file.backing.resizeByUs(0)));
            file.awaitPinWait();
            AtomicReference<Throwable> second = new AtomicReference<>();
            Thread pinner = file.start(() -> {
                try (PagePin late = file.pin(0, 1)) {
                    second.set(new AssertionError("pinned at " + late.offsetBytes()));
                } catch (IOException e) {
                    second.set(e);
                }
            });
            yieldOften();
            assertThat(file.mapping.pins()).hasSize(1);
            pin.close();
            truncate.join();
            pinner.join();
            assertThat(second.get()).isInstanceOf(EOFException.class);
        });
    }

    /// PIN-4.
    @Test
    void refusesLongTermPinsAndNamesAHolderThatKeepsOneTooLong() {
        simulate(file -> {
            PinOptions longTerm = new PinOptions(PinOwner.named("a device"), true, 0);
            assertThatThrownBy(() -> file.mapping.pin(0, 1, longTerm)).isInstanceOf(PinRefusedException.class);
            file.cache.allowLongTermPins();
            try (PagePin pin = file.mapping.pin(0, 1, longTerm)) {
                assertThatThrownBy(() -> file.mapping.truncate(0, () -> file.backing.resizeByUs(0)))
                        .isInstanceOfSatisfying(
                                PinTimeoutException.class, e -> assertThat(e.holder()).isEqualTo("a device"));
                assertThat(file.mapping.pins()).hasSize(1).first().satisfies(open -> {
                    assertThat(open.owner()).isEqualTo("a device");
                    assertThat(open.ageNanos()).isGreaterThanOrEqualTo(10_000_000_000L);
                });
                assertThat(file.cache.pins()).isEqualTo(file.mapping.pins());
                assertThat(file.cache.counters().pinTimeouts()).isEqualTo(1);
                assertThat(pin.segment().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 1);
            }
            file.mapping.truncate(0, () -> file.backing.resizeByUs(0));
        });
    }

    /// PIN-4: a third party's change cannot be put off for ever.
    @Test
    void takesAPinAwayFromAHolderThatKeepsItTooLongFromAThirdPartysChange() {
        simulate(file -> {
            try (PagePin pin = file.pin(0, 1); MappedView view = file.mapping.map(MapAccess.READ_ONLY, 0, 1)) {
                file.backing.changeByOther(filled(SIZE_BYTES, 2));
                assertThat(view.getByte(0)).isEqualTo((byte) 2);
                assertThat(file.cache.counters().revokedPins()).isEqualTo(1);
                assertThatThrownBy(() -> pin.segment().get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
            }
        });
    }

    /// PIN-5.
    @Test
    void survivesTheCloseOfItsFile() {
        simulate(file -> {
            PageMapping other = file.cache.newMapping(new InMemoryBacking(filled(CHUNK_BYTES, 7)), CHUNK_BYTES, "other");
            PagePin pin = other.pin(0, CHUNK_BYTES, file.options);
            other.close();
            assertThat(isAll(pin.segment(), 7)).isTrue();
            assertThatThrownBy(() -> other.pin(0, 1, file.options)).isInstanceOf(IllegalStateException.class);
            pin.close();
            assertThat(file.cache.mappingCount()).isEqualTo(1);
        });
    }

    /// PIN-5.
    @Test
    void diesWithItsOwner() {
        simulate(file -> {
            PinOwner owner = PinOwner.named("a scope");
            PagePin pin = file.mapping.pin(0, 1, PinOptions.shortTerm(owner));
            owner.close();
            assertThatThrownBy(() -> pin.segment().get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
            AtomicReference<PagePin> left = new AtomicReference<>();
            Thread holder = file.start(() ->
                    left.set(file.mapping.pin(0, 1, PinOptions.shortTerm(PinOwner.ofThread(Thread.currentThread())))));
            holder.join();
            file.mapping.truncate(0, () -> file.backing.resizeByUs(0));
            assertThat(file.cache.counters().orphanedPins()).isEqualTo(1);
            assertThat(file.cache.counters().pinTimeouts()).isZero();
            assertThat(left.get()).isNotNull();
        });
    }

    /// PIN-5: the last resort.
    @Test
    @SuppressWarnings("resource") // the pin is lost on purpose
    void endsWhenItIsLostAndCountsThat() throws IOException {
        try (File file = new File(SystemWorld.instance(), 64L << 20)) {
            assertThat(file.pin(0, 1)).isNotNull();
            while (file.cache.counters().leakedPins() == 0) {
                System.gc();
                Thread.onSpinWait();
            }
            file.mapping.truncate(0, () -> file.backing.resizeByUs(0));
        }
    }

    /// PIN-6.
    @Test
    void isNotChangedInPlaceByWritesOrViews() {
        simulate(file -> {
            try (MappedView view = file.mapping.map(MapAccess.READ_WRITE, 0, SIZE_BYTES)) {
                view.setByte(5, (byte) 1);
                PagePin pin = file.pin(0, 100);
                Thread writer = file.start(() -> file.mapping.write(7, ByteBuffer.wrap(filled(10, 9))));
                Thread mapped = file.start(() -> view.setByte(3, (byte) 8));
                file.awaitPinWait();
                yieldOften();
                assertThat(isAll(pin.segment(), 1)).isTrue();
                pin.close();
                writer.join();
                mapped.join();
                assertThat(view.getByte(3)).isEqualTo((byte) 8);
                assertThat(view.getByte(7)).isEqualTo((byte) 9);
                file.mapping.sync();
            }
        });
    }

    /// PIN-2: eviction passes pinned pages by.
    @Test
    void isNotEvicted() {
        SimulatedWorld world = new SimulatedWorld(1);
        world.run(() -> {
            try (File file = new File(world, 16L * CHUNK_BYTES)) {
                int large = 64 * CHUNK_BYTES;
                PageMapping other = file.cache.newMapping(new InMemoryBacking(filled(large, 5)), large, "large");
                try (PagePin pin = file.pin(0, CHUNK_BYTES)) {
                    ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
                    for (int i = 0; i < 128; i++) {
                        buffer.clear();
                        assertThat(other.read((long) i % 64 * CHUNK_BYTES, buffer)).isEqualTo(CHUNK_BYTES);
                    }
                    assertThat(file.cache.counters().evictedPages()).isPositive();
                    assertThat(isAll(pin.segment(), 1)).isTrue();
                }
                other.close();
            }
        });
    }

    /// PIN-1: the memory of a pin that was let go shows what was pinned, or nothing; never what became of its pages.
    @Test
    void letsAStaleSegmentShowWhatWasPinnedOrNothing() {
        simulate(file -> {
            PagePin first = file.pin(0, 100);
            MemorySegment stale = first.segment();
            first.close();
            assertThat(file.cache.pins()).isEmpty();
            try (PagePin second = file.pin(10, 50)) {
                assertThat(second.segment().scope()).as("it goes on with the idle one").isEqualTo(stale.scope());
                first.close();
                assertThat(file.cache.pins()).hasSize(1);
                assertThat(isAll(second.segment(), 1)).isTrue();
            }
            assertThat(isAll(stale, 1)).isTrue();
            file.mapping.write(7, ByteBuffer.wrap(filled(10, 9)));
            assertThat(file.cache.counters().pinWaits()).as("nobody waits for an idle pin").isZero();
            assertThatThrownBy(() -> stale.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
            file.mapping.sync();
        });
    }

    /// PIN-1.
    @Test
    void keepsSoManyIdlePinsAndNoMore() {
        simulate(file -> {
            int pageBytes = file.cache.options().pageBytes();
            List<MemorySegment> stale = new ArrayList<>();
            for (int page = 0; page < 10; page++) {
                for (int pages = 1; pages <= 10; pages++) {
                    try (PagePin pin = file.pin((long) page * pageBytes, (long) pages * pageBytes)) {
                        stale.add(pin.segment());
                    }
                }
            }
            assertThat(stale.stream().filter(segment -> segment.scope().isAlive())).hasSize(64);
            assertThat(stale.getLast().scope().isAlive()).isTrue();
        });
    }

    /// PIN-1, PIN-2: idle pins keep nothing in memory, and no file.
    @Test
    void endsIdlePinsForEvictionAndForTheCloseOfTheFile() {
        SimulatedWorld world = new SimulatedWorld(1);
        world.run(() -> {
            MemorySegment last;
            try (File file = new File(world, 16L * CHUNK_BYTES)) {
                MemorySegment stale;
                try (PagePin pin = file.pin(0, CHUNK_BYTES)) {
                    stale = pin.segment();
                }
                int large = 64 * CHUNK_BYTES;
                PageMapping other = file.cache.newMapping(new InMemoryBacking(filled(large, 5)), large, "large");
                ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
                for (int i = 0; i < 128; i++) {
                    assertThat(other.read((long) i % 64 * CHUNK_BYTES, buffer.clear())).isEqualTo(CHUNK_BYTES);
                }
                assertThat(stale.scope().isAlive()).isFalse();
                other.close();
                try (PagePin pin = file.pin(0, CHUNK_BYTES)) {
                    last = pin.segment();
                }
            }
            assertThat(last.scope().isAlive()).isFalse();
        });
    }

    /// PIN-4: a channel that takes no bytes loses its pin to a third party's change, and gets the new version.
    @Test
    void sendsTheNewVersionAfterAThirdPartysChangeTookThePin() {
        simulate(file -> {
            StallingChannel stalling = new StallingChannel(file, 0, new ByteArrayOutputStream());
            assertThat(file.mapping.openStream().transferTo(0, Long.MAX_VALUE, stalling)).isEqualTo(SIZE_BYTES);
            assertThat(file.cache.counters().revokedPins()).isEqualTo(1);
            assertThat(stalling.taken.toByteArray()).isEqualTo(filled(SIZE_BYTES, 2));
        });
    }

    /// PIN-4: what a channel has that had begun when its pin went, nobody knows.
    @Test
    void refusesToGuessWhatAChannelHasTakenWhosePinWent() {
        simulate(file -> {
            StallingChannel stalling = new StallingChannel(file, 10, new ByteArrayOutputStream());
            assertThatThrownBy(() -> file.mapping.openStream().transferTo(0, Long.MAX_VALUE, stalling))
                    .isInstanceOfSatisfying(PinTimeoutException.class, e -> assertThat(e.holder()).startsWith("thread "));
        });
    }

    /// Takes some bytes of what it is given first, then none until a third party has changed the file and somebody has learned of it.
    private record StallingChannel(File file, int firstBytes, ByteArrayOutputStream taken) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) {
            int count = source.remaining();
            if (file.cache.counters().revokedPins() == 0) {
                take(source, firstBytes);
                file.backing.changeByOther(filled(SIZE_BYTES, 2));
                Thread validation = file.start(file.backing::validate);
                try {
                    validation.join();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            take(source, source.remaining());
            return count;
        }

        private void take(ByteBuffer source, int count) {
            byte[] bytes = new byte[count];
            source.get(bytes);
            taken.writeBytes(bytes);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
