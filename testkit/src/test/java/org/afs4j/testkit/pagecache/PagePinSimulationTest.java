package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.error.MappedAccessException;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.PagePin;
import org.afs4j.pagecache.PinOptions;
import org.afs4j.pagecache.PinOwner;
import org.junit.jupiter.api.Test;

/// PIN-1, PIN-2, PIN-3, PIN-6: pins among truncations, third parties' changes, writes, mapped writes and eviction, interleaved by
/// a seed: what is pinned stays byte for byte what it was, and nothing waits for ever.
class PagePinSimulationTest {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int SIZE_BYTES = 4 * CHUNK_BYTES;
    private static final int SEEDS = 150;
    private static final int STEPS = 12;

    /// Lets others run where a pin has the pages and has not been added yet.
    @SuppressWarnings("ThreadPriorityCheck") // a yield is a point at which the seed chooses
    private record Yielding(InMemoryBacking backing) implements PageBacking {
        @Override
        public void fill(long offsetBytes, MemorySegment destination) throws IOException {
            Thread.yield();
            backing.fill(offsetBytes, destination);
        }

        @Override
        public void writeBack(long offsetBytes, MemorySegment source, long fileSizeBytes) throws IOException {
            backing.writeBack(offsetBytes, source, fileSizeBytes);
        }

        @Override
        public void validate() throws IOException {
            backing.validate();
        }

        @Override
        public boolean isValid() {
            Thread.yield();
            return backing.isValid();
        }

        @Override
        public void mappedChanged(boolean mapped) {
            backing.mappedChanged(mapped);
        }
    }

    private static final class Program {
        private final SimulatedWorld world;
        private final PageCache cache;
        private final List<InMemoryBacking> backings = new ArrayList<>();
        private final List<PageMapping> mappings = new ArrayList<>();
        private int changes;

        Program(SimulatedWorld world) throws IOException {
            this.world = world;
            this.cache = PageCache.open(world, PageCacheOptions.defaults().withReadahead(0, 0).withBudgetBytes(16L * CHUNK_BYTES));
            for (int i = 0; i < 6; i++) {
                InMemoryBacking backing = new InMemoryBacking(filled(SIZE_BYTES, i + 1));
                PageMapping mapping = cache.newMapping(new Yielding(backing), SIZE_BYTES, "file" + i);
                backing.attach(mapping);
                backings.add(backing);
                mappings.add(mapping);
            }
        }

        private static byte[] filled(int length, int value) {
            byte[] bytes = new byte[length];
            Arrays.fill(bytes, (byte) value);
            return bytes;
        }

        void run() throws Exception {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 6; t++) {
                int kind = t;
                threads.add(world.start("t" + t, () -> {
                    try {
                        for (int step = 0; step < STEPS; step++) {
                            step(kind);
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            for (PageMapping mapping : mappings) {
                assertThat(mapping.pins()).isEmpty();
                mapping.sync();
                mapping.close();
            }
            assertThat(cache.counters().revokedPins()).as("pins that held a change up for ever").isZero();
            assertThat(cache.counters().pinTimeouts()).isZero();
            PageCacheInvariants.assertNothingLeaked(cache);
        }

        private void step(int kind) throws IOException {
            RandomGenerator random = world.random();
            int which = random.nextInt(2);
            PageMapping mapping = mappings.get(which);
            long at = random.nextInt(SIZE_BYTES - CHUNK_BYTES);
            switch (kind) {
                case 0, 1, 2 -> pin(mapping, at, 1 + random.nextInt(CHUNK_BYTES), random.nextInt(6));
                case 3 -> disturb(mapping, backings.get(which), random);
                case 4 -> write(mapping, at, random.nextBoolean());
                default -> readOther(random);
            }
        }

        @SuppressWarnings("ThreadPriorityCheck") // a yield is a point at which the seed chooses
        private static void pin(PageMapping mapping, long at, int length, int looks) throws IOException {
            try (PagePin pin = mapping.pin(at, length, PinOptions.shortTerm(PinOwner.ofThread(Thread.currentThread())))) {
                MemorySegment before = MemorySegment.ofArray(new byte[length]).copyFrom(pin.segment());
                for (int i = 0; i < looks; i++) {
                    Thread.yield();
                    assertThat(pin.segment().mismatch(before)).as("first changed byte of a pin at %s", at).isEqualTo(-1);
                }
            } catch (EOFException e) {
                assertThat(e).hasMessageContaining("the file ends at");
            }
        }

        private void disturb(PageMapping mapping, InMemoryBacking backing, RandomGenerator random) throws IOException {
            int size = random.nextInt(SIZE_BYTES);
            switch (random.nextInt(3)) {
                case 0 -> mapping.truncate(size, () -> backing.resizeByUs(size));
                case 1 -> mapping.truncate(SIZE_BYTES, () -> backing.resizeByUs(SIZE_BYTES));
                default -> {
                    mapping.sync();
                    backing.changeByOther(filled(SIZE_BYTES, ++changes));
                }
            }
        }

        private static void write(PageMapping mapping, long at, boolean mapped) throws IOException {
            if (!mapped) {
                mapping.write(at, ByteBuffer.wrap(filled(5000, 99)));
                return;
            }
            try (MappedView view = mapping.map(MapAccess.READ_WRITE, 0, SIZE_BYTES)) {
                for (int i = 0; i < 3; i++) {
                    view.setByte(at + i, (byte) -i);
                }
            } catch (MappedAccessException e) {
                assertThat(e.reason()).isEqualTo(MappedAccessException.Reason.BEYOND_END);
            }
        }

        /// Takes memory, so that pages are evicted.
        private void readOther(RandomGenerator random) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(SIZE_BYTES);
            int read = mappings.get(2 + random.nextInt(4)).read(0, buffer);
            assertThat(read).isPositive();
        }
    }

    @Test
    void neverChangesNorFreesAPinnedPageInAnyInterleaving() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedWorld world = new SimulatedWorld(seed);
            world.run(() -> new Program(world).run());
        }
    }
}
