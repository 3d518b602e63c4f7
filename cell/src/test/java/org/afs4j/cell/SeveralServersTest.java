package org.afs4j.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.fs.FileServerCalls;
import org.afs4j.protocol.fs.FileServerReply;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.protocol.vl.VolumeLocation;
import org.afs4j.protocol.vl.VolumeSite;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.port.DatagramPort;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// A cell of several file servers: where volumes are, how they move and are released, and how servers go wrong by order.
class SeveralServersTest {
    private static final byte[] OLD = {1};
    private static final byte[] NEW = {2, 2};

    private static EmbeddedServer add(CellLab lab, int... hosts) throws IOException {
        var ports = new DatagramPort[hosts.length];
        for (int i = 0; i < hosts.length; i++) {
            ports[i] = lab.simulatedNetwork().open(new InetSocketAddress(CellLab.ip(hosts[i]), 7000));
        }
        return lab.cell.addServer(ports);
    }

    private static FileServerCalls calls(CellClient client, EmbeddedServer server, int address) {
        return new FileServerCalls(client.endpoint.connect(
                server.addresses().get(address), FileServerCalls.SERVICE_ID, RxClientSecurity.none()));
    }

    private static void assertAborts(int code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(RxAbortException.class, refused -> assertThat(refused.code()).isEqualTo(code));
    }

    private static void run(CellLab.Body body) {
        CellLab.inSimulation(11, builder -> builder, body);
    }

    @Test
    void aReleaseIsANewSnapshotWithALaterCreationTimeAndBreaksTheVolume() {
        run(lab -> {
            EmbeddedServer second = add(lab, 3);
            EmbeddedVolume volume = lab.cell.createVolume("tree");
            lab.cell.addReplica("tree", lab.cell.server(0));
            lab.cell.addReplica("tree", second);
            CellClient writer = lab.client();
            CellClient reader = lab.client();
            Fid file = writer.create(volume.root(), "f").fid();
            writer.store(file, OLD);
            VolumeLocation before = writer.vl.lookUp("tree");
            assertThat(before.hasReadOnly()).isFalse();
            lab.cell.release("tree");
            VolumeLocation after = writer.vl.lookUp("tree.readonly");
            assertThat(after.sites()).extracting(VolumeSite::isReadOnly).containsExactly(false, true, true);
            Fid copy = new Fid(after.readOnlyId(), file.vnode(), file.uniquifier());
            FileServerReply.Status old = calls(reader, second, 0).fetchStatus(copy);
            assertThat(old.status().lengthBytes()).isEqualTo(1);
            reader.takeLog();

            writer.store(file, NEW);
            assertThat(reader.takeLog()).as("a snapshot does not change by itself").isEmpty();
            assertAborts(AbortCode.EROFS, () -> calls(reader, second, 0)
                    .createFile(new Fid(copy.volumeId(), 1, 1), "g", StoreStatus.NONE));
            lab.cell.release("tree");
            assertThat(reader.takeLog()).containsExactly("break " + Fid.ofVolume(copy.volumeId()));
            FileServerReply.Status fresh = calls(reader, second, 0).fetchStatus(copy);
            assertThat(fresh.status().lengthBytes()).isEqualTo(2);
            assertThat(fresh.volSync().creationTime()).isGreaterThan(old.volSync().creationTime());
        });
    }

    @Test
    void aReleaseThatReachesOneSiteLeavesTheOtherOldAndSaysSo() {
        run(lab -> {
            EmbeddedServer second = add(lab, 3);
            lab.cell.addReplica("scratch", lab.cell.server(0));
            lab.cell.addReplica("scratch", second);
            CellClient client = lab.client();
            lab.cell.release("scratch");
            Fid file = client.create(lab.scratch(), "f").fid();
            lab.cell.release("scratch", List.of(second));
            VolumeLocation location = client.vl.lookUp("scratch");
            assertThat(location.sites()).extracting(site -> site.flags() & VolumeSite.NEW_REPLICA).containsExactly(0, 0, 1);
            Fid copy = new Fid(location.readOnlyId(), file.vnode(), file.uniquifier());
            calls(client, second, 0).fetchStatus(copy);
            assertAborts(AbortCode.VNOVNODE, () -> client.fs.fetchStatus(copy));
            lab.cell.release("scratch");
            assertThat(client.vl.lookUp("scratch").sites()).allMatch(site -> (site.flags() & VolumeSite.NEW_REPLICA) == 0);
        });
    }

    @Test
    void aVolumeThatMovesBreaksItsPromisesAndIsRefusedWhereItWas() {
        run(lab -> {
            EmbeddedServer second = add(lab, 3);
            CellClient client = lab.client();
            Fid file = client.create(lab.scratch(), "f").fid();
            client.takeLog();
            lab.cell.move("scratch", second);
            assertThat(client.takeLog()).containsExactly("break " + Fid.ofVolume(file.volumeId()));
            assertAborts(AbortCode.VMOVED, () -> client.fs.fetchStatus(file));
            assertThat(client.vl.lookUp("scratch").sites().getFirst().server()).isEqualTo(second.uuid());
            assertThat(calls(client, second, 0).fetchStatus(file).status().lengthBytes()).isZero();
        });
    }

    @Test
    void aRestoreBringsBackTheBackupWithAnEarlierCreationTime() {
        run(lab -> {
            CellClient client = lab.client();
            Fid file = client.create(lab.scratch(), "f").fid();
            client.store(file, OLD);
            lab.cell.backup("scratch");
            VolumeLocation location = client.vl.lookUp("scratch");
            assertThat(location.hasBackup()).isTrue();
            FileServerReply.Changed stored = client.store(file, NEW);
            Fid kept = new Fid(location.backupId(), file.vnode(), file.uniquifier());
            assertThat(client.fetch(kept, 0, 10)).isEqualTo(OLD);
            lab.cell.restore("scratch");
            FileServerReply.Status restored = client.fs.fetchStatus(file);
            assertThat(restored.volSync().creationTime()).isLessThan(stored.volSync().creationTime());
            assertThat(client.fetch(file, 0, 10)).isEqualTo(OLD);
        });
    }

    @Test
    void aServerWithTwoAddressesIsOneServerAndTellsOfNewOnes() {
        run(lab -> {
            EmbeddedServer second = add(lab, 3, 4);
            EmbeddedVolume volume = lab.cell.createVolume("v", second);
            CellClient client = lab.client();
            assertThat(client.vl.getAddressesU(second.uuid()).addresses()).hasSize(2);
            calls(client, second, 1).fetchStatus(volume.root());
            second.setConnected(second.addresses().getFirst(), false);
            client.takeLog();
            calls(client, second, 1).fetchStatus(volume.root());
            assertThat(client.takeLog()).as("one callback state for both addresses").isEmpty();
            int before = client.vl.lookUp("v").sites().getFirst().uniquifier();
            second.removeAddress(second.addresses().getFirst());
            assertThat(client.vl.getAddressesU(second.uuid()).addresses()).hasSize(1);
            assertThat(client.vl.lookUp("v").sites().getFirst().uniquifier()).isGreaterThan(before);
        });
    }

    @Test
    void serversCanShareAUuid() {
        run(lab -> {
            AfsUuid uuid = lab.cell.fileServerUuid();
            EmbeddedServer twin = lab.cell.addServer(
                    uuid, lab.simulatedNetwork().open(new InetSocketAddress(CellLab.ip(3), 7000)));
            EmbeddedVolume volume = lab.cell.createVolume("v", twin);
            CellClient client = lab.client();
            calls(client, twin, 0).fetchStatus(volume.root());
            assertThat(client.takeLog()).contains("InitCallBackState3 " + uuid);
        });
    }

    @Test
    void ordersRefuseDelayAndCount() {
        run(lab -> {
            CellClient client = lab.client();
            Fid file = client.create(lab.scratch(), "f").fid();
            ServerFaults faults = lab.cell.server(0).faults();
            FaultOrder busy = faults.add(FaultOrder.abort(110).ofProcedure("FetchStatus").ofFid(file).times(2));
            assertAborts(110, () -> client.fs.fetchStatus(file));
            client.fs.fetchStatus(lab.scratch());
            assertAborts(110, () -> client.fs.fetchStatus(file));
            client.fs.fetchStatus(file);
            assertThat(busy.hits()).isEqualTo(2);

            faults.add(FaultOrder.abort(-100).ofVolume(file.volumeId()).lasting(Duration.ofSeconds(5)));
            assertAborts(-100, () -> client.fs.fetchStatus(file));
            lab.pass(5);
            client.fs.fetchStatus(file);

            faults.add(FaultOrder.abortOnceDone(112).ofProcedure("CreateFile"));
            assertAborts(112, () -> client.create(lab.scratch(), "g"));
            faults.clear();
            assertAborts(AbortCode.EEXIST, () -> client.create(lab.scratch(), "g"));

            faults.add(FaultOrder.delay(Duration.ofSeconds(3)));
            long before = lab.world.nanoTime();
            client.fs.fetchStatus(file);
            assertThat(lab.world.nanoTime() - before).isGreaterThanOrEqualTo(Duration.ofSeconds(3).toNanos());
            faults.clear();
            lab.cell.locationFaults().add(FaultOrder.abort(363521).times(1).ofProcedure("GetEntryByNameU"));
            assertAborts(363521, () -> client.vl.lookUp("scratch"));
            lab.cell.server(0).refuseAll(true);
            assertAborts(-100, () -> client.fs.fetchStatus(file));
        });
    }

    @Test
    void breaksAreLostHeldAndDelayedByOrder() {
        run(lab -> {
            CellClient writer = lab.client();
            CellClient reader = lab.client();
            Fid file = writer.create(lab.scratch(), "f").fid();
            reader.fs.fetchStatus(file);
            reader.takeLog();
            ServerFaults faults = lab.cell.server(0).faults();
            faults.loseBreaks(1);
            writer.store(file, OLD);
            assertThat(reader.takeLog()).isEmpty();
            reader.fs.fetchStatus(file);
            faults.delayBreaks(Duration.ofSeconds(2), Duration.ofSeconds(4));
            long before = lab.world.nanoTime();
            writer.store(file, NEW);
            assertThat(lab.world.nanoTime() - before).isGreaterThanOrEqualTo(Duration.ofSeconds(2).toNanos());
            assertThat(reader.takeLog()).containsExactly("break " + file);
            faults.clear();
            reader.fs.fetchStatus(file);
            faults.holdBreaks();
            Thread storing = lab.world.start("storing", () -> {
                try {
                    writer.store(file, OLD);
                    writer.note("stored");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            lab.pass(2);
            assertThat(faults.heldBreaks()).isEqualTo(1);
            assertThat(writer.log()).doesNotContain("stored");
            faults.releaseBreaks();
            storing.join();
            assertThat(reader.log()).containsExactly("break " + file);
        });
    }

    @Test
    void breaksLeaveInTheOtherOrderByOrder() {
        run(lab -> {
            CellClient writer = lab.client();
            CellClient reader = lab.client();
            Fid first = writer.create(lab.scratch(), "first").fid();
            Fid second = writer.create(lab.scratch(), "second").fid();
            ServerFaults faults = lab.cell.server(0).faults();
            for (int round = 0; round < 2; round++) {
                reader.fs.inlineBulkStatus(List.of(first, second));
                reader.takeLog();
                faults.reorderBreaks(2, Duration.ofSeconds(5));
                long before = lab.world.nanoTime();
                storeWithinOneGroup(lab, writer, first, second);
                assertThat(reader.takeLog()).containsExactly("break " + second, "break " + first);
                assertThat(lab.world.nanoTime() - before).as("a group that is complete leaves").isLessThan(Duration.ofSeconds(2).toNanos());
            }
            reader.fs.fetchStatus(first);
            long before = lab.world.nanoTime();
            writer.store(first, OLD);
            assertThat(lab.world.nanoTime() - before).as("one that is not leaves in time").isGreaterThanOrEqualTo(Duration.ofSeconds(5).toNanos());
            faults.clear();
            reader.fs.inlineBulkStatus(List.of(first, second));
            reader.takeLog();
            writer.store(first, NEW);
            writer.store(second, NEW);
            assertThat(reader.takeLog()).containsExactly("break " + first, "break " + second);
        });
    }

    @Test
    void aBreakThatIsDueWhenItsServerHasStoppedFails() {
        run(lab -> {
            CellClient writer = lab.client();
            CellClient reader = lab.client();
            Fid file = writer.create(lab.scratch(), "f").fid();
            reader.fs.fetchStatus(file);
            lab.cell.server(0).faults().delayBreaks(Duration.ofSeconds(2), Duration.ofSeconds(2));
            Thread storing = lab.world.start("storing", () -> assertThatThrownBy(() -> writer.store(file, OLD)).isInstanceOf(IOException.class));
            lab.pass(1);
            lab.cell.stopFileServer();
            lab.pass(2);
            assertThat(lab.cell.counters().breaksFailed()).isEqualTo(1);
            storing.join();
        });
    }

    /// A break that fails does not keep back those that leave after it.
    @Test
    void aBreakThatFailsLetsTheOthersOfItsGroupLeave() {
        assertOneOfAGroupHears(Duration.ofSeconds(5), (_, other) -> other.refuseWith(1));
    }

    /// A client that cannot be reached keeps those of its group back for a while, but nobody is left untold because of another.
    @Test
    void aBreakThatNobodyAnswersKeepsTheOthersOfItsGroupBackForABoundOnly() {
        assertOneOfAGroupHears(
                Duration.ofSeconds(2), (lab, _) -> lab.simulatedNetwork().partition(CellLab.ip(12), CellLab.serverIp()));
    }

    /// Lets two breaks leave as one group, whose last comes first: one for a client that a fault keeps from hearing it, then one for
    /// a client that hears.
    ///
    /// @param limit how long the group is waited for
    private static void assertOneOfAGroupHears(Duration limit, BiConsumer<CellLab, CellClient> fault) {
        run(lab -> {
            CellClient writer = lab.client();
            CellClient reader = lab.client();
            CellClient other = lab.client();
            Fid first = writer.create(lab.scratch(), "first").fid();
            Fid second = writer.create(lab.scratch(), "second").fid();
            reader.fs.fetchStatus(first);
            other.fs.fetchStatus(second);
            reader.takeLog();
            fault.accept(lab, other);
            lab.cell.server(0).faults().reorderBreaks(2, limit);
            storeWithinOneGroup(lab, writer, first, second);
            assertThat(lab.cell.counters().breaksFailed()).isEqualTo(1);
            assertThat(reader.log()).containsExactly("break " + first);
        });
    }

    /// Stores two files, the second while the break of the first is held for its group.
    private static void storeWithinOneGroup(CellLab lab, CellClient writer, Fid first, Fid second) throws InterruptedException {
        Thread early = storing(lab, writer, first);
        lab.pass(1);
        assertThat(lab.cell.server(0).faults().heldBreaks()).isEqualTo(1);
        Thread late = storing(lab, writer, second);
        early.join();
        late.join();
    }

    private static Thread storing(CellLab lab, CellClient writer, Fid file) {
        return lab.world.start("storing", () -> {
            try {
                writer.store(file, OLD);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }
}
