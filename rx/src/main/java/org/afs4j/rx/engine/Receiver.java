package org.afs4j.rx.engine;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.afs4j.rx.port.DatagramPort;
import org.jspecify.annotations.Nullable;

/// Takes the port's datagrams for an endpoint. The mutex of a connection is kept from one of its packets to the next within a
/// batch, so that a window of packets costs one acknowledgement, one wake-up of the reader and one round with the mutex.
///
/// Threads: the port's receive thread.
final class Receiver implements DatagramPort.DatagramHandler {
    private final Endpoint endpoint;

    /// Whose mutex is held.
    private @Nullable Connection held;

    private long nowNanos;

    Receiver(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public void onDatagram(ByteBuffer datagram, InetSocketAddress from) {
        boolean whole = false;
        try {
            endpoint.onDatagram(this, datagram, from);
            whole = true;
        } finally {
            if (!whole) {
                release();
            }
        }
    }

    @Override
    public void onBatchEnd() {
        release();
    }

    /// Takes the mutex of a connection, unless it is held.
    ///
    /// @return when the batch came, as far as this connection is concerned
    @SuppressWarnings("ReferenceEquality") // a connection is itself and no other
    long hold(Connection connection) {
        if (held != connection) {
            release();
            connection.mutex.lock();
            held = connection;
            nowNanos = endpoint.world.nanoTime();
            connection.lastPacketNanos = nowNanos;
        }
        return nowNanos;
    }

    /// Releases what is held, after what its packets have made due.
    void release() {
        Connection connection = held;
        if (connection != null) {
            held = null;
            try {
                connection.onBatchEndLocked(nowNanos);
            } finally {
                connection.mutex.unlock();
            }
            endpoint.afterBatch();
        }
    }
}
