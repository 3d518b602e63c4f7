package org.afs4j.client.server;

import java.net.InetSocketAddress;
import org.afs4j.protocol.fs.FileServerCalls;

/// One address of a file server: how to call it there, and how it has answered.
///
/// Threads: any; each number is read on its own.
final class ServerAddress {
    /// What stands for a round-trip time that is not known.
    static final long UNKNOWN_NANOS = Long.MAX_VALUE;
    /// By what part a measured time that is longer than the one known moves that.
    private static final int SMOOTHING = 4;

    private final InetSocketAddress address;
    private final FileServerCalls calls;
    private volatile boolean silent;
    private volatile long roundTripNanos = UNKNOWN_NANOS;

    ServerAddress(InetSocketAddress address, FileServerCalls calls) {
        this.address = address;
        this.calls = calls;
    }

    InetSocketAddress address() {
        return address;
    }

    FileServerCalls calls() {
        return calls;
    }

    boolean isSilent() {
        return silent;
    }

    void setSilent(boolean nowSilent) {
        silent = nowSilent;
    }

    long roundTripNanos() {
        return roundTripNanos;
    }

    /// Takes note of how long a small call took. A shorter time counts at once, for nothing makes calls faster than the path; a
    /// longer one may be the server's own work, and counts in part.
    void measured(long tookNanos) {
        long known = roundTripNanos;
        roundTripNanos = tookNanos < known ? tookNanos : known + (tookNanos - known) / SMOOTHING;
    }
}
