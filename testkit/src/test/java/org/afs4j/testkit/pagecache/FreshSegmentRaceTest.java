package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.afs4j.base.simulation.Schedules;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.pagecache.FreshSegment;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageStream;
import org.afs4j.pagecache.error.MappedAccessException;
import org.junit.jupiter.api.Test;

/// MM-3: segments that are kept fresh in the background, crossed by breaks, strips and evictions under a controlled scheduler: what a
/// segment says is fresh is as new as the last break, no word ever goes back, and in the end it shows the last change, or is closed
/// if nobody can vouch for it.
class FreshSegmentRaceTest {
    private static final int STEPS = 3;
    private static final int SCHEDULES = 1000;
    private static final int MOST_WAITS = 1000;
    private static final long WAIT_NANOS = 1_000_000;

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
            boolean cutOff = world.random().nextInt(4) == 0;
            try (FreshSegment fresh = file.mapping.mapFresh(0, PromisedFile.SIZE_BYTES)) {
                List<Thread> threads = List.of(
                        repeat("holder", () -> hold(fresh.segment(), fresh)),
                        repeat("breaks", () -> file.change(world.random().nextBoolean())),
                        repeat("strips", file::strip),
                        repeat("evictions", this::evict),
                        repeat("second segment", this::another));
                for (Thread thread : threads) {
                    thread.join();
                }
                awaitFresh(fresh);
                MemorySegment segment = fresh.segment();
                assertThat(isAll(segment, file.word)).as("the segment shows the last change").isTrue();
                if (cutOff) {
                    file.unreachable = true;
                    file.change(true);
                    awaitLoss(fresh, segment);
                }
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

        private void evict() {
            file.mapping.openStream().advise(PageStream.Advice.DONT_NEED, 0, PromisedFile.SIZE_BYTES);
        }

        @SuppressWarnings("ThreadPriorityCheck") // a yield is a point at which the schedule chooses
        private void hold(MemorySegment segment, FreshSegment fresh) {
            long at = world.random().nextInt(PromisedFile.SIZE_BYTES / Long.BYTES) * (long) Long.BYTES;
            long seen = 1;
            for (int i = 0; i < STEPS; i++) {
                long oldest = file.oldest;
                boolean isFresh = fresh.isFresh();
                long now = segment.get(ValueLayout.JAVA_LONG, at);
                assertThat(now).isBetween(isFresh ? Math.max(seen, oldest) : seen, file.word);
                seen = now;
                Thread.yield();
            }
        }

        /// One that is closed in the midst of it all.
        private void another() {
            MemorySegment segment;
            try (FreshSegment fresh = file.mapping.mapFresh(PromisedFile.SIZE_BYTES / 2, PromisedFile.SIZE_BYTES)) {
                segment = fresh.segment();
                assertThat(segment.get(ValueLayout.JAVA_LONG, PromisedFile.SIZE_BYTES - Long.BYTES)).isZero();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            assertThat(segment.scope().isAlive()).isFalse();
        }

        private void awaitFresh(FreshSegment fresh) throws InterruptedException {
            for (int i = 0; !fresh.isFresh() && i < MOST_WAITS; i++) {
                world.pause(WAIT_NANOS);
            }
            assertThat(fresh.isFresh()).isTrue();
        }

        private void awaitLoss(FreshSegment fresh, MemorySegment segment) throws InterruptedException {
            for (int i = 0; segment.scope().isAlive() && i < MOST_WAITS; i++) {
                world.pause(WAIT_NANOS);
            }
            assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_LONG, 0)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(fresh::segment)
                    .isInstanceOf(MappedAccessException.class)
                    .hasMessageContaining("no server answers");
            assertThat(cache.counters().lostSegments()).isEqualTo(1);
        }

        private static boolean isAll(MemorySegment segment, long word) {
            for (long at = 0; at < segment.byteSize(); at += Long.BYTES) {
                if (segment.get(ValueLayout.JAVA_LONG, at) != word) {
                    return false;
                }
            }
            return true;
        }
    }

    @Test
    void aFreshSegmentIsNoOlderThanItSaysAndEndsAtTheLastChangeUnderAnySchedule() {
        Schedules.explore(SCHEDULES, world -> new Program(world).run());
    }
}
