package org.afs4j.rx.port;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// One end of an unreliable datagram network: a UDP socket, or a simulated one.
public interface DatagramPort extends AutoCloseable {
    /// Starts to hand over received datagrams; called once, before the first [#send].
    ///
    /// @param handler who gets them, one at a time, on the port's own thread
    void start(DatagramHandler handler);

    /// Sends a datagram; it may be lost, duplicated or overtaken.
    ///
    /// @param datagram its bytes, from position to limit; not kept after the call, the position is left at the limit
    /// @param to where it goes
    /// @throws IOException if the port is closed or the system refuses; a lost datagram is no error
    void send(ByteBuffer datagram, InetSocketAddress to) throws IOException;

    /// The address that the port is bound to.
    InetSocketAddress localAddress();

    /// Frees the port; no datagram is handed over after it returns, except by a call of the handler that closed it.
    @Override
    void close();

    /// Who gets a port's datagrams.
    @FunctionalInterface
    interface DatagramHandler {
        /// Takes a datagram.
        ///
        /// @param datagram its bytes, from position to limit, big endian; the port's buffer, valid only during the call
        /// @param from who sent it, as far as the network can be believed
        void onDatagram(ByteBuffer datagram, InetSocketAddress from);
    }
}
