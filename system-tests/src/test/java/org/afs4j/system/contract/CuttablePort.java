package org.afs4j.system.contract;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.afs4j.base.lock.Lookout;
import org.afs4j.rx.port.DatagramBuffer;
import org.afs4j.rx.port.DatagramPort;
import org.afs4j.rx.port.MessageHold;
import org.jspecify.annotations.Nullable;

/// A port that a test can cut off from the network: while it is, nothing comes in or goes out, and nobody is told.
final class CuttablePort implements DatagramPort {
    private final DatagramPort port;
    private volatile boolean cut;

    CuttablePort(DatagramPort port) {
        this.port = port;
    }

    void cut(boolean newCut) {
        cut = newCut;
    }

    @Override
    public void start(DatagramHandler handler) {
        port.start(new DatagramHandler() {
            @Override
            public void onDatagram(ByteBuffer datagram, InetSocketAddress from) {
                if (!cut) {
                    handler.onDatagram(datagram, from);
                }
            }

            @Override
            public void onDatagram(ByteBuffer datagram, InetSocketAddress from, MessageHold message) {
                if (!cut) {
                    handler.onDatagram(datagram, from, message);
                }
            }

            @Override
            public void onBatchEnd() {
                handler.onBatchEnd();
            }
        });
    }

    @Override
    public void send(ByteBuffer datagram, InetSocketAddress to) throws IOException {
        if (!cut) {
            port.send(datagram, to);
        }
    }

    @Override
    public void send(DatagramBuffer[] datagrams, int count, InetSocketAddress to) throws IOException {
        if (!cut) {
            port.send(datagrams, count, to);
        }
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
