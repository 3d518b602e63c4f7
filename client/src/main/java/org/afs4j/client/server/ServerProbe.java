package org.afs4j.client.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.afs4j.base.world.World;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.counter.AfsCounters;
import org.afs4j.rx.RxTimeoutException;

/// Asks servers for a sign of life by the smallest call there is (`GetTime`), each on a thread of its own and one at a time.
///
/// Threads: any; nothing here blocks.
public final class ServerProbe {
    private final World world;
    private final AfsCounters counters;
    private final Set<FileServer> underWay = ConcurrentHashMap.newKeySet();

    /// Makes it.
    ///
    /// @param world time and threads
    /// @param counters what is counted
    public ServerProbe(World world, AfsCounters counters) {
        this.world = world;
        this.counters = counters;
    }

    /// Asks a server, unless it is being asked; its record then says whether it is silent, and how long the answer took. A probe
    /// under way ends with the endpoint.
    ///
    /// @param server the server
    public void start(FileServer server) {
        if (underWay.add(server)) {
            world.start("afs4j-probe", () -> probe(server));
        }
    }

    private void probe(FileServer server) {
        if (server.isSilent()) {
            server.tryNextAddress();
        }
        InetSocketAddress address = server.address();
        try {
            counters.count(AfsCounter.SERVER_PROBES);
            counters.count(AfsCounter.FILE_SERVER_CALLS);
            long startNanos = world.nanoTime();
            server.calls().getTime();
            server.heard(world.nanoTime());
            server.measured(world.nanoTime() - startNanos, true);
        } catch (RxTimeoutException e) {
            server.missed(address);
        } catch (IOException e) {
            server.heard(world.nanoTime());
            System.getLogger("org.afs4j.client").log(System.Logger.Level.DEBUG, "the probe of " + server + " was refused", e);
        } finally {
            underWay.remove(server);
        }
    }
}
