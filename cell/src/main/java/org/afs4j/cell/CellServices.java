package org.afs4j.cell;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.world.World;
import org.afs4j.cell.administration.Principals;
import org.afs4j.cell.administration.ProtectionServer;
import org.afs4j.protocol.pt.ProtectionCalls;
import org.afs4j.protocol.pt.ProtectionDispatcher;
import org.afs4j.protocol.vl.VolumeLocationCalls;
import org.afs4j.protocol.vl.VolumeLocationDispatcher;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.port.DatagramPort;
import org.jspecify.annotations.Nullable;

/// What a cell serves at ports of their own, besides its file servers; these services answer also while a file server is stopped.
///
/// Threads: opened and closed by one; the services by any.
final class CellServices implements ProtectionServer.Surroundings {
    private final World world;
    private final AfsCell.ServerSettings settings;
    private final CellCounters counters;
    private final ServerFaults protectionFaults;
    private final List<RxEndpoint> endpoints = new ArrayList<>();
    private @Nullable InetSocketAddress locationAddress;

    CellServices(World world, AfsCell.ServerSettings settings, CellCounters counters) {
        this.world = world;
        this.settings = settings;
        this.counters = counters;
        this.protectionFaults = new ServerFaults(world, counters);
    }

    private RxEndpoint open(DatagramPort port) {
        RxEndpoint endpoint = RxEndpoint.open(world, port, settings.rxOptions());
        endpoints.add(endpoint);
        return endpoint;
    }

    /// Serves volume locations, if there is a port for it.
    void open(@Nullable DatagramPort port, LocationServer server) {
        if (port != null) {
            RxEndpoint endpoint = open(port);
            endpoint.serve(VolumeLocationCalls.SERVICE_ID, new VolumeLocationDispatcher(server));
            locationAddress = endpoint.localAddress();
        }
    }

    /// Serves users and groups, if there is a port for it.
    void open(@Nullable DatagramPort port, Principals principals) {
        if (port != null) {
            open(port).serve(ProtectionCalls.SERVICE_ID, new ProtectionDispatcher(new ProtectionServer(principals, this)));
        }
    }

    /// Tells of a file server's volumes, if there is a port for it.
    void open(@Nullable DatagramPort port, EmbeddedServer server) {
        if (port != null) {
            server.offerVolumes(open(port));
        }
    }

    @Override
    public <R> R around(String procedure, ProtectionServer.Work<R> work) throws IOException {
        counters.count(procedure);
        return protectionFaults.around(procedure, null, work::run);
    }

    ServerFaults protectionFaults() {
        return protectionFaults;
    }

    /// Where locations are served: at a port of their own, or a file server's.
    InetSocketAddress locationAddress(EmbeddedServer otherwise) {
        InetSocketAddress own = locationAddress;
        return own == null ? otherwise.addresses().getFirst() : own;
    }

    void close() {
        endpoints.forEach(RxEndpoint::close);
    }
}
