package org.afs4j.rx.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxErrorCodes;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.RxService;
import org.afs4j.rx.RxStream;
import org.afs4j.rx.packet.RxDataPacket;
import org.afs4j.rx.packet.RxHeader;
import org.afs4j.rx.simulation.LinkConditions;
import org.afs4j.rx.simulation.SimulatedNetwork;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Sequence numbers end at 2³¹ − 2; nothing wraps, on either side: a stream that needs no more ends well, one that does ends with
/// an error.
class SequenceLimitTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int LAST = Integer.MAX_VALUE - 1;

    /// Packets that are left of the numbers of a stream in a test.
    private static final int LEFT = 100;

    private static final int PACKET_BYTES = RxDataPacket.MAX_SENT_DATAGRAM_BYTES - RxHeader.LENGTH;

    private final PacketPool pool = new PacketPool();
    private final ReceiveQueue queue = new ReceiveQueue(8, pool, new ReceiveBudget(1 << 20));

    private void keep(int seq) {
        PacketBuffer packet = pool.take();
        packet.seq = seq;
        queue.keep(packet);
    }

    @Test
    void aStreamMayEndWithTheLastSequenceNumber() {
        queue.skipTo(LAST - 1);
        assertThat(queue.arrive(LAST - 1, 0)).isEqualTo(ReceiveQueue.Verdict.IN_ORDER);
        keep(LAST - 1);
        assertThat(queue.arrive(LAST, RxHeader.FLAG_LAST_PACKET)).isEqualTo(ReceiveQueue.Verdict.IN_ORDER);
        keep(LAST);
        assertThat(queue.isComplete()).isTrue();
        queue.discard();
        assertThat(queue.isAtEnd()).isTrue();
        assertThat(pool.inUse()).isZero();
    }

    @Test
    void whatComesAfterTheLastSequenceNumberIsNoPacket() {
        queue.skipTo(LAST - 1);
        for (int seq : new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE, Integer.MIN_VALUE + 1, -1, 0}) {
            assertThat(queue.arrive(seq, 0)).as("seq %s", seq).isEqualTo(ReceiveQueue.Verdict.BAD);
        }
        assertThat(queue.arrive(1, 0)).isEqualTo(ReceiveQueue.Verdict.DUPLICATE);
    }

    private static InetSocketAddress address(int host) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) host}), 7001);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @FunctionalInterface
    private interface Caller {
        void run(ClientCall call) throws Exception;
    }

    private static void linger(SimulatedWorld world) throws InterruptedIOException {
        try {
            world.pause(SECOND);
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted");
        }
    }

    /// Runs a call of which the reply, or the rest of the request after its first packet, has only the last numbers left.
    private static void run(boolean ofReply, RxService service, Caller caller) {
        SimulatedWorld world = new SimulatedWorld(1);
        SimulatedNetwork network = new SimulatedNetwork(world);
        network.setConditions(LinkConditions.perfect().withDelay(1_000_000, 500_000).withLoss(0.05));
        world.run(() -> {
            Endpoint client = (Endpoint) Endpoint.open(world, List.of(network.open(address(1))), RxOptions.defaults());
            Endpoint server = (Endpoint) Endpoint.open(world, List.of(network.open(address(2))), RxOptions.defaults());
            server.serve(1, served -> {
                ServerCall call = (ServerCall) served;
                ByteBuffer first = ByteBuffer.allocate(1);
                assertThat(call.read(first)).isEqualTo(1);
                if (ofReply) {
                    call.send.skipTo(LAST - LEFT + 1);
                } else {
                    // Once the first packet has been acknowledged by the number that it had.
                    linger(world);
                    call.receive.skipTo(LAST - LEFT + 1);
                }
                service.serve(served);
            });
            ClientCall call = (ClientCall) client.connect(address(2), 1, RxClientSecurity.none()).newCall();
            try (call) {
                if (!ofReply) {
                    call.write(ByteBuffer.allocate(1));
                    call.flush();
                    world.pause(2 * SECOND);
                    assertThat(call.send.isEmpty()).isTrue();
                    call.send.skipTo(LAST - LEFT + 1);
                }
                caller.run(call);
            }
            client.close();
            server.close();
            client.requireIdle();
            server.requireIdle();
        });
    }

    private static long readAll(RxStream stream) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(10_000);
        long bytes = 0;
        while (stream.read(buffer) >= 0) {
            bytes += buffer.position();
            buffer.clear();
        }
        return bytes;
    }

    private static void isOutOfNumbers(ThrowingCallable callable) {
        assertThatThrownBy(callable)
                .isInstanceOfSatisfying(
                        RxAbortException.class, e -> assertThat(e.code()).isEqualTo(RxErrorCodes.PROTOCOL_ERROR));
    }

    @Test
    void aReplyThatUsesUpItsNumbersArrivesWhole() {
        run(true, call -> call.write(ByteBuffer.allocate(LEFT * PACKET_BYTES)), call -> {
            call.receive.skipTo(LAST - LEFT + 1);
            call.write(ByteBuffer.allocate(1));
            assertThat(readAll(call)).isEqualTo((long) LEFT * PACKET_BYTES);
        });
    }

    @Test
    void aReplyThatNeedsMoreNumbersThanThereAreEndsWithAnErrorOnBothSides() {
        List<String> outcomes = new ArrayList<>();
        run(
                true,
                call -> {
                    isOutOfNumbers(() -> call.write(ByteBuffer.allocate(LEFT * PACKET_BYTES + 1)));
                    outcomes.add("server");
                },
                call -> {
                    call.receive.skipTo(LAST - LEFT + 1);
                    call.write(ByteBuffer.allocate(1));
                    isOutOfNumbers(() -> readAll(call));
                    outcomes.add("client");
                });
        assertThat(outcomes).containsExactlyInAnyOrder("server", "client");
    }

    @Test
    void aRequestThatUsesUpItsNumbersArrivesWhole() {
        run(
                false,
                call -> {
                    assertThat(readAll(call)).isEqualTo((long) LEFT * PACKET_BYTES);
                    call.write(ByteBuffer.allocate(3));
                },
                call -> {
                    call.write(ByteBuffer.allocate(LEFT * PACKET_BYTES));
                    assertThat(readAll(call)).isEqualTo(3);
                });
    }

    @Test
    void aRequestThatNeedsMoreNumbersThanThereAreEndsWithAnErrorOnBothSides() {
        List<String> outcomes = new ArrayList<>();
        run(
                false,
                call -> {
                    isOutOfNumbers(() -> readAll(call));
                    outcomes.add("server");
                },
                call -> {
                    isOutOfNumbers(() -> call.write(ByteBuffer.allocate(LEFT * PACKET_BYTES + 1)));
                    outcomes.add("client");
                    // Until the abort has come there, by a repetition if it was lost.
                    call.connection.world.pause(5 * SECOND);
                });
        assertThat(outcomes).containsExactlyInAnyOrder("server", "client");
    }

    @Test
    void aStreamWhoseLastNumberWasFlushedCannotEnd() {
        List<String> outcomes = new ArrayList<>();
        run(
                true,
                call -> {
                    call.write(ByteBuffer.allocate(LEFT * PACKET_BYTES));
                    call.flush();
                    outcomes.add("flushed");
                },
                call -> {
                    call.receive.skipTo(LAST - LEFT + 1);
                    call.write(ByteBuffer.allocate(1));
                    isOutOfNumbers(() -> readAll(call));
                });
        assertThat(outcomes).containsExactly("flushed");
    }
}
