package org.afs4j.system.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.cell.AfsCell;
import org.afs4j.cell.EmbeddedServer;
import org.afs4j.cell.FaultOrder;
import org.afs4j.client.AfsAccessList;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.client.error.AfsUnreachableException;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.protocol.AfsError;
import org.afs4j.rx.port.DatagramPort;
import org.afs4j.rx.simulation.LinkConditions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the client does about servers that are busy, silent, moved or out of step, by the remedy of each error.
class FailoverSimulationTest {
    private static final String SCRATCH = "/afs/.sim.test/scratch/f";
    private static final String REPLICATED = "/afs/sim.test/repl/f";
    private static final String REPLICATED_WRITABLE = "/afs/.sim.test/repl/f";

    /// What a test does.
    private interface Body {
        void run(SimulatedCell cell) throws Exception;
    }

    /// A cell on a network without faults.
    private static void run(Body body) {
        SimulatedWorld world = new SimulatedWorld(7);
        world.run(() -> {
            LinkConditions link = LinkConditions.perfect().withDelay(1_000_000, 0);
            try (SimulatedCell cell = new SimulatedCell(world, link)) {
                body.run(cell);
            }
        });
    }

    private static List<EmbeddedServer> replicated(SimulatedCell cell, String contents) throws IOException {
        return cell.addReplicatedVolume(writer -> write(writer, REPLICATED_WRITABLE, contents));
    }

    private static void write(AfsClient by, String path, String contents) throws IOException {
        try (AfsFile file = by.open(path, AfsOpenOption.WRITE, AfsOpenOption.CREATE, AfsOpenOption.TRUNCATE)) {
            file.write(0, ByteBuffer.wrap(contents.getBytes(UTF_8)));
        }
    }

    private static String read(AfsClient by, String path) throws IOException {
        try (AfsFile file = by.open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.sizeBytes()));
            while (bytes.hasRemaining() && file.read(bytes.position(), bytes) >= 0) {
                // until all is read
            }
            return new String(bytes.array(), UTF_8);
        }
    }

    /// Remedy RETRY_LATER: the only server is asked again after pauses, and no error is seen.
    @ParameterizedTest
    @ValueSource(ints = {110, -100})
    void waitsWhileTheOnlyServerAsksTo(int code) {
        run(cell -> {
            try (AfsClient client = cell.newClient()) {
                write(client, SCRATCH, "old");
                cell.cell().server(0).faults().add(FaultOrder.abort(code).lasting(Duration.ofSeconds(40)));
                write(client, SCRATCH, "new");
                assertThat(client.counters().get(AfsCounter.RETRY_PAUSES)).isBetween(10L, 40L);
                assertThat(read(client, SCRATCH)).isEqualTo("new");
            }
        });
    }

    /// Servers before OpenAFS 1.8.14 know no procedure 164; they are asked by the old one, 134.
    @Test
    void storesAnAccessListByTheOldProcedureWhereTheNewOneIsNotKnown() {
        run(cell -> {
            String directory = "/afs/.sim.test/scratch";
            try (AfsClient client = cell.newClient();
                    AfsClient third = cell.newClient()) {
                FaultOrder order = cell.cell()
                        .server(0)
                        .faults()
                        .add(FaultOrder.abort(AfsError.RXGEN_OPCODE.code()).ofProcedure("StoreACL"));
                AfsAccessList more = client.accessList(directory).withGrant("system:authuser", AfsAccessList.rights("rl"));
                client.setAccessList(directory, more);
                assertThat(order.hits()).isEqualTo(1);
                assertThat(cell.cell().counters().calls("OldStoreACL")).isEqualTo(1);
                assertThat(third.accessList(directory)).isEqualTo(more);
            }
        });
    }

    /// Whoever is asked to wait for longer than his patience is told so, with the server's own error.
    @Test
    void losesPatienceWithABusyVolume() {
        run(cell -> {
            try (AfsClient client = cell.newClient()) {
                write(client, SCRATCH, "old");
                cell.cell().server(0).faults().add(FaultOrder.abort(110).ofProcedure("StoreStatus"));
                long before = cell.world().nanoTime();
                assertThatThrownBy(() -> client.setMode(SCRATCH, 0600))
                        .isInstanceOfSatisfying(
                                AfsFileException.class, e -> assertThat(e.error()).isEqualTo(AfsError.VBUSY));
                assertThat(cell.world().nanoTime() - before).isGreaterThanOrEqualTo(Duration.ofMinutes(1).toNanos());
            }
        });
    }

    /// Remedy OTHER_SERVER: a replica that is off line, salvaged or silent is not waited for where there is another.
    @ParameterizedTest
    @ValueSource(ints = {101, 105, 106, 112, 113, 110, -100, -1, -3})
    void takesAnotherReplicaAtOnce(int code) {
        run(cell -> {
            List<EmbeddedServer> servers = replicated(cell, "data");
            try (AfsClient client = cell.newClient()) {
                servers.get(0).faults().add(FaultOrder.abort(code));
                long before = cell.world().nanoTime();
                assertThat(read(client, REPLICATED)).isEqualTo("data");
                assertThat(cell.world().nanoTime() - before).isLessThan(Duration.ofSeconds(1).toNanos());
            }
        });
    }

    @Test
    void goesOnAtAnotherReplicaWhenOneDiesAndKnowsItForDead() {
        run(cell -> {
            List<EmbeddedServer> servers = replicated(cell, "data");
            try (AfsClient client = cell.newClient()) {
                assertThat(read(client, REPLICATED)).isEqualTo("data");
                EmbeddedServer used = servers.get(0).counters().calls("FetchData64") > 0 ? servers.get(0) : servers.get(1);
                used.stop();
                cell.cell().release("repl", servers.stream().filter(each -> !each.equals(used)).toList());
                assertThat(read(client, REPLICATED)).isEqualTo("data");
                EmbeddedServer other = servers.get(used.equals(servers.get(0)) ? 1 : 0);
                other.restart(false);
                long before = cell.world().nanoTime();
                assertThat(read(client, REPLICATED)).as("the dead one is not waited for again").isEqualTo("data");
                assertThat(cell.world().nanoTime() - before).isLessThan(Duration.ofSeconds(1).toNanos());
            }
        });
    }

    /// The failure of an operation that no server serves names each one with its reason.
    @Test
    void tellsOfEveryServerThatItTried() {
        run(cell -> {
            List<EmbeddedServer> servers = replicated(cell, "data");
            try (AfsClient client = cell.newClient()) {
                servers.get(0).faults().add(FaultOrder.abort(106));
                servers.get(1).stop();
                assertThatThrownBy(() -> read(client, REPLICATED))
                        .isInstanceOfSatisfying(AfsUnreachableException.class, e -> assertThat(e.tried())
                                .hasSize(2)
                                .anyMatch(each -> each.startsWith("10.0.0.101:7000") && each.contains("VOFFLINE (106)"))
                                .anyMatch(each -> each.startsWith("10.0.0.102:7000")));
            }
        });
    }

    /// Remedy REFRESH_LOCATION: a volume is followed to where it moved, also while it is read, written and mapped; CB-9.
    @Test
    void followsAVolumeThatMoves() {
        run(cell -> {
            EmbeddedServer second = cell.addServer(101);
            try (AfsClient client = cell.newClient();
                    AfsClient other = cell.newClient()) {
                write(client, SCRATCH, "1");
                try (AfsFile file = client.open(SCRATCH, AfsOpenOption.WRITE);
                        MappedView view = file.map(MapAccess.READ_ONLY, 0, 1)) {
                    assertThat(view.getByteAcquire(0)).isEqualTo((byte) '1');
                    cell.cell().move("scratch", second);
                    write(other, SCRATCH, "2");
                    cell.await("the mapping shows what was written at the new server", () -> view.getByteAcquire(0) == '2');
                    file.write(0, ByteBuffer.wrap("3".getBytes(UTF_8)));
                    file.sync();
                    assertThat(read(other, SCRATCH)).isEqualTo("3");
                }
                assertThat(second.counters().calls("StoreData64")).isPositive();
            }
        });
    }

    /// A server's addresses are tried in turn; they are one server, whose promises stay.
    @Test
    void callsAServerAtItsOtherAddressWhenOneIsCutOff() {
        run(cell -> {
            EmbeddedServer second = cell.addServer(101, 102);
            AfsCell servers = cell.cell();
            servers.createVolume("v", second);
            servers.mount(servers.volume("root.cell"), "/v", "#v.");
            String path = "/afs/.sim.test/v/f";
            try (AfsClient client = cell.newClient()) {
                write(client, path, "1");
                second.setConnected(second.addresses().getFirst(), false);
                write(client, path, "2");
                long asked = client.counters().get(AfsCounter.REVALIDATIONS);
                long fetched = client.counters().get(AfsCounter.DATA_FETCHES);
                assertThat(read(client, path)).isEqualTo("2");
                assertThat(client.counters().get(AfsCounter.REVALIDATIONS)).as("promises have survived").isEqualTo(asked);
                assertThat(client.counters().get(AfsCounter.DATA_FETCHES)).isEqualTo(fetched);
                assertThat(client.counters().get(AfsCounter.MASS_BREAKS)).isZero();
                // Its callback calls come from the other address now, and are believed.
                try (AfsClient other = cell.newClient()) {
                    write(other, path, "3");
                }
                assertThat(read(client, path)).isEqualTo("3");
                assertThat(client.counters().get(AfsCounter.CALLBACKS_FROM_STRANGERS)).isZero();
            }
        });
    }

    /// A server that gets other addresses is the same server.
    @Test
    void findsAServerAtItsNewAddress() {
        run(cell -> {
            EmbeddedServer second = cell.addServer(101);
            AfsCell servers = cell.cell();
            servers.createVolume("v", second);
            servers.mount(servers.volume("root.cell"), "/v", "#v.");
            String path = "/afs/.sim.test/v/f";
            try (AfsClient client = cell.newClient()) {
                write(client, path, "1");
                second.addAddress(cell.network().open(new InetSocketAddress(SimulatedCell.host(103), 7000)));
                second.removeAddress(second.addresses().getFirst());
                assertThatThrownBy(() -> client.setMode(path, 0600)).isInstanceOf(AfsUnreachableException.class);
                client.setMode(path, 0640);
                assertThat(client.info(path, true).mode() & 0777).isEqualTo(0640);
            }
        });
    }

    /// CB-10: replicas that disagree while a release is under way do not make the cache drop back.
    @Test
    void neverGoesBackToAnOlderSnapshotDuringARelease() {
        run(cell -> {
            List<EmbeddedServer> servers = replicated(cell, "old");
            try (AfsClient client = cell.newClient()) {
                assertThat(read(client, REPLICATED)).isEqualTo("old");
                try (AfsClient writer = cell.newClient()) {
                    write(writer, REPLICATED_WRITABLE, "new");
                    write(writer, "/afs/.sim.test/repl/g", "more");
                }
                cell.cell().release("repl", List.of(servers.get(1)));
                // Whichever server the client used, it is to look at the new snapshot first.
                servers.get(0).faults().add(FaultOrder.abort(106));
                forgetAndCall(servers, client);
                assertThat(read(client, REPLICATED)).isEqualTo("new");
                long changes = client.counters().get(AfsCounter.DATA_CHANGES);
                servers.get(0).faults().clear();
                servers.get(1).faults().add(FaultOrder.abort(110).times(1));
                for (int i = 0; i < 5; i++) {
                    forgetAndCall(servers, client);
                    assertThat(read(client, REPLICATED)).isEqualTo("new");
                    assertThat(read(client, "/afs/sim.test/repl/g")).isEqualTo("more");
                }
                assertThat(client.counters().get(AfsCounter.DATA_CHANGES)).as("nothing is dropped again").isEqualTo(changes);
                cell.cell().release("repl");
                assertThat(read(client, REPLICATED)).isEqualTo("new");
            }
        });
    }

    /// Has the replicas forget their promises, and the client learn so by a call that looks at no vnode.
    private static void forgetAndCall(List<EmbeddedServer> servers, AfsClient client) throws IOException {
        servers.forEach(server -> server.restart(false));
        client.volumeStatus("/afs/sim.test/repl");
    }

    /// CB-10: after a restore what is cached counts for nothing, though the data version is the same.
    @Test
    void dropsWhatIsCachedAfterARestore() {
        run(cell -> {
            try (AfsClient client = cell.newClient();
                    AfsClient other = cell.newClient()) {
                write(other, SCRATCH, "kept");
                cell.cell().backup("scratch");
                write(other, SCRATCH, "lost");
                assertThat(read(client, SCRATCH)).isEqualTo("lost");
                cell.cell().restore("scratch");
                assertThat(read(client, SCRATCH)).isEqualTo("kept");
            }
        });
    }

    /// The nearer of two replicas serves, once both have been measured.
    @Test
    void choosesTheNearerReplica() {
        run(cell -> {
            List<EmbeddedServer> servers = replicated(cell, "data");
            servers.get(0).faults().add(FaultOrder.delay(Duration.ofMillis(300)));
            try (AfsClient client = cell.newClient()) {
                read(client, REPLICATED);
                cell.await("both are measured", () -> client.counters().get(AfsCounter.SERVER_PROBES) >= 2);
                cell.pause(Duration.ofSeconds(1));
                cell.cell().release("repl");
                long near = servers.get(1).counters().calls("FetchData64");
                long far = servers.get(0).counters().calls("FetchData64");
                read(client, REPLICATED);
                assertThat(servers.get(1).counters().calls("FetchData64")).isGreaterThan(near);
                assertThat(servers.get(0).counters().calls("FetchData64")).isEqualTo(far);
            }
        });
    }

    /// That there is no volume of a name is believed for a while only.
    @Test
    void asksOnceForAVolumeThatIsNotThereAndAgainLater() {
        run(cell -> {
            AfsCell servers = cell.cell();
            servers.mount(servers.volume("root.cell"), "/late", "#late.");
            try (AfsClient client = cell.newClient()) {
                for (int i = 0; i < 3; i++) {
                    assertThatThrownBy(() -> client.list("/afs/sim.test/late"))
                            .isInstanceOfSatisfying(
                                    AfsFileException.class, e -> assertThat(e.error()).isEqualTo(AfsError.VL_NOENT));
                }
                long asked = client.counters().get(AfsCounter.LOCATION_CALLS);
                assertThatThrownBy(() -> client.list("/afs/sim.test/late")).isInstanceOf(AfsFileException.class);
                assertThat(client.counters().get(AfsCounter.LOCATION_CALLS)).isEqualTo(asked);
                servers.createVolume("late");
                cell.pause(Duration.ofSeconds(6));
                assertThat(client.list("/afs/sim.test/late")).isEmpty();
            }
        });
    }

    /// MM-10: a mass break of one of two servers that share a UUID voids the promises of both; and their mappings are stripped.
    @Test
    void aMassBreakConcernsEveryServerOfThatUuid() {
        run(cell -> {
            AfsCell servers = cell.cell();
            DatagramPort port = cell.network().open(new InetSocketAddress(SimulatedCell.host(101), 7000));
            try (AfsCell alias = AfsCell.builder()
                    .name("alias.test")
                    .world(cell.world())
                    .port(cell.network().open(new InetSocketAddress(SimulatedCell.host(110), 7000)))
                    .start()) {
                EmbeddedServer twin = alias.addServer(servers.fileServerUuid(), port);
                alias.createVolume("v", twin);
                alias.mount(alias.volume("root.cell"), "/v", "#v.");
                String path = "/afs/.alias.test/v/f";
                try (AfsClient client = AfsClient.builder()
                        .cell(cell.configuration())
                        .cell(new CellConfiguration(
                                "alias.test", List.of(alias.volumeLocationAddress()), 7000))
                        .world(cell.world(), cell.newPort())
                        .open()) {
                    write(client, SCRATCH, "1");
                    write(client, path, "1");
                    try (AfsFile file = client.open(path);
                            MappedView view = file.map(MapAccess.READ_ONLY, 0, 1)) {
                        assertThat(view.getByteAcquire(0)).isEqualTo((byte) '1');
                        long strips = client.counters().get(AfsCounter.STRIPS);
                        servers.restartFileServer(false);
                        client.setMode(SCRATCH, 0600);
                        cell.await("the twin's mapping is stripped", () -> client.counters().get(AfsCounter.STRIPS) > strips);
                        long calls = client.counters().get(AfsCounter.REVALIDATIONS);
                        assertThat(view.getByteAcquire(0)).isEqualTo((byte) '1');
                        assertThat(client.counters().get(AfsCounter.REVALIDATIONS)).isGreaterThan(calls);
                    }
                }
            }
        });
    }

    /// A healthy idle server whose files are mapped costs one small call an interval, and none if nothing is mapped.
    @Test
    void anIdleServerCostsOneProbeAnInterval() {
        run(cell -> {
            try (AfsClient client = cell.newClient()) {
                write(client, SCRATCH, "1");
                long before = client.counters().get(AfsCounter.FILE_SERVER_CALLS);
                cell.pause(Duration.ofMinutes(2));
                assertThat(client.counters().get(AfsCounter.FILE_SERVER_CALLS)).isEqualTo(before);
                try (AfsFile file = client.open(SCRATCH);
                        MappedView view = file.map(MapAccess.READ_ONLY, 0, 1)) {
                    assertThat(view.getByteAcquire(0)).isEqualTo((byte) '1');
                    before = client.counters().get(AfsCounter.FILE_SERVER_CALLS);
                    cell.pause(Duration.ofSeconds(100));
                    assertThat(client.counters().get(AfsCounter.FILE_SERVER_CALLS) - before).isBetween(15L, 20L);
                }
            }
        });
    }
}
