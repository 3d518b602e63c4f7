package org.afs4j.rx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.afs4j.rx.simulation.LinkConditions;
import org.junit.jupiter.api.Test;

/// Rx keeps its promise, every byte once and in order, whatever the network does.
class LossyNetworkTest {
    private static final int RUNS = 1000;

    /// Payloads of up to about 40 packets, so that windows, gaps and tails of every length occur within a run.
    private static final int MAX_BYTES = 60_000;

    private static LinkConditions bad() {
        return LinkConditions.perfect()
                .withLoss(0.1)
                .withDuplication(0.05)
                .withDelay(500_000, 2_000_000)
                .withReordering(0.1, 5_000_000);
    }

    /// A service whose reply is as long as the request says, each byte following from the request's.
    private static void grow(RxServerCall call) throws IOException {
        byte[] request = Services.readAll(call);
        int length = ByteBuffer.wrap(request).getInt();
        call.write(ByteBuffer.wrap(reply(request, length)));
    }

    private static byte[] reply(byte[] request, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (request[i % request.length] + 31 * i);
        }
        return bytes;
    }

    private long resent;

    private int largestBatch;

    private List<String> run(long seed) {
        return run(seed, 0, 1);
    }

    private List<String> run(long seed, long patienceNanos, int ports) {
        SimulatedRun run = new SimulatedRun(seed);
        run.patienceNanos = patienceNanos;
        run.portCount = ports;
        run.network.setConditions(bad());
        List<String> trace = new ArrayList<>();
        run.network.tap(datagram -> trace.add(datagram.sentNanos() + " " + datagram.from().getPort() + " " + datagram.fate() + " "
                + Arrays.hashCode(datagram.bytes())));
        run.run((client, server) -> {
            server.serve(1, LossyNetworkTest::grow);
            RxConnection connection = run.connect(client, 1);
            List<Thread> threads = new ArrayList<>();
            int[] done = new int[1];
            for (int i = 0; i < 5; i++) {
                int requestBytes = 4 + run.world.random().nextInt(MAX_BYTES);
                int replyBytes = run.world.random().nextInt(MAX_BYTES);
                byte[] request = Services.pattern(requestBytes, seed * 100 + i);
                ByteBuffer.wrap(request).putInt(replyBytes);
                threads.add(run.world.start("caller", () -> {
                    try {
                        assertThat(Arrays.equals(Services.call(connection, request), reply(request, replyBytes)))
                                .isTrue();
                        done[0]++;
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(done[0]).isEqualTo(5);
            resent += client.counters().value(RxCounter.DATA_RESENT_FAST) + server.counters().value(RxCounter.DATA_RESENT_TIMEOUT);
        });
        largestBatch = Math.max(largestBatch, run.largestBatch);
        return trace;
    }

    @Test
    void aThousandRunsOfConcurrentCallsKeepPayloadsIntactAndNoneHangs() {
        for (long seed = 1; seed <= RUNS; seed++) {
            run(seed);
        }
        assertThat(resent).as("packets that had to be sent again").isGreaterThan(RUNS);
    }

    @Test
    void datagramsThatAreHandedOverInBatchesKeepPayloadsIntactToo() {
        for (long seed = 1; seed <= RUNS / 5; seed++) {
            run(seed, 3 * SimulatedRun.MILLI, 1);
        }
        assertThat(largestBatch).as("datagrams of the largest batch").isGreaterThan(8);
    }

    @Test
    void datagramsThatComeByAnyOfThreePortsKeepPayloadsIntactToo() {
        for (long seed = 1; seed <= RUNS / 5; seed++) {
            run(seed, SimulatedRun.MILLI, 3);
        }
    }

    @Test
    void theSameSeedReplaysTheSamePackets() {
        assertThat(run(4711)).isEqualTo(run(4711)).isNotEqualTo(run(4712));
    }
}
