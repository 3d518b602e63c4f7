package org.afs4j.rx;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.afs4j.rx.packet.RxAckPacket;
import org.afs4j.rx.packet.RxHeader;
import org.junit.jupiter.api.Test;

/// Whoever forges the sender's address draws no more bytes to it than he has sent, but for what asks for proof of the address: 92
/// bytes a connection, the longest CHALLENGE. Every byte is counted.
class AmplificationTest {
    private static final int DEBT_BYTES = 92;
    private static final int REPLY_BYTES = 100_000;
    private static final int VICTIMS = 50;
    private static final int EPOCH = 0x9000_0001;

    private final Map<InetSocketAddress, Integer> toVictim = new HashMap<>();
    private final Map<InetSocketAddress, Integer> fromVictim = new HashMap<>();

    /// Challenges everybody with the longest challenge there is, and is never satisfied.
    private record Distrust() implements RxServerSecurity {
        @Override
        public int index() {
            return 2;
        }

        @Override
        public Session newSession(int epoch, int cid) {
            return new Session() {
                @Override
                public boolean isAuthenticated() {
                    return false;
                }

                @Override
                public byte[] challenge() {
                    return new byte[64];
                }

                @Override
                public int accept(ByteBuffer response) {
                    return 19270407;
                }
            };
        }
    }

    private void inject(SimulatedRun run, InetSocketAddress victim, byte[] bytes) {
        fromVictim.merge(victim, bytes.length, Integer::sum);
        run.network.inject(victim, run.serverAddress, bytes);
    }

    private static byte[] forged(RandomGenerator random, int cid, int security) {
        int type = switch (random.nextInt(8)) {
            case 0 -> RxHeader.TYPE_ACK;
            case 1 -> random.nextInt(1, 14);
            default -> RxHeader.TYPE_DATA;
        };
        if (type == RxHeader.TYPE_VERSION || type == RxHeader.TYPE_DEBUG) {
            type = RxHeader.TYPE_DATA;
        }
        ByteBuffer packet = ByteBuffer.allocate(RxHeader.LENGTH + (random.nextInt(3) == 0 ? random.nextInt(100) : 0) + 28);
        int length = type == RxHeader.TYPE_DATA ? packet.capacity() - random.nextInt(29) : packet.capacity();
        int call = random.nextInt(1, 4);
        int seq = random.nextBoolean() ? 1 : random.nextInt(1, 256);
        int flags = RxHeader.FLAG_CLIENT_INITIATED
                | (random.nextInt(4) == 0 ? RxHeader.FLAG_LAST_PACKET : 0)
                | (random.nextBoolean() ? RxHeader.FLAG_REQUEST_ACK : 0);
        int service = random.nextInt(1, 3);
        RxHeader.encode(packet, EPOCH, cid + random.nextInt(4), call, seq, seq, type, flags, 0, security, 0, service);
        if (type == RxHeader.TYPE_ACK) {
            // A guess of the serial that would prove the address: one in 16 million comes true.
            packet.putInt(RxHeader.LENGTH + 4, 1).putInt(RxHeader.LENGTH + 12, random.nextInt(1, 1000));
            packet.put(RxHeader.LENGTH + 16, (byte) (random.nextBoolean() ? RxAckPacket.REASON_PING : 1));
        }
        byte[] bytes = new byte[length];
        packet.get(0, bytes);
        return bytes;
    }

    @Test
    void anUnprovenAddressDrawsNoMoreBytesThanItSentButForOneQuestion() {
        long[] withheld = new long[1];
        for (long seed = 1; seed <= 10; seed++) {
            SimulatedRun run = new SimulatedRun(seed);
            toVictim.clear();
            fromVictim.clear();
            run.network.tap(datagram -> {
                if (datagram.from().equals(run.serverAddress) && !datagram.to().equals(run.clientAddress)) {
                    toVictim.merge(datagram.to(), datagram.bytes().length, Integer::sum);
                }
            });
            run.run((client, server) -> {
                RxService generous = call -> call.write(ByteBuffer.allocate(REPLY_BYTES));
                server.serve(1, generous, RxServerSecurity.none(), new Distrust());
                server.serve(
                        2,
                        call -> {
                            throw new RxAbortException(5);
                        },
                        RxServerSecurity.none(),
                        new Distrust());
                RandomGenerator random = run.world.random();
                for (int i = 0; i < 4000; i++) {
                    int victim = random.nextInt(VICTIMS);
                    inject(run, SimulatedRun.address(100 + victim, 7001), forged(random, 0x1000 + 4 * victim, victim % 3 == 0 ? 2 : 0));
                    if (i % 10 == 0) {
                        run.pause(Duration.ofMillis(random.nextInt(200)));
                    }
                }
                run.pause(Duration.ofSeconds(30));
                assertThat(toVictim).hasSizeGreaterThan(VICTIMS / 2);
                toVictim.forEach((victim, drawn) -> assertThat(drawn)
                        .as("bytes to %s, from which %s came", victim, fromVictim.get(victim))
                        .isLessThanOrEqualTo(fromVictim.getOrDefault(victim, 0) + DEBT_BYTES));
                withheld[0] += server.counters().value(RxCounter.ANSWERS_WITHHELD);
                // Meanwhile others get what they ask for.
                assertThat(Services.call(run.connect(client, 1), new byte[1])).hasSize(REPLY_BYTES);
            });
        }
        assertThat(withheld[0]).isPositive();
    }

    @Test
    void packetsOfAConnectionFromOtherAddressesDrawNoMoreThanTheyCarry() {
        SimulatedRun run = new SimulatedRun(1);
        run.network.tap(datagram -> {
            if (datagram.from().equals(run.serverAddress)) {
                toVictim.merge(datagram.to(), datagram.bytes().length, Integer::sum);
            }
        });
        run.run((client, server) -> {
            server.serve(1, Services::echo);
            byte[] first = new byte[RxHeader.LENGTH];
            int flags = RxHeader.FLAG_CLIENT_INITIATED;
            RxHeader.encode(ByteBuffer.wrap(first), EPOCH, 0x40, 1, 1, 1, RxHeader.TYPE_DATA, flags, 0, 0, 0, 1);
            inject(run, SimulatedRun.address(66, 7001), first);
            for (int i = 0; i < 2000; i++) {
                inject(run, SimulatedRun.address(100 + i / 100 % 3, 7001), first);
                run.pause(Duration.ofMillis(20));
            }
            for (int host = 100; host < 103; host++) {
                InetSocketAddress victim = SimulatedRun.address(host, 7001);
                assertThat(toVictim.getOrDefault(victim, 0)).isLessThanOrEqualTo(fromVictim.getOrDefault(victim, 0));
            }
            assertThat(toVictim.keySet()).as("a moved peer would be asked").hasSizeGreaterThan(1);
            run.pause(Duration.ofSeconds(20));
        });
    }

    @Test
    void aClientProvesItsAddressOnceForAllItsConnections() {
        SimulatedRun run = new SimulatedRun(1);
        run.run((client, server) -> {
            server.serve(1, call -> call.write(ByteBuffer.allocate(REPLY_BYTES)));
            server.serve(2, call -> call.write(ByteBuffer.allocate(REPLY_BYTES)));
            assertThat(Services.call(run.connect(client, 1), new byte[1])).hasSize(REPLY_BYTES);
            long asked = server.counters().value(RxCounter.PING_SENT);
            assertThat(asked).isEqualTo(1);
            assertThat(Services.call(run.connect(client, 1), new byte[1])).hasSize(REPLY_BYTES);
            assertThat(Services.call(run.connect(client, 2), new byte[1])).hasSize(REPLY_BYTES);
            assertThat(server.counters().value(RxCounter.PING_SENT)).isEqualTo(asked);
            assertThat(server.counters().value(RxCounter.CONNECTIONS_ADMITTED)).isEqualTo(2);
        });
    }

    @Test
    void aReplyAsShortAsItsRequestWaitsForNoProof() {
        SimulatedRun run = new SimulatedRun(1);
        run.run((client, server) -> {
            server.serve(1, Services::echo);
            long start = run.world.nanoTime();
            assertThat(Services.call(run.connect(client, 1), new byte[4])).hasSize(4);
            assertThat(run.world.nanoTime() - start).as("one round trip").isLessThan(SimulatedRun.MILLI);
            assertThat(server.counters().value(RxCounter.PING_SENT)).isZero();
        });
    }
}
