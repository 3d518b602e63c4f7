package org.afs4j.client.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
