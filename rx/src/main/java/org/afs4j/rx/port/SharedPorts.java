package org.afs4j.rx.port;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// Opens ports that share one address, as many as the platform gives.
final class SharedPorts {
    private static final System.Logger LOGGER = System.getLogger("org.afs4j.rx");

    private SharedPorts() {}

    /// What opens a socket that shares its address.
    @FunctionalInterface
    interface Opener {
        DatagramPort open(InetSocketAddress bind, UdpKind kind) throws IOException;
    }

    static List<DatagramPort> open(InetSocketAddress bind, UdpKind kind, int count) throws IOException {
        return open(bind, kind, count, SharedPorts::openShared);
    }

    /// The same, where something else opens what is shared.
    static List<DatagramPort> open(InetSocketAddress bind, UdpKind kind, int count, Opener opener) throws IOException {
        if (count < 1) {
            throw new IllegalArgumentException("at least one port: " + count);
        }
        // Sockets that share an address with strangers would take half of their datagrams; one that shares with nobody finds out
        // whether the address is free.
        DatagramPort alone = DatagramPort.open(bind, kind);
        if (count == 1) {
            return List.of(alone);
        }
        InetSocketAddress address = alone.localAddress();
        alone.close();
        List<DatagramPort> ports = new ArrayList<>();
        try {
            while (ports.size() < count) {
                ports.add(opener.open(address, kind));
            }
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "no more sockets share " + address, e);
            if (ports.isEmpty()) {
                return List.of(DatagramPort.open(address, kind));
            }
        }
        return ports;
    }

    private static DatagramPort openShared(InetSocketAddress bind, UdpKind kind) throws IOException {
        return switch (kind) {
            case BATCHED -> BatchedUdpPort.openShared(bind);
            case CHANNEL -> UdpPort.openShared(bind);
            case BEST -> BatchedUdpPort.isSupported() ? BatchedUdpPort.openShared(bind) : UdpPort.openShared(bind);
        };
    }
}
