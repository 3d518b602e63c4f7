package org.afs4j.system.simulation;

import static org.afs4j.system.simulation.CallbackRulesSimulationTest.read;
import static org.afs4j.system.simulation.CallbackRulesSimulationTest.simulate;
import static org.afs4j.system.simulation.CallbackRulesSimulationTest.start;
import static org.afs4j.system.simulation.CallbackRulesSimulationTest.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.base.world.DelegatingWorld;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.fs.FileServerOpcode;
import org.junit.jupiter.api.Test;

/// Promises are relied on while their server was heard of lately, and are given up once nobody calls it any more.
class SignOfLifeSimulationTest {
    private static final String ROOT = "/afs/sim.test/scratch";
    private static final String PATH = ROOT + "/file";
    private static final int SEEDS = 3;
    /// Longer than two probe intervals of the simulated cell's clients.
    private static final Duration A_WHILE = Duration.ofSeconds(11);

    private static long probes(AfsClient client) {
        return client.counters().get(AfsCounter.SERVER_PROBES);
    }

    private static long calls(AfsClient client) {
        return client.counters().get(AfsCounter.FILE_SERVER_CALLS);
    }

    private static long timeOf(SimulatedCell cell, SimulatedWorld.Body body) throws Exception {
        long before = cell.world().nanoTime();
        body.run();
        return cell.world().nanoTime() - before;
    }

    /// CB-5: who has nothing mapped, and so is not told at once, is told before it relies on what the server has forgotten.
    @Test
    void whatAServerForgotIsNotReliedOnAfterAWhile() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            write(third, PATH, "old");
            try (AfsFile file = client.open(PATH)) {
                assertThat(read(file)).isEqualTo("old");
                cell.cell().restartFileServer(false);
                write(third, PATH, "new");
                cell.pause(A_WHILE);
                assertThat(read(file)).isEqualTo("new");
            }
        });
    }

    /// CB-2: a break that could not be told is made up for when the server is asked.
    @Test
    void aBreakThatALinkLostIsMadeUpForAfterAWhile() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            write(third, PATH, "old");
            assertThat(client.info(PATH, true).sizeBytes()).isEqualTo(3);
            cell.network().partition(SimulatedCell.host(1), gate.localAddress().getAddress());
            write(third, PATH, "longer");
            cell.network().heal(SimulatedCell.host(1), gate.localAddress().getAddress());
            cell.pause(A_WHILE);
            assertThat(client.info(PATH, true).sizeBytes()).isEqualTo(6);
        });
    }

    /// One call asks for all that is cached of a server, and none is made while it was heard of lately.
    @Test
    void oneSignOfLifeServesForAllThatIsCached() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            List<String> paths = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                paths.add(PATH + i);
                write(client, PATH + i, "contents");
            }
            long calls = calls(client);
            cell.pause(A_WHILE);
            assertThat(calls(client)).as("calls while nobody uses the cache").isEqualTo(calls);
            for (int round = 0; round < 2; round++) {
                for (String path : paths) {
                    assertThat(client.info(path, true).sizeBytes()).isEqualTo(8);
                }
            }
            assertThat(probes(client)).isEqualTo(1);
            assertThat(calls(client)).isEqualTo(calls + 1);
        });
    }

    /// What is cached of a server that is down serves on until the promise ends; it is waited for once, and not for long.
    @Test
    void aServerThatIsDownHoldsReadersUpOnceAndForABoundOnly() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            write(client, PATH, "cached");
            try (AfsFile file = client.open(PATH)) {
                assertThat(read(file)).isEqualTo("cached");
                cell.cell().stopFileServer();
                cell.pause(A_WHILE);
                assertThat(timeOf(cell, () -> assertThat(read(file)).isEqualTo("cached")))
                        .isEqualTo(Duration.ofSeconds(2).toNanos());
                assertThat(timeOf(cell, () -> assertThat(read(file)).isEqualTo("cached"))).isZero();
                cell.pause(A_WHILE.multipliedBy(2));
                assertThat(timeOf(cell, () -> assertThat(read(file)).isEqualTo("cached"))).isZero();
                cell.cell().startFileServer();
            }
        });
    }

    /// A host whose wall clock goes on while it sleeps, and whose other clock does not.
    private static final class SleepyHost extends DelegatingWorld {
        private Duration slept = Duration.ZERO;

        private SleepyHost(SimulatedWorld world) {
            super(world);
        }

        private void sleep(Duration time) {
            slept = slept.plus(time);
        }

        @Override
        public Instant wallTime() {
            return super.wallTime().plus(slept);
        }
    }

    /// CB-12: nobody breaks what has run out while the host slept, and mappings are stripped without an access.
    @Test
    void nothingIsReliedOnThatWasPromisedBeforeTheHostSlept() {
        simulate(SEEDS, (cell, _, _, third) -> {
            SleepyHost host = new SleepyHost(cell.world());
            write(third, PATH, "old");
            try (AfsClient client = AfsClient.builder().cell(cell.configuration()).world(host, cell.newPort()).open();
                    AfsFile file = client.open(PATH);
                    MappedView view = file.map(MapAccess.READ_ONLY, 0, 3)) {
                assertThat(view.getByteAcquire(0)).isEqualTo((byte) 'o');
                cell.cell().server(0).faults().loseBreaks(1);
                write(third, PATH, "new");
                cell.pause(A_WHILE);
                assertThat(read(file)).isEqualTo("old");
                long strips = client.counters().get(AfsCounter.STRIPS);
                host.sleep(Duration.ofHours(5));
                cell.await("a strip without an access", () -> client.counters().get(AfsCounter.STRIPS) > strips);
                assertThat(view.getByteAcquire(0)).isEqualTo((byte) 'n');
                assertThat(read(file)).isEqualTo("new");
                host.sleep(Duration.ofHours(-5));
                cell.pause(A_WHILE);
                assertThat(client.counters().get(AfsCounter.HOST_SLEEPS)).isEqualTo(1);
            }
        });
    }

    /// To look at the cache asks nobody.
    @Test
    void aLookAtTheCacheAsksNoServer() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            write(client, PATH, "cached");
            cell.pause(A_WHILE);
            long calls = calls(client);
            assertThat(client.snapshot().volumes()).isNotEmpty();
            assertThat(calls(client)).isEqualTo(calls);
        });
    }

    /// CB-3: a call that reaches its server after the promises were given up would leave one for nobody.
    @Test
    void aCallUnderWayEndsBeforePromisesAreGivenUp() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            write(third, PATH, "contents");
            third.close();
            client.list(ROOT);
            gate.stopRequests(FileServerOpcode.FETCH_STATUS);
            cell.cell().breakVolume("scratch");
            Thread asking = start(cell, () -> assertThatThrownBy(() -> client.info(PATH, true)).isInstanceOf(IOException.class));
            cell.await("the call", gate::hasStoppedARequest);
            Thread closing = start(cell, client::close);
            cell.pause(Duration.ofSeconds(1));
            assertThat(closing.isAlive()).isTrue();
            gate.open(FileServerOpcode.FETCH_STATUS);
            closing.join();
            asking.join();
            assertThat(cell.cell().promiseCount()).isZero();
        });
    }

    /// CB-3: no call begins while promises are given up.
    @Test
    void nothingIsAskedOnceTheClientHasBegunToGivePromisesUp() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            write(client, PATH, "contents");
            AfsFile file = client.open(PATH);
            client.close();
            long calls = calls(client);
            assertThatThrownBy(file::info)
                    .isInstanceOfSatisfying(AfsFileException.class, e -> assertThat(e.error()).isIn(AfsError.EBADF, AfsError.UAESHUTDOWN));
            assertThat(calls(client)).isEqualTo(calls);
        });
    }
}
