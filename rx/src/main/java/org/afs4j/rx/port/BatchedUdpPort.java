package org.afs4j.rx.port;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.afs4j.base.lock.Lookout;
import org.afs4j.rx.ffi.SendBatch;
import org.afs4j.rx.ffi.UdpSocket;
import org.jspecify.annotations.Nullable;

/// A UDP socket, IPv4 or IPv6, that carries a window of datagrams in one system call where [UdpPort] needs one for each.
///
/// Threads: [#send] by any; datagrams are handed over by one thread at a time: a platform thread of the port, `afs4j-rx-receive`, or
/// one that is on its [#lookout].
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
    private volatile @Nullable Reception reception;

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
        Reception begun = new Reception(socket, handler, RECEIVE_BUFFER_BYTES);
        Thread thread = Thread.ofPlatform().daemon().name("afs4j-rx-receive").unstarted(begun::run);
        begun.runsOn(thread);
        reception = begun;
        thread.start();
    }

    @Override
    public @Nullable Lookout lookout() {
        return reception;
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
    public void close() {
        socket.shut();
        Reception begun = reception;
        if (begun != null) {
            begun.awaitEnd();
        }
        socket.close();
    }
}
