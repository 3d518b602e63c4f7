package org.afs4j.rx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.afs4j.rx.packet.RxAbortPacket;
import org.afs4j.rx.packet.RxAckPacket;
import org.afs4j.rx.packet.RxHeader;
import org.afs4j.rx.simulation.LinkConditions;
import org.junit.jupiter.api.Test;

/// Peers that die, stall, vanish, restart or are busy; all in simulated time.
@SuppressWarnings("ByteBufferBackingArray") // all buffers here are made by ByteBuffer.allocate
class TroubleTest {
    private final SimulatedRun run = new SimulatedRun(20261120);

    private void linger(Duration duration) throws InterruptedIOException {
        try {
            run.pause(duration);
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted");
        }
    }

    @Test
    void aDeadPeerEndsTheCallWithinTheDeadTimeAndIsNamed() {
        run.run((client, server) -> {
            RxConnection nobody = client.connect(SimulatedRun.address(9, 7000), 1, RxClientSecurity.none());
            long start = run.world.nanoTime();
            assertThatThrownBy(() -> Services.call(nobody, new byte[100]))
                    .isInstanceOf(RxTimeoutException.class)
                    .hasMessageContaining("10.0.0.9");
            assertThat(run.world.nanoTime() - start).isBetween(12 * SimulatedRun.SECOND, 13 * SimulatedRun.SECOND);
        });
    }

    @Test
    void aPartitionShorterThanTheDeadTimeHeals() {
        run.run((client, server) -> {
            server.serve(1, Services::echo);
            byte[] request = Services.pattern(400_000, 1);
            Thread caller = run.world.start("caller", () -> {
                try {
                    assertThat(Arrays.equals(Services.call(run.connect(client, 1), request), request)).isTrue();
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            linger(Duration.ofMillis(3));
            run.network.partition(run.clientAddress.getAddress(), run.serverAddress.getAddress());
            linger(Duration.ofSeconds(9));
            run.network.heal(run.clientAddress.getAddress(), run.serverAddress.getAddress());
            caller.join();
            assertThat(client.counters().value(RxCounter.CALLS_TIMED_OUT)).isZero();
        });
    }

    @Test
    void aCallWhoseFirstAnswerWasLateDoesNotKeepThatPaceForGood() {
        run.network.setConditions(LinkConditions.perfect().withDelay(400 * SimulatedRun.MILLI, 0));
        run.patienceNanos = SimulatedRun.MILLI;
        run.run((client, server) -> {
            server.serve(1, call -> call.write(ByteBuffer.allocate(Services.readAll(call).length == 4_000_000 ? 1 : 2)));
            Thread caller = run.world.start("caller", () -> {
                try {
                    assertThat(Services.call(run.connect(client, 1), new byte[4_000_000])).hasSize(1);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            linger(Duration.ofMillis(600));
            run.network.setConditions(LinkConditions.perfect().withDelay(1_100_000, 0));
            long fastSince = run.world.nanoTime();
            caller.join();
            assertThat(run.world.nanoTime() - fastSince).isLessThan(10 * SimulatedRun.SECOND);
        });
    }

    @Test
    void aSlowServiceIsNotDead() {
        run.run((client, server) -> {
            server.serve(1, call -> {
                linger(Duration.ofSeconds(60));
                Services.echo(call);
            });
            assertThat(Services.call(run.connect(client, 1), new byte[] {1, 2, 3})).containsExactly(1, 2, 3);
            assertThat(client.counters().value(RxCounter.PING_SENT)).isPositive();
            assertThat(run.world.nanoTime()).isGreaterThan(60 * SimulatedRun.SECOND);
        });
    }

    @Test
    void aCallerThatIsSlowToAskIsNotDead() {
        run.run((client, server) -> {
            server.serve(1, Services::echo);
            try (RxClientCall call = run.connect(client, 1).newCall()) {
                call.write(ByteBuffer.wrap(new byte[] {1}));
                call.flush();
                linger(Duration.ofSeconds(60));
                call.write(ByteBuffer.wrap(new byte[] {2}));
                assertThat(Services.readAll(call)).containsExactly(1, 2);
            }
        });
    }

    @Test
    void aReplyIsReadWhileItIsStillBeingMade() {
        run.run((client, server) -> {
            server.serve(1, call -> {
                call.write(ByteBuffer.wrap(new byte[] {1}));
                call.flush();
                linger(Duration.ofSeconds(5));
                call.write(ByteBuffer.wrap(new byte[] {2}));
            });
            try (RxClientCall call = run.connect(client, 1).newCall()) {
                call.endRequest();
                ByteBuffer buffer = ByteBuffer.allocate(10);
                assertThat(call.read(buffer)).isEqualTo(1);
                assertThat(run.world.nanoTime()).isLessThan(3 * SimulatedRun.SECOND);
                assertThat(call.read(buffer)).isEqualTo(1);
                assertThat(call.read(buffer)).isEqualTo(-1);
            }
        });
    }

    @Test
    void aServerOutlivesAClientThatVanishes() {
        run.run((client, server) -> {
            List<Exception> met = new ArrayList<>();
            server.serve(1, call -> {
                try {
                    call.write(ByteBuffer.allocate(4_000_000));
                } catch (RxException e) {
                    met.add(e);
                    throw e;
                }
            });
            RxClientCall call = run.connect(client, 1).newCall();
            call.endRequest();
            assertThat(call.read(ByteBuffer.allocate(10))).isPositive();
            run.network.partition(run.clientAddress.getAddress(), run.serverAddress.getAddress());
            call.close();
            linger(Duration.ofSeconds(20));
            assertThat(met).singleElement().isInstanceOf(RxTimeoutException.class);
            server.requireIdle();
            run.network.heal(run.clientAddress.getAddress(), run.serverAddress.getAddress());
        });
    }

    @Test
    void anAbortedCallReleasesTheServiceThatWritesItsReply() {
        run.run((client, server) -> {
            List<Integer> codes = new ArrayList<>();
            server.serve(1, call -> {
                try {
                    call.write(ByteBuffer.allocate(4_000_000));
                } catch (RxAbortException e) {
                    codes.add(e.code());
                    throw e;
                }
            });
            try (RxClientCall call = run.connect(client, 1).newCall()) {
                call.endRequest();
                assertThat(call.read(ByteBuffer.allocate(10))).isPositive();
            }
            linger(Duration.ofSeconds(1));
            assertThat(codes).containsExactly(RxErrorCodes.USER_ABORT);
        });
    }

    @Test
    void aBusyServerIsAskedAgainUntilItHasAPlace() {
        run.options = new RxOptions(Duration.ofSeconds(12), 128, 128, 1).withLimits(RxLimits.defaults().withQueues(0, 64));
        run.run((client, server) -> {
            server.serve(1, call -> {
                linger(Duration.ofSeconds(20));
                Services.echo(call);
            });
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                callers.add(run.world.start("caller", () -> {
                    try {
                        assertThat(Services.call(run.connect(client, 1), new byte[] {7})).containsExactly(7);
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(server.counters().value(RxCounter.CALLS_REFUSED_BUSY)).isPositive();
            assertThat(server.counters().callsServed()).isEqualTo(3);
        });
    }

    @Test
    void callsGoOnAfterAServerHasRestarted() {
        run.run((client, server) -> {
            server.serve(1, Services::echo);
            assertThat(Services.call(run.connect(client, 1), new byte[] {1})).containsExactly(1);
            server.close();
            try (RxEndpoint restarted = RxEndpoint.open(run.world, run.network.open(run.serverAddress), run.options)) {
                restarted.serve(1, Services::echo);
                assertThat(Services.call(run.connect(client, 1), new byte[] {2})).containsExactly(2);
            }
        });
    }

    @Test
    void aCallThatItsServerHasForgottenEndsInsteadOfWaitingForEver() {
        run.run((client, server) -> {
            server.serve(1, Services::echo);
            List<Exception> ended = new ArrayList<>();
            Thread caller = run.world.start("caller", () -> {
                try (RxClientCall call = run.connect(client, 1).newCall()) {
                    for (int i = 0; i < 1000; i++) {
                        call.write(ByteBuffer.allocate(1000));
                        linger(Duration.ofMillis(1));
                    }
                    call.endRequest();
                    Services.readAll(call);
                } catch (IOException | InterruptedException e) {
                    ended.add(e);
                }
            });
            linger(Duration.ofMillis(300));
            // As a process that is killed: it says nothing any more.
            run.network.partition(run.clientAddress.getAddress(), run.serverAddress.getAddress());
            server.close();
            try (RxEndpoint restarted = RxEndpoint.open(run.world, run.network.open(run.serverAddress), run.options)) {
                restarted.serve(1, Services::echo);
                run.network.heal(run.clientAddress.getAddress(), run.serverAddress.getAddress());
                caller.join();
                assertThat(ended).singleElement().asInstanceOf(type(RxTimeoutException.class)).satisfies(e -> assertThat(e)
                        .hasMessageContaining("has forgotten the call"));
                assertThat(run.world.nanoTime()).isLessThan(30 * SimulatedRun.SECOND);
                assertThat(Services.call(run.connect(client, 1), new byte[] {2})).containsExactly(2);
            }
        });
    }

    @Test
    void aServiceThatReadsNothingMayReplyAtOnce() {
        run.run((client, server) -> {
            server.serve(1, call -> call.write(ByteBuffer.wrap(new byte[] {9})));
            assertThat(Services.call(run.connect(client, 1), new byte[1_000_000])).containsExactly(9);
        });
    }

    /// The packets of a call that a peer makes by hand.
    private static byte[] data(int callNumber, int seq, int flags, byte[] payload) {
        ByteBuffer packet = ByteBuffer.allocate(RxHeader.LENGTH + payload.length);
        RxHeader.encode(
                packet, 0x8000_0001, 0x40, callNumber, seq, seq, RxHeader.TYPE_DATA, flags | RxHeader.FLAG_CLIENT_INITIATED, 0, 0, 0, 1);
        packet.put(RxHeader.LENGTH, payload);
        return packet.array();
    }

    @Test
    void aReceivedJumbogramIsSplit() {
        run.run((client, server) -> {
            List<byte[]> requests = new ArrayList<>();
            server.serve(1, call -> requests.add(Services.readAll(call)));
            byte[] request = Services.pattern(1412 + 1412 + 100, 3);
            ByteBuffer body = ByteBuffer.allocate(request.length + 8);
            body.put(request, 0, 1412).put((byte) RxHeader.FLAG_JUMBO_PACKET).put((byte) 0).putShort((short) 0);
            body.put(request, 1412, 1412).put((byte) RxHeader.FLAG_LAST_PACKET).put((byte) 0).putShort((short) 0);
            body.put(request, 2824, 100);
            run.network.inject(
                    SimulatedRun.address(3, 7001), run.serverAddress, data(1, 1, RxHeader.FLAG_JUMBO_PACKET, body.array()));
            linger(Duration.ofSeconds(1));
            assertThat(requests).singleElement().isEqualTo(request);
            assertThat(server.counters().value(RxCounter.JUMBOGRAMS_RECEIVED)).isEqualTo(1);
        });
    }

    @Test
    void resendsOnlyWhatASoftAckLeavesOutAndAgainWhatItTakesBack() {
        run.run((client, server) -> {
            List<String> sent = new ArrayList<>();
            run.network.tap(datagram -> {
                ByteBuffer packet = ByteBuffer.wrap(datagram.bytes());
                if (datagram.from().equals(run.clientAddress) && RxHeader.type(packet) == RxHeader.TYPE_DATA) {
                    sent.add("" + RxHeader.seq(packet));
                }
            });
            List<ByteBuffer> first = new ArrayList<>();
            run.network.tap(datagram -> first.add(ByteBuffer.wrap(datagram.bytes())));
            // A peer that is nothing but the packets below.
            RxConnection byHand = client.connect(SimulatedRun.address(3, 7000), 1, RxClientSecurity.none());
            Thread caller = run.world.start("caller", () -> assertThatThrownBy(() -> Services.call(byHand, new byte[1416 * 8]))
                    .isInstanceOfSatisfying(RxAbortException.class, e -> assertThat(e.code()).isEqualTo(42)));
            linger(Duration.ofMillis(10));
            assertThat(sent).containsExactly("1", "2", "3", "4", "5", "6", "7", "8");
            sent.clear();
            acknowledge(first.getFirst(), 1, "10111111", 1);
            linger(Duration.ofMillis(10));
            assertThat(sent).containsExactly("2");
            sent.clear();
            acknowledge(first.getFirst(), 1, "11110111", 2);
            linger(Duration.ofMillis(10));
            assertThat(sent).containsExactly("5");
            ByteBuffer abort = reply(first.getFirst(), RxHeader.TYPE_ABORT, 3, RxAbortPacket.LENGTH);
            RxAbortPacket.encode(abort, 42);
            run.network.inject(SimulatedRun.address(3, 7000), run.clientAddress, abort.array());
            caller.join();
        });
    }

    private static ByteBuffer reply(ByteBuffer to, int type, int serial, int length) {
        ByteBuffer packet = ByteBuffer.allocate(length);
        RxHeader.encode(
                packet, RxHeader.epoch(to), RxHeader.cid(to), RxHeader.callNumber(to), 0, serial, type, 0, 0, 0, 0, RxHeader.serviceId(to));
        return packet;
    }

    private void acknowledge(ByteBuffer to, int firstPacket, String acks, int serial) {
        ByteBuffer packet = reply(to, RxHeader.TYPE_ACK, serial, RxAckPacket.MAX_BYTES);
        int length = RxAckPacket.encode(
                packet, firstPacket, firstPacket, 0, RxAckPacket.REASON_OUT_OF_SEQUENCE, acks.length(), 32);
        for (int i = 0; i < acks.length(); i++) {
            RxAckPacket.encodeAck(packet, i, acks.charAt(i) == '1');
        }
        run.network.inject(SimulatedRun.address(3, 7000), run.clientAddress, Arrays.copyOf(packet.array(), length));
    }
}
