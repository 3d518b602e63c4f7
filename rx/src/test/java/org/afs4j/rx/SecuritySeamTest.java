package org.afs4j.rx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.rx.packet.RxHeader;
import org.afs4j.rx.simulation.LinkConditions;
import org.junit.jupiter.api.Test;

/// What a security class may do at the seam: challenge, answer, sign, encrypt, pad. The class here is a toy with rxkad's shape.
class SecuritySeamTest {
    private static final int INDEX = 2;

    /// Header of 4 bytes with the length, payload masked and padded to 8 bytes, a checksum over the packet's identity.
    private static void mask(ByteBuffer body, int key) {
        for (int i = 0; i < body.limit(); i++) {
            body.put(i, (byte) (body.get(i) ^ key + i));
        }
    }

    private static int sum(RxPacketSecurity.PacketIdentity packet, int key) {
        return (packet.epoch() + packet.cid() * 3 + packet.callNumber() * 5 + packet.seq() * 7 + key) & 0xFFFF;
    }

    private static int sealWith(int key, RxPacketSecurity.PacketIdentity packet, ByteBuffer body) {
        int payload = body.limit() - 4;
        body.putInt(0, payload);
        int padded = body.limit() + 7 & ~7;
        body.limit(padded);
        mask(body, key);
        return sum(packet, key);
    }

    private static boolean openWith(int key, RxPacketSecurity.PacketIdentity packet, int checksum, ByteBuffer body) {
        if (checksum != sum(packet, key) || body.limit() < 4) {
            return false;
        }
        mask(body, key);
        int payload = body.getInt(0);
        if (payload < 0 || payload > body.limit() - 4) {
            return false;
        }
        body.position(4).limit(4 + payload);
        return true;
    }

    private record Caller(int key, int wrongSeq) implements RxClientSecurity {
        @Override
        public int index() {
            return INDEX;
        }

        @Override
        public RxClientSecurity.Session newSession(int epoch, int cid) {
            return new RxClientSecurity.Session() {
                @Override
                public int headerBytes() {
                    return 4;
                }

                @Override
                public int trailerBytes() {
                    return 8;
                }

                @Override
                public int seal(PacketIdentity packet, ByteBuffer body) {
                    return sealWith(key, packet, body) ^ (packet.seq() == wrongSeq ? 1 : 0);
                }

                @Override
                public boolean open(PacketIdentity packet, int checksum, ByteBuffer body) {
                    return openWith(key, packet, checksum, body);
                }

                @Override
                public byte[] answer(ByteBuffer challenge, int[] callNumbers) {
                    return ByteBuffer.allocate(4).putInt(challenge.getInt(0) + key).array();
                }
            };
        }
    }

    private record Server(int key, int nonce, AtomicInteger expiry) implements RxServerSecurity {
        @Override
        public int index() {
            return INDEX;
        }

        @Override
        public RxServerSecurity.Session newSession(int epoch, int cid) {
            return new RxServerSecurity.Session() {
                private int authenticatedUntil = -1;

                @Override
                public int headerBytes() {
                    return 4;
                }

                @Override
                public int trailerBytes() {
                    return 8;
                }

                @Override
                public int seal(PacketIdentity packet, ByteBuffer body) {
                    return sealWith(key, packet, body);
                }

                @Override
                public boolean open(PacketIdentity packet, int checksum, ByteBuffer body) {
                    return openWith(key, packet, checksum, body);
                }

                @Override
                public boolean isAuthenticated() {
                    return authenticatedUntil == expiry.get();
                }

                @Override
                public byte[] challenge() {
                    return ByteBuffer.allocate(4).putInt(nonce).array();
                }

                @Override
                public int accept(ByteBuffer response) {
                    boolean genuine = response.remaining() >= 4 && response.getInt(0) == nonce + key;
                    authenticatedUntil = genuine ? expiry.get() : -1;
                    return genuine ? 0 : 19270407;
                }
            };
        }
    }

    @Test
    void challengedCallsRunOnceTheResponseIsGenuine() {
        for (long seed = 1; seed <= 20; seed++) {
            SimulatedRun run = new SimulatedRun(seed);
            run.network.setConditions(LinkConditions.perfect().withLoss(0.05).withDelay(300_000, 300_000));
            run.run((client, server) -> {
                server.serve(1, Services::echo, new Server(77, 4711, new AtomicInteger()));
                RxConnection connection = client.connect(run.serverAddress, 1, new Caller(77, 0));
                for (int length : new int[] {1, 1403, 1404, 1405, 50_000}) {
                    byte[] request = Services.pattern(length, length);
                    assertThat(Services.call(connection, request)).isEqualTo(request);
                }
                assertThat(server.counters().value(RxCounter.CHALLENGE_SENT)).isPositive();
                assertThat(client.counters().value(RxCounter.RESPONSE_SENT)).isPositive();
            });
        }
    }

    @Test
    void aWrongResponseAbortsTheConnectionWithTheClassesCode() {
        SimulatedRun run = new SimulatedRun(1);
        run.run((client, server) -> {
            server.serve(1, Services::echo, new Server(77, 4711, new AtomicInteger()));
            RxConnection connection = client.connect(run.serverAddress, 1, new Caller(78, 0));
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> Services.call(connection, new byte[10]))
                        .isInstanceOfSatisfying(RxAbortException.class, e -> assertThat(e.code()).isEqualTo(19270407));
            }
            assertThat(server.counters().callsServed()).isZero();
        });
    }

    @Test
    void aConnectionWhoseProofHasExpiredIsChallengedAgainAndGoesOn() {
        SimulatedRun run = new SimulatedRun(1);
        run.run((client, server) -> {
            AtomicInteger expiry = new AtomicInteger();
            server.serve(1, Services::echo, new Server(77, 4711, expiry));
            RxConnection connection = client.connect(run.serverAddress, 1, new Caller(77, 0));
            for (int i = 0; i < 3; i++) {
                byte[] request = Services.pattern(5_000, i);
                assertThat(Services.call(connection, request)).isEqualTo(request);
                assertThat(Services.call(connection, request)).isEqualTo(request);
                assertThat(server.counters().value(RxCounter.CHALLENGE_SENT)).isEqualTo(i + 1);
                assertThat(client.counters().value(RxCounter.RESPONSE_SENT)).isEqualTo(i + 1);
                run.pause(Duration.ofSeconds(1));
                expiry.getAndIncrement();
            }
            assertThat(server.counters().value(RxCounter.CONNECTIONS_ADMITTED)).isEqualTo(1);
        });
    }

    @Test
    void challengesThatNobodyNeedsDrawAResponseIn100MillisecondsAtMost() {
        SimulatedRun run = new SimulatedRun(1);
        run.run((client, server) -> {
            List<byte[]> challenges = new ArrayList<>();
            run.network.tap(datagram -> {
                if (RxHeader.type(ByteBuffer.wrap(datagram.bytes())) == RxHeader.TYPE_CHALLENGE && challenges.isEmpty()) {
                    challenges.add(datagram.bytes());
                }
            });
            server.serve(1, Services::echo, new Server(77, 4711, new AtomicInteger()));
            RxConnection connection = client.connect(run.serverAddress, 1, new Caller(77, 0));
            assertThat(Services.call(connection, new byte[10])).hasSize(10);
            for (int i = 0; i < 1000; i++) {
                run.network.inject(run.serverAddress, run.clientAddress, challenges.getFirst());
                run.pause(Duration.ofMillis(1));
            }
            assertThat(client.counters().value(RxCounter.RESPONSE_SENT)).isBetween(5L, 12L);
            assertThat(client.counters().value(RxCounter.ANSWERS_WITHHELD)).isGreaterThan(900);
            assertThat(Services.call(connection, new byte[10])).hasSize(10);
        });
    }

    @Test
    void aWrongChecksumInAHeaderEndsItsCallAndIsCounted() {
        SimulatedRun run = new SimulatedRun(1);
        run.run((client, server) -> {
            server.serve(1, Services::echo, new Server(77, 4711, new AtomicInteger()));
            RxConnection connection = client.connect(run.serverAddress, 1, new Caller(77, 3));
            assertThatThrownBy(() -> Services.call(connection, new byte[10_000]))
                    .isInstanceOfSatisfying(
                            RxAbortException.class, e -> assertThat(e.code()).isEqualTo(RxErrorCodes.PROTOCOL_ERROR));
            assertThat(server.counters().value(RxCounter.BAD_SECURITY)).isEqualTo(1);
            assertThat(server.peers()).singleElement().satisfies(
                    peer -> assertThat(peer.counts().get(RxCounter.BAD_SECURITY)).isEqualTo(1));
            assertThat(Services.call(connection, new byte[1_000])).as("the connection goes on").hasSize(1_000);
        });
    }

    @Test
    void aSecurityThatIsNotOfferedIsRefused() {
        SimulatedRun run = new SimulatedRun(1);
        run.run((client, server) -> {
            server.serve(1, Services::echo);
            RxConnection connection = client.connect(run.serverAddress, 1, new Caller(78, 0));
            assertThatThrownBy(() -> Services.call(connection, new byte[10]))
                    .isInstanceOfSatisfying(
                            RxAbortException.class, e -> assertThat(e.code()).isEqualTo(RxErrorCodes.INVALID_OPERATION));
        });
    }
}
