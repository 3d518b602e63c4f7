package org.afs4j.cell;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.afs4j.rx.port.DatagramBuffer;
import org.afs4j.rx.port.DatagramPort;
import org.jspecify.annotations.Nullable;

/// A datagram port that outlives the servers on it: one is plugged in at a time, or none, and then the port is silent, as that
/// of a machine without its server. A server that was unplugged sends and receives nothing more, not even its farewells.
///
/// Threads: any; plugging by one at a time.
final class SwitchedPort {
    private final DatagramPort port;
    private volatile @Nullable Plug current;

    /// Takes over a port that is not started.
    SwitchedPort(DatagramPort port) {
        this.port = port;
        port.start(new Switch());
    }

    DatagramPort plug() {
        Plug plug = new Plug();
        current = plug;
        return plug;
    }

    void unplug() {
        current = null;
    }

    InetSocketAddress localAddress() {
        return port.localAddress();
    }

    void close() {
        current = null;
        port.close();
    }

    /// Hands datagrams to whoever is plugged in; who got one of a batch is told of the batch's end, plugged in or not by then.
    private final class Switch implements DatagramPort.DatagramHandler {
        private DatagramPort.@Nullable DatagramHandler inBatch;

        @Override
        @SuppressWarnings("ReferenceEquality") // a handler is itself and no other
        public void onDatagram(ByteBuffer datagram, InetSocketAddress from) {
            Plug plug = current;
            DatagramPort.DatagramHandler handler = plug == null ? null : plug.handler;
            if (handler != inBatch) {
                onBatchEnd();
            }
            if (handler != null) {
                inBatch = handler;
                handler.onDatagram(datagram, from);
            }
        }

        @Override
        public void onBatchEnd() {
            DatagramPort.DatagramHandler handler = inBatch;
            inBatch = null;
            if (handler != null) {
                handler.onBatchEnd();
            }
        }
    }

    private final class Plug implements DatagramPort {
        private volatile @Nullable DatagramHandler handler;

        @Override
        public void start(DatagramHandler newHandler) {
            handler = newHandler;
        }

        @Override
        public void send(ByteBuffer datagram, InetSocketAddress to) throws IOException {
            if (current == this) {
                port.send(datagram, to);
            } else {
                datagram.position(datagram.limit());
            }
        }

        @Override
        public void send(DatagramBuffer[] datagrams, int count, InetSocketAddress to) throws IOException {
            if (current == this) {
                port.send(datagrams, count, to);
            }
        }

        @Override
        public InetSocketAddress localAddress() {
            return port.localAddress();
        }

        @Override
        public void close() {
            handler = null;
        }
    }
}
