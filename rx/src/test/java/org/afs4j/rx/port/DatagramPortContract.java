package org.afs4j.rx.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every port holds, real or simulated. Datagrams are few enough that none is lost.
abstract class DatagramPortContract {
    private DatagramPort sender;
    private DatagramPort receiver;
    private final Inbox inbox = new Inbox();

    /// Opens a port at an address of its own.
    abstract DatagramPort open() throws IOException;

    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Received(byte[] bytes, InetSocketAddress from) {}

    private static final class Inbox implements DatagramPort.DatagramHandler {
        final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
        final AtomicInteger batches = new AtomicInteger();
        final AtomicInteger openInBatch = new AtomicInteger();
        volatile CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void onDatagram(ByteBuffer datagram, InetSocketAddress from) {
            byte[] bytes = new byte[datagram.remaining()];
            datagram.get(0, bytes);
            openInBatch.incrementAndGet();
            received.add(new Received(bytes, from));
            if (bytes.length == 13) {
                throw new IllegalStateException("by intent of the test");
            }
        }

        @Override
        public void onBatchEnd() {
            if (openInBatch.getAndSet(0) > 0) {
                batches.incrementAndGet();
                ended.countDown();
            }
        }

        Received take() throws InterruptedException {
            Received next = received.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("a datagram").isNotNull();
            return next;
        }
    }

    @BeforeEach
    void openBoth() throws IOException {
        sender = open();
        receiver = open();
        sender.start(new EachDatagram((datagram, from) -> {}));
        receiver.start(inbox);
    }

    @AfterEach
    void closeBoth() {
        sender.close();
        receiver.close();
    }

    private static byte[] pattern(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static DatagramBuffer direct(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 5);
        buffer.position(3).put(bytes).flip().position(3);
        return new DatagramBuffer(buffer);
    }

    @Test
    void aDatagramArrivesWithTheAddressOfItsSender() throws Exception {
        for (int length : new int[] {1, 28, 1444, 9000, 16_412}) {
            byte[] sent = pattern(length, length);
            ByteBuffer buffer = ByteBuffer.wrap(sent);
            sender.send(buffer, receiver.localAddress());
            assertThat(buffer.remaining()).isZero();
            Received received = inbox.take();
            assertThat(received.bytes()).isEqualTo(sent);
            assertThat(received.from()).isEqualTo(sender.localAddress());
        }
    }

    @Test
    void aBatchArrivesInOrderWhateverTheLengthsOfItsDatagrams() throws Exception {
        List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            lengths.add(1444);
        }
        lengths.addAll(List.of(700, 1444, 1444, 1444, 100, 200, 300, 300, 1, 1400, 1400, 1, 1, 1, 5000));
        List<byte[]> sent = new ArrayList<>();
        DatagramBuffer[] batch = new DatagramBuffer[lengths.size()];
        for (int i = 0; i < batch.length; i++) {
            sent.add(pattern(lengths.get(i), i));
            batch[i] = direct(sent.get(i));
        }
        sender.send(batch, batch.length, receiver.localAddress());
        for (byte[] expected : sent) {
            Received received = inbox.take();
            assertThat(received.bytes()).isEqualTo(expected);
            assertThat(received.from()).isEqualTo(sender.localAddress());
        }
        for (DatagramBuffer datagram : batch) {
            assertThat(datagram.bytes.position()).isEqualTo(3);
        }
    }

    @Test
    void ofAnArrayOnlyTheFirstAreSentAndHeapMemoryIsAsGood() throws Exception {
        DatagramBuffer[] batch = {
            direct(new byte[] {1}), new DatagramBuffer(ByteBuffer.wrap(new byte[] {2})), direct(new byte[] {3}), direct(new byte[] {4})
        };
        sender.send(batch, 3, receiver.localAddress());
        sender.send(ByteBuffer.wrap(new byte[] {5}), receiver.localAddress());
        for (byte expected : new byte[] {1, 2, 3, 5}) {
            assertThat(inbox.take().bytes()).containsExactly(expected);
        }
        assertThat(inbox.received).isEmpty();
    }

    @Test
    void datagramsOfManyThreadsArriveWhole() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 6; t++) {
            int seed = t;
            threads.add(Thread.ofVirtual().start(() -> {
                DatagramBuffer[] batch = new DatagramBuffer[10];
                for (int i = 0; i < batch.length; i++) {
                    byte[] bytes = pattern(1000 + seed, seed);
                    bytes[0] = (byte) seed;
                    batch[i] = direct(bytes);
                }
                try {
                    for (int i = 0; i < 5; i++) {
                        sender.send(batch, batch.length, receiver.localAddress());
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (int i = 0; i < 6 * 50; i++) {
            byte[] bytes = inbox.take().bytes();
            byte[] expected = pattern(1000 + bytes[0], bytes[0]);
            expected[0] = bytes[0];
            assertThat(bytes).isEqualTo(expected);
        }
    }

    @Test
    void everyBatchIsEndedAndAHandlerThatFailsGetsTheNextDatagram() throws Exception {
        sender.send(ByteBuffer.wrap(new byte[13]), receiver.localAddress());
        assertThat(inbox.take().bytes()).hasSize(13);
        assertThat(inbox.ended.await(20, TimeUnit.SECONDS)).isTrue();
        inbox.ended = new CountDownLatch(1);
        sender.send(ByteBuffer.wrap(new byte[14]), receiver.localAddress());
        assertThat(inbox.take().bytes()).hasSize(14);
        assertThat(inbox.ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(inbox.batches).hasValueBetween(2, 2);
    }

    @Test
    void aClosedPortSendsNothingAndHandsOverNothing() throws Exception {
        InetSocketAddress address = receiver.localAddress();
        receiver.close();
        receiver.close();
        sender.send(ByteBuffer.wrap(new byte[1]), address);
        sender.close();
        assertThatThrownBy(() -> sender.send(ByteBuffer.wrap(new byte[1]), address)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> sender.send(new DatagramBuffer[] {direct(new byte[1])}, 1, address))
                .isInstanceOf(IOException.class);
        assertThat(inbox.received).isEmpty();
    }

    @Test
    void aHandlerMayCloseItsPort() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        DatagramPort third = open();
        third.start(new EachDatagram((datagram, from) -> {
            third.close();
            closed.countDown();
        }));
        sender.send(ByteBuffer.wrap(new byte[1]), third.localAddress());
        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anInterruptedSenderLeavesThePortToOthers() throws Exception {
        Thread.currentThread().interrupt();
        sender.send(ByteBuffer.wrap(new byte[] {1}), receiver.localAddress());
        assertThat(Thread.interrupted()).isTrue();
        sender.send(ByteBuffer.wrap(new byte[] {2}), receiver.localAddress());
        assertThat(inbox.take().bytes()).containsExactly(1);
        assertThat(inbox.take().bytes()).containsExactly(2);
    }
}
