package org.afs4j.rx.port;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.afs4j.rx.ffi.ReceiveBatch;
import org.afs4j.rx.ffi.SendBatch;
import org.afs4j.rx.ffi.UdpSocket;
import org.jspecify.annotations.Nullable;

/// A UDP socket, IPv4 or IPv6, that carries a window of datagrams in one system call where [UdpPort] needs one for each.
///
/// Threads: [#send] by any; datagrams are handed over on one platform thread of the port, `afs4j-rx-receive`.
public final class BatchedUdpPort implements DatagramPort {
    /// More than the longest datagram of Rx (16,412 bytes), so that a longer one is seen to be longer.
    private static final int RECEIVE_BUFFER_BYTES = 20 * 1024;

    /// Asked for in both directions; the system gives what it allows.
    private static final int SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

    /// Send batches that wait to be used again: as many as threads send at a time on a small machine.
    private static final int SPARE_BATCHES = 8;

    private static final System.Logger LOGGER = System.getLogger("org.afs4j.rx");

    private final UdpSocket socket;
    private final AtomicReferenceArray<@Nullable SendBatch> spare = new AtomicReferenceArray<>(SPARE_BATCHES);
    private volatile Thread receiver = Thread.currentThread();
    private volatile boolean started;

    private BatchedUdpPort(UdpSocket socket) {
        this.socket = socket;
    }

    /// Opens a socket.
    ///
    /// @param bind the address to bind; port 0 lets the system choose
    /// @throws IOException if the system refuses, or has no such sockets; [UdpPort] may do
    public static BatchedUdpPort open(InetSocketAddress bind) throws IOException {
        try {
            return new BatchedUdpPort(UdpSocket.open(bind, SOCKET_BUFFER_BYTES));
        } catch (LinkageError e) {
            throw new IOException("native access is denied", e);
        }
    }

    /// Opens a socket whose address others may share; see [DatagramPort#openShared].
    static BatchedUdpPort openShared(InetSocketAddress bind) throws IOException {
        try {
            return new BatchedUdpPort(UdpSocket.openShared(bind, SOCKET_BUFFER_BYTES));
        } catch (LinkageError e) {
            throw new IOException("native access is denied", e);
        }
    }

    /// Whether such sockets can be opened here.
    public static boolean isSupported() {
        return Support.IS_THERE;
    }

    /// Found out once, by opening one.
    private static final class Support {
        static final boolean IS_THERE = isThere();

        private Support() {}

        private static boolean isThere() {
            try (UdpSocket socket =
                    UdpSocket.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), RECEIVE_BUFFER_BYTES)) {
                return socket.localAddress().getPort() != 0;
            } catch (IOException | LinkageError e) {
                LOGGER.log(System.Logger.Level.DEBUG, "no batched sockets: datagrams go one by one", e);
                return false;
            }
        }
    }

    @Override
    public void start(DatagramHandler handler) {
        Thread thread = Thread.ofPlatform().daemon().name("afs4j-rx-receive").unstarted(() -> receive(handler));
        receiver = thread;
        started = true;
        thread.start();
    }

    private void receive(DatagramHandler handler) {
        ReceiveBatch batch = new ReceiveBatch(socket.isCoalesced(), RECEIVE_BUFFER_BYTES);
        ReceiveBatch.Taker taker = (datagram, from) -> {
            try {
                handler.onDatagram(datagram, from);
            } catch (RuntimeException | Error e) {
                // A defect met by one datagram must not stop all others.
                LOGGER.log(System.Logger.Level.ERROR, "a datagram could not be handled", e);
            }
        };
        boolean more = true;
        while (more) {
            try {
                more = socket.receive(batch, taker);
            } catch (IOException e) {
                LOGGER.log(System.Logger.Level.DEBUG, "receive failed", e);
            }
            try {
                handler.onBatchEnd();
            } catch (RuntimeException | Error e) {
                LOGGER.log(System.Logger.Level.ERROR, "a batch could not be ended", e);
            }
        }
    }

    @Override
    public void send(ByteBuffer datagram, InetSocketAddress to) throws IOException {
        SendBatch batch = take();
        try {
            batch.copy(datagram);
            int calls = socket.send(batch, to);
            assert calls > 0;
        } finally {
            giveBack(batch);
        }
    }

    @Override
    public void send(DatagramBuffer[] datagrams, int count, InetSocketAddress to) throws IOException {
        SendBatch batch = take();
        try {
            for (int i = 0; i < count; i++) {
                DatagramBuffer datagram = datagrams[i];
                if (datagram.address() == 0) {
                    sendBatch(batch, to);
                    batch.copy(datagram.bytes.duplicate());
                    sendBatch(batch, to);
                } else {
                    batch.add(datagram.address() + datagram.bytes.position(), datagram.bytes.remaining());
                    if (batch.count() == SendBatch.MAX_DATAGRAMS) {
                        sendBatch(batch, to);
                    }
                }
            }
            sendBatch(batch, to);
        } finally {
            giveBack(batch);
        }
    }

    private void sendBatch(SendBatch batch, InetSocketAddress to) throws IOException {
        if (batch.count() > 0) {
            int calls = socket.send(batch, to);
            assert calls > 0;
            batch.clear();
        }
    }

    private SendBatch take() {
        for (int i = 0; i < SPARE_BATCHES; i++) {
            if (spare.get(i) != null) {
                SendBatch batch = spare.getAndSet(i, null);
                if (batch != null) {
                    batch.clear();
                    return batch;
                }
            }
        }
        return new SendBatch();
    }

    private void giveBack(SendBatch batch) {
        for (int i = 0; i < SPARE_BATCHES; i++) {
            if (spare.get(i) == null && spare.compareAndSet(i, null, batch)) {
                return;
            }
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return socket.localAddress();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a thread is itself and no other
    public void close() {
        socket.shut();
        Thread thread = receiver;
        if (started && thread != Thread.currentThread()) {
            boolean interrupted = false;
            while (true) {
                try {
                    thread.join();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        socket.close();
    }
}
