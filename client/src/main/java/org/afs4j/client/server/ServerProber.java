package org.afs4j.client.server;

import java.util.Collection;
import java.util.Set;
import java.util.function.Supplier;
import org.afs4j.base.world.World;

/// Says which servers are to be probed:
///
/// - those whose files are mapped, so that one which has lost its callback state is noticed within an interval: any call makes it
///   say so (`InitCallBackState3`);
/// - those that are silent, now and then, so that they are used again when they are back.
///
/// A server that has answered any call within the interval is not probed, so a healthy idle server costs one call an interval.
public final class ServerProber implements AutoCloseable {
    /// How many times an interval the prober looks who has been silent for a whole one.
    private static final int LOOKS_AN_INTERVAL = 8;
    /// How many intervals pass between probes of a server that is silent and that nobody watches.
    private static final int INTERVALS_OF_SILENCE = 6;

    private final World world;
    private final ServerProbe probe;
    private final long intervalNanos;
    private final Supplier<Set<FileServer>> watched;
    private final Supplier<Collection<FileServer>> all;
    private long silentLookNanos;
    private volatile boolean closed;
    private volatile World.Timer timer;

    /// Makes a prober and starts it.
    ///
    /// @param world time and threads
    /// @param probe what asks a server
    /// @param intervalNanos how long a watched server may go unheard
    /// @param watched the servers to watch now; asked several times an interval. One failure of it does not end the probing
    /// @param all all servers, of which the silent ones are tried now and then
    public ServerProber(
            World world,
            ServerProbe probe,
            long intervalNanos,
            Supplier<Set<FileServer>> watched,
            Supplier<Collection<FileServer>> all) {
        this.world = world;
        this.probe = probe;
        this.intervalNanos = intervalNanos;
        this.watched = watched;
        this.all = all;
        this.silentLookNanos = world.nanoTime();
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
        long nowNanos = world.nanoTime();
        for (FileServer server : watched.get()) {
            if (nowNanos - server.lastContactNanos() >= intervalNanos) {
                probe.start(server);
            }
        }
        if (nowNanos - silentLookNanos >= INTERVALS_OF_SILENCE * intervalNanos) {
            silentLookNanos = nowNanos;
            all.get().stream().filter(FileServer::isSilent).forEach(probe::start);
        }
    }

    /// Probes no more. A probe under way ends with the endpoint.
    @Override
    public void close() {
        closed = true;
        timer.cancel();
    }
}
