package org.afs4j.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.cell.AfsCell;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.client.configuration.CellLookup;
import org.afs4j.client.error.AfsConfigurationException;
import org.afs4j.client.error.AfsUnreachableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.AFSDBRecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TextParseException;

/// Cells by DNS, from a name server of the test's own.
class DnsCellLookupTest {
    private static final Duration TIMEOUT = Duration.ofMillis(300);
    private static final String CELL = "cell.example";

    private LoopbackNameServer names;
    private CellLookup lookup;

    @BeforeEach
    void start() throws SocketException {
        names = new LoopbackNameServer();
        lookup = DnsCellLookup.of(SystemWorld.instance(), names.address(), TIMEOUT);
    }

    @AfterEach
    void stop() throws InterruptedException {
        names.stop();
    }

    private static Name name(String text) throws TextParseException {
        return Name.fromString(text, Name.root);
    }

    private void service(int priority, int weight, int port, String host, long ttlSeconds) throws IOException {
        names.add(new SRVRecord(
                name("_afs3-vlserver._udp." + CELL), DClass.IN, ttlSeconds, priority, weight, port, name(host)));
    }

    private void address(String host, String address, long ttlSeconds) throws IOException {
        names.add(new ARecord(name(host), DClass.IN, ttlSeconds, InetAddress.ofLiteral(address)));
    }

    private static InetSocketAddress socket(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private static List<InetSocketAddress> servers(CellLookup.Answer answer) {
        return Objects.requireNonNull(answer.cell(), "no cell was found").locationServers();
    }

    @Test
    void takesTheServersOfServiceRecordsByPriorityWithTheirPorts() throws Exception {
        service(20, 0, 7003, "db2." + CELL, 7200);
        service(10, 0, 9003, "db1." + CELL, 3600);
        address("db1." + CELL, "192.0.2.1", 1800);
        address("db2." + CELL, "192.0.2.2", 900);
        CellLookup.Answer answer = lookup.find(CELL);
        assertThat(servers(answer)).containsExactly(socket("192.0.2.1", 9003), socket("192.0.2.2", 7003));
        assertThat(answer.keep()).as("the shortest lived record").isEqualTo(Duration.ofMinutes(15));
        assertThat(names.asked()).as("no other form is asked for").noneMatch(question -> question.endsWith("AFSDB"));
    }

    /// RFC 2782: of equal priority the heavier one is asked first more often.
    @Test
    void spreadsLoadByWeight() throws Exception {
        service(10, 90, 7003, "heavy." + CELL, 3600);
        service(10, 10, 7003, "light." + CELL, 3600);
        service(20, 99, 7003, "last." + CELL, 3600);
        address("heavy." + CELL, "192.0.2.1", 3600);
        address("light." + CELL, "192.0.2.2", 3600);
        address("last." + CELL, "192.0.2.3", 3600);
        List<InetSocketAddress> first = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            List<InetSocketAddress> servers = servers(lookup.find(CELL));
            assertThat(servers).hasSize(3).last().isEqualTo(socket("192.0.2.3", 7003));
            first.add(servers.getFirst());
        }
        assertThat(first.stream().filter(socket("192.0.2.1", 7003)::equals).count()).isBetween(60L, 99L);
    }

    @Test
    void takesAfsdbRecordsWhereThereIsNoService() throws Exception {
        names.add(new AFSDBRecord(name(CELL), DClass.IN, 600, 1, name("db." + CELL)));
        names.add(new AFSDBRecord(name(CELL), DClass.IN, 600, 2, name("dce." + CELL)));
        address("db." + CELL, "192.0.2.1", 3600);
        address("dce." + CELL, "192.0.2.9", 3600);
        CellLookup.Answer answer = lookup.find(CELL);
        assertThat(servers(answer)).as("of subtype 1 only").containsExactly(socket("192.0.2.1", 7003));
        assertThat(answer.keep()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void followsAliasesOfHostsAndPassesOverWhatHasNoAddress() throws Exception {
        service(1, 0, 7003, "alias." + CELL, 3600);
        service(2, 0, 7003, "nowhere." + CELL, 3600);
        service(3, 0, 7003, "six." + CELL, 3600);
        names.add(new CNAMERecord(name("alias." + CELL), DClass.IN, 3600, name("real." + CELL)));
        names.add(new AAAARecord(name("six." + CELL), DClass.IN, 3600, InetAddress.ofLiteral("2001:db8::1")));
        address("real." + CELL, "192.0.2.1", 3600);
        service(4, 0, 7003, "real." + CELL, 3600);
        assertThat(servers(lookup.find(CELL))).containsExactly(socket("192.0.2.1", 7003));
    }

    @Test
    void saysThatThereIsNoSuchCell() throws Exception {
        CellLookup.Answer answer = lookup.find("none.example");
        assertThat(answer.cell()).isNull();
        assertThat(answer.keep()).isEqualTo(Duration.ofMinutes(1));
        assertThat(names.asked()).containsExactly("_afs3-vlserver._udp.none.example. SRV", "none.example. AFSDB");
    }

    /// RFC 2782: a target of `.` says that the service is decidedly not there.
    @Test
    void believesACellThatSaysItHasNoServer() throws Exception {
        service(0, 0, 0, ".", 3600);
        names.add(new AFSDBRecord(name(CELL), DClass.IN, 600, 1, name("db." + CELL)));
        assertThat(lookup.find(CELL).cell()).isNull();
    }

    @Test
    void saysNothingOfTheCellWhereTheNameServerFailsOrIsSilent() {
        names.failWith(Rcode.SERVFAIL);
        assertThatThrownBy(() -> lookup.find(CELL)).isInstanceOf(IOException.class).hasMessageContaining(CELL);
        names.beSilent();
        assertThatThrownBy(() -> lookup.find(CELL)).isInstanceOf(IOException.class).hasMessageContaining(CELL);
    }

    @Test
    void asksNoMoreThanABoundForTheHostsOfOneCell() throws Exception {
        for (int i = 0; i < 24; i++) {
            service(i, 0, 7003, "db" + i + "." + CELL, 3600);
            address("db" + i + "." + CELL, "192.0.2." + i, 3600);
        }
        assertThat(servers(lookup.find(CELL))).hasSize(16);
    }

    @Test
    void takesANameThatNoHostCanHaveForNoCell() throws Exception {
        assertThat(lookup.find("a.".repeat(126) + "b").cell()).isNull();
    }

    /// The client asks for what it does not know, at the server that DNS names, and tells an unknown cell from one that cannot be
    /// looked up.
    @Test
    void aClientFindsACellThatAPathNames() throws Exception {
        service(1, 0, 9, "db." + CELL, 3600);
        address("db." + CELL, "127.0.0.1", 3600);
        try (AfsClient client = AfsClient.builder()
                .cellLookup(lookup)
                .deadTimeout(Duration.ofMillis(500))
                .open()) {
            assertThatThrownBy(() -> client.list("/afs/" + CELL))
                    .isInstanceOf(AfsUnreachableException.class)
                    .hasMessageContaining("127.0.0.1:9");
            assertThat(client.list("/afs")).containsExactly(CELL);
            assertThatThrownBy(() -> client.list("/afs/none.example")).isInstanceOf(AfsConfigurationException.class);
            names.failWith(Rcode.SERVFAIL);
            assertThatThrownBy(() -> client.list("/afs/other.example"))
                    .isInstanceOf(AfsUnreachableException.class)
                    .hasMessageContaining("DNS");
        }
    }

    /// From a name in a path to bytes of a file, by nothing but DNS and the servers that it names.
    @Test
    void aClientUsesACellThatOnlyDnsKnows() throws Exception {
        long pid = ProcessHandle.current().pid();
        // A loopback address of the test's own: file servers are looked for at their standard port.
        InetAddress host = InetAddress.getByAddress(new byte[] {127, (byte) (pid >> 16 | 1), (byte) (pid >> 8), (byte) pid});
        try (AfsCell cell = AfsCell.builder().name(CELL).bind(new InetSocketAddress(host, CellConfiguration.FILE_SERVER_PORT)).start()) {
            service(1, 0, cell.volumeLocationAddress().getPort(), "db." + CELL, 3600);
            address("db." + CELL, host.getHostAddress(), 3600);
            try (AfsClient client = AfsClient.builder().cellLookup(lookup).open();
                    AfsFile file = client.open("/afs/" + CELL + "/scratch/file", AfsOpenOption.WRITE, AfsOpenOption.CREATE)) {
                file.write(0, ByteBuffer.wrap(new byte[] {1, 2, 3}));
                file.sync();
                assertThat(client.list("/afs/" + CELL + "/scratch")).contains("file");
                assertThat(client.list("/afs")).containsExactly(CELL);
            }
        }
    }
}
