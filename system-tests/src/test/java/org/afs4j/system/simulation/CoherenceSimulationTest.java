package org.afs4j.system.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.rx.simulation.LinkConditions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients and a cell on a bad network: what readers see, checked against what writers have committed.
class CoherenceSimulationTest {
    private static final String PATH = "/afs/sim.test/scratch/counter";
    private static final int CHANGES = 20;
    private static final int SEEDS_A_BATCH = 25;
    private static final Duration RUN_BOUND = Duration.ofMinutes(10);
    private static final Duration STALENESS_BOUND = Duration.ofSeconds(8);

    /// CB-1, CB-11, MM-2, MM-3: a read that begins after the writer's sync returned sees its change; a mapped reader never sees
    /// the counter go back, and sees the last change in the end.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void readersSeeEveryCommittedChangeInOrderOnABadNetwork(long batch) {
        for (long seed = batch * 1000; seed < batch * 1000 + SEEDS_A_BATCH; seed++) {
            SimulatedWorld world = new SimulatedWorld(seed);
            world.run(() -> changesSeen(world));
        }
    }

    private static LinkConditions badNetwork() {
        return LinkConditions.perfect()
                .withLoss(0.05)
                .withDuplication(0.02)
                .withReordering(0.05, 2_000_000)
                .withDelay(1_000_000, 2_000_000);
    }

    private static void changesSeen(SimulatedWorld world) throws Exception {
        try (SimulatedCell cell = new SimulatedCell(world, badNetwork());
                AfsClient writer = cell.newClient();
                AfsClient reader = cell.newClient();
                AfsClient mapper = cell.newClient()) {
            try (AfsFile file = writer.open(PATH, AfsOpenOption.WRITE, AfsOpenOption.CREATE)) {
                file.write(0, counter(0));
            }
            AtomicLong committed = new AtomicLong();
            List<Thread> threads = new ArrayList<>();
            threads.add(start(world, "writer", () -> commitChanges(cell, writer, committed)));
            threads.add(start(world, "reader", () -> readChanges(cell, reader, committed)));
            threads.add(start(world, "mapper", () -> watchMapping(cell, mapper, committed)));
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(committed.get()).isEqualTo(CHANGES);
        }
    }

    private static Thread start(SimulatedWorld world, String name, SimulatedWorld.Body body) {
        return world.start(name, () -> {
            try {
                body.run();
            } catch (Exception e) {
                throw new AssertionError(name + " failed", e);
            }
        });
    }

    private static ByteBuffer counter(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(0, value);
    }

    private static void commitChanges(SimulatedCell cell, AfsClient writer, AtomicLong committed) throws Exception {
        try (AfsFile file = writer.open(PATH, AfsOpenOption.WRITE)) {
            for (long change = 1; change <= CHANGES; change++) {
                file.write(0, counter(change));
                file.sync();
                committed.set(change);
                cell.pause(Duration.ofMillis(10));
            }
        }
    }

    private static void readChanges(SimulatedCell cell, AfsClient reader, AtomicLong committed) throws Exception {
        try (AfsFile file = reader.open(PATH)) {
            long seen = 0;
            while (seen < CHANGES) {
                long before = committed.get();
                ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES);
                assertThat(file.read(0, bytes)).isEqualTo(Long.BYTES);
                seen = bytes.getLong(0);
                assertThat(seen).as("what a read sees that began after change %s was committed", before).isGreaterThanOrEqualTo(before);
                cell.pause(Duration.ofMillis(3));
            }
        }
    }

    private static void watchMapping(SimulatedCell cell, AfsClient mapper, AtomicLong committed) throws Exception {
        try (AfsFile file = mapper.open(PATH);
                MappedView view = file.map(MapAccess.READ_ONLY, 0, Long.BYTES)) {
            long seen = 0;
            long startNanos = cell.world().nanoTime();
            while (seen < CHANGES) {
                assertThat(cell.world().nanoTime() - startNanos).as("time until change %s shows", seen + 1).isLessThan(RUN_BOUND.toNanos());
                long now = Long.reverseBytes(view.getLongAcquire(0));
                assertThat(now).as("the counter in the mapping never goes back").isGreaterThanOrEqualTo(seen);
                seen = now;
                cell.pause(Duration.ofMillis(1));
            }
            assertThat(seen).isLessThanOrEqualTo(CHANGES);
            assertThat(committed.get()).isGreaterThanOrEqualTo(CHANGES - 1);
        }
    }

    /// CB-5, MM-5: whatever the moment at which the server forgets its promises, an idle mapped reader is current again within the
    /// probe interval and what the calls take.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anIdleMappedReaderLearnsThatItWasForgotten(long batch) {
        for (long seed = batch * 2000; seed < batch * 2000 + SEEDS_A_BATCH; seed++) {
            SimulatedWorld world = new SimulatedWorld(seed);
            world.run(() -> forgotten(world));
        }
    }

    private static void forgotten(SimulatedWorld world) throws Exception {
        try (SimulatedCell cell = new SimulatedCell(world, LinkConditions.perfect().withDelay(1_000_000, 0));
                AfsClient writer = cell.newClient();
                AfsClient reader = cell.newClient()) {
            change(writer, 1);
            try (AfsFile file = reader.open(PATH);
                    MappedView view = file.map(MapAccess.READ_ONLY, 0, Long.BYTES)) {
                assertThat(Long.reverseBytes(view.getLongAcquire(0))).isEqualTo(1);
                cell.pause(Duration.ofMillis(world.random().nextInt(7000)));
                cell.cell().restartFileServer(false);
                change(writer, 2);
                long committedNanos = world.nanoTime();
                while (Long.reverseBytes(view.getLongAcquire(0)) != 2) {
                    assertThat(world.nanoTime() - committedNanos).as("staleness").isLessThan(STALENESS_BOUND.toNanos());
                    cell.pause(Duration.ofMillis(1));
                }
                long calls = reader.counters().get(AfsCounter.FILE_SERVER_CALLS);
                assertThat(file.read(0, ByteBuffer.allocate(Long.BYTES))).isEqualTo(Long.BYTES);
                assertThat(reader.counters().get(AfsCounter.FILE_SERVER_CALLS)).as("a warm read makes no call").isEqualTo(calls);
            }
        }
    }

    private static void change(AfsClient writer, long value) throws IOException {
        try (AfsFile file = writer.open(PATH, AfsOpenOption.WRITE, AfsOpenOption.CREATE)) {
            file.write(0, counter(value));
        }
    }
}
