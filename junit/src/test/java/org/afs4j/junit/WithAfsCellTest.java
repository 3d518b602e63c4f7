package org.afs4j.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@WithAfsCell
class WithAfsCellTest {
    private final AfsTestCell cell;

    WithAfsCellTest(AfsTestCell cell) {
        this.cell = cell;
    }

    private static void write(AfsClient client, String path, String text) throws IOException {
        try (AfsFile file = client.open(path, AfsOpenOption.WRITE, AfsOpenOption.CREATE, AfsOpenOption.TRUNCATE)) {
            file.write(0, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static String read(AfsClient client, String path) throws IOException {
        try (AfsFile file = client.open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(100);
            file.read(0, bytes);
            return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        }
    }

    @Test
    void aTestGetsTheCellOfItsClassAndAClientOfIt(AfsTestCell same, AfsClient client) throws IOException {
        assertThat(same).isSameAs(cell);
        assertThat(client).isSameAs(cell.client());
        write(client, cell.scratch() + "/hello", "hello");
        assertThat(read(client, cell.scratch() + "/hello")).isEqualTo("hello");
    }

    @Test
    void whatOneClientHasChangedTheOtherReads(AfsClient client) throws IOException {
        String path = cell.newVolume() + "/changing";
        AfsClient other = cell.newClient();
        for (int change = 0; change < 10; change++) {
            write(client, path, "change " + change);
            assertThat(read(other, path)).isEqualTo("change " + change);
        }
    }

    @Test
    void aNewVolumeIsEmptyAndOfNoConcernToOthers(AfsClient client) throws IOException {
        String first = cell.newVolume();
        String second = cell.newVolume();
        write(client, first + "/mine", "mine");
        assertThat(client.list(second)).isEmpty();
        assertThat(client.list(first)).containsExactly("mine");
    }

    @Nested
    class InANestedClass {
        @Test
        void theCellIsTheSame(AfsTestCell same) {
            assertThat(same).isSameAs(cell);
        }
    }

    @Test
    void aCellOfItsOwnNeedsNoExtension() throws IOException {
        try (AfsTestCell own = AfsTestCell.start()) {
            assertThat(own.server()).isNotEqualTo(cell.server());
            write(own.client(), own.scratch() + "/own", "own");
            own.cell().restartFileServer(false);
            assertThat(read(own.newClient(), own.scratch() + "/own")).isEqualTo("own");
        }
    }
}
