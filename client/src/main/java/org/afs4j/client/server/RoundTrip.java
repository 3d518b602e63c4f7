package org.afs4j.client.server;

/// How long the shortest calls to a server take: the way there and back, and next to no work. What other calls take longer is the
/// server's work or the data's time on the way.
///
/// Threads: any; samples that come at once may be lost.
public final class RoundTrip {
    /// By which part of what is missing a longer sample raises the figure: some hundred calls after a way has become longer, it shows.
    private static final int SLOWNESS = 128;

    private volatile long nanos;

    RoundTrip() {}

    /// Takes note of a call.
    ///
    /// @param tookNanos how long it took, more than 0
    public void note(long tookNanos) {
        long known = nanos;
        nanos = known == 0 || tookNanos < known ? tookNanos : known + (Math.min(tookNanos, 2 * known) - known) / SLOWNESS;
    }

    /// The round trip, nanoseconds; 0 if no call has been answered yet.
    public long nanos() {
        return nanos;
    }
}
