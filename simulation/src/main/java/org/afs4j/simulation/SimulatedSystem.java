package org.afs4j.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.cell.AfsCell;
import org.afs4j.cell.ServerFaults;
import org.afs4j.cell.store.SimulatedDisk;
import org.afs4j.cell.store.StoreSync;
import org.afs4j.client.AfsClient;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.rx.simulation.LinkConditions;
import org.afs4j.rx.simulation.SimulatedNetwork;
import org.jspecify.annotations.Nullable;

/// A cell, a network, and clients on hosts of their own, in one simulated world.
///
/// Threads: the world's.
final class SimulatedSystem implements AutoCloseable {
    /// Where users work.
    static final String DIRECTORY = "/afs/sim.test/scratch";

    private static final String CELL = "sim.test";
    private static final String VOLUME = "scratch";
    private static final int SERVER_PORT = 7000;
    private static final int CLIENT_PORT = 7001;
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(5);
    private static final double HEAVY_LOSS = 0.33;
    private static final long BUSY_DISK_NANOS = 500_000_000;

    private final SimulatedWorld world;
    private final SimulatedNetwork network;
    private final LinkConditions ordinary;
    private final SimulationPlan plan;
    private final InetAddress serverHost;
    private final @Nullable SimulatedDisk disk;
    private final List<String> findings = new ArrayList<>();
    private AfsCell cell;
    private boolean dead;
    private boolean silent;
    private boolean full;
    private int hosts;
    private long traceHash = 17;

    /// A client on a host of its own.
    record Member(AfsClient client, InetAddress host) {}

    /// Starts the cell.
    SimulatedSystem(SimulatedWorld world, SimulationPlan plan) throws IOException {
        this.world = world;
        this.plan = plan;
        disk = plan.disk() == SimulationPlan.MEMORY ? null : new SimulatedDisk();
        setDiskBusy(false);
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
        serverHost = nextHost();
        cell = newCell();
    }

    private AfsCell newCell() throws IOException {
        AfsCell.Builder builder = AfsCell.builder()
                .name(CELL)
                .world(plan.skewPerMille() == 0 ? world : new SkewedWorld(world, plan.skewPerMille()))
                .port(network.open(new InetSocketAddress(serverHost, SERVER_PORT)));
        if (plan.promiseSeconds() > 0) {
            builder.promiseLifetime(Duration.ofSeconds(plan.promiseSeconds()));
        }
        if (disk != null) {
            StoreSync policy = plan.disk() == SimulationPlan.DISK ? StoreSync.DELAYED : StoreSync.ALWAYS;
            builder.store(disk.open(policy)).checkContents();
        }
        AfsCell started = builder.start();
        started.checkReport().findings().forEach(finding -> findings.add(finding.toString()));
        return started;
    }

    /// Lets the server's process die where it stands, and with it all that is not on the disk. Until [#startServer] there is none.
    ///
    /// @param losesPower whether the disk, too, has only what was forced to it and some of the rest
    void killServer(boolean losesPower) {
        dead = true;
        cell.stopFileServer();
        SimulatedDisk of = Objects.requireNonNull(disk, "a server that dies has a disk");
        if (losesPower) {
            of.losePower(world.random());
        } else {
            of.killProcess();
        }
        cell.close();
    }

    /// Starts the server that was killed, with what its disk has; as silent and as full as it is ordered to be.
    void startServer() throws IOException {
        cell = newCell();
        dead = false;
        setFull(full);
        setSilent(silent);
    }

    /// Whether the server was killed and has not been started yet.
    boolean isDead() {
        return dead;
    }

    /// What the checks of the disk have found wrong at the server's starts, which must be nothing.
    List<String> findings() {
        return List.copyOf(findings);
    }

    /// Stops the file server, with its promises kept, or starts it again.
    void setSilent(boolean ordered) {
        silent = ordered;
        if (!dead) {
            if (silent) {
                cell.stopFileServer();
            } else {
                cell.startFileServer();
            }
        }
    }

    /// Stops the server and starts it at once, if it is there.
    ///
    /// @param keepCallbackState whether it knows its promises afterwards
    void restartServer(boolean keepCallbackState) {
        if (!dead) {
            cell.restartFileServer(keepCallbackState);
        }
    }

    /// Lets the volume have no room for more, or room without bounds.
    void setFull(boolean ordered) {
        full = ordered;
        if (!dead) {
            try {
                cell.volume(VOLUME).setMaxBytes(full ? 1 : 0);
            } catch (UncheckedIOException e) {
                // The server died meanwhile; the next is told when it starts.
                assert dead : e;
            }
        }
    }

    /// Breaks all promises on the volume, if the server is there.
    void breakVolume() throws IOException {
        if (!dead) {
            cell.breakVolume(VOLUME);
        }
    }

    /// The orders by which the server goes wrong; those of a server that dies end with it.
    ServerFaults faults() {
        return cell.server(0).faults();
    }

    /// Sets whether accesses to the disk take longer than they do at the best of times.
    void setDiskBusy(boolean busy) {
        if (disk != null) {
            disk.slowDown(world, busy ? BUSY_DISK_NANOS : plan.diskMicros() * 1_000L);
        }
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
                .cell(new CellConfiguration(CELL, List.of(new InetSocketAddress(serverHost, SERVER_PORT)), SERVER_PORT))
                .world(world, network.open(new InetSocketAddress(host, CLIENT_PORT)))
                .probeInterval(PROBE_INTERVAL)
                .open();
        return new Member(client, host);
    }

    /// How many promises the server's clients hold.
    long promiseCount() {
        return cell.promiseCount();
    }

    SimulatedWorld world() {
        return world;
    }

    /// Lets nothing pass between a client and the server from now on.
    void part(InetAddress host) {
        network.partition(host, serverHost);
    }

    /// Ends [#part].
    void join(InetAddress host) {
        network.heal(host, serverHost);
    }

    /// Sets whether a third of all datagrams is lost.
    void setHeavyLoss(boolean heavy) {
        network.setConditions(heavy ? ordinary.withLoss(HEAVY_LOSS) : ordinary);
    }

    /// Loses no datagram any more, so that whoever closes can give up his promises in the time that he takes for it.
    void endLoss() {
        network.setConditions(ordinary.withLoss(0));
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
