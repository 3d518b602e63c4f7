package org.afs4j.rx.engine;

import java.util.concurrent.atomic.LongAdder;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.RxCounters;

/// The counters of one endpoint.
///
/// Threads: any.
@SuppressWarnings("EnumOrdinal") // an index that never leaves the process, on a path taken for each packet
final class CounterSet implements RxCounters {
    private final LongAdder[] adders = new LongAdder[RxCounter.values().length];

    private final LongAdder roundTripMicros = new LongAdder();
    private final LongAdder[] roundTrips = new LongAdder[ROUND_TRIP_BUCKETS];

    CounterSet() {
        for (int i = 0; i < roundTrips.length; i++) {
            roundTrips[i] = new LongAdder();
        }
        for (int i = 0; i < adders.length; i++) {
            adders[i] = new LongAdder();
        }
    }

    void count(RxCounter counter) {
        adders[counter.ordinal()].increment();
    }

    void add(RxCounter counter, long amount) {
        adders[counter.ordinal()].add(amount);
    }

    /// Takes note of a round trip.
    void roundTrip(long nanos) {
        long micros = Math.max(1, nanos / 1000);
        roundTrips[Math.min(ROUND_TRIP_BUCKETS - 1, Long.SIZE - 1 - Long.numberOfLeadingZeros(micros))].increment();
        roundTripMicros.add(micros);
    }

    /// The sum of all round trips.
    long roundTripMicros() {
        return roundTripMicros.sum();
    }

    @Override
    public long[] roundTrips() {
        long[] counts = new long[ROUND_TRIP_BUCKETS];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = roundTrips[i].sum();
        }
        return counts;
    }

    @Override
    public long value(RxCounter counter) {
        return adders[counter.ordinal()].sum();
    }
}
