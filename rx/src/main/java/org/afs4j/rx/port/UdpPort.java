package org.afs4j.rx.port;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;

/// A UDP socket, IPv4 or IPv6.
///
/// Threads: [#send] by any; datagrams are handed over on one platform thread of the port, `afs4j-rx-receive`.
public final class UdpPort implements DatagramPort {
    /// More than the longest datagram of Rx (16,412 bytes), so that a longer one is seen to be longer.
    private static final int RECEIVE_BUFFER_BYTES = 20 * 1024;

    /// Asked for in both directions; the system gives what it allows.
    private static final int SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

    private static final System.Logger LOGGER = System.getLogger("org.afs4j.rx");

    private final DatagramChannel channel;
    private final InetSocketAddress localAddress;
    private volatile Thread receiver = Thread.currentThread();
    private volatile boolean started;

    private UdpPort(DatagramChannel channel, InetSocketAddress localAddress) {
        this.channel = channel;
        this.localAddress = localAddress;
    }

    /// Opens a socket.
    ///
    /// @param bind the address to bind; port 0 lets the system choose
    /// @throws IOException if the system refuses; another port or address may do
    public static UdpPort open(InetSocketAddress bind) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
            channel.bind(bind);
            if (channel.getLocalAddress() instanceof InetSocketAddress local) {
                return new UdpPort(channel, local);
            }
            throw new IOException("bound to no internet address: " + bind);
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
                if (from instanceof InetSocketAddress address) {
                    buffer.flip();
                    handler.onDatagram(buffer, address);
                }
            } catch (ClosedChannelException e) {
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
        channel.send(datagram, to);
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
