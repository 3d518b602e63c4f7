package org.afs4j.client.callback;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.afs4j.base.simulation.Schedules;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.client.server.FileServer;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.backing.PageBacking;
import org.junit.jupiter.api.Test;

/// MM-4, MM-5, MM-7: views open and close while mass breaks strip what is on the list of mapped vnodes and the queue of strips is
/// closed, under a controlled scheduler.
class MappedVnodesRaceTest {
    private static final int PAGE_BYTES = 4096;
    private static final int STEPS = 3;
    private static final int SCHEDULES = 1000;

    /// A file full of one word, which a third party changes: what is mapped shows it once it has been stripped, if it was on the list.
    @SuppressWarnings("ThreadPriorityCheck") // a yield is a point at which the schedule chooses
    private static final class MappedFile implements PageBacking, MappedVnode {
        private final MappedVnodes mapped;
        private final PageMapping mapping;
        private long word = 1;
        private long knownWord = 1;
        /// What the file was full of before the last break whose strips are done.
        private long oldest = 1;
        private boolean ended;

        MappedFile(PageCache cache, MappedVnodes mapped) {
            this.mapped = mapped;
            mapping = cache.newMapping(this, PAGE_BYTES, "file");
        }

        @Override
        public void fill(long offsetBytes, MemorySegment destination) {
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
        public void validate() throws IOException {
            while (knownWord != word) {
                long told = word;
                Thread.yield();
                assertThat(mapping.invalidate(PAGE_BYTES)).as("whether something was dirty").isFalse();
                knownWord = told;
            }
        }

        @Override
        public boolean isValid() {
            return knownWord == word;
        }

        @Override
        public void mappedChanged(boolean now) {
            mapped.changed(this, now);
        }

        @Override
        public void strip() {
            assertThat(ended).as("stripped after all strips had ended").isFalse();
            mapping.strip();
        }

        @Override
        public void stripIfExpired() {}

        @Override
        public boolean dependsOn(FileServer server) {
            return true;
        }

        @Override
        public VolumeInterest volume() {
            throw new AssertionError("not asked for");
        }

        /// A change, and the break that tells of it: all that is on the list is stripped.
        void changeAndBreak() {
            word++;
            Thread.yield();
            long changed = word;
            mapped.all().forEach(MappedVnode::strip);
            oldest = Math.max(oldest, changed);
        }

        void look(SimulatedWorld world) {
            try (MappedView view = mapping.map(MapAccess.READ_ONLY, 0, PAGE_BYTES)) {
                for (int i = 0; i < STEPS; i++) {
                    long oldestBefore = oldest;
                    assertThat(view.getLongAcquire(world.random().nextInt(PAGE_BYTES / Long.BYTES) * (long) Long.BYTES))
                            .isBetween(oldestBefore, word);
                    assertThat(mapped.all()).as("the list while there is a view").containsExactly(this);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void join(Thread... threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static Thread repeat(SimulatedWorld world, String name, Runnable step) {
        return world.start(name, () -> {
            for (int i = 0; i < STEPS; i++) {
                step.run();
            }
        });
    }

    private static PageCache newCache(SimulatedWorld world) throws IOException {
        return PageCache.open(
                world,
                new PageCacheOptions(
                        16 * PAGE_BYTES, 1L << 30, PAGE_BYTES, PAGE_BYTES, 0, 0, PAGE_BYTES, 2, PAGE_BYTES, 40, 10, 1L << 60, PAGE_BYTES));
    }

    /// MM-4, MM-5: the vnode is on the list exactly while it has a view, so that what the list strips is all that can be old.
    @Test
    void aVnodeIsOnTheListExactlyWhileItHasAViewUnderAnySchedule() {
        Schedules.explore(SCHEDULES, world -> {
            MappedVnodes mapped = new MappedVnodes();
            try (PageCache cache = newCache(world)) {
                MappedFile file = new MappedFile(cache, mapped);
                join(
                        repeat(world, "first reader", () -> file.look(world)),
                        repeat(world, "second reader", () -> file.look(world)),
                        repeat(world, "breaks", file::changeAndBreak));
                assertThat(mapped.all()).as("the list once no view is left").isEmpty();
                file.mapping.close();
            }
        });
    }

    /// MM-7: who ends the queue of strips, as a client does before it lets go of its servers and pages, waits for those under way, and
    /// none begins later.
    @Test
    void noStripIsUnderWayOnceTheQueueIsClosedUnderAnySchedule() {
        Schedules.explore(SCHEDULES, world -> {
            MappedVnodes mapped = new MappedVnodes();
            StripQueue queue = new StripQueue(world);
            try (PageCache cache = newCache(world)) {
                MappedFile file = new MappedFile(cache, mapped);
                Object[] targets = {new Object(), new Object()};
                Thread reader = repeat(world, "reader", () -> file.look(world));
                Thread breaks = repeat(world, "breaks", () -> queue.add(
                        targets[world.random().nextInt(2)], () -> mapped.all().forEach(MappedVnode::strip), world.random().nextBoolean()));
                Thread closing = world.start("closes", () -> {
                    queue.close();
                    file.ended = true;
                });
                join(reader, breaks, closing);
                file.mapping.close();
            }
        });
    }
}
