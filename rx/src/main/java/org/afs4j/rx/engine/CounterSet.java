package org.afs4j.rx.engine;

import java.util.concurrent.atomic.LongAdder;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.RxCounters;
import org.afs4j.rx.peer.PeerRecord;
import org.jspecify.annotations.Nullable;

/// The counters of one endpoint; by way of [#ofPeer] a peer's share is counted too.
///
/// Threads: any.
@SuppressWarnings("EnumOrdinal") // an index that never leaves the process, on a path taken for each packet
final class CounterSet implements RxCounters {
    private final ReceiveBudget received;
    private final LongAdder[] adders;
    private final LongAdder roundTripMicros;
    private final LongAdder[] roundTrips;
    private final @Nullable PeerRecord peer;

    CounterSet(ReceiveBudget received) {
        this.received = received;
        adders = new LongAdder[RxCounter.values().length];
        roundTripMicros = new LongAdder();
        roundTrips = new LongAdder[ROUND_TRIP_BUCKETS];
        peer = null;
        for (int i = 0; i < roundTrips.length; i++) {
            roundTrips[i] = new LongAdder();
        }
        for (int i = 0; i < adders.length; i++) {
            adders[i] = new LongAdder();
        }
    }

    private CounterSet(CounterSet all, PeerRecord peer) {
        this.received = all.received;
        this.adders = all.adders;
        this.roundTripMicros = all.roundTripMicros;
        this.roundTrips = all.roundTrips;
        this.peer = peer;
    }

    /// The same counters, of which what is counted by this way is a peer's too.
    CounterSet ofPeer(PeerRecord record) {
        return new CounterSet(this, record);
    }

    void count(RxCounter counter) {
        adders[counter.ordinal()].increment();
        if (peer != null) {
            peer.count(counter);
        }
    }

    void add(RxCounter counter, long amount) {
        adders[counter.ordinal()].add(amount);
    }

    /// Takes note of a round trip.
    void roundTrip(long nanos) {
        long micros = Math.max(1, nanos / 1000);
        roundTrips[Math.min(ROUND_TRIP_BUCKETS - 1, Long.SIZE - 1 - Long.numberOfLeadingZeros(micros))].increment();
        roundTripMicros.add(micros);
        if (peer != null) {
            peer.roundTrip(nanos);
        }
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
    public long receivedBytesKept() {
        return received.keptBytes();
    }

    @Override
    public long value(RxCounter counter) {
        return adders[counter.ordinal()].sum();
    }
}
