package org.afs4j.rx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.rx.packet.RxHeader;
import org.junit.jupiter.api.Test;

/// How calls and connections end, wait and move, when neither network nor peer is at fault; all in simulated time.
class LifeCycleTest {
    private final SimulatedRun run = new SimulatedRun(20261121);

    private void linger(Duration duration) throws InterruptedIOException {
        try {
            run.pause(duration);
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted");
        }
    }

    private void limits(RxLimits limits) {
        run.options = run.options.withLimits(limits);
    }

    private static void timesOut(RxTimeoutException.Reason reason, RxConnection connection) {
        assertThatThrownBy(() -> Services.call(connection, new byte[10]))
                .isInstanceOfSatisfying(RxTimeoutException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void aPeerThatAnswersPingsButMovesNoDataIsIdleDead() {
        limits(RxLimits.defaults().withIdleDeadTimeout(Duration.ofSeconds(50)));
        run.run((client, server) -> {
            server.serve(1, call -> linger(Duration.ofSeconds(80)));
            timesOut(RxTimeoutException.Reason.IDLE, run.connect(client, 1));
            assertThat(run.world.nanoTime()).isBetween(50 * SimulatedRun.SECOND, 55 * SimulatedRun.SECOND);
            assertThat(client.counters().value(RxCounter.CALLS_IDLE)).isEqualTo(1);
            linger(Duration.ofSeconds(80));
        });
    }

    @Test
    void aTrickleOfDataIsNotIdle() {
        limits(RxLimits.defaults().withIdleDeadTimeout(Duration.ofSeconds(50)));
        run.run((client, server) -> {
            server.serve(1, call -> {
                for (int i = 0; i < 5; i++) {
                    linger(Duration.ofSeconds(40));
                    call.write(ByteBuffer.allocate(1));
                    call.flush();
                }
            });
            assertThat(Services.call(run.connect(client, 1), new byte[1])).hasSize(5);
        });
    }

    @Test
    void aServiceDoesNotWaitForeverForARequestThatNeverGoesOn() {
        limits(RxLimits.defaults().withIdleDeadTimeout(Duration.ofSeconds(50)));
        run.run((client, server) -> {
            List<Exception> met = new ArrayList<>();
            server.serve(1, call -> {
                try {
                    Services.readAll(call);
                } catch (RxTimeoutException e) {
                    met.add(e);
                    throw e;
                }
            });
            RxClientCall call = run.connect(client, 1).newCall();
            call.write(ByteBuffer.allocate(10));
            call.flush();
            linger(Duration.ofMinutes(1));
            assertThat(met).hasSize(1);
            assertThatThrownBy(() -> call.read(ByteBuffer.allocate(1)))
                    .isInstanceOfSatisfying(RxAbortException.class, e -> assertThat(e.code()).isEqualTo(RxErrorCodes.CALL_TIMEOUT));
            call.close();
        });
    }

    @Test
    void aCallThatTricklesOnBeyondTheHardDeadTimeEnds() {
        limits(RxLimits.defaults().withHardDeadTimeout(Duration.ofSeconds(90)));
        run.run((client, server) -> {
            server.serve(1, call -> {
                while (true) {
                    linger(Duration.ofSeconds(5));
                    call.write(ByteBuffer.allocate(1));
                    call.flush();
                }
            });
            timesOut(RxTimeoutException.Reason.TOO_LONG, run.connect(client, 1));
            assertThat(run.world.nanoTime()).isBetween(90 * SimulatedRun.SECOND, 95 * SimulatedRun.SECOND);
            linger(Duration.ofSeconds(10));
            assertThat(client.counters().value(RxCounter.CALLS_TOO_LONG)).isEqualTo(1);
        });
    }

    @Test
    void aPeerThatIsBusyForeverEndsTheCallWhichWasNotCarriedOut() {
        run.options = new RxOptions(Duration.ofSeconds(12), 128, 128, 1)
                .withLimits(RxLimits.defaults().withQueues(0, 64).withBusyTimeout(Duration.ofSeconds(30)));
        run.run((client, server) -> {
            server.serve(1, call -> linger(Duration.ofMinutes(1)));
            RxClientCall holder = run.connect(client, 1).newCall();
            holder.endRequest();
            linger(Duration.ofSeconds(1));
            timesOut(RxTimeoutException.Reason.BUSY, run.connect(client, 1));
            assertThat(server.counters().callsServed()).isEqualTo(1);
            linger(Duration.ofMinutes(1));
            holder.close();
        });
    }

    @Test
    void aCallWhoseChannelIsBusyAtThePeerGoesOnToAnotherAndIsCarriedOutOnce() {
        run.run((client, server) -> {
            server.serve(1, Services::echo);
            int[] dropped = new int[1];
            int busyChannel = 0;
            // A peer in between that holds one channel for busy, as OpenAFS does while a call on it winds up.
            run.network.tap(datagram -> {
                ByteBuffer packet = ByteBuffer.wrap(datagram.bytes());
                boolean held = datagram.to().getPort() == 7009
                        && RxHeader.type(packet) == RxHeader.TYPE_DATA;
                if (held && (RxHeader.cid(packet) & RxHeader.CHANNEL_MASK) == busyChannel) {
                    dropped[0]++;
                    ByteBuffer busy = ByteBuffer.allocate(RxHeader.LENGTH);
                    RxHeader.encode(
                            busy,
                            RxHeader.epoch(packet),
                            RxHeader.cid(packet),
                            RxHeader.callNumber(packet),
                            0,
                            dropped[0],
                            RxHeader.TYPE_BUSY,
                            0,
                            0,
                            0,
                            0,
                            1);
                    run.network.inject(SimulatedRun.address(2, 7009), run.clientAddress, busy.array());
                } else if (held) {
                    run.network.inject(run.clientAddress, run.serverAddress, datagram.bytes());
                }
            });
            // What the server answers comes from its own address; the epoch is random, so the client takes it.
            RxConnection between = client.connect(SimulatedRun.address(2, 7009), 1, RxClientSecurity.none());
            assertThat(Services.call(between, new byte[] {1, 2, 3})).containsExactly(1, 2, 3);
            assertThat(dropped[0]).isEqualTo(2);
            assertThat(client.counters().value(RxCounter.CALLS_MOVED)).isEqualTo(1);
            assertThat(server.counters().callsServed()).isEqualTo(1);
        });
    }

    @Test
    void aCallOfASilentPeerIsTheLastOnItsConnection() {
        run.run((client, server) -> {
            server.serve(1, Services::echo);
            List<Integer> cids = new ArrayList<>();
            run.network.tap(datagram -> {
                ByteBuffer packet = ByteBuffer.wrap(datagram.bytes());
                if (RxHeader.type(packet) == RxHeader.TYPE_DATA && datagram.from().equals(run.clientAddress)) {
                    cids.add(RxHeader.cid(packet));
                }
            });
            run.network.partition(run.clientAddress.getAddress(), run.serverAddress.getAddress());
            timesOut(RxTimeoutException.Reason.SILENT, run.connect(client, 1));
            run.network.heal(run.clientAddress.getAddress(), run.serverAddress.getAddress());
            assertThat(Services.call(run.connect(client, 1), new byte[1])).hasSize(1);
            assertThat(cids.getLast()).isNotEqualTo(cids.getFirst());
        });
    }

    @Test
    void closingACallFromAnotherThreadEndsItsWait() {
        run.run((client, server) -> {
            server.serve(1, call -> linger(Duration.ofSeconds(30)));
            RxClientCall call = run.connect(client, 1).newCall();
            call.endRequest();
            List<Exception> met = new ArrayList<>();
            Thread reader = run.world.start("reader", () -> {
                try {
                    int count = call.read(ByteBuffer.allocate(1));
                    assertThat(count).as("nothing comes").isNegative();
                } catch (IOException e) {
                    met.add(e);
                }
            });
            linger(Duration.ofSeconds(1));
            call.close();
            reader.join();
            assertThat(met).singleElement().isInstanceOf(RxClosedException.class);
            assertThat(run.world.nanoTime()).isLessThan(3 * SimulatedRun.SECOND);
            linger(Duration.ofSeconds(30));
        });
    }

    @Test
    void anEndpointMayBeClosedByItsOwnService() {
        run.run((client, server) -> {
            List<Long> took = new ArrayList<>();
            server.serve(1, call -> {
                long start = run.world.nanoTime();
                server.close();
                took.add(run.world.nanoTime() - start);
            });
            assertThatThrownBy(() -> Services.call(run.connect(client, 1), new byte[1])).isInstanceOf(RxAbortException.class);
            linger(Duration.ofSeconds(20));
            assertThat(took).singleElement().satisfies(nanos -> assertThat(nanos).isLessThan(SimulatedRun.SECOND));
        });
    }

    @Test
    void idleConnectionsOfPeersAreForgottenByAge() {
        run.run((client, server) -> {
            server.serve(1, Services::echo);
            assertThat(Services.call(run.connect(client, 1), new byte[1])).hasSize(1);
            assertThat(server.peers()).singleElement().satisfies(peer -> {
                assertThat(peer.address()).isEqualTo(run.clientAddress.getAddress());
                assertThat(peer.connections()).isEqualTo(1);
                assertThat(peer.callsServed()).isEqualTo(1);
                assertThat(peer.bytesReceived()).isPositive();
                assertThat(peer.bytesSent()).isPositive();
            });
            linger(Duration.ofMinutes(10));
            assertThat(server.peers()).hasSize(1);
            linger(Duration.ofSeconds(200));
            assertThat(server.peers()).isEmpty();
            assertThat(server.counters().value(RxCounter.CONNECTIONS_FORGOTTEN)).isEqualTo(1);
            assertThat(Services.call(run.connect(client, 1), new byte[1])).hasSize(1);
        });
    }

    @Test
    void idleConnectionsOfOursAreCollectedWithTheirPathsAndMadeAgain() {
        limits(RxLimits.defaults().withIdleDeadTimeout(Duration.ZERO));
        run.run((client, server) -> {
            server.serve(1, Services::echo);
            server.serve(2, Services::echo);
            RxConnection one = run.connect(client, 1);
            RxConnection other = run.connect(client, 2);
            for (int i = 0; i < 2; i++) {
                assertThat(Services.call(one, new byte[] {1})).containsExactly(1);
                assertThat(client.peers()).singleElement().satisfies(peer -> assertThat(peer.connections()).isEqualTo(1));
                try (RxClientCall kept = other.newCall()) {
                    kept.write(ByteBuffer.allocate(1));
                    kept.flush();
                    run.pause(Duration.ofMinutes(15));
                    assertThat(client.peers())
                            .as("the connection of a call that is under way stays, the other is gone")
                            .singleElement()
                            .satisfies(peer -> assertThat(peer.connections()).isEqualTo(1));
                    assertThat(Services.readAll(kept)).hasSize(1);
                }
                run.pause(Duration.ofMinutes(15));
                assertThat(client.peers()).isEmpty();
                assertThat(server.peers()).isEmpty();
            }
            assertThat(client.counters().value(RxCounter.CONNECTIONS_COLLECTED)).isEqualTo(4);
        });
    }

    @Test
    void beyond8192ConnectionsOfOursThoseWithoutACallAreForgottenAtOnce() {
        run.run((client, server) -> {
            server.serve(1, Services::echo);
            try (RxClientCall kept = run.connect(client, 1).newCall()) {
                kept.write(ByteBuffer.allocate(1));
                kept.flush();
                for (int service = 2; service <= 8192; service++) {
                    run.connect(client, service).newCall().close();
                }
                assertThat(client.peers()).singleElement().satisfies(peer -> assertThat(peer.connections()).isEqualTo(8192));
                run.connect(client, 8193).newCall().close();
                assertThat(client.peers()).singleElement().satisfies(peer -> assertThat(peer.connections()).isEqualTo(2));
                assertThat(client.counters().value(RxCounter.CONNECTIONS_COLLECTED)).isEqualTo(8191);
                assertThat(Services.readAll(kept)).as("the call that was under way").hasSize(1);
            }
        });
    }

    @Test
    void callsQueueForAThreadAndPeersTakeTurns() {
        run.options = new RxOptions(Duration.ofSeconds(12), 128, 128, 1);
        run.run((client, server) -> {
            List<Integer> served = new ArrayList<>();
            server.serve(1, call -> {
                linger(Duration.ofSeconds(1));
                served.add((int) call.peer().getAddress().getAddress()[3]);
                Services.echo(call);
            });
            RxEndpoint modest = RxEndpoint.open(run.world, run.network.open(SimulatedRun.address(3, 7001)), run.options);
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                RxEndpoint from = i < 6 ? client : modest;
                if (i == 6) {
                    linger(Duration.ofMillis(100));
                }
                callers.add(run.world.start("caller", () -> {
                    try {
                        assertThat(Services.call(run.connect(from, 1), new byte[] {7})).hasSize(1);
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(served).containsExactly(1, 1, 3, 1, 3, 1, 1, 1);
            assertThat(server.counters().value(RxCounter.CALLS_QUEUED)).isEqualTo(7);
            assertThat(server.counters().value(RxCounter.CALLS_REFUSED_BUSY)).isZero();
            modest.close();
        });
    }

    @Test
    void oneEndOfACallMayEndWhileTheOtherGoesOn() {
        run.run((client, server) -> {
            server.serve(1, call -> {
                call.write(ByteBuffer.wrap(Services.readAll(call)));
                for (int i = 0; i < 3; i++) {
                    call.flush();
                    linger(Duration.ofSeconds(20));
                    call.write(ByteBuffer.wrap(new byte[] {(byte) i}));
                }
            });
            try (RxClientCall call = run.connect(client, 1).newCall()) {
                call.write(ByteBuffer.wrap(new byte[] {9}));
                call.endRequest();
                assertThatThrownBy(() -> call.write(ByteBuffer.allocate(1))).isInstanceOf(IllegalStateException.class);
                assertThat(Services.readAll(call)).containsExactly(9, 0, 1, 2);
            }
        });
    }
}
