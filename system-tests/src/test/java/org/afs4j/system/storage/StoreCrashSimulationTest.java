package org.afs4j.system.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.cell.AfsCell;
import org.afs4j.cell.store.SimulatedDisk;
import org.afs4j.cell.store.StoreSync;
import org.afs4j.client.AfsClient;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.rx.simulation.LinkConditions;
import org.afs4j.rx.simulation.SimulatedNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers that die, or lose power, at random points of a simulated world, with a disk that loses what was not forced.
class StoreCrashSimulationTest {
    private static final int PORT = 7000;
    private static final int USERS = 2;
    private static final int CRASHES = 4;
    private static final int PREEMPTION_PERCENT = 10;

    /// How the server goes down.
    private interface Crash {
        void of(SimulatedDisk disk, SimulatedWorld world);
    }

    private static InetSocketAddress host(int number, int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) number}), port);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aServerThatLosesPowerHasWhatItAnsweredIfItForcesEach(long seed) {
        run(seed, StoreSync.ALWAYS, (disk, world) -> disk.losePower(world.random()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aServerThatDiesHasWhatItAnswered(long seed) {
        run(seed, StoreSync.DELAYED, (disk, world) -> disk.killProcess());
    }

    private static void run(long seed, StoreSync policy, Crash crash) {
        SimulatedWorld world = new SimulatedWorld(seed, PREEMPTION_PERCENT);
        world.run(() -> {
            SimulatedNetwork network = new SimulatedNetwork(world);
            network.setConditions(LinkConditions.perfect().withDelay(300_000, 100_000));
            SimulatedDisk disk = new SimulatedDisk();
            AfsCell cell = start(world, network, disk, policy);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            AtomicInteger working = new AtomicInteger(USERS);
            AtomicInteger steps = new AtomicInteger();
            boolean[] end = new boolean[1];
            List<KilledUser> users = new ArrayList<>();
            for (int i = 0; i < USERS; i++) {
                KilledUser user = new KilledUser(
                        newClient(world, network, 2 + i), "/afs/" + ServedData.CELL + "/scratch/user" + i, seed * 31 + i);
                users.add(user);
                world.start("user" + i, () -> {
                    try {
                        while (!end[0]) {
                            user.step();
                            steps.incrementAndGet();
                        }
                    } catch (IOException | RuntimeException | AssertionError e) {
                        failure.compareAndSet(null, e);
                    } finally {
                        working.decrementAndGet();
                    }
                });
            }
            for (int i = 0; i < CRASHES; i++) {
                world.pause(world.random().nextLong(Duration.ofSeconds(3).toNanos()));
                crash.of(disk, world);
                cell.close();
                world.pause(world.random().nextLong(Duration.ofSeconds(3).toNanos()));
                cell = start(world, network, disk, policy);
                assertThat(cell.checkReport().findings()).as("crash %d", i).isEmpty();
                int before = steps.get();
                while (steps.get() < before + USERS && failure.get() == null) {
                    world.pause(1_000_000);
                }
            }
            end[0] = true;
            while (working.get() > 0) {
                world.pause(1_000_000);
            }
            assertThat(failure.get()).isNull();
            try (AfsClient fresh = newClient(world, network, 9)) {
                for (KilledUser user : users) {
                    assertThat(user.difference(fresh)).isEmpty();
                    user.close();
                }
            }
            cell.close();
        });
    }

    private static AfsCell start(SimulatedWorld world, SimulatedNetwork network, SimulatedDisk disk, StoreSync policy)
            throws IOException {
        return AfsCell.builder()
                .name(ServedData.CELL)
                .world(world)
                .port(network.open(host(1, PORT)))
                .store(disk.open(policy))
                .checkContents()
                .start();
    }

    private static AfsClient newClient(SimulatedWorld world, SimulatedNetwork network, int number) throws IOException {
        return AfsClient.builder()
                .cell(new CellConfiguration(ServedData.CELL, List.of(host(1, PORT)), PORT))
                .world(world, network.open(host(number, 7001)))
                .probeInterval(Duration.ofSeconds(1))
                .deadTimeout(Duration.ofSeconds(4))
                .open();
    }
}
