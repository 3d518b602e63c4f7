package org.afs4j.client.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.counter.AfsCounters;
import org.afs4j.rx.RxTimeoutException;

/// Asks servers for a sign of life by the smallest call there is (`GetTime`), each on a thread of its own and one at a time.
///
/// A server that has lost its promises, or could not tell of a break, says so to who calls it next. So its promises are relied on
/// while it was heard of lately; after that it is asked first. That costs nothing while nobody uses what is cached.
///
/// Threads: any; nothing here blocks, unless it says so. Locks: a leaf of its own around the end of a probe.
public final class ServerProbe {
    /// How many probe intervals after a server was heard its promises are relied on. With one that is watched the prober is earlier.
    private static final int INTERVALS_OF_TRUST = 2;
    /// How long whoever wants to rely on a promise waits for a sign of life. A server that is down must not hold readers up who have
    /// what they want in the cache.
    private static final long SIGN_PATIENCE_NANOS = 2_000_000_000L;

    private final World world;
    private final AfsCounters counters;
    private final long trustNanos;
    private final ConcurrentMap<FileServer, Long> askedNanos = new ConcurrentHashMap<>();
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final RankedCondition ended = mutex.newCondition();

    /// Makes it.
    ///
    /// @param world time and threads
    /// @param counters what is counted
    /// @param intervalNanos how long a watched server may go unheard
    public ServerProbe(World world, AfsCounters counters, long intervalNanos) {
        this.world = world;
        this.counters = counters;
        this.trustNanos = INTERVALS_OF_TRUST * intervalNanos;
    }

    /// Whether a server's promises may be relied on without asking it first: it was heard of lately, or asking does not help, because
    /// it is silent or has not answered for a while.
    ///
    /// @param server the server
    /// @param nowNanos the time now
    public boolean isTrusted(FileServer server, long nowNanos) {
        if (nowNanos - server.lastContactNanos() < trustNanos || server.isSilent()) {
            return true;
        }
        Long asked = askedNanos.get(server);
        return asked != null && nowNanos - asked >= SIGN_PATIENCE_NANOS;
    }

    /// Makes sure that a server [may be trusted][#isTrusted]: asks it for a sign of life if need be, and waits for that. What it takes
    /// back it has then taken back.
    ///
    /// Blocks: for the answer, for a bounded time; not at all if interrupted.
    ///
    /// @param server the server
    public void awaitSign(FileServer server) {
        if (isTrusted(server, world.nanoTime())) {
            return;
        }
        assert HeldLocks.allowCall();
        start(server);
        mutex.lock();
        try {
            Long asked = askedNanos.get(server);
            while (asked != null && !isTrusted(server, world.nanoTime())) {
                ended.awaitUntil(world, asked + SIGN_PATIENCE_NANOS);
                asked = askedNanos.get(server);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            mutex.unlock();
        }
    }

    /// Asks a server, unless it is being asked; its record then says whether it is silent, and how long the answer took. A probe
    /// under way ends with the endpoint.
    ///
    /// @param server the server
    public void start(FileServer server) {
        if (askedNanos.putIfAbsent(server, world.nanoTime()) == null) {
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
            mutex.lock();
            askedNanos.remove(server);
            ended.signalAll();
            mutex.unlock();
        }
    }
}
