package org.afs4j.rx.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Datagrams that stay where the port has put them. How many come together is the kernel's choice; that none of them changes while
/// it is held, is not.
@EnabledOnOs(OS.LINUX)
class HeldMessagesTest {
    private static final int BATCH = 32;
    private static final int BYTES = 1444;

    private final Semaphore arrived = new Semaphore(0);
    private final List<ByteBuffer> kept = new ArrayList<>();
    private final List<MessageHold> holds = new ArrayList<>();
    private int copied;
    private DatagramPort port;
    private DatagramPort sender;

    @BeforeEach
    void open() throws IOException {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        port = DatagramPort.open(loopback, UdpKind.BATCHED);
        sender = DatagramPort.open(loopback, UdpKind.BATCHED);
        port.start(new DatagramPort.DatagramHandler() {
            @Override
            public void onDatagram(ByteBuffer datagram, InetSocketAddress from) {
                throw new IllegalStateException("the port has memory that may be held");
            }

            @Override
            public void onDatagram(ByteBuffer datagram, InetSocketAddress from, MessageHold message) {
                if (message.retain()) {
                    kept.add(datagram);
                    holds.add(message);
                } else {
                    kept.add(ByteBuffer.allocate(datagram.limit()).put(0, datagram, 0, datagram.limit()));
                    copied++;
                }
                arrived.release();
            }

            @Override
            public void onBatchEnd() {}
        });
    }

    @AfterEach
    void close() {
        holds.forEach(MessageHold::release);
        port.close();
        sender.close();
    }

    /// Sends a batch of which each datagram says which it is, and waits for all of it.
    private void send(int batch) throws Exception {
        DatagramBuffer[] datagrams = new DatagramBuffer[BATCH];
        for (int i = 0; i < BATCH; i++) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);
            while (bytes.hasRemaining()) {
                bytes.putInt(batch * BATCH + i);
            }
            datagrams[i] = new DatagramBuffer(bytes.flip());
        }
        sender.send(datagrams, BATCH, port.localAddress());
        arrived.acquire(BATCH);
    }

    private void allAreWhole() {
        Set<Integer> seen = new HashSet<>();
        for (ByteBuffer datagram : kept) {
            assertThat(datagram.limit()).isEqualTo(BYTES);
            for (int at = 0; at < BYTES; at += Integer.BYTES) {
                assertThat(datagram.getInt(at)).isEqualTo(datagram.getInt(0));
            }
            seen.add(datagram.getInt(0));
        }
        assertThat(seen).hasSize(kept.size());
    }

    private int messagesHeld() {
        return new HashSet<>(holds).size();
    }

    @Test
    void whatIsHeldStaysAsItIsAndOnlySoManyMessagesAre() throws Exception {
        for (int batch = 0; batch < 2 * MessagePool.MAX_MESSAGES; batch++) {
            send(batch);
        }
        allAreWhole();
        assertThat(messagesHeld()).isLessThan(MessagePool.MAX_MESSAGES);
        assertThat(copied).as("what came when too much was held").isPositive();
    }

    @Test
    void memoryThatIsGivenBackIsUsedAgain() throws Exception {
        for (int batch = 0; batch < 4 * MessagePool.MAX_MESSAGES; batch++) {
            send(batch);
            allAreWhole();
            if (batch % 3 == 0) {
                holds.forEach(MessageHold::release);
                holds.clear();
                kept.clear();
            }
        }
        assertThat(messagesHeld()).isLessThanOrEqualTo(3);
    }

    @Test
    void whatIsNotHeldCannotBeGivenBack() throws Exception {
        assertThat(MessageHold.NONE.retain()).isFalse();
        assertThatThrownBy(MessageHold.NONE::release).isInstanceOf(IllegalStateException.class);
        send(0);
        List<MessageHold> held = List.copyOf(holds);
        holds.clear();
        held.forEach(MessageHold::release);
        held.stream().limit(1).forEach(hold -> assertThatThrownBy(hold::release).isInstanceOf(IllegalStateException.class));
    }
}
