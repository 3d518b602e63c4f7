package org.afs4j.testkit.pagecache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.afs4j.base.simulation.Schedules;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageCache;
import org.junit.jupiter.api.Test;

/// MM-1, MM-2, MM-3, MM-9: faults of several views cross with breaks and strips, under a controlled scheduler: what is accessed
/// after a strip has been validated since, and what is accessed after the break of a change shows the change.
class StripRaceTest {
    private static final int STEPS = 3;
    private static final int SCHEDULES = 2000;

    private static final class Program {
        private final SimulatedWorld world;
        private final PageCache cache;
        private final PromisedFile file;

        Program(SimulatedWorld world) throws IOException {
            this.world = world;
            this.cache = DiskFile.newCache(world);
            this.file = new PromisedFile(cache);
        }

        void run() throws Exception {
            List<Thread> threads = List.of(
                    repeat("first reader", this::read),
                    repeat("second reader", this::read),
                    repeat("breaks", () -> file.change(world.random().nextBoolean())),
                    repeat("strips", file::strip));
            for (Thread thread : threads) {
                thread.join();
            }
            file.mapping.close();
            PageCacheInvariants.assertNothingLeaked(cache);
        }

        private Thread repeat(String name, Runnable step) {
            return world.start(name, () -> {
                for (int i = 0; i < STEPS; i++) {
                    step.run();
                }
            });
        }

        private void read() {
            try (MappedView view = file.mapping.map(MapAccess.READ_ONLY, 0, PromisedFile.SIZE_BYTES)) {
                for (int i = 0; i < STEPS; i++) {
                    file.read(view, world.random().nextInt(PromisedFile.SIZE_BYTES / Long.BYTES) * (long) Long.BYTES);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void nothingIsAccessedAfterAStripThatWasNotValidatedSinceUnderAnySchedule() {
        Schedules.explore(SCHEDULES, world -> new Program(world).run());
    }
}
