package org.afs4j.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.afs4j.protocol.vl.VolumeLocation;
import org.afs4j.protocol.vl.VolumeLocationOpcode;
import org.afs4j.protocol.vl.VolumeLocationReply;
import org.afs4j.protocol.vl.VolumeLocationRequest;
import org.afs4j.protocol.vl.VolumeSite;
import org.afs4j.rx.port.DatagramPort;
import org.junit.jupiter.api.Test;

class LocationServerTest {
    private static void run(CellLab.Body body) {
        CellLab.inSimulation(3, UnaryOperator.identity(), body);
    }

    @Test
    void tellsWhereAVolumeIsByNameAndByIdInEveryForm() {
        run(lab -> {
            CellClient client = lab.client();
            EmbeddedVolume volume = lab.cell.createVolume("user.jane");
            int address = ByteBuffer.wrap(CellLab.serverIp().getAddress()).getInt();
            List<VolumeLocation> byAddress = List.of(
                    client.vl.getEntryByNameN("user.jane"),
                    client.vl.getEntryByIdN(volume.id(), -1),
                    client.vl.getEntryByNameOld("user.jane"),
                    client.vl.getEntryByIdOld(volume.id(), -1));
            for (VolumeLocation location : byAddress) {
                assertThat(location.name()).isEqualTo("user.jane");
                assertThat(location.readWriteId()).isEqualTo(volume.id());
                assertThat(location.hasReadWrite()).isTrue();
                assertThat(location.hasReadOnly()).isFalse();
                assertThat(location.sites()).extracting(VolumeSite::address).containsExactly(address);
            }
            for (VolumeLocation location :
                    List.of(client.vl.getEntryByNameU("user.jane"), client.vl.getEntryByIdU(volume.id(), -1))) {
                assertThat(location.sites()).extracting(VolumeSite::server).containsExactly(lab.cell.fileServerUuid());
            }
            assertThat(client.vl.lookUp(Integer.toUnsignedString(volume.id())).name()).isEqualTo("user.jane");
            assertThat(client.vl.getAddressesU(lab.cell.fileServerUuid()).addresses()).containsExactly(address);
            assertThat(client.vl.getAddresses(new VolumeLocationRequest.GetAddresses(0, 0)).addresses())
                    .containsExactly(address);
            assertThat(client.log()).as("no callback service is needed").isEmpty();
        });
    }

    @Test
    void listsVolumesByWhatIsAskedOfThem() {
        run(lab -> {
            CellClient client = lab.client();
            EmbeddedVolume volume = lab.cell.createVolume("user.jane");
            int address = ByteBuffer.wrap(CellLab.serverIp().getAddress()).getInt();
            lab.cell.backup("user.jane");
            assertThat(listed(client, 0, 0, 0, "")).containsExactly("root.afs", "root.cell", "scratch", "user.jane");
            assertThat(listed(client, VolumeLocationRequest.Attributes.BY_SERVER, address, 0, ".*")).hasSize(4);
            assertThat(listed(client, VolumeLocationRequest.Attributes.BY_SERVER, address + 1, 0, "")).isEmpty();
            assertThat(listed(client, VolumeLocationRequest.Attributes.BY_VOLUME_ID, 0, volume.id() + 1, ""))
                    .containsExactly("user.jane");
            assertThat(listed(client, VolumeLocationRequest.Attributes.BY_FLAGS, 0, VolumeLocation.BACKUP_EXISTS, ""))
                    .containsExactly("user.jane");
            assertThat(listed(client, 0, 0, 0, "scratch")).containsExactly("scratch");
            assertThat(listed(client, 0, 0, 0, "(a*)*b")).isEmpty();
            assertThat(client.vl.listAttributesN(new VolumeLocationRequest.Attributes(0, 0, 0, 0, 0, 0)).count())
                    .isEqualTo(4);
        });
    }

    private static List<String> listed(CellClient client, int mask, int server, int idOrFlags, String name)
            throws IOException {
        VolumeLocationReply.EntriesPage page = client.vl.listAttributesN2(new VolumeLocationRequest.ListPage(
                new VolumeLocationRequest.Attributes(mask, server, 0, 0, idOrFlags, idOrFlags), name, 0));
        assertThat(page.nextIndex()).isEqualTo(VolumeLocationReply.EntriesPage.LAST);
        assertThat(page.entries().count()).isEqualTo(page.entries().entries().size());
        return page.entries().entries().stream()
                .map(entry -> entry.location().name())
                .toList();
    }

    @Test
    void listsMoreVolumesThanAPageHoldsPageByPage() {
        run(lab -> {
            CellClient client = lab.client();
            for (int i = 0; i < 1500; i++) {
                lab.cell.createVolume("v" + i);
            }
            VolumeLocationRequest.Attributes all = new VolumeLocationRequest.Attributes(0, 0, 0, 0, 0, 0);
            Set<String> names = new HashSet<>();
            int start = 0;
            do {
                VolumeLocationReply.EntriesPage page =
                        client.vl.listAttributesN2(new VolumeLocationRequest.ListPage(all, "", start));
                page.entries().entries().forEach(entry -> names.add(entry.location().name()));
                start = page.nextIndex();
            } while (start != VolumeLocationReply.EntriesPage.LAST);
            assertThat(names).hasSize(1503);
        });
    }

    @Test
    void refusesWhatItDoesNotHave() {
        run(lab -> {
            CellClient client = lab.client();
            FileServerContract.assertRefused(363524, () -> client.vl.getEntryByNameU("none"));
            FileServerContract.assertRefused(363524, () -> client.vl.getEntryByIdN(17, -1));
            FileServerContract.assertRefused(363524, () -> client.vl.getEntryByNameU("scratch.readonly"));
            FileServerContract.assertRefused(
                    363524,
                    () -> client.vl.getAddressesU(new VolumeLocationRequest.GetAddressesU(
                            VolumeLocationOpcode.BY_INDEX, 0, 2, 0, lab.cell.fileServerUuid())));
            FileServerContract.assertRefused(-455, client.vl::getCapabilities);
        });
    }

    @Test
    void answersOnAPortOfItsOwnWhileTheFileServerIsStopped() throws Exception {
        CellLab.onUdp(
                builder -> {
                    try {
                        return builder.volumeLocationPort(DatagramPort.open(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                lab -> {
                    CellClient client = lab.client();
                    assertThat(lab.cell.volumeLocationAddress()).isNotEqualTo(lab.cell.fileServerAddress());
                    lab.cell.stopFileServer();
                    assertThat(client.vl.lookUp("scratch").readWriteId()).isEqualTo(lab.scratch().volumeId());
                    lab.cell.startFileServer();
                    client.fs.getTime();
                });
    }
}
