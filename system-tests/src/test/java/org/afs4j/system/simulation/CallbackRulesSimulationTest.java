package org.afs4j.system.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsEntry;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsFileInfo;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.protocol.CallBackPromise;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.cb.CallbackCalls;
import org.afs4j.protocol.fs.FileServerOpcode;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.simulation.LinkConditions;
import org.junit.jupiter.api.Test;

/// The callback rules, each in the order of events in which it can be broken: calls and replies are stopped at a gate.
class CallbackRulesSimulationTest {
    private static final String ROOT = "/afs/sim.test/scratch";
    private static final String PATH = ROOT + "/file";
    private static final int SEEDS = 3;
    private static final LinkConditions LINK = LinkConditions.perfect().withDelay(1_000_000, 200_000);

    /// What happens in one run.
    @FunctionalInterface
    interface Scenario {
        void run(SimulatedCell cell, GatedPort gate, AfsClient client, AfsClient third) throws Exception;
    }

    static void simulate(int seeds, Scenario scenario) {
        for (long seed = 1; seed <= seeds; seed++) {
            SimulatedWorld world = new SimulatedWorld(seed);
            world.run(() -> {
                try (SimulatedCell cell = new SimulatedCell(world, LINK)) {
                    GatedPort gate = new GatedPort(cell.newPort());
                    try (AfsClient client = cell.newClient(gate);
                            AfsClient third = cell.newClient()) {
                        scenario.run(cell, gate, client, third);
                    }
                }
            });
        }
    }

    static void write(AfsClient by, String path, String contents) throws IOException {
        try (AfsFile file = by.open(path, AfsOpenOption.WRITE, AfsOpenOption.CREATE)) {
            file.write(0, ByteBuffer.wrap(contents.getBytes(UTF_8)));
        }
    }

    static String read(AfsFile file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(100);
        int count = file.read(0, bytes);
        return new String(bytes.array(), 0, Math.max(count, 0), UTF_8);
    }

    static Thread start(SimulatedCell cell, SimulatedWorld.Body body) {
        return cell.world().start("beside", () -> {
            try {
                body.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    private static long calls(AfsClient client) {
        return client.counters().get(AfsCounter.FILE_SERVER_CALLS) - client.counters().get(AfsCounter.SERVER_PROBES);
    }

    private static long count(AfsClient client, AfsCounter counter) {
        return client.counters().get(counter);
    }

    /// CB-1: a break that overtakes the reply to FetchStatus takes back the promise that the reply brings.
    @Test
    void aPromiseWhoseBreakOvertakesTheReplyIsNotInstalled() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            write(third, PATH, "old");
            client.list(ROOT);
            try (AfsFile ours = client.open(PATH);
                    AfsFile theirs = third.open(PATH, AfsOpenOption.WRITE)) {
                assertThat(read(ours)).isEqualTo("old");
                cell.cell().breakVolume("scratch");
                gate.stopReplies(FileServerOpcode.FETCH_STATUS);
                Thread asking = start(cell, () -> assertThat(ours.info().sizeBytes()).isGreaterThanOrEqualTo(3));
                cell.await("the reply", gate::hasStoppedAReply);
                theirs.write(0, ByteBuffer.wrap("longer".getBytes(UTF_8)));
                theirs.sync();
                gate.open(FileServerOpcode.FETCH_STATUS);
                asking.join();
                assertThat(read(ours)).isEqualTo("longer");
                assertThat(ours.info().dataVersion()).isEqualTo(theirs.info().dataVersion());
            }
        });
    }

    /// CB-1: a break can overtake the very reply from which its vnode becomes known.
    @Test
    void aBreakOfAFileWhoseCreationIsNotAnsweredYetIsNotLost() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            client.list(ROOT);
            gate.stopReplies(FileServerOpcode.CREATE_FILE);
            AfsFile[] made = new AfsFile[1];
            Thread creating = start(cell, () -> made[0] = client.open(PATH, AfsOpenOption.WRITE, AfsOpenOption.CREATE_NEW));
            cell.await("the reply", gate::hasStoppedAReply);
            write(third, PATH, "theirs");
            gate.open(FileServerOpcode.CREATE_FILE);
            creating.join();
            assertThat(made[0].info().sizeBytes()).isEqualTo(6);
            assertThat(read(made[0])).isEqualTo("theirs");
        });
    }

    /// CB-1 beside a change of ours: a status that the server told before our own change is not taken for the present one.
    @Test
    void aStatusOvertakenByTheAnswerToOurOwnChangeIsNotTaken() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            write(client, PATH, "contents");
            try (AfsFile file = client.open(PATH)) {
                gate.stopRequests(FileServerOpcode.STORE_STATUS);
                Thread changing = start(cell, () -> client.setMode(PATH, 0600));
                cell.await("the change", gate::hasStoppedARequest);
                cell.cell().breakVolume("scratch");
                gate.stopReplies(FileServerOpcode.FETCH_STATUS);
                Thread asking = start(cell, () -> assertThat(file.info().mode()).isIn(0600, 0644));
                cell.await("the reply", gate::hasStoppedAReply);
                gate.open(FileServerOpcode.STORE_STATUS);
                changing.join();
                gate.open(FileServerOpcode.FETCH_STATUS);
                asking.join();
                assertThat(file.info().mode()).isEqualTo(0600);
            }
        });
    }

    /// CB-2, CB-3: promises are given up in one call, at close, and never singly.
    @Test
    void promisesAreGivenUpOnceWhenTheClientCloses() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            for (int i = 0; i < 5; i++) {
                write(client, PATH + i, "contents");
                client.remove(PATH + i);
                write(client, PATH + i, "contents");
            }
            assertThat(cell.cell().promiseCount()).isPositive();
            assertThat(cell.cell().counters().calls("GiveUpAllCallBacks")).isZero();
            client.close();
            client.close();
            assertThat(cell.cell().counters().calls("GiveUpAllCallBacks")).isEqualTo(1);
            assertThat(cell.cell().counters().calls("GiveUpCallBacks")).isZero();
            assertThat(cell.cell().promiseCount()).isZero();
        });
    }

    /// CB-7: length and data version are never of two statuses: each store makes the file one byte and one version longer.
    @Test
    void aStatusIsNeverSeenHalfUpdated() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            write(third, PATH, "x");
            AfsFileInfo first = client.info(PATH, true);
            long apart = first.dataVersion() - first.sizeBytes();
            Thread writing = start(cell, () -> {
                try (AfsFile file = third.open(PATH, AfsOpenOption.WRITE)) {
                    for (int size = 1; size <= 40; size++) {
                        file.write(size, ByteBuffer.wrap(new byte[1]));
                        file.sync();
                    }
                }
            });
            List<Thread> reading = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                reading.add(start(cell, () -> {
                    for (AfsFileInfo info = first; info.sizeBytes() < 41; info = client.info(PATH, true)) {
                        assertThat(info.dataVersion() - info.sizeBytes()).isEqualTo(apart);
                        cell.pause(Duration.ofMillis(1));
                    }
                }));
            }
            writing.join();
            for (Thread each : reading) {
                each.join();
            }
        });
    }

    /// CB-12: an expired promise is no promise, and is renewed by use.
    @Test
    void anExpiredPromiseIsNotTrustedAndIsRenewedOnUse() {
        SimulatedWorld world = new SimulatedWorld(7);
        world.run(() -> {
            try (SimulatedCell cell =
                            new SimulatedCell(world, LINK, builder -> builder.promiseLifetime(Duration.ofSeconds(20)));
                    AfsClient client = cell.newClient();
                    AfsClient third = cell.newClient()) {
                write(third, PATH, "one");
                try (AfsFile file = client.open(PATH)) {
                    assertThat(read(file)).isEqualTo("one");
                    long calls = calls(client);
                    cell.pause(Duration.ofSeconds(15));
                    assertThat(read(file)).isEqualTo("one");
                    assertThat(calls(client)).as("calls while the promise holds").isEqualTo(calls);
                    cell.pause(Duration.ofSeconds(6));
                    write(third, PATH, "two");
                    assertThat(read(file)).isEqualTo("two");
                    long fetches = count(client, AfsCounter.DATA_FETCHES);
                    cell.pause(Duration.ofSeconds(19));
                    assertThat(read(file)).isEqualTo("two");
                    long renewed = calls(client);
                    cell.pause(Duration.ofSeconds(10));
                    assertThat(read(file)).isEqualTo("two");
                    assertThat(calls(client)).as("calls after the promise was renewed").isEqualTo(renewed);
                    assertThat(count(client, AfsCounter.DATA_FETCHES)).isEqualTo(fetches);
                }
            }
        });
    }

    /// CB-13: what we store stays cached; what a third party stores does not.
    @Test
    void ourOwnStoreKeepsThePagesAndAThirdPartysDropsThem() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            try (AfsFile file = client.open(PATH, AfsOpenOption.WRITE, AfsOpenOption.CREATE)) {
                for (int change = 0; change < 5; change++) {
                    file.write(0, ByteBuffer.wrap(("ours " + change).getBytes(UTF_8)));
                    file.sync();
                    cell.cell().breakVolume("scratch");
                    assertThat(read(file)).isEqualTo("ours " + change);
                }
                assertThat(count(client, AfsCounter.DATA_CHANGES)).isZero();
                long fetches = count(client, AfsCounter.DATA_FETCHES);
                write(third, PATH, "theirs");
                assertThat(read(file)).isEqualTo("theirs");
                assertThat(count(client, AfsCounter.DATA_FETCHES)).isEqualTo(fetches + 1);
                assertThat(count(client, AfsCounter.CONFLICTS)).isZero();
            }
        });
    }

    /// CB-13: a status that overtakes the answer to our store is not a third party's change.
    @Test
    void aStatusThatOvertakesTheAnswerToOurStoreKeepsThePages() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            try (AfsFile file = client.open(PATH, AfsOpenOption.WRITE, AfsOpenOption.CREATE)) {
                file.write(0, ByteBuffer.wrap("first".getBytes(UTF_8)));
                file.sync();
                file.write(0, ByteBuffer.wrap("again".getBytes(UTF_8)));
                gate.stopReplies(FileServerOpcode.STORE_DATA_64);
                Thread storing = start(cell, file::sync);
                cell.await("the reply", gate::hasStoppedAReply);
                cell.cell().breakVolume("scratch");
                long asked = cell.cell().counters().calls("FetchStatus");
                Thread reading = start(cell, () -> assertThat(read(file)).isEqualTo("again"));
                cell.await("the question", () -> cell.cell().counters().calls("FetchStatus") > asked);
                cell.pause(Duration.ofMillis(20));
                gate.open(FileServerOpcode.STORE_DATA_64);
                storing.join();
                reading.join();
                assertThat(read(file)).isEqualTo("again");
                assertThat(count(client, AfsCounter.DATA_CHANGES)).isZero();
                assertThat(count(client, AfsCounter.CONFLICTS)).isZero();
            }
        });
    }

    /// CB-13: a change of mode moves no data version, so one that has moved meanwhile is a third party's.
    @Test
    void aThirdPartysChangeIsNotTakenForOursWhenWeSetTheMode() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            write(client, PATH, "ours");
            try (AfsFile file = client.open(PATH)) {
                assertThat(read(file)).isEqualTo("ours");
                gate.stopRequests(FileServerOpcode.STORE_STATUS);
                Thread changing = start(cell, () -> client.setMode(PATH, 0600));
                cell.await("the change", gate::hasStoppedARequest);
                write(third, PATH, "THEY");
                gate.open(FileServerOpcode.STORE_STATUS);
                changing.join();
                assertThat(read(file)).isEqualTo("THEY");
            }
        });
    }

    /// CB-13: dirty pages that meet a third party's change are neither lost nor hidden.
    @Test
    void dirtyPagesThatMeetAThirdPartysChangeStayAndAreCounted() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            byte[] large = new byte[3 << 20];
            try (AfsFile theirs = third.open(PATH, AfsOpenOption.WRITE, AfsOpenOption.CREATE)) {
                theirs.write(0, ByteBuffer.wrap(large));
                theirs.sync();
                try (AfsFile ours = client.open(PATH, AfsOpenOption.WRITE)) {
                    ours.write(0, ByteBuffer.wrap("ours".getBytes(UTF_8)));
                    theirs.write(2 << 20, ByteBuffer.wrap("theirs".getBytes(UTF_8)));
                    theirs.sync();
                    ByteBuffer seen = ByteBuffer.allocate(6);
                    assertThat(ours.read(2 << 20, seen)).isEqualTo(6);
                    assertThat(new String(seen.array(), UTF_8)).isEqualTo("theirs");
                    assertThat(read(ours)).startsWith("ours");
                    assertThat(count(client, AfsCounter.CONFLICTS)).isEqualTo(1);
                    ours.sync();
                }
                assertThat(read(theirs)).startsWith("ours");
                assertThat(theirs.sizeBytes()).isEqualTo(large.length);
                ByteBuffer kept = ByteBuffer.allocate(6);
                assertThat(theirs.read(2 << 20, kept)).isEqualTo(6);
                assertThat(new String(kept.array(), UTF_8)).isEqualTo("theirs");
            }
        });
    }

    /// CB-14: a callback call from nobody we know is counted, and moves nothing.
    @Test
    void aCallbackCallFromAStrangerIsCountedAndNotActedOn() {
        simulate(SEEDS, (cell, gate, client, third) -> {
            write(client, PATH, "contents");
            try (AfsFile file = client.open(PATH);
                    RxEndpoint stranger = RxEndpoint.open(cell.world(), cell.newPort(), RxOptions.defaults())) {
                assertThat(read(file)).isEqualTo("contents");
                long calls = calls(client);
                InetSocketAddress address = gate.localAddress();
                CallbackCalls callbacks =
                        new CallbackCalls(stranger.connect(address, CallbackCalls.SERVICE_ID, RxClientSecurity.none()));
                Fid fid = file.info().fid();
                callbacks.callBack(List.of(fid), List.of(CallBackPromise.BROKEN));
                callbacks.callBack(List.of(new Fid(fid.volumeId(), 0, 0)), List.of(CallBackPromise.BROKEN));
                callbacks.initCallBackState();
                callbacks.initCallBackState3(cell.cell().fileServerUuid());
                assertThat(count(client, AfsCounter.CALLBACKS_FROM_STRANGERS)).isEqualTo(4);
                assertThat(count(client, AfsCounter.VNODE_BREAKS)).isZero();
                assertThat(count(client, AfsCounter.VOLUME_BREAKS)).isZero();
                assertThat(count(client, AfsCounter.MASS_BREAKS)).isZero();
                assertThat(read(file)).isEqualTo("contents");
                assertThat(calls(client)).as("calls of a warm read").isEqualTo(calls);
            }
        });
    }

    /// CB-13 for directories: whatever changes of ours cross, the cached directory is the server's.
    @Test
    void aDirectoryThatManyThreadsChangeIsCachedAsTheServerHasIt() {
        simulate(30, (cell, gate, client, third) -> {
            client.makeDirectory(ROOT + "/other");
            for (String name : List.of("a", "b", "c", "d")) {
                write(client, ROOT + "/" + name, name);
            }
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(start(cell, () -> changeNames(cell, client)));
            }
            threads.add(start(cell, () -> changeNames(cell, third)));
            for (Thread thread : threads) {
                thread.join();
            }
            try (AfsClient fresh = cell.newClient()) {
                assertThat(fids(client, ROOT)).isEqualTo(fids(fresh, ROOT));
                assertThat(fids(client, ROOT + "/other")).isEqualTo(fids(fresh, ROOT + "/other"));
            }
        });
    }

    private static void changeNames(SimulatedCell cell, AfsClient by) throws IOException {
        for (int change = 0; change < 12; change++) {
            String one = name(cell);
            String other = name(cell);
            try {
                switch (cell.world().random().nextInt(4)) {
                    case 0 -> write(by, one, "x");
                    case 1 -> by.remove(one);
                    default -> by.rename(one, other);
                }
            } catch (AfsFileException crossed) {
                assertThat(crossed.errno().name()).isIn("ENOENT", "EEXIST", "ESTALE", "EXDEV");
            }
        }
    }

    private static String name(SimulatedCell cell) {
        String directory = cell.world().random().nextInt(4) == 0 ? ROOT + "/other/" : ROOT + "/";
        return directory + (char) ('a' + cell.world().random().nextInt(4));
    }

    private static Map<String, Fid> fids(AfsClient client, String directory) throws IOException {
        Map<String, Fid> fids = new TreeMap<>();
        for (AfsEntry entry : client.listWithInfo(directory)) {
            fids.put(entry.name(), entry.info().fid());
        }
        return fids;
    }
}
