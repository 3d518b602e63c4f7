package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.simulation.Schedules;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.backing.PageBacking;
import org.junit.jupiter.api.Test;

/// MM-1, MM-2, MM-3, MM-9: faults of several views cross with breaks and strips, under a controlled scheduler: what is accessed
/// after a strip has been validated since, and what is accessed after the break of a change shows the change.
class StripRaceTest {
    private static final int SIZE_BYTES = 2 * DiskFile.PAGE_BYTES;
    private static final int STEPS = 3;
    private static final int SCHEDULES = 2000;

    /// A file full of one word, which a third party changes, with a promise that is broken for it. A clock counts what happens.
    @SuppressWarnings("ThreadPriorityCheck") // a yield is a point at which the schedule chooses
    private static final class PromisedFile implements PageBacking {
        private final RankedMutex validation = new RankedMutex(LockRank.VNODE_VALIDATION);
        private final PageMapping mapping;
        private long word = 1;
        private long knownWord = 1;
        private boolean promised = true;
        private long breaks;
        private long clock;
        /// When the last validation began that is over.
        private long validated;
        /// When the last strip began that is over.
        private long stripped;
        /// What the file was full of when the last strip began that followed a break and is over.
        private long oldest = 1;

        PromisedFile(PageCache cache) {
            mapping = cache.newMapping(this, SIZE_BYTES, "file");
        }

        @Override
        public void fill(long offsetBytes, MemorySegment destination) {
            Thread.yield();
            long filled = word;
            Thread.yield();
            for (long at = 0; at < destination.byteSize(); at += Long.BYTES) {
                destination.set(ValueLayout.JAVA_LONG, at, filled);
            }
        }

        @Override
        public void writeBack(long offsetBytes, MemorySegment source, long fileSizeBytes) {
            throw new AssertionError("nothing is dirty");
        }

        @Override
        public void validate() {
            long began = ++clock;
            validation.lock();
            try {
                while (!promised) {
                    long seenBreaks = breaks;
                    Thread.yield();
                    boolean changed = knownWord != word;
                    knownWord = word;
                    Thread.yield();
                    if (changed) {
                        assertThat(mapping.invalidate(SIZE_BYTES)).as("whether something was dirty").isFalse();
                    }
                    promised = breaks == seenBreaks;
                }
            } finally {
                validation.unlock();
            }
            validated = Math.max(validated, began);
        }

        @Override
        public boolean isValid() {
            return promised;
        }

        @Override
        public void mappedChanged(boolean mapped) {}

        /// A third party changes the file, or only its status; the promise is broken and the views are stripped.
        void change(boolean data) {
            word += data ? 1 : 0;
            promised = false;
            breaks++;
            Thread.yield();
            long changed = word;
            strip();
            oldest = Math.max(oldest, changed);
        }

        /// Views are stripped though the promise stands, as before a truncate.
        void strip() {
            long began = ++clock;
            mapping.strip();
            stripped = Math.max(stripped, began);
        }

        void read(MappedView view, long at) {
            long strippedBefore = stripped;
            long oldestBefore = oldest;
            assertThat(view.getLongAcquire(at)).isBetween(oldestBefore, word);
            assertThat(validated).as("when the file was validated last").isGreaterThanOrEqualTo(strippedBefore);
        }
    }

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
            try (MappedView view = file.mapping.map(MapAccess.READ_ONLY, 0, SIZE_BYTES)) {
                for (int i = 0; i < STEPS; i++) {
                    file.read(view, world.random().nextInt(SIZE_BYTES / Long.BYTES) * (long) Long.BYTES);
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
