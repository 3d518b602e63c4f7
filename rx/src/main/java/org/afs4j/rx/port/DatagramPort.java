package org.afs4j.rx.port;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.afs4j.base.lock.Lookout;
import org.jspecify.annotations.Nullable;

/// One end of an unreliable datagram network: a UDP socket, or a simulated one.
public interface DatagramPort extends AutoCloseable {
    /// Opens a UDP socket in the best way that the platform has.
    ///
    /// @param bind the address to bind; port 0 lets the system choose
    /// @throws IOException if the system refuses; another port or address may do
    static DatagramPort open(InetSocketAddress bind) throws IOException {
        return open(bind, UdpKind.BEST);
    }

    /// Opens a UDP socket.
    ///
    /// @param bind the address to bind; port 0 lets the system choose
    /// @param kind how it is reached
    /// @throws IOException if the system refuses; another port, address or kind may do
    static DatagramPort open(InetSocketAddress bind, UdpKind kind) throws IOException {
        return switch (kind) {
            case BATCHED -> BatchedUdpPort.open(bind);
            case CHANNEL -> UdpPort.open(bind);
            case BEST -> BatchedUdpPort.isSupported() ? BatchedUdpPort.open(bind) : UdpPort.open(bind);
        };
    }

    /// Opens several UDP sockets that share one address (SO_REUSEPORT), each with a receive thread, for where one thread cannot take
    /// all that comes: the kernel gives all datagrams of one sender's address to the same socket. Where the platform refuses to
    /// share, there are fewer, at least one.
    ///
    /// Other programs of the same user may then share the address too; one that has it already refuses this one all the same.
    ///
    /// @param bind the address to bind; port 0 lets the system choose
    /// @param kind how they are reached
    /// @param count how many are wanted, at least 1
    /// @return the ports, for `RxEndpoint.open(world, ports, options)`; one is as [#open]
    /// @throws IOException if the system refuses; another port, address or kind may do
    static List<DatagramPort> openShared(InetSocketAddress bind, UdpKind kind, int count) throws IOException {
        return SharedPorts.open(bind, kind, count);
    }

    /// Starts to hand over received datagrams; called once, before the first [#send].
    ///
    /// @param handler who gets them, one at a time, on the port's own thread or one that is on its [#lookout]
    void start(DatagramHandler handler);

    /// Sends a datagram; it may be lost, duplicated or overtaken.
    ///
    /// @param datagram its bytes, from position to limit; not kept after the call, the position is left at the limit
    /// @param to where it goes
    /// @throws IOException if the port is closed or the system refuses; a lost datagram is no error
    void send(ByteBuffer datagram, InetSocketAddress to) throws IOException;

    /// Sends several datagrams to one address, in order, by as few system calls as the port can.
    ///
    /// @param datagrams each from position to limit, each in its own memory; not kept after the call, positions are left alone
    /// @param count how many of the array are meant, from 0 on
    /// @param to where they go
    /// @throws IOException if the port is closed or the system refuses; some may have been sent
    default void send(DatagramBuffer[] datagrams, int count, InetSocketAddress to) throws IOException {
        for (int i = 0; i < count; i++) {
            ByteBuffer bytes = datagrams[i].bytes;
            int position = bytes.position();
            try {
                send(bytes, to);
            } finally {
                bytes.position(position);
            }
        }
    }

    /// Where a thread may wait for what a datagram will bring it: it takes the datagrams that come meanwhile, in place of the port's own
    /// thread, and gives them to the handler.
    ///
    /// Locks: the handler runs under those that the thread holds, which must allow a call (`HeldLocks.allowCall`).
    ///
    /// @return null if the port has no such place
    default @Nullable Lookout lookout() {
        return null;
    }

    /// The address that the port is bound to.
    InetSocketAddress localAddress();

    /// Frees the port; no datagram is handed over after it returns, except by a call of the handler that closed it.
    @Override
    void close();

    /// Who gets a port's datagrams.
    interface DatagramHandler {
        /// Takes a datagram.
        ///
        /// @param datagram its bytes, from position to limit, big endian; the port's buffer, valid only during the call
        /// @param from who sent it, as far as the network can be believed
        void onDatagram(ByteBuffer datagram, InetSocketAddress from);

        /// Takes a datagram of which parts may be kept in place: a port that has such memory calls this one. Whoever puts a handler
        /// before another need not: then all is copied.
        ///
        /// @param datagram its bytes, from index 0 to its limit, big endian; valid during the call, and as long as `message` is held
        /// @param from who sent it, as far as the network can be believed
        /// @param message where it is
        default void onDatagram(ByteBuffer datagram, InetSocketAddress from, MessageHold message) {
            onDatagram(datagram, from);
        }

        /// Says that the datagrams which had come together have all been handed over. Called on the thread of
        /// [#onDatagram] after every batch, also of one datagram, and also after a handler failed. A handler may do its work only
        /// now and keep locks until now: whoever puts a handler before another passes this on.
        void onBatchEnd();
    }
}
