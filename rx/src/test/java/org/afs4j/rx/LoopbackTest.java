package org.afs4j.rx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.rx.port.DatagramPort;
import org.afs4j.rx.port.UdpKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two endpoints on real sockets.
class LoopbackTest {
    private RxEndpoint client;
    private RxEndpoint server;

    @BeforeEach
    void open() throws IOException {
        client = open(RxOptions.defaults());
        server = open(RxOptions.defaults());
    }

    /// How the sockets are reached.
    UdpKind kind() {
        return UdpKind.BEST;
    }

    /// How many sockets share the address.
    int portCount() {
        return 1;
    }

    private RxEndpoint open(RxOptions options) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        List<DatagramPort> ports = DatagramPort.openShared(any, kind(), portCount());
        assertThat(ports).hasSize(portCount());
        return RxEndpoint.open(SystemWorld.instance(), ports, options);
    }

    @AfterEach
    void nothingIsLeaked() {
        client.close();
        server.close();
        client.requireIdle();
        server.requireIdle();
    }

    private RxConnection connect(int serviceId) {
        return client.connect(server.localAddress(), serviceId, RxClientSecurity.none());
    }

    @Test
    void aCallReturnsWhatTheServiceMakesOfIt() throws Exception {
        server.serve(1, Services::echo);
        for (int length : new int[] {1, 4, 1415, 1416, 1417, 2832, 100_000}) {
            byte[] request = Services.pattern(length, length);
            assertThat(Services.call(connect(1), request)).isEqualTo(request);
        }
        assertThat(client.counters().callsMade()).isEqualTo(7);
        assertThat(server.counters().callsServed()).isEqualTo(7);
    }

    @Test
    void anEmptyRequestHasAnEmptyReply() throws Exception {
        server.serve(1, Services::echo);
        assertThat(Services.call(connect(1), new byte[0])).isEmpty();
    }

    @Test
    void largePayloadsArriveIntactInBothDirections() throws Exception {
        server.serve(1, Services::echo);
        byte[] request = Services.pattern(8 << 20, 5);
        assertThat(Services.call(connect(1), request)).isEqualTo(request);
    }

    @Test
    void moreCallsThanChannelsRunAtATime() throws Exception {
        CountDownLatch all = new CountDownLatch(10);
        server.serve(1, call -> {
            all.countDown();
            await(all);
            Services.echo(call);
        });
        RxConnection connection = connect(1);
        List<Thread> threads = new ArrayList<>();
        List<byte[]> replies = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            byte[] request = Services.pattern(5000, i);
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    byte[] reply = Services.call(connection, request);
                    synchronized (replies) {
                        replies.add(reply);
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(replies).hasSize(10);
    }

    @Test
    void anAbortOfTheServiceReachesTheCallerWithItsCode() {
        server.serve(1, call -> {
            throw new RxAbortException(101);
        });
        assertThatThrownBy(() -> Services.call(connect(1), new byte[10]))
                .isInstanceOfSatisfying(RxAbortException.class, e -> assertThat(e.code()).isEqualTo(101));
    }

    @Test
    void aServiceThatFailsEndsItsCallWithAProtocolError() {
        server.serve(1, call -> {
            throw new IllegalStateException("by intent of the test");
        });
        assertThatThrownBy(() -> Services.call(connect(1), new byte[10]))
                .isInstanceOfSatisfying(RxAbortException.class, e -> assertThat(e.code()).isEqualTo(RxErrorCodes.PROTOCOL_ERROR));
        assertThat(server.counters().value(RxCounter.SERVICE_FAILURES)).isEqualTo(1);
    }

    @Test
    void anUnknownServiceIsRefusedAsAnInvalidOperation() {
        assertThatThrownBy(() -> Services.call(connect(77), new byte[10]))
                .isInstanceOfSatisfying(
                        RxAbortException.class, e -> assertThat(e.code()).isEqualTo(RxErrorCodes.INVALID_OPERATION));
    }

    @Test
    void closingTheClientEndsItsCalls() throws Exception {
        CountDownLatch inService = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        server.serve(1, call -> {
            inService.countDown();
            // A read ends the request, so a service that only reads it would answer, and the caller might have the answer first.
            await(ended);
        });
        RxClientCall call = connect(1).newCall();
        call.write(ByteBuffer.allocate(10));
        call.flush();
        inService.await();
        Thread closer = Thread.ofVirtual().start(client::close);
        assertThatThrownBy(() -> call.read(ByteBuffer.allocate(10))).isInstanceOf(RxClosedException.class);
        ended.countDown();
        closer.join();
        call.close();
        assertThatThrownBy(() -> connect(1).newCall()).isInstanceOf(RxClosedException.class);
    }

    @Test
    void anInterruptEndsTheWaitAndTheCall() throws Exception {
        CountDownLatch aborted = new CountDownLatch(1);
        CountDownLatch inService = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        server.serve(1, call -> {
            inService.countDown();
            await(interrupted);
            try {
                Services.readAll(call);
            } catch (RxAbortException e) {
                aborted.countDown();
            }
        });
        try (RxClientCall call = connect(1).newCall()) {
            call.write(ByteBuffer.allocate(20_000));
            inService.await();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> {
                        while (true) {
                            call.write(ByteBuffer.allocate(20_000));
                        }
                    })
                    .isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
            interrupted.countDown();
        }
        aborted.await();
    }

    @Test
    void smallCallsOfManyThreadsOfBothKindsAreAllAnswered() throws Exception {
        server.serve(1, Services::echo);
        RxConnection connection = connect(1);
        AtomicInteger right = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int seed = i;
            Thread.Builder kind = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
            threads.add(kind.start(() -> {
                try {
                    for (int j = 0; j < 200; j++) {
                        byte[] request = Services.pattern(4, seed * 1000 + j);
                        if (Arrays.equals(Services.call(connection, request), request)) {
                            right.incrementAndGet();
                        }
                    }
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(right).hasValue(8 * 200);
    }

    @Test
    void anInterruptEndsTheWaitForAReplyAndThePortServesOthers() throws Exception {
        CountDownLatch inService = new CountDownLatch(1);
        server.serve(1, call -> {
            inService.countDown();
            byte[] request = Services.readAll(call);
            if (request.length == 5) {
                // Ends with the call.
                await(new CountDownLatch(1));
            }
            call.write(ByteBuffer.wrap(request));
        });
        RxConnection connection = connect(1);
        assertThat(Services.call(connection, new byte[4])).hasSize(4);
        Thread waiter = Thread.currentThread();
        Thread interrupter = Thread.ofPlatform().start(() -> {
            try {
                assertThat(Services.call(connection, new byte[4])).hasSize(4);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                waiter.interrupt();
            }
        });
        inService.await();
        assertThatThrownBy(() -> Services.call(connection, new byte[5])).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        interrupter.join();
        assertThat(Services.call(connection, new byte[4])).hasSize(4);
    }

    private static void await(CountDownLatch latch) throws InterruptedIOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted");
        }
    }
}
