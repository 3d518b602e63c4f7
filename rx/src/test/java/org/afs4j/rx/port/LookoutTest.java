package org.afs4j.rx.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.base.lock.Lookout;
import org.afs4j.base.lock.Parking;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Threads that receive what they wait for.
@EnabledOnOs(OS.LINUX)
@Timeout(60)
@SuppressWarnings("ReferenceEquality") // a thread is itself and no other
class LookoutTest {
    /// What a datagram does: nothing, wake the thread that waits, close the port and wake it.
    private static final byte PROBE = 0;

    private static final byte WAKE = 1;
    private static final byte CLOSE = 2;

    private final Parking parking = new Parking();
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicInteger receivedHere = new AtomicInteger();
    private final Thread here = Thread.currentThread();
    private DatagramPort port;
    private DatagramPort sender;

    @BeforeEach
    void open() throws IOException {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        port = DatagramPort.open(loopback, UdpKind.BATCHED);
        sender = DatagramPort.open(loopback, UdpKind.BATCHED);
        port.start(new EachDatagram((datagram, from) -> {
            received.incrementAndGet();
            if (Thread.currentThread() == here) {
                receivedHere.incrementAndGet();
            }
            switch (datagram.get(0)) {
                case PROBE -> {}
                case CLOSE -> {
                    port.close();
                    parking.wake();
                }
                default -> parking.wake();
            }
        }));
    }

    @AfterEach
    void close() {
        port.close();
        sender.close();
    }

    private void send(byte what) {
        try {
            sender.send(ByteBuffer.wrap(new byte[] {what}), port.localAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Lookout lookout() {
        return Objects.requireNonNull(port.lookout());
    }

    private void begin() {
        while (!lookout().begin()) {
            // The port's thread sees that it is wanted elsewhere when something comes.
            int before = received.get();
            send(PROBE);
            awaitReceived(before + 1);
        }
        parking.prepare(lookout());
    }

    private void awaitReceived(int count) {
        while (received.get() < count) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aThreadOnTheLookoutReceivesItself() {
        for (int i = 0; i < 1000; i++) {
            begin();
            int before = received.get();
            send(PROBE);
            awaitReceived(before + 1); // by the port's thread, which waited at the socket too, and stands back from now on
            send(WAKE);
            assertThat(parking.park()).isTrue();
        }
        assertThat(receivedHere).hasValue(1000);
    }

    @Test
    void whatComesBeforeAThreadOnTheLookoutWaitsIsReceivedByAnyThread() {
        for (int i = 0; i < 1000; i++) {
            begin();
            send(WAKE);
            assertThat(parking.park()).isTrue();
        }
        assertThat(received.get()).isGreaterThanOrEqualTo(1000);
    }

    @Test
    void oneThreadAtATimeLooksOutAndOnlyOneOfTheSystems() throws InterruptedException {
        begin();
        AtomicInteger others = new AtomicInteger();
        Thread.ofPlatform().start(() -> others.addAndGet(lookout().begin() ? 1 : 0)).join();
        parking.wake();
        assertThat(parking.park()).isTrue();
        Thread.ofVirtual().start(() -> others.addAndGet(lookout().begin() ? 1 : 0)).join();
        assertThat(others).hasValue(0);
    }

    @Test
    void anotherThreadEndsTheWatch() throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            begin();
            Thread other = Thread.ofPlatform().start(parking::wake);
            assertThat(parking.park()).isTrue();
            other.join();
        }
    }

    @Test
    void anInterruptEndsTheWatchAndOthersReceive() {
        begin();
        here.interrupt();
        assertThat(parking.park()).isFalse();
        assertThat(Thread.interrupted()).isTrue();
        int before = received.get();
        send(WAKE);
        awaitReceived(before + 1);
    }

    @Test
    void whoGetsNothingForLongIsParkedAndWokenByThePortsThread() {
        begin();
        Thread.ofPlatform().start(() -> {
            while (here.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            send(WAKE);
        });
        assertThat(parking.park()).isTrue();
        assertThat(received.get()).isPositive();
    }

    @Test
    void aPortClosesUnderAThreadThatLooksOut() throws InterruptedException {
        begin();
        Thread closer = Thread.ofPlatform().start(() -> {
            port.close();
            parking.wake();
        });
        assertThat(parking.park()).isTrue();
        closer.join();
    }

    @Test
    void aHandlerMayCloseThePortOnAThreadThatLooksOut() {
        begin();
        send(CLOSE);
        assertThat(parking.park()).isTrue();
        assertThat(received.get()).isPositive();
    }
}
