package org.afs4j.system.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.afs4j.base.simulation.Schedules;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsLock;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.error.AfsLockLostException;
import org.afs4j.protocol.fs.FileServerOpcode;
import org.afs4j.rx.simulation.LinkConditions;
import org.junit.jupiter.api.Test;

/// The life of locks over minutes, in simulated time: waiting, prolongation, expiry, loss.
class LockSimulationTest {
    private static final String PATH = "/afs/sim.test/scratch/file";
    private static final int SEEDS = 3;
    private static final int SCHEDULES = 60;
    private static final long ALL = Long.MAX_VALUE;

    /// CB-8: a break wakes those who wait for a lock; without it only the poll, seconds later, would.
    @Test
    void aBreakWakesWhoWaitsForALock() {
        CallbackRulesSimulationTest.simulate(SEEDS, (cell, gate, client, third) -> {
            CallbackRulesSimulationTest.write(third, PATH, "contents");
            try (AfsFile ours = client.open(PATH);
                    AfsFile theirs = third.open(PATH)) {
                AfsLock lock = theirs.lock(0, ALL, false);
                long[] gotNanos = new long[1];
                Thread waiting = CallbackRulesSimulationTest.start(cell, () -> {
                    AfsLock got = ours.lock(0, ALL, false);
                    gotNanos[0] = cell.world().nanoTime();
                    got.close();
                });
                cell.await("the refusal", () -> client.counters().get(AfsCounter.LOCK_REQUESTS) == 1);
                cell.pause(Duration.ofMillis(500));
                long givenUpNanos = cell.world().nanoTime();
                lock.close();
                waiting.join();
                assertThat(gotNanos[0] - givenUpNanos).isBetween(0L, Duration.ofSeconds(1).toNanos());
                assertThat(client.counters().get(AfsCounter.LOCK_REQUESTS)).isEqualTo(2);
            }
        });
    }

    /// CB-8: the break can come at any moment, also between the refusal and the waiting: it is never missed.
    @Test
    void noBreakThatFreesALockIsMissedUnderAnySchedule() {
        Schedules.explore(SCHEDULES, world -> {
            try (SimulatedCell cell = new SimulatedCell(world, LinkConditions.perfect().withDelay(100_000, 50_000));
                    AfsClient client = cell.newClient();
                    AfsClient third = cell.newClient()) {
                CallbackRulesSimulationTest.write(third, PATH, "contents");
                try (AfsFile ours = client.open(PATH);
                        AfsFile theirs = third.open(PATH)) {
                    AfsLock lock = theirs.lock(0, ALL, false);
                    long[] gotNanos = new long[1];
                    Thread waiting = CallbackRulesSimulationTest.start(cell, () -> {
                        AfsLock got = ours.lock(0, ALL, false);
                        gotNanos[0] = world.nanoTime();
                        got.close();
                    });
                    world.pause(world.random().nextLong(2_000_000));
                    lock.close();
                    long givenUpNanos = world.nanoTime();
                    waiting.join();
                    assertThat(gotNanos[0] - givenUpNanos).as("after the lock was given up").isLessThan(Duration.ofSeconds(1).toNanos());
                }
            }
        });
    }

    @Test
    void aHeldLockIsProlongedAtHalfItsLife() {
        CallbackRulesSimulationTest.simulate(1, (cell, gate, client, third) -> {
            CallbackRulesSimulationTest.write(third, PATH, "contents");
            try (AfsFile ours = client.open(PATH);
                    AfsFile theirs = third.open(PATH)) {
                AfsLock lock = ours.lock(0, ALL, false);
                for (int minute = 0; minute < 20; minute++) {
                    cell.pause(Duration.ofMinutes(1));
                    assertThat(theirs.tryLock(0, ALL, true)).isNull();
                    assertThat(lock.isValid()).isTrue();
                }
                assertThat(client.counters().get(AfsCounter.LOCK_EXTENSIONS)).isBetween(7L, 8L);
                lock.close();
                cell.pause(Duration.ofMinutes(10));
                assertThat(client.counters().get(AfsCounter.LOCK_EXTENSIONS)).isBetween(7L, 8L);
            }
        });
    }

    /// A lock that runs out breaks no promise: the poll finds it. Its holder is told, and writes nothing more under it.
    @Test
    void aLockThatCannotBeProlongedRunsOutAndItsHolderIsTold() {
        CallbackRulesSimulationTest.simulate(SEEDS, (cell, gate, client, third) -> {
            CallbackRulesSimulationTest.write(third, PATH, "contents");
            AfsFile ours = client.open(PATH, AfsOpenOption.WRITE);
            try (AfsFile theirs = third.open(PATH)) {
                AfsLock lock = ours.lock(0, 5, false);
                gate.stopRequests(FileServerOpcode.EXTEND_LOCK);
                long startNanos = cell.world().nanoTime();
                AfsLock got = theirs.lock(0, ALL, false);
                assertThat(cell.world().nanoTime() - startNanos)
                        .isBetween(Duration.ofSeconds(299).toNanos(), Duration.ofSeconds(307).toNanos());
                assertThat(lock.isValid()).isFalse();
                ByteBuffer bytes = ByteBuffer.wrap("late".getBytes(UTF_8));
                assertThatThrownBy(() -> ours.write(0, bytes)).isInstanceOf(AfsLockLostException.class);
                assertThatThrownBy(lock::close)
                        .isInstanceOf(AfsLockLostException.class)
                        .hasMessageContaining(PATH);
                ours.write(0, bytes);
                assertThat(got.isValid()).isTrue();
                gate.open(FileServerOpcode.EXTEND_LOCK);
                assertThat(ours.tryLock(0, ALL, false)).isNull();
                assertThat(client.counters().get(AfsCounter.LOCKS_LOST)).isEqualTo(1);
            }
            ours.close();
        });
    }

    /// A server that has forgotten its locks gives them again while nobody has changed the file.
    @Test
    void aForgottenLockIsReclaimed() {
        CallbackRulesSimulationTest.simulate(SEEDS, (cell, gate, client, third) -> {
            CallbackRulesSimulationTest.write(third, PATH, "contents");
            try (AfsFile ours = client.open(PATH);
                    AfsFile theirs = third.open(PATH)) {
                AfsLock lock = ours.lock(0, ALL, false);
                cell.cell().volume("scratch").forgetLocks();
                cell.cell().restartFileServer(false);
                cell.await("the mass break", () -> {
                    try {
                        client.volumeStatus(PATH);
                    } catch (java.io.IOException e) {
                        throw new AssertionError(e);
                    }
                    return client.counters().get(AfsCounter.LOCKS_RECLAIMED) == 1;
                });
                assertThat(lock.isValid()).isTrue();
                assertThat(theirs.tryLock(0, ALL, true)).isNull();
            }
        });
    }

    /// If somebody else has been there meanwhile, it is lost.
    @Test
    void aForgottenLockIsLostIfAnotherHasChangedTheFile() {
        CallbackRulesSimulationTest.simulate(SEEDS, (cell, gate, client, third) -> {
            CallbackRulesSimulationTest.write(third, PATH, "contents");
            AfsFile ours = client.open(PATH);
            AfsLock lock = ours.lock(0, ALL, false);
            cell.cell().volume("scratch").forgetLocks();
            try (AfsFile theirs = third.open(PATH, AfsOpenOption.WRITE)) {
                AfsLock stolen = theirs.lock(0, ALL, false);
                theirs.write(0, ByteBuffer.wrap("theirs".getBytes(UTF_8)));
                stolen.close();
            }
            cell.pause(Duration.ofSeconds(160));
            assertThat(lock.isValid()).isFalse();
            assertThat(client.counters().get(AfsCounter.LOCKS_LOST)).isEqualTo(1);
            assertThatThrownBy(ours::close).isInstanceOf(AfsLockLostException.class);
        });
    }

    /// Nobody who upgrades keeps what another got in between.
    @Test
    void anUpgradeThatAnotherOvertakesIsToldAsLost() {
        CallbackRulesSimulationTest.simulate(SEEDS, (cell, gate, client, third) -> {
            CallbackRulesSimulationTest.write(third, PATH, "contents");
            try (AfsFile ours = client.open(PATH);
                    AfsFile theirs = third.open(PATH)) {
                AfsLock shared = ours.lock(0, ALL, true);
                AfsLock[] got = new AfsLock[1];
                Thread waiting = CallbackRulesSimulationTest.start(cell, () -> got[0] = theirs.lock(0, ALL, false));
                cell.await("the refusal", () -> third.counters().get(AfsCounter.LOCK_REQUESTS) == 1);
                cell.pause(Duration.ofMillis(500));
                gate.stopReplies(FileServerOpcode.RELEASE_LOCK);
                Thread upgrading = CallbackRulesSimulationTest.start(
                        cell, () -> assertThatThrownBy(() -> ours.lock(0, ALL, false)).isInstanceOf(AfsLockLostException.class));
                waiting.join();
                gate.open(FileServerOpcode.RELEASE_LOCK);
                upgrading.join();
                assertThat(shared.isValid()).isFalse();
                assertThat(got[0].isValid()).isTrue();
            }
        });
    }
}
