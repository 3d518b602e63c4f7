package org.afs4j.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.afs4j.cell.administration.Principals;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.fs.FileServerReply;
import org.afs4j.protocol.fs.FileServerReply.ExtendedStatistics;
import org.afs4j.protocol.fs.FileServerRequest;
import org.afs4j.protocol.fs.ServerStatistics;
import org.junit.jupiter.api.Test;

/// What tools that watch file servers are told: places and sizes are those of OpenAFS's `afsint.xg`, `fs_stats.h` and `callback.h`.
class ServerStatisticsTest {
    private static final int PERFORMANCE_WORDS = 98;
    private static final int FULL_PERFORMANCE_WORDS = 424;
    private static final int OPERATION_WORDS = 10;
    private static final int OPERATIONS_AT = PERFORMANCE_WORDS + 2;
    private static final int TRANSFERS_AT = OPERATIONS_AT + 28 * OPERATION_WORDS;
    private static final int TRANSFER_WORDS = 22;

    private static void run(CellLab.Body body) {
        CellLab.inSimulation(17, builder -> builder, body);
    }

    private static Fid used(CellLab lab, CellClient client) throws Exception {
        Fid file = client.create(lab.scratch(), "f").fid();
        client.store(file, new byte[100]);
        client.store(file, new byte[5000]);
        assertThat(client.fetch(file, 0, 200)).hasSize(200);
        return file;
    }

    private static List<Integer> collection(CellClient client, int collection) throws Exception {
        ExtendedStatistics reply = client.fs.getExtendedStatistics(new FileServerRequest.OfCollection(2, collection));
        assertThat(reply.version()).isEqualTo(client.fs.extendedStatisticsVersion().version()).isEqualTo(2);
        return reply.words();
    }

    @Test
    void theOldStatisticsTellCallsBytesClientsAndRoom() {
        run(lab -> {
            CellClient client = lab.client();
            used(lab, client);
            ServerStatistics told = client.fs.getStatistics();
            assertThat(told.numbers().get(2)).as("now").isGreaterThanOrEqualTo(told.numbers().get(4));
            assertThat(told.numbers().get(5)).as("connections").isPositive();
            assertThat(told.numbers().get(6)).as("calls").isEqualTo(5);
            assertThat(told.numbers().subList(7, 10)).as("fetches, of data, bytes").containsExactly(1, 1, 200);
            assertThat(told.numbers().subList(11, 14)).as("stores, of data, bytes").containsExactly(2, 2, 5100);
            assertThat(told.numbers().get(18)).as("packets that came").isPositive();
            assertThat(told.numbers().subList(35, 37)).as("clients, active ones").containsExactly(1, 1);
            assertThat(told.disks().getFirst().name()).isEqualTo("/vicepa");
            assertThat(told.disks().getFirst().availableBlocks()).isLessThan(told.disks().getFirst().totalBlocks());
            assertThat(told.disks().get(1)).isEqualTo(ServerStatistics.Disk.NONE);
            List<Long> wide = client.fs.getStatistics64(new FileServerRequest.OfStatistics(16)).numbers();
            assertThat(wide.subList(4, 7)).containsExactly(1L, 1L, 200L);
            assertThat(wide.subList(8, 11)).containsExactly(2L, 2L, 5100L);
            assertThat(wide.subList(13, 15)).containsExactly(1L, 1L);
        });
    }

    @Test
    void aClientThatHasNotCalledForLongIsNotActive() {
        run(lab -> {
            CellClient client = lab.client();
            CellClient other = lab.client();
            used(lab, other);
            lab.pass(16 * 60);
            assertThat(client.fs.getStatistics().numbers().subList(35, 37)).containsExactly(2, 1);
        });
    }

    @Test
    void theFullStatisticsTellOfEachProcedureAndTransfer() {
        run(lab -> {
            CellClient client = lab.client();
            Fid file = used(lab, client);
            FileServerContract.assertRefused(AbortCode.VNOVNODE, () -> client.fs.fetchStatus(new Fid(file.volumeId(), 9998, 1)));
            client.fs.fetchStatus(file);
            assertThat(collection(client, ExtendedStatistics.CALLS)).isEmpty();
            assertThat(collection(client, ExtendedStatistics.PERFORMANCE)).hasSize(PERFORMANCE_WORDS);
            List<Integer> words = collection(client, ExtendedStatistics.FULL_PERFORMANCE);
            assertThat(words).hasSize(FULL_PERFORMANCE_WORDS);
            assertThat(words.getFirst()).as("times asked").isEqualTo(2);
            assertThat(words.get(42)).as("data packets sent").isPositive();
            assertThat(words.get(64)).as("clients").isEqualTo(1);
            assertThat(words.subList(OPERATIONS_AT, OPERATIONS_AT + 2)).as("FetchData").containsExactly(1, 1);
            int status = OPERATIONS_AT + 2 * OPERATION_WORDS;
            assertThat(words.subList(status, status + 2)).as("FetchStatus, one refused").containsExactly(2, 1);
            int created = OPERATIONS_AT + 7 * OPERATION_WORDS;
            assertThat(words.subList(created, created + 2)).as("CreateFile").containsExactly(1, 1);
            int stored = TRANSFERS_AT + TRANSFER_WORDS;
            assertThat(words.subList(stored, stored + 2)).as("stores of data").containsExactly(2, 2);
            assertThat(words.subList(stored + 10, stored + 13)).as("bytes, least, most").containsExactly(5100, 100, 5000);
            assertThat(words.subList(stored + 13, stored + 22)).as("by size").containsExactly(1, 0, 1, 0, 0, 0, 0, 0, 0);
        });
    }

    @Test
    void theCallbackCountersTellOfPromisesAndBreaks() {
        run(lab -> {
            CellClient client = lab.client();
            CellClient other = lab.client();
            Fid file = used(lab, client);
            other.fs.fetchStatus(file);
            client.store(file, new byte[1]);
            List<Integer> words = collection(client, ExtendedStatistics.CALLBACKS);
            assertThat(words).hasSize(16);
            assertThat(words.get(2)).as("breaks").isEqualTo(1);
            assertThat(words.get(3)).as("promises given").isGreaterThanOrEqualTo(3);
            assertThat(words.get(7)).as("promises held").isEqualTo((int) lab.cell.promiseCount());
            FileServerContract.assertRefused(1, () -> collection(client, 4));
        });
    }

    @Test
    void theRootVolumeIsNobodysBusinessAndOnlyAdministratorsFlush() {
        run(lab -> {
            CellClient client = lab.client();
            FileServerContract.assertRefused(122, client.fs::getRootVolume);
            FileServerRequest.FlushCps order = new FileServerRequest.FlushCps(List.of(1), List.of(), 0);
            FileServerContract.assertRefused(AbortCode.EPERM, () -> client.fs.flushCps(order));
            Principals principals = lab.cell.principals();
            assertThat(principals.addUser("admin")).isPositive();
            principals.addToGroup("admin", Principals.ADMINISTRATORS);
            principals.identify(CellLab.ip(10), "admin");
            assertThat(client.fs.flushCps(order)).isEqualTo(new FileServerReply.Flushed(0, 0));
        });
    }
}
