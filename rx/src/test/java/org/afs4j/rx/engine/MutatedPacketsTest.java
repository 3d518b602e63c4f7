package org.afs4j.rx.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.rx.RxClientCall;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.packet.CapturedPackets;
import org.afs4j.rx.packet.RxAbortPacket;
import org.afs4j.rx.packet.RxAckPacket;
import org.afs4j.rx.packet.RxDataPacket;
import org.afs4j.rx.packet.RxDebugPacket;
import org.afs4j.rx.packet.RxHeader;
import org.afs4j.rx.port.DatagramPort;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

/// Nothing that comes from the wire throws, or takes more memory than windows allow.
class MutatedPacketsTest {
    private static final int PACKETS = 1_000_000;
    private static final long SEED = 20261120;
    private static final int WINDOW = 32;
    private static final int CALLS = 16;

    /// A port whose datagrams come from the test and go nowhere; what was sent last is kept, so that it can be mutated too.
    private static final class HandPort implements DatagramPort {
        private final InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7001);
        private @Nullable DatagramHandler handler;
        private final List<byte[]> sent = new ArrayList<>();

        @Override
        public void start(DatagramHandler newHandler) {
            handler = newHandler;
        }

        @Override
        public void send(ByteBuffer datagram, InetSocketAddress to) {
            byte[] bytes = new byte[datagram.remaining()];
            datagram.get(bytes);
            if (sent.size() < 64) {
                sent.add(bytes);
            } else {
                sent.set(bytes.length % 64, bytes);
            }
        }

        void receive(byte[] bytes, InetSocketAddress from) {
            DatagramHandler taker = handler;
            if (taker == null) {
                throw new IllegalStateException("not started");
            }
            taker.onDatagram(ByteBuffer.wrap(bytes), from);
            taker.onBatchEnd();
        }

        @Override
        public InetSocketAddress localAddress() {
            return address;
        }

        @Override
        public void close() {}
    }

    private static byte[] mutate(byte[] original, RandomGenerator random) {
        byte[] bytes = original.clone();
        switch (random.nextInt(8)) {
            case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(20_000));
            default -> {}
        }
        for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
            // Mostly the header and what follows it: there lengths, numbers and flags are.
            int at = random.nextInt(random.nextInt(4) == 0 ? bytes.length : Math.min(bytes.length, 64));
            bytes[at] = switch (random.nextInt(3)) {
                case 0 -> (byte) random.nextInt();
                case 1 -> (byte) (bytes[at] ^ 1 << random.nextInt(8));
                default -> (byte) (bytes[at] + random.nextInt(5) - 2);
            };
        }
        return bytes;
    }

    @Test
    void decodersSurviveAMillionMutatedPackets() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        List<byte[]> originals = CapturedPackets.all();
        RxAckPacket ack = new RxAckPacket();
        RxDataPacket data = new RxDataPacket();
        int whole = 0;
        for (int i = 0; i < PACKETS; i++) {
            ByteBuffer packet = ByteBuffer.wrap(mutate(originals.get(random.nextInt(originals.size())), random));
            if (packet.limit() < RxHeader.LENGTH) {
                continue;
            }
            if (ack.decode(packet)) {
                whole++;
                for (int j = 0; j < ack.ackCount(); j++) {
                    whole += ack.isReceived(j) ? 1 : 0;
                }
            }
            data.begin(packet);
            while (data.isWhole()) {
                assertThat(data.from()).isLessThanOrEqualTo(data.to());
                assertThat(data.to()).isLessThanOrEqualTo(packet.limit());
                if (!data.isFollowed()) {
                    break;
                }
                data.next();
            }
            whole += RxAbortPacket.isWhole(packet) ? RxAbortPacket.code(packet) & 1 : 0;
            whole += RxDebugPacket.isWhole(packet) ? RxDebugPacket.type(packet) + RxDebugPacket.index(packet) & 1 : 0;
        }
        assertThat(whole).isPositive();
    }

    @Test
    void anEndpointSurvivesAMillionMutatedPackets() {
        SimulatedWorld world = new SimulatedWorld(SEED);
        world.run(() -> {
            HandPort port = new HandPort();
            RxOptions options = new RxOptions(Duration.ofSeconds(12), WINDOW, WINDOW, CALLS);
            Endpoint endpoint = (Endpoint) Endpoint.open(world, List.of(port), options);
            for (int service : new int[] {1, 52}) {
                endpoint.serve(service, call -> {
                    ByteBuffer buffer = ByteBuffer.allocate(4096);
                    while (call.read(buffer) >= 0) {
                        buffer.clear();
                    }
                    call.write(buffer.clear());
                });
            }
            InetSocketAddress peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7000);
            RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
            List<byte[]> captured = CapturedPackets.all();
            List<RxClientCall> calls = new ArrayList<>();
            for (int i = 0; i < PACKETS; i++) {
                if (i % 20_000 == 0) {
                    // Calls of ours for the answers to mutate.
                    calls.forEach(RxClientCall::close);
                    calls.clear();
                    for (int j = 0; j < 4; j++) {
                        RxClientCall call = endpoint.connect(peer, 1, RxClientSecurity.none()).newCall();
                        call.write(ByteBuffer.allocate(10_000));
                        call.flush();
                        calls.add(call);
                    }
                }
                boolean ours = random.nextBoolean() && !port.sent.isEmpty();
                List<byte[]> originals = ours ? port.sent : captured;
                byte[] original = originals.get(random.nextInt(originals.size()));
                byte[] bytes = mutate(original, random);
                if (ours && bytes.length > 21) {
                    // Turned around: as if the peer had sent it.
                    bytes[21] ^= (byte) RxHeader.FLAG_CLIENT_INITIATED;
                }
                port.receive(bytes, peer);
                if (i % 500 == 0) {
                    world.pause(20_000_000);
                    assertThat(endpoint.pool.inUse())
                            .as("packet buffers in use")
                            .isLessThanOrEqualTo((CALLS + 4) * 3 * WINDOW + endpoint.allConnections().size() * 4 * 4);
                }
            }
            calls.forEach(RxClientCall::close);
            assertThat(endpoint.counters().value(RxCounter.DATAGRAMS_RECEIVED)).isEqualTo(PACKETS);
            assertThat(endpoint.counters().value(RxCounter.BAD_TOO_SHORT)).isPositive();
            assertThat(endpoint.counters().value(RxCounter.BAD_TYPE)).isPositive();
            assertThat(endpoint.counters().value(RxCounter.BAD_BODY)).isPositive();
            assertThat(endpoint.counters().value(RxCounter.BAD_ACK)).isPositive();
            assertThat(endpoint.counters().callsServed()).isPositive();
            endpoint.close();
            endpoint.requireIdle();
        });
    }
}
