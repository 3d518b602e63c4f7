package org.afs4j.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.UnaryOperator;
import org.afs4j.cell.administration.Principals;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.Errno;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileServerReply;
import org.afs4j.protocol.fs.FileServerRequest;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.protocol.pt.ProtectionCalls;
import org.afs4j.protocol.pt.ProtectionEntry;
import org.afs4j.protocol.pt.ProtectionOpcode;
import org.afs4j.protocol.pt.ProtectionRequest;
import org.afs4j.protocol.vol.VolumeInfo;
import org.afs4j.protocol.vol.VolumeServerCalls;
import org.afs4j.protocol.vol.VolumeServerRequest;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.port.DatagramPort;
import org.junit.jupiter.api.Test;

/// Users, groups, what goes without saying for owners and administrators, and what the volume server tells.
class AdministrationTest {
    private static final int ANONYMOUS = 32766;

    /// What a test does, with stubs for the two services.
    private interface Body {
        void run(CellLab lab, ProtectionCalls protection, VolumeServerCalls volumes) throws Exception;
    }

    private static DatagramPort port() throws Exception {
        return DatagramPort.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static void run(Body body) throws Exception {
        DatagramPort protection = port();
        DatagramPort volumes = port();
        CellLab.onUdp(builder -> builder.administrationPorts(protection, volumes), lab -> {
            CellClient client = lab.client();
            body.run(
                    lab,
                    new ProtectionCalls(client.endpoint.connect(
                            protection.localAddress(), ProtectionCalls.SERVICE_ID, RxClientSecurity.none())),
                    new VolumeServerCalls(client.endpoint.connect(
                            volumes.localAddress(), VolumeServerCalls.SERVICE_ID, RxClientSecurity.none())));
        });
    }

    private static void beAdministrator(CellLab lab, InetAddress host) {
        Principals principals = lab.cell.principals();
        assertThat(principals.addUser("admin")).isPositive();
        principals.addToGroup("admin", Principals.ADMINISTRATORS);
        principals.identify(host, "admin");
    }

    @Test
    void anAdministratorMakesUsersAndGroupsAndEverybodySeesThem() throws Exception {
        run((lab, protection, volumes) -> {
            beAdministrator(lab, InetAddress.getLoopbackAddress());
            int jane = protection.newEntry(new ProtectionRequest.NewEntry("jane", 0, 0)).value();
            int friends = protection
                    .newEntry(new ProtectionRequest.NewEntry("jane:friends", ProtectionOpcode.FLAG_GROUP, jane))
                    .value();
            protection.newEntryWithId(new ProtectionRequest.NewEntry("joe", 4711, 0));
            assertThat(friends).isNegative();
            protection.addToGroup(new ProtectionRequest.OfPair(4711, friends));

            assertThat(protection.nameToId(new ProtectionRequest.Names(List.of("jane", "joe", "jane:friends", "ghost"))).ids())
                    .containsExactly(jane, 4711, friends, ANONYMOUS);
            assertThat(protection.idToName(new ProtectionRequest.Ids(List.of(4711, friends, 99))).names())
                    .containsExactly("joe", "jane:friends", "99");
            assertThat(protection.listElements(new ProtectionRequest.OfId(friends)).ids()).containsExactly(4711);
            assertThat(protection.listElements(new ProtectionRequest.OfId(4711)).ids()).containsExactly(friends);
            assertThat(protection.getCps(new ProtectionRequest.OfId(4711)).ids()).containsExactly(friends, -102, -101, 4711);
            assertThat(protection.isAMemberOf(new ProtectionRequest.OfPair(4711, friends)).value()).isEqualTo(1);
            assertThat(protection.isAMemberOf(new ProtectionRequest.OfPair(jane, friends)).value()).isZero();
            assertThat(protection.listOwned(new ProtectionRequest.OfPair(jane, 0)).ids()).containsExactly(friends);
            ProtectionEntry entry = protection.listEntry(new ProtectionRequest.OfId(friends));
            assertThat(entry.name()).isEqualTo("jane:friends");
            assertThat(entry.owner()).isEqualTo(jane);
            assertThat(entry.count()).isEqualTo(1);
            assertThat(protection.listEntries(new ProtectionRequest.ListPage(ProtectionOpcode.LIST_USERS, 0)).entries())
                    .extracting(ProtectionEntry::name)
                    .containsExactly("admin", "jane", "joe", "anonymous");
            assertThat(protection.listMax().user()).isEqualTo(4711);

            protection.removeFromGroup(new ProtectionRequest.OfPair(4711, friends));
            assertThat(protection.listElements(new ProtectionRequest.OfId(4711)).ids()).isEmpty();
            protection.addToGroup(new ProtectionRequest.OfPair(4711, friends));
            protection.delete(new ProtectionRequest.OfId(friends));
            assertThat(protection.listElements(new ProtectionRequest.OfId(4711)).ids()).isEmpty();
            refused(AfsError.PRNOENT, () -> protection.listEntry(new ProtectionRequest.OfId(friends)));
        });
    }

    private static void refused(AfsError error, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        FileServerContract.assertRefused(error.code(), call);
    }

    @Test
    void theProtectionServerRefusesWhatOpenAfsRefuses() throws Exception {
        run((lab, protection, volumes) -> {
            lab.cell.principals().addUser("jane");
            lab.cell.principals().addGroup("jane:friends");
            int jane = protection.nameToId(new ProtectionRequest.Names(List.of("jane"))).ids().getFirst();
            int group = protection.nameToId(new ProtectionRequest.Names(List.of("jane:friends"))).ids().getFirst();
            refused(AfsError.PRPERM, () -> protection.newEntry(new ProtectionRequest.NewEntry("joe", 0, 0)));
            refused(AfsError.PRPERM, () -> protection.addToGroup(new ProtectionRequest.OfPair(jane, group)));
            refused(AfsError.PRPERM, () -> protection.delete(new ProtectionRequest.OfId(group)));
            beAdministrator(lab, InetAddress.getLoopbackAddress());
            refused(AfsError.PREXIST, () -> protection.newEntry(new ProtectionRequest.NewEntry("jane", 0, 0)));
            refused(AfsError.PRIDEXIST, () -> protection.newEntryWithId(new ProtectionRequest.NewEntry("joe", jane, 0)));
            refused(AfsError.PRBADNAM, () -> protection.newEntry(new ProtectionRequest.NewEntry("a user", 0, 0)));
            refused(AfsError.PRBADNAM, () -> protection.newEntry(new ProtectionRequest.NewEntry("a:user", 0, 0)));
            refused(AfsError.PRNOTGROUP, () -> protection.addToGroup(new ProtectionRequest.OfPair(jane, jane)));
            refused(AfsError.PRNOTUSER, () -> protection.addToGroup(new ProtectionRequest.OfPair(group, group)));
            refused(AfsError.PRNOENT, () -> protection.addToGroup(new ProtectionRequest.OfPair(77, group)));
            refused(AfsError.PRPERM, () -> protection.delete(new ProtectionRequest.OfId(ANONYMOUS)));
            assertThatIllegalArgumentException().isThrownBy(() -> lab.cell.principals().addUser("jane"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> lab.cell.principals().identify(InetAddress.getLoopbackAddress(), "jane:friends"));
            lab.cell.protectionFaults().add(FaultOrder.abort(AfsError.PRDBFAIL.code()).ofProcedure("NameToID").times(1));
            refused(AfsError.PRDBFAIL, () -> protection.nameToId(new ProtectionRequest.Names(List.of("jane"))));
        });
    }

    @Test
    void usersAndGroupsComeBackFromTheirLines() {
        Principals made = new Principals();
        int[] changes = {0};
        made.onChange(() -> changes[0]++);
        assertThat(made.addUser("jane")).isEqualTo(1);
        assertThat(made.addGroup("staff")).isNegative();
        made.addToGroup("jane", "staff");
        made.addToGroup("jane", Principals.ADMINISTRATORS);
        made.addToGroup("jane", "staff");
        assertThat(changes[0]).as("what was so already is no change").isEqualTo(4);
        Principals again = new Principals();
        again.restore(made.lines());
        assertThat(again.lines()).isEqualTo(made.lines()).hasSize(3);
        again.identify(InetAddress.getLoopbackAddress(), "jane");
        assertThat(again.caller(InetAddress.getLoopbackAddress()).isAdministrator()).isTrue();
        assertThat(again.caller(InetAddress.getLoopbackAddress()).names()).contains("jane", "staff");
        assertThat(again.addUser("joe")).as("ids are not given twice").isEqualTo(2);
        assertThatIllegalArgumentException().isThrownBy(() -> again.restore(List.of("nonsense")));
    }

    @Test
    void theVolumeServerTellsOfEachInstanceOfAVolume() throws Exception {
        run((lab, protection, volumes) -> {
            lab.cell.backup("scratch");
            assertThat(volumes.listPartitions().partitions()).containsExactly(0);
            List<VolumeInfo> all = volumes.listVolumes(new VolumeServerRequest.ListVolumes(0, 1)).volumes();
            assertThat(all).extracting(VolumeInfo::name).containsExactly("root.afs", "root.cell", "scratch", "scratch.backup");
            VolumeInfo backup = all.getLast();
            assertThat(backup.type()).isEqualTo(VolumeInfo.BACKUP);
            assertThat(backup.parentId()).isEqualTo(lab.cell.volume("scratch").id());
            assertThat(volumes.listOneVolume(new VolumeServerRequest.OneVolume(0, backup.volumeId())).volumes())
                    .containsExactly(backup);
            assertThat(volumes.partitionInfo(new VolumeServerRequest.OfPartition("/vicepa")).freeBlocks()).isPositive();
            FileServerContract.assertRefused(
                    Errno.ENODEV.number(), () -> volumes.listOneVolume(new VolumeServerRequest.OneVolume(0, 17)));
            FileServerContract.assertRefused(
                    Errno.ENODEV.number(), () -> volumes.listVolumes(new VolumeServerRequest.ListVolumes(1, 1)));
            lab.cell.volume("scratch").setOffline(true);
            assertThat(volumes.listOneVolume(new VolumeServerRequest.OneVolume(0, lab.cell.volume("scratch").id()))
                            .volumes())
                    .extracting(VolumeInfo::inUse)
                    .containsExactly(0);
        });
    }

    private static void inSimulation(CellLab.Body body) {
        CellLab.inSimulation(7, UnaryOperator.identity(), body);
    }

    private static final String NOBODY_MAY = "1\n0\nsystem:administrators\t127\n\0";

    @Test
    void whatOwnersAndAdministratorsMayDoGoesWithoutSaying() {
        inSimulation(lab -> {
            CellClient admin = lab.client();
            CellClient jane = lab.client();
            CellClient stranger = lab.client();
            lab.cell.principals().addUser("jane");
            beAdministrator(lab, CellLab.ip(10));
            lab.cell.principals().identify(CellLab.ip(11), "jane");
            Fid directory = jane.fs.makeDir(lab.scratch(), "d", StoreStatus.NONE).fid();
            FileServerReply.Created file = jane.create(directory, "f");
            assertThat(file.status().owner()).as("who makes a file owns it").isNotEqualTo(ANONYMOUS);
            assertThat(stranger.create(directory, "s").status().owner()).isEqualTo(ANONYMOUS);

            FileServerContract.assertRefused(
                    AbortCode.EPERM, () -> jane.fs.storeStatus(file.fid(), StoreStatus.NONE.withOwner(ANONYMOUS)));
            assertThat(admin.fs.storeStatus(file.fid(), StoreStatus.NONE.withOwner(file.status().owner())).status().owner())
                    .isEqualTo(file.status().owner());

            admin.fs.storeAcl(directory, NOBODY_MAY);
            FileServerContract.assertRefused(AbortCode.EACCES, () -> jane.fs.storeAcl(directory, NOBODY_MAY));
            FileServerContract.assertRefused(AbortCode.EACCES, () -> stranger.fs.fetchStatus(file.fid()));
            FileServerContract.assertRefused(AbortCode.EACCES, () -> stranger.fetch(directory, 0, 2048));
            FetchStatus seen = admin.fs.fetchStatus(file.fid()).status();
            assertThat(seen.anonymousAccess()).as("what everybody may do").isZero();
            assertThat(seen.callerAccess())
                    .as("a file is administered by its owner")
                    .isEqualTo(Acl.ALL_RIGHTS & ~FetchStatus.RIGHT_ADMINISTER);

            admin.fs.storeAcl(directory, "1\n0\njane\t" + FetchStatus.RIGHT_INSERT + "\n\0");
            assertThat(jane.fs.fetchStatus(file.fid()).status().owner()).as("who has made it sees it").isPositive();
            FileServerContract.assertRefused(AbortCode.EACCES, () -> stranger.fs.fetchStatus(file.fid()));
            admin.fs.storeAcl(directory, NOBODY_MAY);
            assertThat(admin.fs.fetchAcl(directory).acl()).as("an administrator changes every ACL").contains("system:administrators\t127");
        });
    }

    @Test
    void anAdministratorSetsWhatAVolumeMayHold() {
        inSimulation(lab -> {
            CellClient admin = lab.client();
            CellClient other = lab.client();
            beAdministrator(lab, CellLab.ip(10));
            int volume = lab.cell.volume("scratch").id();
            FileServerRequest.SetVolumeStatus order =
                    new FileServerRequest.SetVolumeStatus(volume, FileServerRequest.SetVolumeStatus.MAXIMUM_QUOTA, 0, 8, "", "", "");
            FileServerContract.assertRefused(AbortCode.EACCES, () -> other.fs.setVolumeStatus(order));
            admin.fs.setVolumeStatus(order);
            assertThat(other.fs.getVolumeStatus(volume).status().maximumQuotaBlocks()).isEqualTo(8);
            Fid file = other.create(lab.scratch(), "f").fid();
            FileServerContract.assertRefused(AbortCode.VOVERQUOTA, () -> other.store(file, new byte[16 * 1024]));
            assertThat(other.store(file, new byte[1024]).status().lengthBytes()).isEqualTo(1024);
        });
    }

    @Test
    void bulkStatusFailsAsAWholeAndStatisticsCount() {
        inSimulation(lab -> {
            CellClient client = lab.client();
            Fid file = client.create(lab.scratch(), "f").fid();
            assertThat(client.fs.bulkStatus(List.of(file, lab.scratch())).statuses()).hasSize(2);
            Fid none = new Fid(file.volumeId(), file.vnode() + 2, 1);
            FileServerContract.assertRefused(AbortCode.VNOVNODE, () -> client.fs.bulkStatus(List.of(file, none)));
            List<Long> numbers = client.fs.getStatistics64(new FileServerRequest.OfStatistics(16)).numbers();
            assertThat(numbers).hasSize(16);
            assertThat(numbers.get(12)).as("all calls").isGreaterThanOrEqualTo(4);
            FileServerContract.assertRefused(
                    AbortCode.EINVAL, () -> client.fs.getStatistics64(new FileServerRequest.OfStatistics(3)));
        });
    }
}
