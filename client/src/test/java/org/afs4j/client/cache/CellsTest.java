package org.afs4j.client.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.client.configuration.CellLookup;
import org.afs4j.client.configuration.KnownCells;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.error.AfsConfigurationException;
import org.afs4j.client.error.AfsUnreachableException;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.cb.CallbackReply;
import org.afs4j.protocol.cb.CallbackRequest;
import org.afs4j.protocol.cb.InterfaceAddresses;
import org.afs4j.rx.simulation.SimulatedNetwork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Cells that are configured, have aliases, or are looked up when somebody names them.
class CellsTest {
    private static final CellConfiguration CONFIGURED = cell("configured.example", 1);

    private static CellConfiguration cell(String name, int... hosts) {
        List<InetSocketAddress> servers = new ArrayList<>();
        for (int host : hosts) {
            servers.add(new InetSocketAddress(InetAddress.ofLiteral("10.0.0." + host), 7003));
        }
        return new CellConfiguration(name, servers, 7000);
    }

    /// Answers by a table, and remembers what it was asked.
    private static final class Table implements CellLookup {
        private final Map<String, Answer> answers = new HashMap<>();
        private final List<String> asked = new ArrayList<>();
        private @Nullable String failure;

        @Override
        public Answer find(String name) throws IOException {
            asked.add(name);
            if (failure != null) {
                throw new IOException(failure);
            }
            return answers.getOrDefault(name, new Answer(null, Duration.ofSeconds(30)));
        }
    }

    /// A test's body.
    @FunctionalInterface
    private interface Body {
        void run(SimulatedWorld world, ClientCore core, Table table) throws Exception;
    }

    private static void run(Body body) {
        SimulatedWorld world = new SimulatedWorld(1);
        world.run(() -> {
            Table table = new Table();
            KnownCells known = new KnownCells(
                    List.of(CONFIGURED), Map.of("short", "configured.example", "far", "found.example"), table, "configured.example");
            try (ClientCore core = ClientCore.open(
                    world,
                    new SimulatedNetwork(world).open(new InetSocketAddress(InetAddress.ofLiteral("10.0.0.9"), 7001)),
                    known,
                    ClientSettings.defaults())) {
                body.run(world, core, table);
            }
        });
    }

    @Test
    void aConfiguredCellIsKnownByItsNameItsAliasAndInAnyCaseAndIsNeverLookedUp() {
        run((world, core, table) -> {
            Cell cell = core.cells().cell("configured.example");
            assertThat(core.cells().cell("short")).isSameAs(cell);
            assertThat(core.cells().cell("Configured.Example")).isSameAs(cell);
            assertThat(table.asked).isEmpty();
        });
    }

    @Test
    void aCellThatIsNamedIsLookedUpOnceAndStays() {
        run((world, core, table) -> {
            table.answers.put("found.example", new CellLookup.Answer(cell("found.example", 2), Duration.ofHours(1)));
            Cell found = core.cells().cell("found.example");
            assertThat(core.cells().cell("found.example")).isSameAs(found);
            assertThat(core.cells().cell("far")).as("by its alias").isSameAs(found);
            assertThat(core.cells().all()).extracting(Cell::name).containsExactly("configured.example", "found.example");
            assertThat(table.asked).containsExactly("found.example");
            assertThat(core.context().counters().get(AfsCounter.CELL_LOOKUPS)).isEqualTo(1);
        });
    }

    @Test
    void anOldAnswerIsAskedForAgainAndTheCellGoesOnWithItsNewServers() {
        run((world, core, table) -> {
            table.answers.put("found.example", new CellLookup.Answer(cell("found.example", 2), Duration.ofMinutes(10)));
            Cell found = core.cells().cell("found.example");
            table.answers.put("found.example", new CellLookup.Answer(cell("found.example", 3), Duration.ofMinutes(10)));
            world.pause(Duration.ofMinutes(9).toNanos());
            core.cells().cell("found.example");
            assertThat(found.locationServers()).isEqualTo(cell("found.example", 2).locationServers());
            world.pause(Duration.ofMinutes(2).toNanos());
            assertThat(core.cells().cell("found.example")).isSameAs(found);
            assertThat(found.locationServers()).isEqualTo(cell("found.example", 3).locationServers());
            assertThat(table.asked).hasSize(2);
        });
    }

    /// A resolver that is down takes away no cell that is in use.
    @Test
    void anOldAnswerServesOnWhileThereIsNoneBetter() {
        run((world, core, table) -> {
            table.answers.put("found.example", new CellLookup.Answer(cell("found.example", 2), Duration.ofMinutes(10)));
            Cell found = core.cells().cell("found.example");
            table.failure = "no answer";
            world.pause(Duration.ofMinutes(11).toNanos());
            assertThat(core.cells().cell("found.example")).isSameAs(found);
            assertThat(found.locationServers()).isNotEmpty();
        });
    }

    @Test
    void thatThereIsNoSuchCellIsRememberedAsLongAsTheAnswerSays() {
        run((world, core, table) -> {
            assertThatThrownBy(() -> core.cells().cell("none.example")).isInstanceOf(AfsConfigurationException.class);
            assertThatThrownBy(() -> core.cells().cell("none.example")).hasMessageContaining("unknown cell 'none.example'");
            assertThat(table.asked).hasSize(1);
            world.pause(Duration.ofSeconds(31).toNanos());
            table.answers.put("none.example", new CellLookup.Answer(cell("none.example", 2), Duration.ofHours(1)));
            assertThat(core.cells().cell("none.example").name()).isEqualTo("none.example");
        });
    }

    @Test
    void aFailureToLookUpIsToldWithItsReasonAndNotRemembered() {
        run((world, core, table) -> {
            table.failure = "DNS: no answer";
            assertThatThrownBy(() -> core.cells().cell("found.example"))
                    .isInstanceOf(AfsUnreachableException.class)
                    .hasMessageContaining("DNS: no answer")
                    .hasMessageContaining("found.example");
            table.failure = null;
            table.answers.put("found.example", new CellLookup.Answer(cell("found.example", 2), Duration.ofHours(1)));
            assertThat(core.cells().cell("found.example").name()).isEqualTo("found.example");
        });
    }

    /// What programs look for in every directory is no cell's name, and is asked of nobody.
    @Test
    void namesThatNoCellHasAreNotLookedUp() {
        run((world, core, table) -> {
            for (String name : List.of("git", "Trash-1000", "", "a..b", ".hidden.x", "with blank.example", "x/y.example", "-a.b")) {
                assertThatThrownBy(() -> core.cells().cell(name)).isInstanceOf(AfsConfigurationException.class);
            }
            assertThat(table.asked).isEmpty();
        });
    }

    @Test
    void howManyCellsAreFoundIsBounded() {
        run((world, core, table) -> {
            for (int i = 0; i < 1000; i++) {
                table.answers.put("c" + i + ".example", new CellLookup.Answer(cell("c" + i + ".example", 2), Duration.ofHours(1)));
                core.cells().cell("c" + i + ".example");
            }
            assertThatThrownBy(() -> core.cells().cell("more.example")).isInstanceOf(AfsConfigurationException.class);
            assertThat(core.cells().all()).hasSize(1001);
            assertThat(table.asked).hasSize(1000);
        });
    }

    /// CB-11: what debugging tools ask of a client.
    @Test
    void tellsWhichCellsAndServersItKnows() {
        run((world, core, table) -> {
            table.answers.put("found.example", new CellLookup.Answer(cell("found.example", 2, 3), Duration.ofHours(1)));
            core.cells().cell("found.example");
            InetSocketAddress near = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.5"), 7000);
            core.context().servers().server(null, List.of(near), List.of()).measured(200_000, true);
            CallContext call = new CallContext(near);
            ClientCallbackService service = new ClientCallbackService(
                    core.context(), core.cells(), new InterfaceAddresses(new AfsUuid(1, 2), List.of()));
            assertThat(service.getLocalCell(call).name()).isEqualTo("configured.example");
            CallbackReply.Cell second = new CallbackReply.Cell("found.example", List.of(0x0A000002, 0x0A000003));
            assertThat(service.getCellServers(call, new CallbackRequest.OfIndex(1))).isEqualTo(second);
            assertThat(service.getCellByNumber(call, new CallbackRequest.OfIndex(2))).isEqualTo(second);
            CallbackReply.Cell none = new CallbackReply.Cell("", List.of());
            assertThat(service.getCellServers(call, new CallbackRequest.OfIndex(2))).isEqualTo(none);
            assertThat(service.getCellServers(call, new CallbackRequest.OfIndex(-1))).isEqualTo(none);
            assertThat(service.getServerPreferences(call, new CallbackRequest.OfIndex(0)))
                    .isEqualTo(new CallbackReply.ServerPreference(0x0A000005, 20));
            assertThat(service.getServerPreferences(call, new CallbackRequest.OfIndex(1)))
                    .isEqualTo(new CallbackReply.ServerPreference(-1, -1));
        });
    }
}
