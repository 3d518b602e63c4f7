package org.afs4j.cell;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.base.world.World;
import org.afs4j.protocol.Capabilities;
import org.afs4j.protocol.Fid;
import org.afs4j.rx.port.DatagramPort;
import org.afs4j.rx.simulation.SimulatedNetwork;
import org.jspecify.annotations.Nullable;

/// A cell and its clients, on UDP or in a simulation.
final class CellLab {
    private static final InetSocketAddress SERVER = new InetSocketAddress(ip(1), 7000);

    final World world;
    final @Nullable SimulatedNetwork network;
    final AfsCell cell;
    private final List<CellClient> clients = new ArrayList<>();

    /// What a test does in it.
    interface Body {
        void run(CellLab lab) throws Exception;
    }

    private CellLab(World world, @Nullable SimulatedNetwork network, AfsCell cell) {
        this.world = world;
        this.network = network;
        this.cell = cell;
    }

    static void onUdp(UnaryOperator<AfsCell.Builder> settings, Body body) throws Exception {
        AfsCell cell = settings.apply(AfsCell.builder()).start();
        new CellLab(SystemWorld.instance(), null, cell).run(body);
    }

    static void inSimulation(long seed, UnaryOperator<AfsCell.Builder> settings, Body body) {
        SimulatedWorld world = new SimulatedWorld(seed);
        world.run(() -> {
            SimulatedNetwork network = new SimulatedNetwork(world);
            AfsCell cell = settings.apply(AfsCell.builder()).world(world).port(network.open(SERVER)).start();
            new CellLab(world, network, cell).run(body);
        });
    }

    private void run(Body body) throws Exception {
        try {
            body.run(this);
        } finally {
            clients.forEach(CellClient::close);
            cell.close();
        }
    }

    SimulatedNetwork simulatedNetwork() {
        if (network == null) {
            throw new IllegalStateException("not simulated");
        }
        return network;
    }

    CellClient client() throws IOException {
        return client(0);
    }

    CellClient universalClient() throws IOException {
        return client(Capabilities.CLIENT_ERROR_TRANSLATION);
    }

    private CellClient client(int capabilities) throws IOException {
        CellClient client = new CellClient(world, clientPort(), cell, capabilities);
        clients.add(client);
        return client;
    }

    DatagramPort clientPort() throws IOException {
        return network == null
                ? DatagramPort.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                : network.open(new InetSocketAddress(ip(10 + clients.size()), 7001));
    }

    static InetAddress ip(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static InetAddress serverIp() {
        return SERVER.getAddress();
    }

    Fid scratch() {
        return cell.volume("scratch").root();
    }

    /// Lets time pass; in a simulation only.
    void pass(long seconds) throws InterruptedException {
        simulatedNetwork();
        RankedMutex mutex = new RankedMutex(LockRank.LEAF);
        mutex.lock();
        try {
            long end = world.nanoTime() + seconds * 1_000_000_000L;
            var never = mutex.newCondition();
            boolean waiting = true;
            while (waiting) {
                waiting = never.awaitUntil(world, end);
            }
        } finally {
            mutex.unlock();
        }
    }
}
