package org.afs4j.system.simulation;

import static org.afs4j.system.simulation.CallbackRulesSimulationTest.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.afs4j.cell.FaultOrder;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.protocol.Errno;
import org.junit.jupiter.api.Test;

/// Changes that are made although their answer says otherwise or is lost, and are then tried again.
class LostAnswerSimulationTest {
    private static final String ROOT = "/afs/sim.test/scratch";
    /// VRESTARTING: the server is stopped after it has made the change, and asks to come again.
    private static final int RESTARTING = -100;

    /// What happens in one run.
    @FunctionalInterface
    private interface Scenario {
        void run(SimulatedCell cell, AfsClient client) throws Exception;
    }

    private static void simulate(String procedure, Scenario scenario) {
        CallbackRulesSimulationTest.simulate(3, (cell, gate, client, third) -> {
            write(client, ROOT + "/f", "contents");
            client.makeDirectory(ROOT + "/d");
            client.list(ROOT);
            FaultOrder order =
                    cell.cell().server(0).faults().add(FaultOrder.abortOnceDone(RESTARTING).ofProcedure(procedure).times(1));
            scenario.run(cell, client);
            assertThat(order.hits()).isEqualTo(1);
            try (AfsClient fresh = cell.newClient()) {
                assertThat(client.list(ROOT)).containsExactlyInAnyOrderElementsOf(fresh.list(ROOT));
            }
        });
    }

    @Test
    void aRemovalThatWasMadeIsDone() {
        simulate("RemoveFile", (cell, client) -> {
            client.remove(ROOT + "/f");
            assertThat(client.list(ROOT)).containsExactly("d");
        });
    }

    @Test
    void aRemovalOfADirectoryThatWasMadeIsDone() {
        simulate("RemoveDir", (cell, client) -> {
            client.removeDirectory(ROOT + "/d");
            assertThat(client.list(ROOT)).containsExactly("f");
        });
    }

    @Test
    void aRenameThatWasMadeIsDone() {
        simulate("Rename", (cell, client) -> {
            client.rename(ROOT + "/f", ROOT + "/g");
            assertThat(client.list(ROOT)).containsExactlyInAnyOrder("d", "g");
        });
    }

    @Test
    void aLinkThatWasMadeIsDone() {
        simulate("Link", (cell, client) -> {
            client.makeLink(ROOT + "/g", ROOT + "/f");
            assertThat(client.list(ROOT)).containsExactlyInAnyOrder("d", "f", "g");
            assertThat(client.info(ROOT + "/g", true).linkCount()).isEqualTo(2);
        });
    }

    @Test
    void aFileThatWasMadeIsOpenedUnlessItHasToBeNew() {
        simulate("CreateFile", (cell, client) -> {
            write(client, ROOT + "/g", "made");
            assertThat(client.info(ROOT + "/g", true).sizeBytes()).isEqualTo(4);
        });
        simulate("CreateFile", (cell, client) -> assertThatThrownBy(
                        () -> client.open(ROOT + "/g", AfsOpenOption.WRITE, AfsOpenOption.CREATE, AfsOpenOption.CREATE_NEW))
                .as("it may be another client's")
                .isInstanceOfSatisfying(AfsFileException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST)));
    }

    /// A refusal that follows no attempt of ours stands.
    @Test
    void whatOthersDidIsToldAsEver() {
        CallbackRulesSimulationTest.simulate(3, (cell, gate, client, third) -> {
            assertThatThrownBy(() -> client.remove(ROOT + "/none"))
                    .isInstanceOfSatisfying(AfsFileException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
            write(client, ROOT + "/f", "1");
            write(client, ROOT + "/g", "2");
            assertThatThrownBy(() -> client.makeLink(ROOT + "/g", ROOT + "/f"))
                    .isInstanceOfSatisfying(AfsFileException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
        });
    }

    /// CB-3: promises are given up at a close, but a server that is silent holds it up for a bound only.
    @Test
    void aSilentServerHoldsACloseUpForABoundOnly() {
        CallbackRulesSimulationTest.simulate(3, (cell, gate, client, third) -> {
            write(client, ROOT + "/f", "1");
            cell.cell().stopFileServer();
            long before = cell.world().nanoTime();
            client.close();
            assertThat(cell.world().nanoTime() - before)
                    .isBetween(Duration.ofSeconds(2).toNanos(), Duration.ofMillis(2500).toNanos());
        });
    }
}
