package org.afs4j.cell;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
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
        port.start((datagram, from) -> {
            Plug plug = current;
            DatagramPort.DatagramHandler handler = plug == null ? null : plug.handler;
            if (handler != null) {
                handler.onDatagram(datagram, from);
            }
        });
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
        public InetSocketAddress localAddress() {
            return port.localAddress();
        }

        @Override
        public void close() {
            handler = null;
        }
    }
}
