package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.afs4j.base.simulation.Schedules;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.PageStream;
import org.afs4j.pagecache.ReadMode;
import org.afs4j.pagecache.error.MappedAccessException;
import org.junit.jupiter.api.Test;

/// PC-1, PC-2, PC-3, PC-4: reads, faults and readahead of files whose blocks are freed and at once used again by another file, under a
/// controlled scheduler that may come between any two steps.
class InvalidateRaceTest {
    private static final int STEPS = 3;
    private static final int SCHEDULES = 2000;
    private static final List<ReadMode> MODES = List.of(ReadMode.values());

    private static final class Program {
        private final SimulatedWorld world;
        private final PageCache cache;
        private final List<DiskFile> files;

        Program(SimulatedWorld world) throws IOException {
            this.world = world;
            this.cache = DiskFile.newCache(world);
            this.files = DiskFile.twoFiles(cache);
        }

        /// One step of a thread.
        private interface Step {
            void run(DiskFile file) throws IOException;
        }

        void run() throws Exception {
            List<Thread> threads = List.of(
                    repeat("changer of file 1", _ -> files.get(0).change(world.random())),
                    repeat("changer of file 2", _ -> files.get(1).change(world.random())),
                    repeat("reader", this::read),
                    repeat("mapped reader", this::readMapped),
                    repeat("readahead and eviction", this::advise));
            for (Thread thread : threads) {
                thread.join();
            }
            for (DiskFile file : files) {
                for (int page = 0; page < file.mapping.sizeBytes() / DiskFile.PAGE_BYTES; page++) {
                    readPage(file, page, ReadMode.NORMAL);
                }
                file.mapping.close();
            }
            PageCacheInvariants.assertNothingLeaked(cache);
        }

        private Thread repeat(String name, Step step) {
            return world.start(name, () -> {
                try {
                    for (int i = 0; i < STEPS; i++) {
                        step.run(files.get(world.random().nextInt(2)));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        private void read(DiskFile file) throws IOException {
            ReadMode mode = MODES.get(world.random().nextInt(MODES.size()));
            Thread reader = Thread.currentThread();
            if (mode != ReadMode.NORMAL) {
                file.mustNotFill.add(reader);
            }
            readPage(file, world.random().nextInt(DiskFile.PAGES), mode);
            file.mustNotFill.remove(reader);
        }

        private static void readPage(DiskFile file, int page, ReadMode mode) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(DiskFile.PAGE_BYTES).order(ByteOrder.nativeOrder());
            int settled = file.settled[page];
            int read = file.mapping.read(DiskFile.bytes(page), buffer, mode);
            assertThat(read).as("what a read in mode %s returned", mode).isNotEqualTo(mode == ReadMode.NORMAL ? PageMapping.TRY_AGAIN : 0);
            if (read > 0) {
                for (int at = 0; at + Long.BYTES <= buffer.position(); at += DiskFile.PAGE_BYTES / 2) {
                    file.check("read", page, settled, buffer.getLong(at));
                }
            }
        }

        private void readMapped(DiskFile file) throws IOException {
            int page = world.random().nextInt(DiskFile.PAGES);
            try (MappedView view = file.mapping.map(MapAccess.READ_ONLY, 0, DiskFile.bytes(DiskFile.PAGES))) {
                for (int i = 0; i < 2; i++) {
                    int settled = file.settled[page];
                    file.check("mapped", page, settled, view.getLongAcquire(DiskFile.bytes(page) + i * DiskFile.PAGE_BYTES / 2));
                }
            } catch (MappedAccessException e) {
                assertThat(e.reason()).isEqualTo(MappedAccessException.Reason.BEYOND_END);
            }
        }

        private void advise(DiskFile file) {
            PageStream.Advice advice = world.random().nextBoolean() ? PageStream.Advice.WILL_NEED : PageStream.Advice.DONT_NEED;
            file.mapping.openStream().advise(advice, 0, DiskFile.bytes(DiskFile.PAGES));
        }
    }

    @Test
    void showsNoStaleAndNoForeignByteUnderAnySchedule() {
        Schedules.explore(SCHEDULES, world -> new Program(world).run());
    }
}
