package org.afs4j.cli.coherence;

import java.time.Instant;

/// Moments as scripts compute with them.
final class EpochNanos {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private EpochNanos() {}

    /// Nanoseconds since 1970.
    static long of(Instant moment) {
        return moment.getEpochSecond() * NANOS_PER_SECOND + moment.getNano();
    }
}
