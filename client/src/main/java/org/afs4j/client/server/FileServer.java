package org.afs4j.client.server;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.fs.FileServerCalls;
import org.jspecify.annotations.Nullable;

/// One file server: who it is, how to call it, and how often it has taken all its promises back.
///
/// Invariants:
/// 1. [#massBreaks()] only grows; a promise of this server made before it moved is void (CB-5).
/// 2. It moves by a mass break only once the server is met (CB-6): before, there is no promise that could be void.
public final class FileServer {
    private final @Nullable AfsUuid uuid;
    private final List<InetSocketAddress> addresses;
    private final FileServerCalls calls;
    private final AtomicLong massBreaks = new AtomicLong();
    private final AtomicBoolean met = new AtomicBoolean();
    private final RoundTrip roundTrip = new RoundTrip();
    private volatile long lastContactNanos;
    private volatile boolean silent;

    FileServer(@Nullable AfsUuid uuid, List<InetSocketAddress> addresses, FileServerCalls calls, long nowNanos) {
        this.uuid = uuid;
        this.addresses = List.copyOf(addresses);
        this.calls = calls;
        this.lastContactNanos = nowNanos;
    }

    /// The server's UUID, if the location servers have told it.
    public @Nullable AfsUuid uuid() {
        return uuid;
    }

    /// The server's addresses; calls go to the first.
    public List<InetSocketAddress> addresses() {
        return addresses;
    }

    /// The stub that calls the server.
    public FileServerCalls calls() {
        return calls;
    }

    /// How far away the server is.
    public RoundTrip roundTrip() {
        return roundTrip;
    }

    /// How often the server has taken all its promises back.
    public long massBreaks() {
        return massBreaks.get();
    }

    /// Takes note of a mass break. Takes no lock.
    ///
    /// @return whether it counts: false on first contact (CB-6)
    public boolean breakAll() {
        if (met.compareAndSet(false, true)) {
            return false;
        }
        massBreaks.incrementAndGet();
        return true;
    }

    /// Takes note that the server has answered a call.
    ///
    /// @param nowNanos the moment
    public void heard(long nowNanos) {
        met.set(true);
        lastContactNanos = nowNanos;
        silent = false;
    }

    /// Takes note that the server has let a call time out.
    public void missed() {
        silent = true;
    }

    /// Whether the last call to the server timed out.
    public boolean isSilent() {
        return silent;
    }

    /// Whether the server has ever answered.
    public boolean isMet() {
        return met.get();
    }

    /// When the server last answered a call.
    public long lastContactNanos() {
        return lastContactNanos;
    }

    /// The first address, as messages show it.
    @Override
    public String toString() {
        InetSocketAddress address = addresses.getFirst();
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
