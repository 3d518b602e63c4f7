package org.afs4j.client.server;

/// How long small calls to one address of a server take: the way there and back, and next to no work.
///
/// A shorter time counts at once, for nothing makes calls faster than the path. A longer one is work of the server's or data on
/// their way, or the path has become longer: it counts in part, that of a small call more than that of any other.
///
/// Threads: any; samples that come at once may be lost.
final class RoundTrip {
    /// What stands for a round trip that is not known.
    static final long UNKNOWN_NANOS = Long.MAX_VALUE;
    /// By which part of what is missing a longer small call raises the figure.
    private static final int SMALL_CALL_PARTS = 4;
    /// The same of any other call: some hundred of them after a path has become longer, it shows.
    private static final int OTHER_CALL_PARTS = 128;

    private volatile long nanos = UNKNOWN_NANOS;

    /// Takes note of a call that the server answered.
    ///
    /// @param tookNanos from the call to its answer
    /// @param small whether it moved no data
    void note(long tookNanos, boolean small) {
        long took = Math.max(1, tookNanos);
        long known = nanos;
        if (took < known) {
            nanos = took;
        } else if (small) {
            nanos = known + (took - known) / SMALL_CALL_PARTS;
        } else {
            nanos = known + (Math.min(took, 2 * known) - known) / OTHER_CALL_PARTS;
        }
    }

    /// The round trip, nanoseconds, or [#UNKNOWN_NANOS].
    long nanos() {
        return nanos;
    }
}
