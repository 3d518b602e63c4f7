package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.simulation.Schedules;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PagePin;
import org.afs4j.pagecache.PageStream;
import org.afs4j.pagecache.PinOptions;
import org.afs4j.pagecache.PinOwner;
import org.junit.jupiter.api.Test;

/// PIN-1, PIN-2, PIN-3: pins of files whose blocks are freed and at once used again by another file, under a controlled scheduler
/// that may come between any two steps: no block goes from beneath a pin, no byte of a pin changes, and nobody waits for ever.
class PinRaceTest {
    private static final int SCHEDULES = 2000;

    private static final class Program {
        private final DiskRace race;

        Program(SimulatedWorld world) throws IOException {
            race = new DiskRace(world);
        }

        void run() throws Exception {
            List<Thread> threads = new ArrayList<>(race.startChangers());
            threads.add(race.start("first holder", this::pin));
            threads.add(race.start("second holder", this::pin));
            threads.add(race.start("reader and eviction", this::readAndEvict));
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(race.cache.counters().revokedPins()).as("pins that held a change up for ever").isZero();
            assertThat(race.cache.counters().pinTimeouts()).isZero();
            for (DiskFile file : race.files) {
                assertThat(file.mapping.pins()).isEmpty();
            }
            race.end();
        }

        @SuppressWarnings("ThreadPriorityCheck") // a yield is a point at which the schedule chooses
        private void pin(DiskFile file) throws IOException {
            int from = race.world.random().nextInt(DiskFile.PAGES);
            int to = from + 1 + race.world.random().nextInt(DiskFile.PAGES - from);
            int[] settled = file.settled.clone();
            PinOwner owner = PinOwner.ofThread(Thread.currentThread());
            MemorySegment stale;
            MemorySegment before;
            try (PagePin pin = file.mapping.pin(DiskFile.bytes(from), DiskFile.bytes(to - from), PinOptions.shortTerm(owner))) {
                for (int page = from; page < to; page++) {
                    file.pins[page]++;
                }
                stale = pin.segment();
                before = MemorySegment.ofArray(new long[(int) (pin.segment().byteSize() / Long.BYTES)]).copyFrom(pin.segment());
                for (int page = from; page < to; page++) {
                    file.check("pinned", page, settled[page], before.get(ValueLayout.JAVA_LONG, DiskFile.bytes(page - from)));
                }
                for (int i = 0; i < 3; i++) {
                    Thread.yield();
                    assertThat(pin.segment().mismatch(before)).as("first changed byte of a pin").isEqualTo(-1);
                }
                for (int page = from; page < to; page++) {
                    file.pins[page]--;
                }
            } catch (EOFException e) {
                assertThat(e).hasMessageContaining("the file ends at");
                return;
            }
            for (int i = 0; i < 3; i++) {
                Thread.yield();
                assertThat(shows(stale, before)).as("a stale segment shows what was pinned, or nothing").isTrue();
            }
        }

        private static boolean shows(MemorySegment stale, MemorySegment before) {
            try {
                return stale.mismatch(before) < 0;
            } catch (IllegalStateException e) {
                return !stale.scope().isAlive();
            }
        }

        private void readAndEvict(DiskFile file) throws IOException {
            int page = race.world.random().nextInt(DiskFile.PAGES);
            ByteBuffer buffer = ByteBuffer.allocate(DiskFile.PAGE_BYTES);
            assertThat(file.mapping.read(DiskFile.bytes(page), buffer)).isIn(-1, DiskFile.PAGE_BYTES);
            file.mapping.openStream().advise(PageStream.Advice.DONT_NEED, 0, DiskFile.bytes(DiskFile.PAGES));
        }
    }

    @Test
    void noBlockGoesFromBeneathAPinUnderAnySchedule() {
        Schedules.explore(SCHEDULES, world -> new Program(world).run());
    }

    /// PIN-2: what is not pinned does not wait; a wait would end with the pin's holder being named.
    @Test
    void aHoleBesideAPinDoesNotWaitForIt() {
        Schedules.run(0, world -> {
            PageCache cache = DiskFile.newCache(world);
            DiskFile file = DiskFile.twoFiles(cache).getFirst();
            PinOptions options = PinOptions.shortTerm(PinOwner.ofThread(Thread.currentThread()));
            try (PagePin pin = file.mapping.pin(DiskFile.bytes(1), DiskFile.bytes(1), options)) {
                file.pins[1]++;
                long before = pin.segment().get(ValueLayout.JAVA_LONG, 0);
                file.punch(0, 1);
                file.punch(2, 3);
                file.restore(0, 1);
                assertThat(pin.segment().get(ValueLayout.JAVA_LONG, 0)).isEqualTo(before);
                file.pins[1]--;
            }
            assertThat(cache.counters().pinWaits()).isZero();
            cache.endMappings();
            PageCacheInvariants.assertNothingLeaked(cache);
        });
    }
}
