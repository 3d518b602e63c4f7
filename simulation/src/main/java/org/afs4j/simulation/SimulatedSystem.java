package org.afs4j.simulation;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.cell.AfsCell;
import org.afs4j.client.AfsClient;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.rx.simulation.LinkConditions;
import org.afs4j.rx.simulation.SimulatedNetwork;

/// A cell, a network, and clients on hosts of their own, in one simulated world.
///
/// Threads: the world's.
final class SimulatedSystem implements AutoCloseable {
    /// Where users work.
    static final String DIRECTORY = "/afs/sim.test/scratch";

    private static final String CELL = "sim.test";
    private static final int SERVER_PORT = 7000;
    private static final int CLIENT_PORT = 7001;
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(5);
    private static final double HEAVY_LOSS = 0.33;

    private final SimulatedWorld world;
    private final SimulatedNetwork network;
    private final LinkConditions ordinary;
    private final AfsCell cell;
    private int hosts;
    private long traceHash = 17;

    /// A client on a host of its own.
    record Member(AfsClient client, InetAddress host) {}

    /// Starts the cell.
    SimulatedSystem(SimulatedWorld world, SimulationPlan plan) throws IOException {
        this.world = world;
        network = new SimulatedNetwork(world);
        ordinary = LinkConditions.perfect()
                .withDelay(plan.delayMicros() * 1_000L, plan.delayMicros() * 500L)
                .withLoss(plan.lossPerMille() / 1000.0)
                .withDuplication(plan.lossPerMille() / 2000.0)
                .withReordering(plan.lossPerMille() / 1000.0, plan.delayMicros() * 2_000L);
        network.setConditions(ordinary);
        network.tap(datagram -> traceHash = ((traceHash * 31 + datagram.sentNanos()) * 31 + datagram.from().hashCode()) * 961
                + datagram.fate().name().hashCode() * 31L
                + Arrays.hashCode(datagram.bytes()));
        AfsCell.Builder builder =
                AfsCell.builder()
                .name(CELL)
                .world(plan.skewPerMille() == 0 ? world : new SkewedWorld(world, plan.skewPerMille()))
                .port(network.open(new InetSocketAddress(nextHost(), SERVER_PORT)));
        if (plan.promiseSeconds() > 0) {
            builder.promiseLifetime(Duration.ofSeconds(plan.promiseSeconds()));
        }
        cell = builder.start();
    }

    private InetAddress nextHost() {
        hosts++;
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, (byte) (hosts >> 8), (byte) hosts});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Opens a client on a new host.
    Member newMember() throws IOException {
        InetAddress host = nextHost();
        AfsClient client = AfsClient.builder()
                .cell(new CellConfiguration(CELL, List.of(cell.volumeLocationAddress()), SERVER_PORT))
                .world(world, network.open(new InetSocketAddress(host, CLIENT_PORT)))
                .probeInterval(PROBE_INTERVAL)
                .open();
        return new Member(client, host);
    }

    AfsCell cell() {
        return cell;
    }

    SimulatedWorld world() {
        return world;
    }

    /// Lets nothing pass between a client and the server from now on.
    void part(InetAddress host) {
        network.partition(host, cell.fileServerAddress().getAddress());
    }

    /// Ends [#part].
    void join(InetAddress host) {
        network.heal(host, cell.fileServerAddress().getAddress());
    }

    /// Sets whether a third of all datagrams is lost.
    void setHeavyLoss(boolean heavy) {
        network.setConditions(heavy ? ordinary.withLoss(HEAVY_LOSS) : ordinary);
    }

    /// The hash of every datagram so far.
    long traceHash() {
        return traceHash;
    }

    @Override
    public void close() {
        cell.close();
    }
}
