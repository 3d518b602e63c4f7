package org.afs4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.cli.control.ControlSocket;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsLock;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `afs status` tells of a cache, over the control socket: everything that goes on in it, under a name of its own, as JSON and
/// in lines for people.
class StatusFieldsTest {
    private static final String PATH = CommandLineOnCell.SCRATCH + "/file";
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @TempDir
    private Path directory;

    private CommandLineOnCell afs;
    private Ending ending;
    private AfsClient client;

    @BeforeEach
    void offerAClient() throws IOException {
        afs = new CommandLineOnCell(directory);
        afs.variables().put("XDG_RUNTIME_DIR", directory.toString());
        client = AfsClient.builder().cell(CommandLineOnCell.CELL, afs.server()).open();
        ending = Ending.watch();
        Surroundings around = new Surroundings(
                new ByteArrayInputStream(new byte[0]),
                new ByteArrayOutputStream(),
                new ByteArrayOutputStream(),
                false,
                afs.variables(),
                SystemWorld.instance());
        ControlSocket.offer(around, ending, "test", client);
    }

    @AfterEach
    void close() throws IOException {
        ending.close();
        client.close();
        afs.close();
    }

    private JsonNode status() {
        return afs.run("status", "--json").json().getFirst();
    }

    private JsonNode scratch() {
        for (JsonNode volume : status().get("volumes")) {
            if (volume.get("name").asText().equals("scratch")) {
                return volume;
            }
        }
        throw new AssertionError("no scratch: " + status());
    }

    private JsonNode awaitStatus(Predicate<JsonNode> expected) {
        long startNanos = System.nanoTime();
        JsonNode told = status();
        while (!expected.test(told)) {
            assertThat(System.nanoTime() - startNanos).as("told: %s", told).isLessThan(PATIENCE_NANOS);
            told = status();
        }
        return told;
    }

    private void change() {
        assertThat(afs.run(new byte[] {7}, "put", "-", PATH).exitCode()).isZero();
    }

    private static long counter(JsonNode status, AfsCounter counter) {
        return status.get("counters").get(counter.name().toLowerCase(Locale.ROOT)).asLong();
    }

    @Test
    void tellsOfCellsServersVolumesVnodesAndPromises() throws IOException {
        change();
        assertThat(client.list(CommandLineOnCell.SCRATCH)).contains("file");
        JsonNode status = status();
        assertThat(status.get("cells").get(0).get("name").asText()).isEqualTo(CommandLineOnCell.CELL);
        assertThat(status.get("cells").get(0).get("volumes").asInt()).isPositive();
        JsonNode server = status.get("servers").get(0);
        assertThat(server.get("addresses").asText()).startsWith("127.0.0.1:");
        assertThat(server.get("uuid").asText()).isEqualTo(afs.cell().fileServerUuid().toString());
        assertThat(server.get("state").asText()).isEqualTo("up");
        assertThat(server.get("roundTripMillis").asDouble()).isPositive();
        assertThat(server.get("unheardMillis").asDouble()).isNotNegative();
        int before = scratch().get("promises").asInt();
        assertThat(client.info(PATH, true).sizeBytes()).isEqualTo(1);
        JsonNode told = scratch();
        assertThat(told.get("cell").asText()).isEqualTo(CommandLineOnCell.CELL);
        assertThat(told.get("servers").asText()).contains("127.0.0.1");
        assertThat(told.get("id").asLong()).isPositive();
        assertThat(told.get("promises").asInt()).as("one more vnode asked about").isEqualTo(before + 1);
        assertThat(told.get("validVnodes").asInt()).isEqualTo(told.get("promises").asInt());
        assertThat(told.get("vnodes").asInt()).isEqualTo(told.get("validVnodes").asInt() + told.get("unaskedVnodes").asInt());
        change();
        awaitStatus(now -> counter(now, AfsCounter.VNODE_BREAKS) > 0);
        assertThat(scratch().get("promises").asInt()).as("one was broken").isEqualTo(before);
    }

    @Test
    void tellsOfBreaksByKindStripsFaultsRevalidationsAndRefetches() throws IOException {
        change();
        try (AfsFile file = client.open(PATH);
                MappedView view = file.map(MapAccess.READ_ONLY, 0, 1)) {
            assertThat(view.getByteAcquire(0)).isEqualTo((byte) 7);
            JsonNode before = status();
            assertThat(before.get("cells").get(0).get("mappedVnodes").asInt()).isEqualTo(1);
            change();
            awaitStatus(now -> counter(now, AfsCounter.VNODE_BREAKS) > counter(before, AfsCounter.VNODE_BREAKS)
                    && counter(now, AfsCounter.STRIPS) > counter(before, AfsCounter.STRIPS));
            assertThat(view.getByteAcquire(0)).isEqualTo((byte) 7);
            JsonNode after = status();
            assertThat(after.get("pages").get("strips").asLong()).isGreaterThan(before.get("pages").get("strips").asLong());
            assertThat(after.get("pages").get("faults").asLong()).isGreaterThan(before.get("pages").get("faults").asLong());
            assertThat(counter(after, AfsCounter.REVALIDATIONS)).isGreaterThan(counter(before, AfsCounter.REVALIDATIONS));
            assertThat(counter(after, AfsCounter.DATA_CHANGES)).isGreaterThan(counter(before, AfsCounter.DATA_CHANGES));
            afs.cell().breakVolume("scratch");
            awaitStatus(now -> counter(now, AfsCounter.VOLUME_BREAKS) > counter(before, AfsCounter.VOLUME_BREAKS));
            afs.cell().restartFileServer(false);
            assertThat(client.info(CommandLineOnCell.SCRATCH, true).isDirectory()).isTrue();
            JsonNode told = awaitStatus(now -> counter(now, AfsCounter.MASS_BREAKS) > 0);
            assertThat(told.get("servers").get(0).get("massBreaks").asLong()).isPositive();
        }
    }

    @Test
    void tellsOfDirtyBytesHitRatesPinsAndLocks() throws IOException {
        change();
        try (AfsFile file = client.open(PATH, AfsOpenOption.WRITE);
                AfsLock lock = file.lock(0, 1, false)) {
            assertThat(lock).isNotNull();
            file.write(0, ByteBuffer.wrap(new byte[5000]));
            JsonNode dirty = status();
            assertThat(dirty.get("pages").get("dirtyBytes").asLong()).isPositive();
            assertThat(dirty.get("pages").get("residentBytes").asLong()).isPositive();
            assertThat(dirty.get("locks")).hasSize(1);
            JsonNode held = dirty.get("locks").get(0);
            assertThat(held.get("volume").asText()).isEqualTo("scratch");
            assertThat(held.get("fid").asText()).isEqualTo(file.info().fid().toString());
            assertThat(held.get("serverLock").asText()).isEqualTo("exclusive");
            assertThat(held.get("ranges").asInt()).isEqualTo(1);
            assertThat(held.get("waiters").asInt()).isZero();
            assertThat(held.get("leftMillis").asDouble()).isPositive();
            file.sync();
            assertThat(file.transferTo(0, 5000, Channels.newChannel(new ByteArrayOutputStream()))).isPositive();
            for (int i = 0; i < 10; i++) {
                assertThat(file.read(0, ByteBuffer.allocate(5000))).isPositive();
            }
            JsonNode pages = status().get("pages");
            assertThat(pages.get("dirtyBytes").asLong()).isZero();
            assertThat(pages.get("pins").asLong()).isPositive();
            assertThat(pages.get("hits").asLong()).isPositive();
            assertThat(pages.get("hitRate").asDouble())
                    .isEqualTo(pages.get("hits").asDouble() / (pages.get("hits").asLong() + pages.get("misses").asLong()));
            assertThat(counter(status(), AfsCounter.DATA_STORES)).isPositive();
        }
        assertThat(status().get("locks")).isEmpty();
    }

    @Test
    void tellsPeopleTheSame() throws IOException {
        change();
        try (AfsFile file = client.open(PATH, AfsOpenOption.WRITE);
                AfsLock lock = file.lock(0, 1, false)) {
            assertThat(lock).isNotNull();
            List<String> lines = afs.run("status").lines();
            JsonNode status = status();
            for (String part : List.of("cells", "servers", "volumes", "locks", "pages", "counters")) {
                JsonNode one = status.get(part).isArray() ? status.get(part).get(0) : status.get(part);
                List<String> names = one.properties().stream().map(Map.Entry::getKey).toList();
                assertThat(names).isNotEmpty();
                assertThat(lines).as(part).anySatisfy(line -> {
                    assertThat(line).startsWith(part + ": ");
                    assertThat(names).allSatisfy(name -> assertThat(line).containsPattern("[ ,]" + name + " "));
                });
            }
        }
    }
}
