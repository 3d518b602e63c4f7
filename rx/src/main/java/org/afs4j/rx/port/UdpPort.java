package org.afs4j.rx.port;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/// A UDP socket, IPv4 or IPv6, reached by the JDK's channel: a system call a datagram, on every platform.
///
/// The channel is in non-blocking mode, because in blocking mode the interrupt of a thread that happens to be sending would close
/// it, and with it the socket of everybody else.
///
/// Threads: [#send] by any; datagrams are handed over on one platform thread of the port, `afs4j-rx-receive`.
public final class UdpPort implements DatagramPort {
    /// More than the longest datagram of Rx (16,412 bytes), so that a longer one is seen to be longer.
    private static final int RECEIVE_BUFFER_BYTES = 20 * 1024;

    /// Asked for in both directions; the system gives what it allows.
    private static final int SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

    /// How often a full send buffer is tried again before the datagram is given up for lost.
    private static final int SEND_TRIES = 1000;

    private static final System.Logger LOGGER = System.getLogger("org.afs4j.rx");

    private final DatagramChannel channel;
    private final Selector selector;
    private final InetSocketAddress localAddress;
    private volatile Thread receiver = Thread.currentThread();
    private volatile boolean started;

    private UdpPort(DatagramChannel channel, Selector selector, InetSocketAddress localAddress) {
        this.channel = channel;
        this.selector = selector;
        this.localAddress = localAddress;
    }

    /// Opens a socket.
    ///
    /// @param bind the address to bind; port 0 lets the system choose
    /// @throws IOException if the system refuses; another port or address may do
    public static UdpPort open(InetSocketAddress bind) throws IOException {
        return open(bind, false);
    }

    /// Opens a socket whose address others may share; see [DatagramPort#openShared].
    static UdpPort openShared(InetSocketAddress bind) throws IOException {
        return open(bind, true);
    }

    private static UdpPort open(InetSocketAddress bind, boolean isShared) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        try {
            if (isShared) {
                if (!channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
                    throw new IOException("the platform has no SO_REUSEPORT");
                }
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
            channel.bind(bind);
            channel.configureBlocking(false);
            if (!(channel.getLocalAddress() instanceof InetSocketAddress local)) {
                throw new IOException("bound to no internet address: " + bind);
            }
            Selector selector = Selector.open();
            SelectionKey readable = channel.register(selector, SelectionKey.OP_READ);
            assert readable.isValid();
            return new UdpPort(channel, selector, local);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
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
        ByteBuffer buffer = ByteBuffer.allocateDirect(RECEIVE_BUFFER_BYTES);
        while (channel.isOpen()) {
            buffer.clear();
            try {
                SocketAddress from = channel.receive(buffer);
                if (from == null) {
                    int ready = selector.select(key -> {});
                    assert ready >= 0;
                } else if (from instanceof InetSocketAddress address) {
                    buffer.flip();
                    try {
                        handler.onDatagram(buffer, address);
                    } finally {
                        handler.onBatchEnd();
                    }
                }
            } catch (ClosedChannelException | ClosedSelectorException e) {
                return;
            } catch (IOException e) {
                // What a datagram of ours ran into (port unreachable, say); the socket is fine.
                LOGGER.log(System.Logger.Level.DEBUG, "receive failed", e);
            } catch (RuntimeException | Error e) {
                // A defect met by one datagram must not stop all others.
                LOGGER.log(System.Logger.Level.ERROR, "a datagram could not be handled", e);
            }
        }
    }

    @Override
    public void send(ByteBuffer datagram, InetSocketAddress to) throws IOException {
        for (int tries = 0; channel.send(datagram, to) == 0; tries++) {
            if (tries == SEND_TRIES) {
                throw new IOException("the send buffer stays full");
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a thread is itself and no other
    public void close() {
        try {
            channel.close();
            selector.close();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "close failed", e);
        }
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
    }
}
