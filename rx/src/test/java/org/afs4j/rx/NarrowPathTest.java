package org.afs4j.rx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.afs4j.rx.simulation.LinkConditions;
import org.junit.jupiter.api.Test;

/// A path that silently drops long datagrams costs one call, not all.
class NarrowPathTest {
    private static final byte[] LONG = Services.pattern(100_000, 1);

    private static LinkConditions narrow() {
        return LinkConditions.perfect().withDelay(10 * SimulatedRun.MILLI, 0).withLongest(1300);
    }

    @Test
    void aPathThatDropsLongDatagramsIsFoundOutByPaddedPings() {
        SimulatedRun run = new SimulatedRun(1);
        run.network.setConditions(narrow());
        run.run((client, server) -> {
            server.serve(1, call -> call.write(ByteBuffer.allocate(Services.readAll(call).length > 1000 ? 2 : 1)));
            RxConnection connection = run.connect(client, 1);
            assertThat(Services.call(connection, new byte[100])).hasSize(1);
            assertThatThrownBy(() -> {
                        try (RxClientCall call = connection.newCall()) {
                            call.write(ByteBuffer.wrap(new byte[100]));
                            call.flush();
                            call.write(ByteBuffer.wrap(LONG));
                            call.endRequest();
                            assertThat(Services.readAll(call)).isEmpty();
                        }
                    })
                    .isInstanceOf(RxTimeoutException.class)
                    .hasMessageContaining("try again");
            assertThat(client.counters().value(RxCounter.MTU_PROBES_SENT)).isBetween(1L, 10L);
            assertThat(Services.call(connection, LONG)).as("the next call's packets are shorter").hasSize(2);
        });
    }

    @Test
    void aPathThatBecomesNarrowAndWideAgainIsFollowed() {
        SimulatedRun run = new SimulatedRun(3);
        run.network.setConditions(narrow().withLongest(1444));
        run.run((client, server) -> {
            server.serve(1, call -> call.write(ByteBuffer.allocate(Services.readAll(call).length > 1000 ? 2 : 1)));
            RxConnection connection = run.connect(client, 1);
            assertThat(Services.call(connection, LONG)).hasSize(2);
            run.network.setConditions(narrow());
            assertThatThrownBy(() -> Services.call(connection, LONG)).isInstanceOf(RxTimeoutException.class);
            assertThat(Services.call(connection, LONG)).as("shorter packets").hasSize(2);
            run.network.setConditions(narrow().withLongest(1444));
            long before = client.counters().value(RxCounter.DATA_SENT);
            assertThat(Services.call(connection, LONG)).hasSize(2);
            long shortPackets = client.counters().value(RxCounter.DATA_SENT) - before;
            run.pause(Duration.ofMinutes(10));
            assertThat(Services.call(connection, LONG)).as("the call whose ACKs are answered by longer probes").hasSize(2);
            before = client.counters().value(RxCounter.DATA_SENT);
            assertThat(Services.call(connection, LONG)).hasSize(2);
            assertThat(client.counters().value(RxCounter.DATA_SENT) - before).isLessThan(shortPackets);
        });
    }

    @Test
    void nothingIsProbedWhereLongDatagramsPass() {
        SimulatedRun run = new SimulatedRun(2);
        run.network.setConditions(narrow().withLongest(1444).withLoss(0.1));
        run.run((client, server) -> {
            server.serve(1, Services::echo);
            for (int i = 0; i < 10; i++) {
                assertThat(Services.call(run.connect(client, 1), LONG)).isEqualTo(LONG);
            }
            assertThat(client.counters().value(RxCounter.MTU_PROBES_SENT)).isZero();
            assertThat(server.counters().value(RxCounter.MTU_PROBES_SENT)).isZero();
        });
    }
}
