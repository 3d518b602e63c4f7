package org.afs4j.client.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("AddressSelection") // literal addresses are what the files hold
class CellDatabaseTest {
    @Test
    void readsCellsWithCommentsClonesAndBlankLines(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("CellServDB"), """
                # a comment
                >a.cell\t\t#the first
                10.0.0.1\t#db1.a.cell
                [10.0.0.2]  #db2.a.cell

                >b.cell other # aliases follow the name
                10.1.0.1 #db.b.cell
                not-an-address #ignored
                """);
        Files.writeString(directory.resolve("ThisCell"), "b.cell\n");
        CellDatabase database = CellDatabase.read(directory);
        assertThat(database.cells()).extracting(CellConfiguration::name).containsExactly("a.cell", "b.cell");
        assertThat(database.cell("a.cell").orElseThrow().locationServers())
                .containsExactly(new InetSocketAddress("10.0.0.1", 7003), new InetSocketAddress("10.0.0.2", 7003));
        assertThat(database.cell("b.cell").orElseThrow().locationServers()).hasSize(1);
        assertThat(database.thisCell()).contains("b.cell");
    }

    @Test
    void readsHostNamesWhereAddressesAreMissingAndPassesOverIpv6(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("CellServDB"), """
                >a.cell
                db1.a.cell #looked up when the cell is used
                [db2.a.cell]
                2001:db8::1 #db3.a.cell
                [2001:db8::2]
                10.0.0.4
                """);
        assertThat(CellDatabase.read(directory).cell("a.cell").orElseThrow().locationServers())
                .containsExactly(
                        InetSocketAddress.createUnresolved("db1.a.cell", 7003),
                        InetSocketAddress.createUnresolved("db2.a.cell", 7003),
                        new InetSocketAddress("10.0.0.4", 7003));
    }

    @Test
    void readsAliases(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("CellAlias"), """
                # cell, then alias
                a.cell a
                b.cell\tb #with a comment
                b.cell .dotted
                a.cell b
                incomplete
                """);
        assertThat(CellDatabase.read(directory).aliases()).containsOnly(Map.entry("a", "a.cell"), Map.entry("b", "b.cell"));
    }

    @Test
    void namesNothingWhereThereAreNoFiles(@TempDir Path directory) throws Exception {
        CellDatabase database = CellDatabase.read(directory);
        assertThat(database.cells()).isEmpty();
        assertThat(database.thisCell()).isEmpty();
    }

    @Test
    void readsServersGivenAsArguments() {
        CellConfiguration cell = CellConfiguration.parse("c", List.of("127.0.0.1", "127.0.0.2:9003:9000"));
        assertThat(cell.locationServers())
                .containsExactly(new InetSocketAddress("127.0.0.1", 7003), new InetSocketAddress("127.0.0.2", 9003));
        assertThat(cell.fileServerPort()).isEqualTo(9000);
    }

    @Test
    void saysWhichServerArgumentIsWrong() {
        assertThatThrownBy(() -> CellConfiguration.parse("c", List.of("127.0.0.1:0")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a port: '0'");
        assertThatThrownBy(() -> CellConfiguration.parse("c", List.of(":1")))
                .hasMessageContaining("not a server");
    }
}
