package org.afs4j.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.afs4j.protocol.Fid;
import org.afs4j.rx.RxTimeoutException;
import org.afs4j.rx.simulation.LinkConditions;
import org.junit.jupiter.api.Test;

class CallbackSimulationTest extends CallbackContract {
    @Override
    void run(UnaryOperator<AfsCell.Builder> settings, CellLab.Body body) {
        CellLab.inSimulation(5, settings, body);
    }

    @Test
    void anExpiredPromiseIsNotBroken() throws Exception {
        run(builder -> builder.promiseLifetime(Duration.ofMinutes(2)), lab -> {
            CellClient writer = lab.client();
            CellClient reader = lab.client();
            Fid fid = writer.create(lab.scratch(), "a").fid();
            assertThat(reader.fs.fetchStatus(fid).promise().expirationSeconds()).isEqualTo(120);
            reader.takeLog();
            lab.pass(121);
            writer.store(fid, one(1));
            assertThat(reader.takeLog()).as("the server keeps it longer than it said").containsExactly("break " + fid);
            reader.fs.fetchStatus(fid);
            lab.pass(120 + PromiseTable.Lifetime.GRACE.toSeconds());
            writer.store(fid, one(2));
            assertThat(reader.takeLog()).isEmpty();
        });
    }

    @Test
    void promisesGetShorterAsTheirHoldersGrow() throws Exception {
        run(lab -> {
            Fid fid = lab.scratch();
            for (int holder = 0; holder < 17; holder++) {
                int seconds = lab.client().fs.fetchStatus(fid).promise().expirationSeconds();
                assertThat(seconds).isEqualTo(holder < 8 ? 4 * 3600 : holder < 16 ? 3600 : 1800);
            }
        });
    }

    @Test
    void promisesOfABulkReplyAreShorter() throws Exception {
        run(lab -> assertThat(lab.client().fs.inlineBulkStatus(List.of(lab.scratch())).promises())
                .extracting(promise -> promise.expirationSeconds())
                .containsExactly(1800));
    }

    @Test
    void aDeadClientDelaysAWriterByTheBoundAtMostAndIsGreetedWhenItIsBack() throws Exception {
        run(lab -> {
            CellClient writer = lab.client();
            CellClient dead = lab.client();
            CellClient reader = lab.client();
            Fid fid = writer.create(lab.scratch(), "a").fid();
            Fid other = writer.create(lab.scratch(), "b").fid();
            dead.fs.inlineBulkStatus(List.of(fid, other));
            reader.fs.fetchStatus(fid);
            dead.takeLog();
            reader.takeLog();
            lab.simulatedNetwork().partition(CellLab.serverIp(), dead.endpoint.localAddress().getAddress());
            long before = lab.world.nanoTime();
            writer.store(fid, one(1));
            long waitedNanos = lab.world.nanoTime() - before;
            assertThat(waitedNanos).isBetween(9_000_000_000L, 11_000_000_000L);
            assertThat(reader.takeLog()).containsExactly("break " + fid);
            assertThat(lab.cell.counters().breaksFailed()).isEqualTo(1);

            before = lab.world.nanoTime();
            writer.store(other, one(1));
            assertThat(lab.world.nanoTime() - before).as("its other promises are forgotten").isLessThan(1_000_000_000L);

            lab.simulatedNetwork().heal(CellLab.serverIp(), dead.endpoint.localAddress().getAddress());
            dead.fs.getTime();
            assertThat(dead.log()).contains("InitCallBackState3 " + lab.cell.fileServerUuid());
        });
    }

    @Test
    void aClientThatNeverAnswersABreakDelaysAWriterByTheBoundAtMost() throws Exception {
        run(builder -> builder.breakTimeout(Duration.ofSeconds(3)), lab -> {
            CellClient writer = lab.client();
            CellClient stuck = lab.client();
            Fid fid = writer.create(lab.scratch(), "a").fid();
            stuck.fs.fetchStatus(fid);
            stuck.holdBreaks();
            long before = lab.world.nanoTime();
            writer.store(fid, one(1));
            assertThat(lab.world.nanoTime() - before).isBetween(3_000_000_000L, 4_000_000_000L);
            stuck.releaseBreaks();
            stuck.takeLog();
            stuck.fs.fetchStatus(fid);
            assertThat(stuck.log()).contains("InitCallBackState3 " + lab.cell.fileServerUuid());
        });
    }

    @Test
    void aStoppedServerIsSilentAndGoesOnWhereItWas() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            CellClient writer = lab.client();
            Fid fid = writer.create(lab.scratch(), "a").fid();
            client.fs.fetchStatus(fid);
            client.takeLog();
            lab.cell.stopFileServer();
            assertThatThrownBy(client.fs::getTime).isInstanceOf(RxTimeoutException.class);
            lab.cell.startFileServer();
            writer.store(fid, one(1));
            assertThat(client.takeLog()).containsExactly("break " + fid);
        });
    }

    @Test
    void manyHoldersAreBrokenAtOnce() throws Exception {
        run(lab -> {
            lab.simulatedNetwork().setConditions(LinkConditions.perfect().withDelay(20_000_000L, 20_000_000L));
            CellClient writer = lab.client();
            Fid fid = writer.create(lab.scratch(), "a").fid();
            for (int i = 0; i < 60; i++) {
                lab.client().fs.fetchStatus(fid);
            }
            long before = lab.world.nanoTime();
            writer.store(fid, one(1));
            assertThat(lab.cell.counters().breaksSent()).isEqualTo(60);
            assertThat(lab.world.nanoTime() - before).as("not one after the other").isLessThan(1_000_000_000L);
        });
    }

    /// A writer's reply means that nobody holds a promise from before, whatever the network does and the seed says.
    @Test
    void noPromiseOutlivesTheWritersReplyInAnyOrder() throws Exception {
        for (long seed = 0; seed < 20; seed++) {
            CellLab.inSimulation(seed, UnaryOperator.identity(), lab -> {
                lab.simulatedNetwork()
                        .setConditions(LinkConditions.perfect().withDelay(100_000L, 5_000_000L).withLoss(0.02));
                CellClient reader = lab.client();
                List<CellClient> writers = List.of(lab.client(), lab.client());
                Fid fid = reader.create(lab.scratch(), "a").fid();
                List<Thread> threads = writers.stream()
                        .map(writer -> start(lab, "writer", () -> {
                            for (int i = 0; i < 10; i++) {
                                long version = writer.store(fid, one(i)).status().dataVersion();
                                reader.note("stored " + version);
                            }
                        }))
                        .toList();
                for (int i = 0; i < 20; i++) {
                    reader.note("asks");
                    var reply = reader.fs.fetchStatus(fid);
                    reader.note("read " + reply.status().dataVersion());
                }
                for (Thread thread : threads) {
                    thread.join();
                }
                assertNoStalePromise(fid, reader.log());
            });
        }
    }

    /// After `stored n` the reader must have been broken if it last read less than n. A promise that was broken while its call
    /// was under way counts as broken (CB-1).
    private static void assertNoStalePromise(Fid fid, List<String> log) {
        long read = Long.MAX_VALUE;
        boolean brokenSinceAsked = false;
        for (String event : log) {
            String[] words = event.split(" ", -1);
            switch (words[0]) {
                case "asks" -> brokenSinceAsked = false;
                case "read" -> read = brokenSinceAsked ? Long.MAX_VALUE : Long.parseLong(words[1]);
                case "break" -> {
                    read = Long.MAX_VALUE;
                    brokenSinceAsked = true;
                }
                case "stored" -> assertThat(read).as("%s: %s", fid, log).isGreaterThanOrEqualTo(Long.parseLong(words[1]));
                default -> {}
            }
        }
    }
}
