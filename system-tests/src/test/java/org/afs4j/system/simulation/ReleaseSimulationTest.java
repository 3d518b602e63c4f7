package org.afs4j.system.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.cell.EmbeddedServer;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.rx.simulation.LinkConditions;
import org.junit.jupiter.api.Test;

/// CB-10: releases at random moments, that reach one replica after the other, while a client reads and maps.
class ReleaseSimulationTest {
    private static final int SEEDS = 20;
    private static final int RELEASES = 8;
    private static final String READ = "/afs/sim.test/repl/f";
    private static final String WRITE = "/afs/.sim.test/repl/f";

    private static void write(AfsClient by, long value) throws IOException {
        try (AfsFile file = by.open(WRITE, AfsOpenOption.WRITE, AfsOpenOption.CREATE)) {
            file.write(0, ByteBuffer.allocate(Long.BYTES).putLong(0, value));
        }
    }

    private static long read(AfsFile file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES);
        assertThat(file.read(0, bytes)).isEqualTo(Long.BYTES);
        return bytes.getLong(0);
    }

    private static void pause(SimulatedCell cell, int mostMillis) throws InterruptedException {
        cell.pause(Duration.ofMillis(1 + cell.world().random().nextInt(mostMillis)));
    }

    /// What is read and what is mapped is always of a snapshot, never goes back, and is the last one in the end. A replica is
    /// restarted now and then, so that the client looks at others and validates anew.
    @Test
    void readersGoFromSnapshotToSnapshotAndNeverBack() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            SimulatedWorld world = new SimulatedWorld(seed);
            world.run(() -> {
                try (SimulatedCell cell = new SimulatedCell(world, LinkConditions.perfect().withDelay(1_000_000, 500_000))) {
                    List<EmbeddedServer> servers = cell.addReplicatedVolume(writer -> write(writer, 1));
                    try (AfsClient writer = cell.newClient();
                            AfsClient reader = cell.newClient()) {
                        release(cell, servers, writer, reader);
                    }
                }
            });
        }
    }

    private static void release(SimulatedCell cell, List<EmbeddedServer> servers, AfsClient writer, AfsClient reader)
            throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong released = new AtomicLong(1);
        AtomicInteger reads = new AtomicInteger();
        try (AfsFile file = reader.open(READ);
                MappedView view = file.map(MapAccess.READ_ONLY, 0, Long.BYTES)) {
            Thread reading = CallbackRulesSimulationTest.start(cell, () -> {
                long seen = 0;
                while (!over.get()) {
                    long now = read(file);
                    assertThat(now).as("read").isBetween(seen, released.get());
                    seen = now;
                    reads.incrementAndGet();
                    pause(cell, 20);
                }
            });
            Thread mapped = CallbackRulesSimulationTest.start(cell, () -> {
                long seen = 0;
                while (!over.get()) {
                    long now = Long.reverseBytes(view.getLongAcquire(0));
                    assertThat(now).as("mapped").isBetween(seen, released.get());
                    seen = now;
                    pause(cell, 20);
                }
            });
            Random order = new Random(cell.world().random().nextLong());
            for (long value = 2; value <= RELEASES; value++) {
                write(writer, value);
                released.set(value);
                List<EmbeddedServer> shuffled = new ArrayList<>(servers);
                Collections.shuffle(shuffled, order);
                for (EmbeddedServer server : shuffled) {
                    pause(cell, 300);
                    if (order.nextInt(3) == 0) {
                        server.restart(order.nextBoolean());
                    }
                    cell.cell().release("repl", List.of(server));
                }
                pause(cell, 300);
            }
            cell.await("the read shows the last release", () -> reads(file) == RELEASES);
            cell.await("the mapping shows the last release", () -> Long.reverseBytes(view.getLongAcquire(0)) == RELEASES);
            over.set(true);
            reading.join();
            mapped.join();
            assertThat(reads.get()).isGreaterThan(RELEASES);
        }
    }

    private static long reads(AfsFile file) {
        try {
            return read(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
