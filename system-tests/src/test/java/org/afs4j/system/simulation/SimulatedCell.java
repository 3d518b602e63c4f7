package org.afs4j.system.simulation;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.cell.AfsCell;
import org.afs4j.cell.EmbeddedServer;
import org.afs4j.client.AfsClient;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.rx.port.DatagramPort;
import org.afs4j.rx.simulation.LinkConditions;
import org.afs4j.rx.simulation.SimulatedNetwork;

/// A simulated world with a network, an embedded cell and as many clients as asked for.
final class SimulatedCell implements AutoCloseable {
    private static final int PORT = 7000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SimulatedWorld world;
    private final SimulatedNetwork network;
    private final AfsCell cell;
    private int clients;

    /// Starts the cell; to be called on a thread of the world.
    SimulatedCell(SimulatedWorld world, LinkConditions conditions) throws IOException {
        this(world, conditions, builder -> builder);
    }

    /// The same, with more said of the cell.
    SimulatedCell(SimulatedWorld world, LinkConditions conditions, UnaryOperator<AfsCell.Builder> more) throws IOException {
        this.world = world;
        this.network = new SimulatedNetwork(world);
        network.setConditions(conditions);
        this.cell = more.apply(AfsCell.builder()
                        .name("sim.test")
                        .world(world)
                        .port(network.open(new InetSocketAddress(host(1), PORT))))
                .start();
    }

    static InetAddress host(int number) throws IOException {
        return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) number});
    }

    AfsCell cell() {
        return cell;
    }

    SimulatedNetwork network() {
        return network;
    }

    /// Adds a file server on hosts of its own, one for each of its addresses.
    EmbeddedServer addServer(int... hosts) throws IOException {
        DatagramPort[] ports = new DatagramPort[hosts.length];
        for (int i = 0; i < hosts.length; i++) {
            ports[i] = network.open(new InetSocketAddress(host(hosts[i]), PORT));
        }
        return cell.addServer(ports);
    }

    /// What is written into a volume.
    interface Contents {
        void write(AfsClient by) throws IOException;
    }

    /// Adds two servers, and a volume on the first, mounted as `repl`, with a replica on each.
    ///
    /// @param contents what the volume has when it is released
    /// @return the two servers
    List<EmbeddedServer> addReplicatedVolume(Contents contents) throws IOException {
        EmbeddedServer second = addServer(101);
        EmbeddedServer third = addServer(102);
        cell.createVolume("repl", second);
        cell.mount(cell.volume("root.cell"), "/repl", "#repl.");
        cell.addReplica("repl", second);
        cell.addReplica("repl", third);
        try (AfsClient writer = newClient()) {
            contents.write(writer);
        }
        cell.release("repl");
        // A mount point in a read-write volume leads to a read-write one, so the volume above has a replica too.
        cell.addReplica("root.cell", cell.server(0));
        cell.release("root.cell");
        return List.of(second, third);
    }

    /// Where the cell's location server is.
    CellConfiguration configuration() {
        return new CellConfiguration("sim.test", List.of(cell.volumeLocationAddress()), PORT);
    }

    SimulatedWorld world() {
        return world;
    }

    /// Opens a client on a host of its own: 10.0.0.2, .3 and so on.
    AfsClient newClient() throws IOException {
        return newClient(newPort());
    }

    /// Opens a client on a port.
    AfsClient newClient(DatagramPort port) throws IOException {
        return AfsClient.builder()
                .cell(configuration())
                .world(world, port)
                .probeInterval(Duration.ofSeconds(5))
                .open();
    }

    /// A port on a host of its own: 10.0.0.2, .3 and so on.
    DatagramPort newPort() throws IOException {
        return network.open(new InetSocketAddress(host(2 + clients++), 7001));
    }

    /// Waits until something has come about.
    void await(String what, BooleanSupplier comeAbout) throws InterruptedException {
        long startNanos = world.nanoTime();
        while (!comeAbout.getAsBoolean()) {
            if (world.nanoTime() - startNanos > PATIENCE.toNanos()) {
                throw new AssertionError("not within " + PATIENCE + ": " + what);
            }
            pause(Duration.ofMillis(1));
        }
    }

    /// Waits some simulated time.
    void pause(Duration time) throws InterruptedException {
        world.pause(time.toNanos());
    }

    @Override
    public void close() {
        cell.close();
    }
}
