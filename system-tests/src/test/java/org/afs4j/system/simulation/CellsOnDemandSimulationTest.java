package org.afs4j.system.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.afs4j.system.simulation.CallbackRulesSimulationTest.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.cell.AfsCell;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.client.configuration.CellLookup;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.rx.simulation.LinkConditions;
import org.junit.jupiter.api.Test;

/// Several cells at once, found when a path or a mount point names them.
class CellsOnDemandSimulationTest {
    private static final String FAR = "far.test";

    /// What a test does, with two cells and the answers that look-ups get.
    private interface Body {
        void run(SimulatedCell near, AfsCell far, Map<String, CellLookup.Answer> answers, AfsClient client) throws Exception;
    }

    private static void run(Body body) {
        SimulatedWorld world = new SimulatedWorld(11);
        world.run(() -> {
            LinkConditions link = LinkConditions.perfect().withDelay(1_000_000, 0);
            try (SimulatedCell near = new SimulatedCell(world, link);
                    AfsCell far = AfsCell.builder()
                            .name(FAR)
                            .world(world)
                            .port(near.network().open(new InetSocketAddress(SimulatedCell.host(110), 7000)))
                            .start()) {
                Map<String, CellLookup.Answer> answers = new HashMap<>();
                answers.put("sim.test", new CellLookup.Answer(near.configuration(), Duration.ofHours(1)));
                answers.put(FAR, answer(far, Duration.ofHours(1)));
                CellLookup.Answer none = new CellLookup.Answer(null, Duration.ofMinutes(1));
                try (AfsClient client = AfsClient.builder()
                        .cellLookup(name -> answers.getOrDefault(name, none))
                        .alias("far", FAR)
                        .world(world, near.newPort())
                        .open()) {
                    body.run(near, far, answers, client);
                }
            }
        });
    }

    private static CellLookup.Answer answer(AfsCell cell, Duration keep) {
        return new CellLookup.Answer(new CellConfiguration(cell.name(), List.of(cell.volumeLocationAddress()), 7000), keep);
    }

    private static String read(AfsClient by, String path) throws IOException {
        try (AfsFile file = by.open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.sizeBytes()));
            file.read(0, bytes);
            return new String(bytes.array(), 0, bytes.position(), UTF_8);
        }
    }

    @Test
    void aPathAnAliasAndAMountPointLeadIntoCellsThatAreNotConfigured() {
        run((near, far, answers, client) -> {
            assertThat(client.list("/afs")).isEmpty();
            write(client, "/afs/sim.test/scratch/f", "near");
            near.cell().mount(near.cell().volume("scratch"), "/far", "#" + FAR + ":scratch.");
            assertThat(client.list("/afs")).containsExactly("sim.test");
            write(client, "/afs/sim.test/scratch/far/f", "far");
            assertThat(client.list("/afs")).containsExactly("sim.test", FAR);
            assertThat(read(client, "/afs/" + FAR + "/scratch/f")).isEqualTo("far");
            assertThat(read(client, "/afs/far/scratch/f")).isEqualTo("far");
            assertThat(read(client, "/afs/.far/scratch/f")).isEqualTo("far");
            assertThat(read(client, "/afs/sim.test/scratch/f")).isEqualTo("near");
            assertThat(client.counters().get(AfsCounter.CELL_LOOKUPS)).isEqualTo(2);
        });
    }

    /// Breaks of each cell concern its own files, though their numbers are the same.
    @Test
    void aChangeInOneCellIsSeenAndCostsTheOtherNothing() {
        run((near, far, answers, client) -> {
            write(client, "/afs/sim.test/scratch/f", "near");
            write(client, "/afs/" + FAR + "/scratch/f", "far");
            assertThat(read(client, "/afs/sim.test/scratch/f")).isEqualTo("near");
            assertThat(read(client, "/afs/" + FAR + "/scratch/f")).isEqualTo("far");
            try (AfsClient other = near.newClient()) {
                write(other, "/afs/sim.test/scratch/f", "NEAR");
            }
            long calls = client.counters().get(AfsCounter.FILE_SERVER_CALLS);
            assertThat(read(client, "/afs/" + FAR + "/scratch/f")).isEqualTo("far");
            assertThat(client.counters().get(AfsCounter.FILE_SERVER_CALLS)).isEqualTo(calls);
            assertThat(read(client, "/afs/sim.test/scratch/f")).isEqualTo("NEAR");
        });
    }

    @Test
    void aCellWhoseLocationServersMoveIsFoundAgainWhenTheAnswerIsOld() {
        run((near, far, answers, client) -> {
            answers.put(FAR, answer(far, Duration.ofMinutes(10)));
            write(client, "/afs/" + FAR + "/scratch/f", "far");
            InetSocketAddress moved = new InetSocketAddress(SimulatedCell.host(111), 7000);
            far.server(0).addAddress(near.network().open(moved));
            far.server(0).setConnected(far.server(0).addresses().getFirst(), false);
            answers.put(FAR, new CellLookup.Answer(new CellConfiguration(FAR, List.of(moved), 7000), Duration.ofMinutes(10)));
            near.pause(Duration.ofMinutes(11));
            assertThat(client.list("/afs/" + FAR)).isNotEmpty();
            assertThat(read(client, "/afs/" + FAR + "/scratch/f")).isEqualTo("far");
        });
    }
}
