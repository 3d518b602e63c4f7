package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.error.MappedAccessException;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.backing.RangeOperation;
import org.junit.jupiter.api.Test;

/// PC-1, PC-2, MM-1, MM-2, MM-8: reads, faults, readahead, writes, write-back, eviction, truncation, restores and third parties' changes of
/// a few small files, interleaved by a seed at every step of every backing, against what each file may contain.
class PageCacheSimulationTest {
    private static final int PAGE_BYTES = 4096;
    private static final int MAX_PAGES = 48;
    private static final int FILES = 3;
    private static final int SEEDS = 100;
    private static final int STEPS = 40;

    /// A file whose every page is stamped with the file's number and with the stamp that page has now. A server operation takes
    /// its time, in the middle of which others run.
    @SuppressWarnings("ThreadPriorityCheck") // a yield is a point at which the seed chooses
    private static final class StampedFile implements PageBacking {
        final RankedMutex validation = new RankedMutex(LockRank.VNODE_VALIDATION);
        final int number;
        final RandomGenerator random;
        /// The server's stamps, one a page; the length is the size.
        int[] server;
        /// For each page the smallest stamp that a read after a validation may still return.
        final int[] oldestRead = new int[MAX_PAGES];
        /// For each page the smallest stamp that a mapped access may still return; a strip moves it at once (MM-3).
        final int[] oldestMapped = new int[MAX_PAGES];
        /// Stamps that writers have drawn and not yet written.
        final Set<Integer> underWay = new HashSet<>();
        /// Stamps that were under way when older ones were superseded: they may appear later, and are no older bytes.
        final Set<Integer> late = new HashSet<>();
        /// Whether a write beyond the end has left pages that were never stamped.
        boolean holes;
        int lastStamp = 1;
        boolean valid = true;
        long breaks;
        long knownVersion;
        long version;
        boolean mapped;
        PageMapping mapping;

        @SuppressWarnings("NullAway.Init") // the mapping is made with this as its backing
        StampedFile(int number, RandomGenerator random, int pages) {
            this.number = number;
            this.random = random;
            this.server = stamps(pages, 1);
        }

        private static int[] stamps(int pages, int stamp) {
            int[] stamps = new int[pages];
            Arrays.fill(stamps, stamp);
            return stamps;
        }

        long word(int stamp) {
            return (long) number << 32 | stamp;
        }

        private void pause() {
            for (int i = random.nextInt(4); i > 0; i--) {
                Thread.yield();
            }
        }

        @Override
        public void fill(long offsetBytes, MemorySegment destination) {
            for (long at = 0; at < destination.byteSize(); at += PAGE_BYTES) {
                int page = (int) ((offsetBytes + at) / PAGE_BYTES);
                long word = page < server.length ? word(server[page]) : 0;
                for (long i = 0; i < PAGE_BYTES; i += Long.BYTES) {
                    destination.set(ValueLayout.JAVA_LONG, at + i, word);
                }
                pause();
            }
        }

        @Override
        public void writeBack(long offsetBytes, MemorySegment source, long fileSizeBytes) {
            pause();
            int[] next = Arrays.copyOf(server, (int) (fileSizeBytes / PAGE_BYTES));
            // What a view has written is a part of a page; a page's stamp is its first word.
            long end = offsetBytes + source.byteSize();
            for (long at = (offsetBytes + PAGE_BYTES - 1) & -PAGE_BYTES; at + Long.BYTES <= end; at += PAGE_BYTES) {
                long word = source.get(ValueLayout.JAVA_LONG, at - offsetBytes);
                assertThat((int) (word >>> 32)).as("owner of a page written back").isIn(number, holes ? 0 : number);
                next[(int) (at / PAGE_BYTES)] = (int) word;
            }
            server = next;
            if (knownVersion == version) {
                knownVersion++;
            }
            version++;
            pause();
        }

        @Override
        public void validate() throws IOException {
            validation.lock();
            try {
                validateSerially();
            } finally {
                validation.unlock();
            }
        }

        private void validateSerially() throws IOException {
            while (!valid) {
                long seen = breaks;
                boolean changed = knownVersion != version;
                knownVersion = version;
                pause();
                int[][] now = new int[1][];
                boolean conflict = changed
                        && mapping.invalidate(() -> {
                            now[0] = server.clone();
                            return (long) server.length * PAGE_BYTES;
                        });
                if (changed && !conflict) {
                    supersede(oldestRead, now[0]);
                }
                valid = breaks == seen;
            }
        }

        @Override
        public boolean isValid() {
            return valid;
        }

        @Override
        public void mappedChanged(boolean nowMapped) {
            assertThat(nowMapped).isNotEqualTo(mapped);
            mapped = nowMapped;
        }

        /// A third party writes every page anew, and the server breaks our promise. From the moment the strip is over, a mapped
        /// read has to show it.
        void changeByOther() {
            if (mapping.isDirty()) {
                return;
            }
            valid = false;
            breaks++;
            version++;
            server = stamps(server.length, ++lastStamp);
            late.addAll(underWay);
            int[] now = server;
            mapping.strip();
            supersede(oldestMapped, now);
        }

        private void supersede(int[] oldest, int[] now) {
            late.addAll(underWay);
            for (int page = 0; page < Math.min(now.length, MAX_PAGES); page++) {
                oldest[page] = Math.max(oldest[page], now[page]);
            }
        }

        int drawStamp() {
            int stamp = ++lastStamp;
            underWay.add(stamp);
            return stamp;
        }

        /// Truncates to nothing and lets the blocks be used again at once: every page gets a new stamp within the operation.
        void truncate(int pages) throws IOException {
            mapping.truncate(0, () -> {
                pause();
                server = new int[0];
                ours();
                // What was written up to now is freed; a write that comes between here and the extension below is not.
                lastStamp++;
                supersede(oldestRead, stamps(MAX_PAGES, lastStamp));
                supersede(oldestMapped, stamps(MAX_PAGES, lastStamp));
                holes = !underWay.isEmpty();
            });
            mapping.truncate((long) pages * PAGE_BYTES, () -> {
                server = stamps(pages, ++lastStamp);
                ours();
                pause();
            });
        }

        /// Gives pages of the file other blocks, with a stamp of their own.
        void restore(int from, int to) throws IOException {
            mapping.changeRange(RangeOperation.Kind.RESTORE, (long) from * PAGE_BYTES, (long) (to - from) * PAGE_BYTES, () -> {
                pause();
                holes |= from > server.length;
                int[] next = Arrays.copyOf(server, Math.max(server.length, to));
                Arrays.fill(next, from, to, ++lastStamp);
                server = next;
                ours();
                late.addAll(underWay);
                Arrays.fill(oldestRead, from, to, lastStamp);
                Arrays.fill(oldestMapped, from, to, lastStamp);
                pause();
            });
        }

        private void ours() {
            if (knownVersion == version) {
                knownVersion++;
            }
            version++;
        }
    }

    private static final class Program {
        private final SimulatedWorld world;
        private final PageCache cache;
        private final List<StampedFile> files = new ArrayList<>();

        Program(SimulatedWorld world) throws IOException {
            this.world = world;
            this.cache = PageCache.open(
                    world,
                    new PageCacheOptions(
                            16 * 4 * PAGE_BYTES, 1L << 30, PAGE_BYTES, 4 * PAGE_BYTES, 8 * PAGE_BYTES, 16 * PAGE_BYTES, 4 * PAGE_BYTES, 3,
                            8 * PAGE_BYTES, 40, 10, 30_000_000_000L, 32 * PAGE_BYTES));
            for (int i = 0; i < FILES; i++) {
                StampedFile file = new StampedFile(i + 1, world.random(), 20 + 8 * i);
                file.mapping = cache.newMapping(file, (long) file.server.length * PAGE_BYTES, "file" + i);
                files.add(file);
            }
        }

        void run() throws Exception {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 6; t++) {
                int kind = t;
                threads.add(world.start("t" + t, () -> {
                    try {
                        work(kind);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            for (StampedFile file : files) {
                file.mapping.sync();
                assertThat(file.mapping.isDirty()).isFalse();
                file.mapping.close();
            }
            PageCacheInvariants.assertNothingLeaked(cache);
        }

        private void work(int kind) throws IOException {
            RandomGenerator random = world.random();
            for (int step = 0; step < STEPS; step++) {
                StampedFile file = files.get(random.nextInt(FILES));
                int page = random.nextInt(MAX_PAGES);
                switch (kind) {
                    case 0 -> readSequentially(file, page);
                    case 1, 2 -> readMapped(file, page);
                    case 3 -> write(file, page % 16);
                    case 4 -> writeMapped(file, page);
                    default -> disturb(file, random);
                }
            }
        }

        private static void disturb(StampedFile file, RandomGenerator random) throws IOException {
            switch (random.nextInt(6)) {
                case 0 -> file.truncate(1 + random.nextInt(MAX_PAGES));
                case 2 -> {
                    int from = random.nextInt(MAX_PAGES - 1);
                    file.restore(from, from + 1 + random.nextInt(MAX_PAGES - from));
                }
                case 1 -> file.mapping.sync();
                default -> file.changeByOther();
            }
        }

        private static void readSequentially(StampedFile file, int fromPage) throws IOException {
            file.validate();
            ByteBuffer buffer = ByteBuffer.allocate(PAGE_BYTES).order(ByteOrder.nativeOrder());
            for (int page = fromPage; page < MAX_PAGES; page++) {
                int oldest = file.oldestRead[page];
                buffer.clear();
                if (file.mapping.read((long) page * PAGE_BYTES, buffer) < 0) {
                    return;
                }
                for (int at = 0; at < buffer.position(); at += Long.BYTES) {
                    check(file, page, oldest, buffer.getLong(at));
                }
            }
        }

        @SuppressWarnings("ThreadPriorityCheck") // a yield is a point at which the seed chooses
        private static void readMapped(StampedFile file, int page) throws IOException {
            try (MappedView view = file.mapping.map(MapAccess.READ_ONLY, 0, (long) MAX_PAGES * PAGE_BYTES)) {
                for (int i = 0; i < 3; i++) {
                    int oldest = file.oldestMapped[page];
                    check(file, page, oldest, view.getLongAcquire((long) page * PAGE_BYTES + 8L * i));
                    Thread.yield();
                }
            } catch (MappedAccessException e) {
                assertThat(e.reason()).isEqualTo(MappedAccessException.Reason.BEYOND_END);
            }
        }

        private static void check(StampedFile file, int page, int oldest, long word) {
            int stamp = (int) word;
            if ((stamp == 0 && file.holes) || file.late.contains(stamp)) {
                return;
            }
            assertThat((int) (word >>> 32)).as("owner of page %s with stamp %s", page, stamp).isEqualTo(file.number);
            assertThat(stamp).as("stamp of page %s of file %s", page, file.number).isBetween(oldest, file.lastStamp);
        }

        private static void write(StampedFile file, int page) throws IOException {
            int stamp = file.drawStamp();
            ByteBuffer source = ByteBuffer.allocate(PAGE_BYTES).order(ByteOrder.nativeOrder());
            while (source.hasRemaining()) {
                source.putLong(file.word(stamp));
            }
            // A truncate may come between, and then the write leaves pages before it that nobody has stamped.
            file.holes = true;
            file.mapping.write((long) page * PAGE_BYTES, source.flip());
            file.holes = true;
            file.underWay.remove(stamp);
        }

        private static void writeMapped(StampedFile file, int page) throws IOException {
            int stamp = file.drawStamp();
            try (MappedView view = file.mapping.map(MapAccess.READ_WRITE, 0, (long) MAX_PAGES * PAGE_BYTES)) {
                view.setLong((long) page * PAGE_BYTES + 16, file.word(stamp));
            } catch (MappedAccessException e) {
                assertThat(e.reason()).isEqualTo(MappedAccessException.Reason.BEYOND_END);
            }
            file.underWay.remove(stamp);
        }
    }

    @Test
    void neverShowsAFreedOrForeignByteInAnyInterleaving() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedWorld world = new SimulatedWorld(seed);
            world.run(() -> new Program(world).run());
        }
    }
}
