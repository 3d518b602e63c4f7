package org.afs4j.rx;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
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
            DatagramPort clientPort = port(clientAddress);
            DatagramPort serverPort = port(serverAddress);
            RxEndpoint client = RxEndpoint.open(world, clientPort, options);
            RxEndpoint server = RxEndpoint.open(world, serverPort, options);
            body.run(client, server);
            if (clientPort instanceof BatchingPort one && serverPort instanceof BatchingPort other) {
                largestBatch = Math.max(one.largest, other.largest);
            }
            client.close();
            server.close();
            client.requireIdle();
            server.requireIdle();
        });
    }

    private DatagramPort port(InetSocketAddress address) {
        DatagramPort port = network.open(address);
        return patienceNanos == 0 ? port : new BatchingPort(world, port, patienceNanos);
    }

    RxConnection connect(RxEndpoint client, int serviceId) {
        return client.connect(serverAddress, serviceId, RxClientSecurity.none());
    }

    void pause(Duration duration) throws InterruptedException {
        pause(world, duration);
    }

    static void pause(SimulatedWorld world, Duration duration) throws InterruptedException {
        Pause pause = new Pause(world);
        pause.forNanos(duration.toNanos());
    }
}
