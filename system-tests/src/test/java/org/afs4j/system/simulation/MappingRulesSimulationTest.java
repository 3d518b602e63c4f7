package org.afs4j.system.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.afs4j.system.simulation.CallbackRulesSimulationTest.read;
import static org.afs4j.system.simulation.CallbackRulesSimulationTest.simulate;
import static org.afs4j.system.simulation.CallbackRulesSimulationTest.start;
import static org.afs4j.system.simulation.CallbackRulesSimulationTest.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MapOption;
import org.afs4j.pagecache.error.MappedAccessException;
import org.afs4j.pagecache.MappedView;
import org.afs4j.protocol.Errno;
import org.afs4j.rx.simulation.LinkConditions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules of mapped files, and what becomes of them when files and clients are closed.
class MappingRulesSimulationTest {
    private static final String ROOT = "/afs/sim.test/scratch";
    private static final String PATH = ROOT + "/mapped";
    private static final int SEEDS = 3;

    private static long count(AfsClient client, AfsCounter counter) {
        return client.counters().get(counter);
    }

    /// MM-1, MM-2, CB-8, CB-10: a break without a change of data strips and voids the status, rights and all; the next access asks once
    /// and fetches nothing.
    @Test
    void aBreakStripsAndTheNextAccessRevalidatesWithoutFetching() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            write(client, PATH, "contents");
            try (AfsFile file = client.open(PATH);
                    MappedView view = file.map(MapAccess.READ_ONLY, 0, 8)) {
                assertThat(view.getByteAcquire(0)).isEqualTo((byte) 'c');
                long fetches = count(client, AfsCounter.DATA_FETCHES);
                for (int change = 1; change <= 4; change++) {
                    int mode = 0600 + change;
                    long strips = client.pageCounters().strips();
                    long asked = cell.cell().counters().calls("FetchStatus");
                    third.setMode(PATH, mode);
                    cell.await("the strip", () -> client.pageCounters().strips() > strips);
                    long thirds = cell.cell().counters().calls("FetchStatus");
                    assertThat(view.getByteAcquire(0)).isEqualTo((byte) 'c');
                    assertThat(cell.cell().counters().calls("FetchStatus")).isEqualTo(thirds + 1);
                    assertThat(thirds).isGreaterThanOrEqualTo(asked);
                    assertThat(view.getByteAcquire(1)).isEqualTo((byte) 'o');
                    assertThat(cell.cell().counters().calls("FetchStatus")).isEqualTo(thirds + 1);
                    assertThat(file.info().mode()).isEqualTo(mode);
                }
                assertThat(count(client, AfsCounter.DATA_FETCHES)).isEqualTo(fetches);
            }
        });
    }

    /// MM-11: with a strict mapping the break is answered after the strip, so that no access after the other's sync sees old data.
    @Test
    void noAccessOfAStrictMappingIsOldOnceTheOthersSyncHasReturned() {
        simulate(20, (cell, gate, client, third) -> {
            write(client, PATH, "0");
            try (AfsFile file = client.open(PATH);
                    AfsFile written = third.open(PATH, AfsOpenOption.WRITE);
                    MappedView view = file.map(MapAccess.READ_ONLY, 0, 1, MapOption.STRICT)) {
                AtomicInteger synced = new AtomicInteger('0');
                Thread reader = start(cell, () -> {
                    while (synced.get() < '9') {
                        int before = synced.get();
                        assertThat((int) view.getByteAcquire(0)).as("after the sync of %s", (char) before).isGreaterThanOrEqualTo(before);
                        cell.pause(Duration.ofNanos(100_000));
                    }
                });
                for (int change = '1'; change <= '9'; change++) {
                    written.write(0, ByteBuffer.wrap(new byte[] {(byte) change}));
                    written.sync();
                    synced.set(change);
                    assertThat((int) view.getByte(0)).isEqualTo(change);
                }
                reader.join();
                assertThat(count(client, AfsCounter.STRICT_BREAKS_MISSED)).isZero();
                // A break of the whole volume waits for it too.
                long strips = client.pageCounters().strips();
                cell.cell().breakVolume("scratch");
                assertThat(client.pageCounters().strips()).as("stripped before the break was answered").isGreaterThan(strips);
            }
        });
    }

    /// MM-4, MM-7, CB-10: however views open and close while breaks come, a vnode is stripped exactly as long as it has a view.
    @Test
    void aVnodeIsOnTheListOfMappedOnesExactlyWhileItHasAView() {
        simulate(10, (cell, gate, client, third) -> {
            write(client, PATH, "contents");
            try (AfsFile file = client.open(PATH)) {
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    threads.add(start(cell, () -> {
                        for (int turn = 0; turn < 10; turn++) {
                            try (MappedView view = file.map(MapAccess.READ_ONLY, 0, 8)) {
                                assertThat(view.getByteAcquire(0)).isEqualTo((byte) 'c');
                            }
                        }
                    }));
                }
                for (int turn = 0; turn < 5; turn++) {
                    cell.cell().breakVolume("scratch");
                    cell.pause(Duration.ofMillis(3));
                }
                for (Thread thread : threads) {
                    thread.join();
                }
                assertStrips(cell, client, file, 0);
                try (MappedView view = file.map(MapAccess.READ_ONLY, 0, 8)) {
                    try (MappedView second = file.map(MapAccess.READ_ONLY, 0, 8)) {
                        assertThat(view.getByteAcquire(0)).isEqualTo(second.getByteAcquire(0));
                        assertStrips(cell, client, file, 1);
                    }
                    assertThat(view.getByteAcquire(0)).isEqualTo((byte) 'c');
                    assertStrips(cell, client, file, 1);
                }
                assertThat(read(file)).isEqualTo("contents");
                assertStrips(cell, client, file, 0);
            }
        });
    }

    private static void assertStrips(SimulatedCell cell, AfsClient client, AfsFile file, int expected) throws Exception {
        assertThat(file.info().sizeBytes()).as("asked, so that there is a promise to break").isEqualTo(8);
        long strips = count(client, AfsCounter.STRIPS);
        long breaks = count(client, AfsCounter.VOLUME_BREAKS);
        cell.cell().breakVolume("scratch");
        cell.await("the break", () -> count(client, AfsCounter.VOLUME_BREAKS) > breaks);
        cell.pause(Duration.ofMillis(10));
        assertThat(count(client, AfsCounter.STRIPS) - strips).as("mapped vnodes stripped").isEqualTo(expected);
    }

    /// CB-5, CB-6, MM-5: a mass break strips the mapped vnodes only, first contact strips none, and unmapped ones are asked about
    /// when they are used.
    @Test
    void aMassBreakStripsTheMappedVnodesAndNoOthers() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            List<AfsFile> files = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                write(client, PATH + i, "contents");
                files.add(client.open(PATH + i));
            }
            assertThat(count(client, AfsCounter.MASS_BREAKS)).as("first contact").isZero();
            try (MappedView first = files.get(0).map(MapAccess.READ_ONLY, 0, 8);
                    MappedView second = files.get(1).map(MapAccess.READ_ONLY, 0, 8)) {
                assertThat(first.getByteAcquire(0)).isEqualTo(second.getByteAcquire(0));
                cell.cell().restartFileServer(false);
                cell.await("the probe", () -> count(client, AfsCounter.MASS_BREAKS) > 0);
                cell.pause(Duration.ofMillis(50));
                assertThat(count(client, AfsCounter.STRIPS)).isEqualTo(2);
                long asked = count(client, AfsCounter.REVALIDATIONS);
                assertThat(first.getByteAcquire(0)).isEqualTo((byte) 'c');
                for (AfsFile file : files) {
                    assertThat(read(file)).isEqualTo("contents");
                }
                assertThat(count(client, AfsCounter.REVALIDATIONS) - asked).isEqualTo(6);
            }
            for (AfsFile file : files) {
                file.close();
            }
        });
    }

    /// CB-12, MM-3: nobody breaks an expired promise, so an idle mapped reader is made to ask by itself. A promise too short to be
    /// of use does not make a fault go round for ever.
    @ParameterizedTest
    @ValueSource(ints = {1, 8, 30})
    void anIdleMappedReaderOutlivesItsPromise(int lifetimeSeconds) {
        SimulatedWorld world = new SimulatedWorld(lifetimeSeconds);
        world.run(() -> {
            try (SimulatedCell cell = new SimulatedCell(
                            world,
                            LinkConditions.perfect().withDelay(1_000_000, 0),
                            builder -> builder.promiseLifetime(Duration.ofSeconds(lifetimeSeconds)));
                    AfsClient client = cell.newClient();
                    AfsClient third = cell.newClient()) {
                write(third, PATH, "old");
                try (AfsFile file = client.open(PATH);
                        MappedView view = file.map(MapAccess.READ_ONLY, 0, 3)) {
                    assertThat(view.getByteAcquire(0)).isEqualTo((byte) 'o');
                    cell.pause(Duration.ofSeconds(2L * lifetimeSeconds));
                    write(third, PATH, "new");
                    cell.pause(Duration.ofSeconds(1));
                    assertThat(view.getByteAcquire(0)).isEqualTo((byte) 'n');
                }
            }
        });
    }

    /// What is written through a view after its file is closed is stored when the client closes; the view ends.
    @Test
    void aClientThatClosesStoresWhatItsViewsHaveWrittenAndEndsThem() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            write(third, PATH, "old");
            MappedView view;
            AfsFile left = client.open(PATH);
            try (AfsFile file = client.open(PATH, AfsOpenOption.WRITE)) {
                view = file.map(MapAccess.READ_WRITE, 0, 3);
            }
            view.setByte(0, (byte) 'b');
            client.close();
            try (AfsFile file = third.open(PATH)) {
                assertThat(read(file)).isEqualTo("bld");
            }
            assertThatThrownBy(() -> view.getByteAcquire(0)).isInstanceOf(MappedAccessException.class);
            view.close();
            assertClosed(() -> client.list(ROOT), Errno.ESHUTDOWN);
            assertClosed(() -> client.open(PATH), Errno.ESHUTDOWN);
            assertClosed(() -> client.makeDirectory(ROOT + "/late"), Errno.ESHUTDOWN);
            assertClosed(() -> left.read(0, ByteBuffer.allocate(1)), Errno.EBADF);
        });
    }

    private static void assertClosed(org.assertj.core.api.ThrowableAssert.ThrowingCallable use, Errno expected) {
        assertThatThrownBy(use)
                .isInstanceOfSatisfying(AfsFileException.class, e -> assertThat(e.errno()).isEqualTo(expected))
                .hasMessageContaining("/afs/sim.test/scratch");
    }

    /// MM-6: a file that a third party removes under us is told as gone, loses nothing silently, and hinders no close.
    @Test
    void aFileRemovedByAThirdPartyIsToldAsGone() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            write(client, PATH, "contents");
            AfsFile file = client.open(PATH, AfsOpenOption.WRITE);
            MappedView view = file.map(MapAccess.READ_ONLY, 0, 8);
            assertThat(view.getByteAcquire(0)).isEqualTo((byte) 'c');
            third.remove(PATH);
            assertThat(view.getByteAcquire(0)).as("a deleted vnode is not stripped for being deleted").isEqualTo((byte) 'c');
            file.write(0, ByteBuffer.wrap("x".getBytes(UTF_8)));
            assertThatThrownBy(file::sync).isInstanceOf(AfsFileException.class).hasMessageContaining(PATH);
            assertThatThrownBy(() -> file.read(0, ByteBuffer.allocate(1)))
                    .isInstanceOf(AfsFileException.class)
                    .hasMessageContaining(PATH);
            file.close();
            view.close();
            client.close();
        });
    }
}
