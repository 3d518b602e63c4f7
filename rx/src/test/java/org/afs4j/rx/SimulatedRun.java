package org.afs4j.rx;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.rx.port.DatagramPort;
import org.afs4j.rx.simulation.LinkConditions;
import org.afs4j.rx.simulation.SimulatedNetwork;

/// Two endpoints in a simulated world; after each run both are closed and nothing may be left of them.
final class SimulatedRun {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000 * MILLI;

    final SimulatedWorld world;
    final SimulatedNetwork network;
    final InetSocketAddress clientAddress = address(1, 7001);
    final InetSocketAddress serverAddress = address(2, 7000);
    RxOptions options = RxOptions.defaults();

    /// How many ports share an endpoint's address.
    int portCount = 1;

    /// How long ports may keep datagrams back to hand them over together; 0 for not at all.
    long patienceNanos;

    /// The largest batch of datagrams that an endpoint was handed.
    int largestBatch;

    SimulatedRun(long seed) {
        world = new SimulatedWorld(seed);
        network = new SimulatedNetwork(world);
        network.setConditions(LinkConditions.perfect().withDelay(200_000, 0));
    }

    static InetSocketAddress address(int host, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) host}), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @FunctionalInterface
    interface Body {
        void run(RxEndpoint client, RxEndpoint server) throws Exception;
    }

    void run(Body body) {
        world.run(() -> {
            List<DatagramPort> clientPorts = ports(clientAddress);
            List<DatagramPort> serverPorts = ports(serverAddress);
            RxEndpoint client = RxEndpoint.open(world, clientPorts, options);
            RxEndpoint server = RxEndpoint.open(world, serverPorts, options);
            body.run(client, server);
            for (DatagramPort port : serverPorts) {
                largestBatch = Math.max(largestBatch, port instanceof BatchingPort batching ? batching.largest : 0);
            }
            client.close();
            server.close();
            client.requireIdle();
            server.requireIdle();
        });
    }

    private List<DatagramPort> ports(InetSocketAddress address) {
        DatagramPort port = network.open(address);
        List<DatagramPort> ports = portCount == 1 ? List.of(port) : ForkedPort.fork(world, port, portCount);
        if (patienceNanos == 0) {
            return ports;
        }
        return ports.stream().<DatagramPort>map(each -> new BatchingPort(world, each, patienceNanos)).toList();
    }

    RxConnection connect(RxEndpoint client, int serviceId) {
        return client.connect(serverAddress, serviceId, RxClientSecurity.none());
    }

    void pause(Duration duration) throws InterruptedException {
        pause(world, duration);
    }

    static void pause(SimulatedWorld world, Duration duration) throws InterruptedException {
        world.pause(duration.toNanos());
    }
}
