package org.afs4j.rx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.afs4j.rx.packet.RxAckPacket;
import org.afs4j.rx.packet.RxHeader;
import org.junit.jupiter.api.Test;

/// What a peer that means ill can and cannot do; the bounds are those of `docs/architecture/rx.md`.
class HostilePeerTest {
    private static final int EPOCH = 0x9000_0001;
    private static final int CID = 0x40;

    private final SimulatedRun run = new SimulatedRun(666);
    private final InetSocketAddress attacker = SimulatedRun.address(66, 7001);

    /// What the server sent to each address, in bytes and by type.
    private final Map<String, Integer> bytesTo = new TreeMap<>();

    private final List<ByteBuffer> answers = new ArrayList<>();

    private void watch() {
        run.network.tap(datagram -> {
            if (datagram.from().equals(run.serverAddress)) {
                bytesTo.merge(datagram.to().getAddress().getHostAddress(), datagram.bytes().length, Integer::sum);
                answers.add(ByteBuffer.wrap(datagram.bytes()));
            }
        });
    }

    private static byte[] packet(int epoch, int cid, int call, int seq, int type, int flags, byte[] body) {
        ByteBuffer packet = ByteBuffer.allocate(RxHeader.LENGTH + body.length);
        RxHeader.encode(packet, epoch, cid, call, seq, seq, type, flags | RxHeader.FLAG_CLIENT_INITIATED, 0, 0, 0, 1);
        packet.put(RxHeader.LENGTH, body);
        return packet.array();
    }

    private static byte[] data(int cid, int call, int seq, int flags, int bytes) {
        return packet(EPOCH, cid, call, seq, RxHeader.TYPE_DATA, flags, new byte[bytes]);
    }

    private void send(InetSocketAddress from, byte[] bytes) {
        run.network.inject(from, run.serverAddress, bytes);
    }

    private static byte[] ack(ByteBuffer to, int first, int acked, int window, int serial, String acks) {
        ByteBuffer packet = ByteBuffer.allocate(RxAckPacket.MAX_BYTES);
        int side = ~RxHeader.flags(to) & RxHeader.FLAG_CLIENT_INITIATED;
        RxHeader.encode(
                packet, RxHeader.epoch(to), RxHeader.cid(to), RxHeader.callNumber(to), 0, serial, RxHeader.TYPE_ACK, side, 0, 0, 0, 1);
        int length = RxAckPacket.encode(packet, first, first, acked, RxAckPacket.REASON_IDLE, acks.length(), window);
        for (int i = 0; i < acks.length(); i++) {
            RxAckPacket.encodeAck(packet, i, acks.charAt(i) == '1');
        }
        return Arrays.copyOf(packet.array(), length);
    }

    @Test
    void aReplayedCallIsNotCarriedOutAgain() {
        run.run((client, server) -> {
            List<byte[]> seen = new ArrayList<>();
            server.serve(1, Services::echo);
            run.network.tap(datagram -> {
                if (datagram.to().equals(run.serverAddress) && seen.size() < 10) {
                    seen.add(datagram.bytes());
                }
            });
            for (int i = 0; i < 3; i++) {
                assertThat(Services.call(run.connect(client, 1), new byte[5])).hasSize(5);
            }
            for (int i = 0; i < 20; i++) {
                List.copyOf(seen).forEach(bytes -> send(run.clientAddress, bytes));
                run.pause(Duration.ofSeconds(1));
            }
            assertThat(server.counters().callsServed()).isEqualTo(3);
            assertThat(server.counters().value(RxCounter.UNKNOWN_CALL)).isPositive();
        });
    }

    @Test
    void packetsOfAConnectionFromAnotherAddressMoveNeitherDataNorTheReply() {
        run.run((client, server) -> {
            watch();
            List<byte[]> first = new ArrayList<>();
            run.network.tap(datagram -> {
                if (datagram.to().equals(run.serverAddress)) {
                    first.add(datagram.bytes());
                }
            });
            server.serve(1, call -> {
                byte[] request = Services.readAll(call);
                call.write(ByteBuffer.allocate(100_000));
                assertThat(request).hasSize(2);
            });
            try (RxClientCall call = run.connect(client, 1).newCall()) {
                call.write(ByteBuffer.allocate(1));
                call.flush();
                run.pause(Duration.ofMillis(10));
                byte[] forged = first.getFirst().clone();
                ByteBuffer.wrap(forged).putInt(12, 2);
                for (int i = 0; i < 100; i++) {
                    send(attacker, forged);
                }
                run.pause(Duration.ofMillis(10));
                assertThat(bytesTo.getOrDefault("10.0.0.66", 0)).isLessThanOrEqualTo(100);
                call.write(ByteBuffer.allocate(1));
                assertThat(Services.readAll(call)).hasSize(100_000);
            }
            assertThat(server.counters().value(RxCounter.BAD_ADDRESS)).isEqualTo(100);
            assertThat(server.counters().value(RxCounter.PEERS_MOVED)).isZero();
            assertThat(bytesTo.getOrDefault("10.0.0.66", 0)).isLessThanOrEqualTo(100);
        });
    }

    @Test
    void aPeerThatMovedIsFollowedOnceItHasProvenToBeThere() {
        run.run((client, server) -> {
            watch();
            InetSocketAddress before = SimulatedRun.address(5, 7001);
            InetSocketAddress after = SimulatedRun.address(6, 7002);
            server.serve(1, call -> {
                int length = Services.readAll(call).length;
                call.write(ByteBuffer.allocate(length));
            });
            send(before, data(CID, 1, 1, 0, 10));
            run.pause(Duration.ofMillis(10));
            // Each pays for half of the PING that it draws.
            send(after, data(CID, 1, 2, RxHeader.FLAG_LAST_PACKET, 10));
            send(after, data(CID, 1, 2, RxHeader.FLAG_LAST_PACKET, 10));
            run.pause(Duration.ofMillis(10));
            ByteBuffer ping = answers.getLast();
            assertThat(RxHeader.type(ping)).isEqualTo(RxHeader.TYPE_ACK);
            send(after, ack(ping, 1, RxHeader.serial(ping), 32, 3, ""));
            send(after, data(CID, 1, 2, RxHeader.FLAG_LAST_PACKET, 10));
            run.pause(Duration.ofMillis(10));
            assertThat(server.counters().value(RxCounter.PEERS_MOVED)).isEqualTo(1);
            ByteBuffer reply = answers.getLast();
            assertThat(RxHeader.type(reply)).isEqualTo(RxHeader.TYPE_DATA);
            assertThat(reply.limit()).isEqualTo(RxHeader.LENGTH + 20);
            assertThat(bytesTo.get("10.0.0.6")).isGreaterThan(reply.limit());
            run.pause(Duration.ofSeconds(20));
        });
    }

    @Test
    void anAckOfWhatWasNeverSentIsCountedAndFreesNothing() {
        run.run((client, server) -> {
            List<ByteBuffer> sent = new ArrayList<>();
            run.network.tap(datagram -> sent.add(ByteBuffer.wrap(datagram.bytes())));
            server.serve(1, Services::echo);
            byte[] request = Services.pattern(50_000, 1);
            try (RxClientCall call = run.connect(client, 1).newCall()) {
                call.write(ByteBuffer.wrap(request));
                run.network.inject(run.serverAddress, run.clientAddress, ack(sent.getFirst(), 1000, 0, 32, 1 << 20, ""));
                run.network.inject(run.serverAddress, run.clientAddress, ack(sent.getFirst(), -5, 0, 32, 1 << 20, ""));
                assertThat(Services.readAll(call)).isEqualTo(request);
            }
            assertThat(client.counters().value(RxCounter.BAD_ACK)).isPositive();
        });
    }

    @Test
    void aWindowThatShrinksToOneSlowsTheCallButLosesNothing() {
        run.run((client, server) -> {
            List<ByteBuffer> sent = new ArrayList<>();
            int[] next = new int[1];
            run.network.tap(datagram -> {
                ByteBuffer packet = ByteBuffer.wrap(datagram.bytes());
                if (datagram.to().getPort() == 7099 && RxHeader.type(packet) == RxHeader.TYPE_DATA) {
                    sent.add(packet);
                }
            });
            InetSocketAddress byHand = SimulatedRun.address(7, 7099);
            RxClientCall call = client.connect(byHand, 1, RxClientSecurity.none()).newCall();
            Thread writer = run.world.start("writer", () -> {
                try {
                    call.write(ByteBuffer.allocate(1416 * 40));
                    call.endRequest();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            run.pause(Duration.ofMillis(5));
            int beyond = sent.size();
            assertThat(beyond).isBetween(2, 16);
            for (int first = 2; first <= 20; first++) {
                run.network.inject(byHand, run.clientAddress, ack(sent.getFirst(), first, 0, 1, ++next[0], ""));
                run.pause(Duration.ofMillis(5));
                int mayBe = Math.max(beyond, first);
                assertThat(sent.stream().mapToInt(RxHeader::seq).max().orElse(0)).isLessThanOrEqualTo(mayBe);
            }
            call.abort(1);
            writer.join();
            call.close();
        });
    }

    @Test
    void anAckFloodDrawsNothingAndLeavesNothing() {
        run.run((client, server) -> {
            watch();
            server.serve(1, call -> {
                call.write(ByteBuffer.allocate(10));
                call.flush();
                assertThat(Services.readAll(call)).isEmpty();
            });
            try (RxClientCall call = run.connect(client, 1).newCall()) {
                call.endRequest();
                assertThat(Services.readAll(call)).hasSize(10);
                int before = answers.size();
                for (int i = 0; i < 10_000; i++) {
                    send(run.clientAddress, ack(answers.getFirst(), 1, 0, 32, i, "1111"));
                }
                run.pause(Duration.ofSeconds(1));
                assertThat(answers.size() - before).isLessThan(10);
            }
            assertThat(server.counters().value(RxCounter.ACK_RECEIVED)).isGreaterThan(9_000);
        });
    }

    @Test
    void aFloodOfHalfOpenConnectionsIsBoundedAndAGenuineClientIsServedAllTheSame() {
        run.options = run.options.withLimits(RxLimits.defaults().withQueues(16, 32).withConnections(128, 128, 8));
        run.run((client, server) -> {
            watch();
            int[] served = new int[1];
            server.serve(1, call -> {
                served[0]++;
                Services.echo(call);
            });
            int injected = 0;
            for (int i = 0; i < 2000; i++) {
                byte[] bytes = data(4 * i, 1, 1, RxHeader.FLAG_LAST_PACKET, 20);
                injected += bytes.length;
                send(SimulatedRun.address(100 + i % 100, 7001), bytes);
            }
            run.pause(Duration.ofMillis(50));
            assertThat(served[0]).as("services run for unproven peers").isLessThanOrEqualTo(8);
            assertThat(server.peers().stream().mapToInt(RxPeerStatistics::connections).sum()).isLessThanOrEqualTo(128);
            assertThat(server.counters().value(RxCounter.HALF_OPEN_FORGOTTEN)).isPositive();
            int answered = bytesTo.values().stream().mapToInt(Integer::intValue).sum();
            assertThat(answered).as("bytes drawn by %s bytes", injected).isLessThan(3 * injected);
            assertThat(Services.call(run.connect(client, 1), new byte[] {1, 2})).containsExactly(1, 2);
            assertThat(server.counters().value(RxCounter.CALLS_HALF_OPEN)).isPositive();
            run.pause(Duration.ofSeconds(30));
            server.requireIdle();
        });
    }

    @Test
    void onePeerCannotTakeAllConnections() {
        run.options = run.options.withLimits(RxLimits.defaults().withConnections(200, 20, 1000));
        run.run((client, server) -> {
            server.serve(1, Services::echo);
            for (int i = 0; i < 200; i++) {
                send(attacker, data(4 * i, 1, 1, 0, 1));
            }
            run.pause(Duration.ofMillis(10));
            assertThat(server.peers()).singleElement().satisfies(peer -> assertThat(peer.connections()).isEqualTo(20));
            assertThat(server.counters().value(RxCounter.CONNECTIONS_REFUSED)).isEqualTo(180);
            assertThat(Services.call(run.connect(client, 1), new byte[1])).hasSize(1);
            run.pause(Duration.ofSeconds(20));
        });
    }

    @Test
    void strangersDrawNoMoreThanTheyCarriedButForWhatRxPrescribes() {
        run.run((client, server) -> {
            watch();
            server.serve(1, Services::echo);
            int sent = 0;
            for (int type = 0; type <= 20; type++) {
                if (type != RxHeader.TYPE_DATA && type != RxHeader.TYPE_DEBUG && type != RxHeader.TYPE_VERSION) {
                    byte[] bytes = packet(EPOCH, CID, 1, 1, type, 0, new byte[0]);
                    sent += bytes.length;
                    send(attacker, bytes);
                }
            }
            run.pause(Duration.ofMillis(10));
            assertThat(bytesTo).as("answers to %s bytes of packets of no connection", sent).isEmpty();
            // VERSION: 28 bytes draw 93, as prescribed, but only so often.
            for (int i = 0; i < 10_000; i++) {
                send(attacker, packet(0, 0, 0, 0, RxHeader.TYPE_VERSION, 0, new byte[0]));
            }
            run.pause(Duration.ofMillis(10));
            assertThat(answers.size()).isBetween(1, 210);
            assertThat(server.counters().value(RxCounter.ANSWERS_WITHHELD)).isGreaterThan(9_000);
            int others = answers.size();
            send(SimulatedRun.address(77, 7001), packet(0, 0, 0, 0, RxHeader.TYPE_VERSION, 0, new byte[0]));
            run.pause(Duration.ofMillis(10));
            assertThat(answers.size()).as("another address is answered").isEqualTo(others + 1);
            // A service that is not offered: an ABORT of 32 bytes for 28 and more.
            answers.clear();
            ByteBuffer unknown = ByteBuffer.wrap(data(CID, 1, 1, 0, 20));
            unknown.putShort(26, (short) 9);
            send(SimulatedRun.address(78, 7001), unknown.array());
            run.pause(Duration.ofMillis(10));
            assertThat(answers).singleElement().satisfies(abort -> assertThat(abort.limit()).isEqualTo(32));
        });
    }

    @Test
    void aCallThatWaitsForProofHoldsFewPackets() {
        run.options = run.options.withLimits(RxLimits.defaults().withConnections(128, 128, 0));
        run.run((client, server) -> {
            server.serve(1, Services::echo);
            for (int seq = 1; seq <= 120; seq++) {
                send(attacker, data(CID, 1, seq, 0, 1400));
            }
            run.pause(Duration.ofMillis(10));
            assertThat(server.counters().value(RxCounter.DATA_EXCEEDS_WINDOW)).isEqualTo(104);
            assertThat(server.counters().callsServed()).isZero();
            byte[] request = Services.pattern(100_000, 2);
            assertThat(Services.call(run.connect(client, 1), request)).isEqualTo(request);
            run.pause(Duration.ofSeconds(20));
        });
    }

    @Test
    void anEmptyAnswerToAnAbortedCallIsRateBound() {
        run.run((client, server) -> {
            watch();
            server.serve(1, call -> {
                throw new RxAbortException(7);
            });
            assertThatThrownBy(() -> Services.call(run.connect(client, 1), new byte[1])).isInstanceOf(RxAbortException.class);
            send(attacker, data(CID, 1, 1, 0, 1));
            run.pause(Duration.ofMillis(1));
            answers.clear();
            for (int i = 0; i < 1000; i++) {
                send(attacker, data(CID, 1, 1, 0, 1));
            }
            run.pause(Duration.ofMillis(1));
            assertThat(answers.size()).isLessThanOrEqualTo(2);
        });
    }
}
