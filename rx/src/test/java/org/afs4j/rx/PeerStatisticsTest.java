package org.afs4j.rx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.afs4j.rx.packet.RxHeader;
import org.afs4j.rx.simulation.LinkConditions;
import org.junit.jupiter.api.Test;

/// What an endpoint tells of each of its peers.
class PeerStatisticsTest {
    private static final byte[] LONG = Services.pattern(500_000, 3);

    private static RxPeerStatistics only(RxEndpoint endpoint) {
        assertThat(endpoint.peers()).hasSize(1);
        return endpoint.peers().getFirst();
    }

    @Test
    void theRoundTripToAPeerIsKnownInEachDirection() {
        SimulatedRun run = new SimulatedRun(1);
        run.network.setConditions(LinkConditions.perfect().withDelay(10 * SimulatedRun.MILLI, 0));
        run.run((client, server) -> {
            server.serve(1, Services::echo);
            assertThat(Services.call(run.connect(client, 1), LONG)).isEqualTo(LONG);
            for (RxEndpoint endpoint : new RxEndpoint[] {client, server}) {
                assertThat(only(endpoint).leastRoundTripNanos()).isEqualTo(20 * SimulatedRun.MILLI);
                assertThat(only(endpoint).roundTripNanos()).isBetween(20 * SimulatedRun.MILLI, 30 * SimulatedRun.MILLI);
                assertThat(only(endpoint).counts().get(RxCounter.RTT_SAMPLES))
                        .isEqualTo(Arrays.stream(endpoint.counters().roundTrips()).sum())
                        .isPositive();
            }
        });
    }

    @Test
    void retransmissionsAreCountedByReasonAndStallsByPeer() {
        SimulatedRun run = new SimulatedRun(2);
        run.options = new RxOptions(run.options.deadTimeout(), 8, 64, 4);
        run.network.setConditions(LinkConditions.perfect().withDelay(10 * SimulatedRun.MILLI, 0).withLoss(0.05));
        run.run((client, server) -> {
            server.serve(1, Services::echo);
            assertThat(Services.call(run.connect(client, 1), LONG)).isEqualTo(LONG);
            for (RxCounter counter : new RxCounter[] {
                RxCounter.DATA_RESENT_FAST,
                RxCounter.DATA_RESENT_TIMEOUT,
                RxCounter.DATA_RESENT_PROBE,
                RxCounter.DATA_DUPLICATE,
                RxCounter.DATA_OUT_OF_SEQUENCE,
                RxCounter.WINDOW_STALLS
            }) {
                assertThat(only(client).counts().get(counter)).as("%s", counter).isEqualTo(client.counters().value(counter));
                assertThat(only(server).counts().get(counter)).as("%s", counter).isEqualTo(server.counters().value(counter));
            }
            assertThat(only(client).counts().get(RxCounter.DATA_RESENT_FAST)).isPositive();
            assertThat(only(client).counts().get(RxCounter.WINDOW_STALLS)).isPositive();
            assertThat(only(client).bytesSent()).isGreaterThan(LONG.length);
        });
    }

    @Test
    void packetsThatAreGoodForNothingAreThePeersWhoSentThem() {
        SimulatedRun run = new SimulatedRun(3);
        run.run((client, server) -> {
            server.serve(1, Services::echo);
            assertThat(Services.call(run.connect(client, 1), new byte[1])).hasSize(1);
            byte[] bad = new byte[RxHeader.LENGTH];
            int flags = RxHeader.FLAG_CLIENT_INITIATED;
            RxHeader.encode(ByteBuffer.wrap(bad), 0x9000_0001, 0x40, 1, 1, 1, RxHeader.TYPE_DATA, flags, 0, 0, 0, 1);
            run.network.inject(SimulatedRun.address(66, 7001), run.serverAddress, bad);
            ByteBuffer.wrap(bad).putInt(12, -5);
            for (int i = 0; i < 7; i++) {
                run.network.inject(SimulatedRun.address(66, 7001), run.serverAddress, bad);
            }
            run.pause(Duration.ofMillis(10));
            assertThat(server.peers()).hasSize(2).allSatisfy(peer -> {
                boolean isBad = peer.address().getHostAddress().equals("10.0.0.66");
                assertThat(peer.counts().get(RxCounter.BAD_SEQUENCE)).isEqualTo(isBad ? 7 : 0);
                assertThat(peer.datagramsReceived()).isEqualTo(isBad ? 8 : 1);
            });
            run.pause(Duration.ofSeconds(20));
        });
    }
}
