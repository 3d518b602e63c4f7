package org.afs4j.cli.coherence;

import java.util.Arrays;

/// Times from a writer's fsync returning to a reader's seeing the change.
final class Latencies {
    private static final int MEDIAN = 50;
    private static final int TAIL = 99;
    private static final int ALL = 100;
    private static final double NANOS_PER_MICRO = 1000;

    private long[] nanos = new long[ALL];
    private int count;

    /// Adds a time; what was seen before fsync returned counts as 0.
    void add(long latencyNanos) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = Math.max(latencyNanos, 0);
    }

    double medianMicros() {
        return percentileMicros(MEDIAN);
    }

    double tailMicros() {
        return percentileMicros(TAIL);
    }

    double maxMicros() {
        return percentileMicros(ALL);
    }

    /// The smallest time that so many percent do not exceed; 0 if there is none.
    double percentileMicros(int percent) {
        if (count == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        int rank = (int) (((long) count * percent + ALL - 1) / ALL);
        return sorted[Math.max(rank, 1) - 1] / NANOS_PER_MICRO;
    }
}
