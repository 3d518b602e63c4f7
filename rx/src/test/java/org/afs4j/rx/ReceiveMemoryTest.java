package org.afs4j.rx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.afs4j.rx.packet.RxAckPacket;
import org.afs4j.rx.packet.RxHeader;
import org.junit.jupiter.api.Test;

/// What is received and not read is bounded, and windows tell peers so in time.
class ReceiveMemoryTest {
    private static final int BUFFER_BYTES = 1536;
    private static final int LEAST_PACKETS = 16;
    private static final int CALLS = 24;
    private static final int BUDGET_BUFFERS = 400;
    private static final byte[] REQUEST = Services.pattern(300_000, 1);

    private final SimulatedRun run = new SimulatedRun(1);
    private final Map<Integer, Integer> windows = new HashMap<>();
    private int leastWindow = Integer.MAX_VALUE;

    /// Watches the windows that the server advertises.
    private void watch() {
        run.network.tap(datagram -> {
            ByteBuffer packet = ByteBuffer.wrap(datagram.bytes());
            RxAckPacket ack = new RxAckPacket();
            if (datagram.from().equals(run.serverAddress) && RxHeader.type(packet) == RxHeader.TYPE_ACK && ack.decode(packet)) {
                leastWindow = Math.min(leastWindow, ack.receiveWindow());
                windows.put(RxHeader.cid(packet), ack.receiveWindow());
            }
        });
    }

    @Test
    void windowsShrinkAsMemoryIsUsedUpAndCallsGoOnAllTheSame() {
        run.options = run.options.withLimits(RxLimits.defaults().withReceiveMemory((long) BUDGET_BUFFERS * BUFFER_BYTES));
        run.run((client, server) -> {
            watch();
            boolean[] mayRead = new boolean[1];
            server.serve(1, call -> {
                try {
                    while (!mayRead[0]) {
                        run.pause(Duration.ofMillis(10));
                    }
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                assertThat(Services.readAll(call)).isEqualTo(REQUEST);
            });
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                threads.add(run.world.start("caller", () -> {
                    try {
                        assertThat(Services.call(run.connect(client, 1), REQUEST)).isEmpty();
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            run.pause(Duration.ofSeconds(5));
            assertThat(leastWindow).isEqualTo(LEAST_PACKETS);
            assertThat(server.counters().value(RxCounter.DATA_RECEIVED)).isPositive();
            long kept = server.counters().receivedBytesKept();
            assertThat(kept)
                    .as("received and not read")
                    .isBetween((long) BUDGET_BUFFERS / 2 * BUFFER_BYTES, (long) (BUDGET_BUFFERS + CALLS * LEAST_PACKETS) * BUFFER_BYTES);
            mayRead[0] = true;
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(server.counters().receivedBytesKept()).isZero();
            windows.clear();
            assertThat(Services.call(run.connect(client, 1), REQUEST)).isEmpty();
            assertThat(windows.values()).as("room again").anyMatch(window -> window > 2 * LEAST_PACKETS);
        });
    }

    @Test
    void aPeerThatSendsBeyondItsWindowIsDroppedOnceMemoryIsUsedUp() {
        run.options = run.options.withLimits(RxLimits.defaults().withReceiveMemory(0));
        run.run((client, server) -> {
            server.serve(1, call -> {
                try {
                    run.pause(Duration.ofSeconds(1));
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            });
            for (int seq = 1; seq <= 200; seq++) {
                ByteBuffer packet = ByteBuffer.allocate(RxHeader.LENGTH + 1000);
                int flags = RxHeader.FLAG_CLIENT_INITIATED;
                RxHeader.encode(packet, 0x9000_0001, 0x40, 1, seq, seq, RxHeader.TYPE_DATA, flags, 0, 0, 0, 1);
                run.network.inject(SimulatedRun.address(66, 7001), run.serverAddress, packet.array());
            }
            run.pause(Duration.ofMillis(10));
            assertThat(server.counters().receivedBytesKept()).isEqualTo((long) LEAST_PACKETS * BUFFER_BYTES);
            assertThat(server.counters().value(RxCounter.DATA_EXCEEDS_WINDOW)).isEqualTo(200 - LEAST_PACKETS);
            run.pause(Duration.ofSeconds(20));
        });
    }
}
