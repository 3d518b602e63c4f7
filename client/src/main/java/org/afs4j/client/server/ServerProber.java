package org.afs4j.client.server;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.afs4j.base.world.World;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.counter.AfsCounters;
import org.afs4j.rx.RxTimeoutException;

/// Asks servers whose files are mapped for a sign of life, so that one which has lost its callback state is noticed within an
/// interval: any call makes it say so (`InitCallBackState3`), and a probe is the smallest call there is (`GetTime`).
///
/// A server that has answered any call within the interval is not probed, so a healthy idle server costs one call an interval.
public final class ServerProber implements AutoCloseable {
    /// How many times an interval the prober looks who has been silent for a whole one.
    private static final int LOOKS_AN_INTERVAL = 8;

    private final World world;
    private final AfsCounters counters;
    private final long intervalNanos;
    private final Supplier<Set<FileServer>> watched;
    private final Set<FileServer> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private volatile World.Timer timer;

    /// Makes a prober and starts it.
    ///
    /// @param world time and threads
    /// @param counters what is counted
    /// @param intervalNanos how long a watched server may go unheard
    /// @param watched the servers to watch now; asked several times an interval. One failure of it does not end the probing
    public ServerProber(World world, AfsCounters counters, long intervalNanos, Supplier<Set<FileServer>> watched) {
        this.world = world;
        this.counters = counters;
        this.intervalNanos = intervalNanos;
        this.watched = watched;
        this.timer = world.schedule(lookNanos(), this::tick);
    }

    private void tick() {
        if (closed) {
            return;
        }
        try {
            look();
        } catch (RuntimeException e) {
            System.getLogger("org.afs4j.client").log(System.Logger.Level.ERROR, "a look for silent servers failed", e);
        } finally {
            timer = world.schedule(lookNanos(), this::tick);
        }
    }

    private long lookNanos() {
        return Math.max(1, intervalNanos / LOOKS_AN_INTERVAL);
    }

    private void look() {
        for (FileServer server : watched.get()) {
            boolean silentForAnInterval = world.nanoTime() - server.lastContactNanos() >= intervalNanos;
            if (silentForAnInterval && underWay.add(server)) {
                world.start("afs4j-probe", () -> probe(server));
            }
        }
    }

    private void probe(FileServer server) {
        try {
            counters.count(AfsCounter.SERVER_PROBES);
            counters.count(AfsCounter.FILE_SERVER_CALLS);
            server.calls().getTime();
            server.heard(world.nanoTime());
        } catch (RxTimeoutException e) {
            server.missed();
        } catch (IOException e) {
            server.heard(world.nanoTime());
            System.getLogger("org.afs4j.client").log(System.Logger.Level.DEBUG, "the probe of " + server + " was refused", e);
        } finally {
            underWay.remove(server);
        }
    }

    /// Probes no more. A probe under way ends with the endpoint.
    @Override
    public void close() {
        closed = true;
        timer.cancel();
    }
}
