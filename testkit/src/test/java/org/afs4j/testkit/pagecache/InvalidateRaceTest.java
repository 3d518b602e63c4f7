package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.simulation.Schedules;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.PageStream;
import org.afs4j.pagecache.ReadMode;
import org.afs4j.pagecache.error.MappedAccessException;
import org.junit.jupiter.api.Test;

/// PC-1, PC-2, PC-3, PC-4: reads, faults and readahead of files whose blocks are freed and at once used again by another file, under a
/// controlled scheduler that may come between any two steps.
class InvalidateRaceTest {
    private static final int SCHEDULES = 2000;
    private static final List<ReadMode> MODES = List.of(ReadMode.values());

    private static final class Program {
        private final DiskRace race;

        Program(SimulatedWorld world) throws IOException {
            race = new DiskRace(world);
        }

        void run() throws Exception {
            List<Thread> threads = new ArrayList<>(race.startChangers());
            threads.add(race.start("reader", this::read));
            threads.add(race.start("mapped reader", this::readMapped));
            threads.add(race.start("readahead and eviction", this::advise));
            for (Thread thread : threads) {
                thread.join();
            }
            for (DiskFile file : race.files) {
                for (int page = 0; page < file.mapping.sizeBytes() / DiskFile.PAGE_BYTES; page++) {
                    readPage(file, page, ReadMode.NORMAL);
                }
            }
            race.end();
        }

        private void read(DiskFile file) throws IOException {
            ReadMode mode = MODES.get(race.world.random().nextInt(MODES.size()));
            Thread reader = Thread.currentThread();
            if (mode != ReadMode.NORMAL) {
                file.mustNotFill.add(reader);
            }
            readPage(file, race.world.random().nextInt(DiskFile.PAGES), mode);
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
            int page = race.world.random().nextInt(DiskFile.PAGES);
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
            PageStream.Advice advice = race.world.random().nextBoolean() ? PageStream.Advice.WILL_NEED : PageStream.Advice.DONT_NEED;
            file.mapping.openStream().advise(advice, 0, DiskFile.bytes(DiskFile.PAGES));
        }
    }

    @Test
    void showsNoStaleAndNoForeignByteUnderAnySchedule() {
        Schedules.explore(SCHEDULES, world -> new Program(world).run());
    }
}
