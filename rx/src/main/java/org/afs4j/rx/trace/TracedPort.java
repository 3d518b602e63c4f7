package org.afs4j.rx.trace;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.afs4j.base.lock.Lookout;
import org.afs4j.rx.port.DatagramPort;
import org.jspecify.annotations.Nullable;

/// A port that shows what passes through another one to a listener: `RxEndpoint.open(world, new TracedPort(port, listener), …)`.
public final class TracedPort implements DatagramPort {
    private final DatagramPort port;
    private final Listener listener;

    /// Who sees what passes.
    ///
    /// Threads: those that send, and the port's own, at the same time.
    @FunctionalInterface
    public interface Listener {
        /// Sees a datagram just before it is sent, or handled.
        ///
        /// @param from who sends it
        /// @param to who gets it
        /// @param datagram its bytes from index 0 to the limit; read-only, valid only during the call
        void onDatagram(InetSocketAddress from, InetSocketAddress to, ByteBuffer datagram);
    }

    /// Wraps a port.
    ///
    /// @param port the port, not started yet; belongs to this one from now on
    /// @param listener who sees what passes
    public TracedPort(DatagramPort port, Listener listener) {
        this.port = port;
        this.listener = listener;
    }

    @Override
    public void start(DatagramHandler handler) {
        port.start(new DatagramHandler() {
            @Override
            public void onDatagram(ByteBuffer datagram, InetSocketAddress from) {
                listener.onDatagram(from, port.localAddress(), datagram.slice().asReadOnlyBuffer());
                handler.onDatagram(datagram, from);
            }

            @Override
            public void onBatchEnd() {
                handler.onBatchEnd();
            }
        });
    }

    @Override
    public void send(ByteBuffer datagram, InetSocketAddress to) throws IOException {
        listener.onDatagram(port.localAddress(), to, datagram.slice().asReadOnlyBuffer());
        port.send(datagram, to);
    }

    @Override
    public @Nullable Lookout lookout() {
        return port.lookout();
    }

    @Override
    public InetSocketAddress localAddress() {
        return port.localAddress();
    }

    @Override
    public void close() {
        port.close();
    }
}
