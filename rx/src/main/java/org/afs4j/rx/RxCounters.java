package org.afs4j.rx;

import java.util.EnumMap;
import java.util.Map;

/// What an endpoint has done and seen; live counters, each read on its own.
public interface RxCounters {
    /// The value of a counter.
    ///
    /// @param counter which
    long value(RxCounter counter);

    /// Buckets of the histogram of round trip times.
    int ROUND_TRIP_BUCKETS = 24;

    /// The histogram of round trip times: how many samples of [RxCounter#RTT_SAMPLES] took from 2ⁱ to below 2ⁱ⁺¹ µs, by i from
    /// 0; shorter ones are in the first bucket, longer ones in the last.
    ///
    /// @return [#ROUND_TRIP_BUCKETS] counts, the caller's own
    long[] roundTrips();

    /// Bytes of memory that hold what was received and not read yet; bounded by [RxLimits#receiveMemoryBytes()].
    long receivedBytesKept();

    /// Calls begun by us.
    default long callsMade() {
        return value(RxCounter.CALLS_MADE);
    }

    /// Calls of peers that were served.
    default long callsServed() {
        return value(RxCounter.CALLS_SERVED);
    }

    /// The values of all counters, read one after the other.
    default Map<RxCounter, Long> snapshot() {
        Map<RxCounter, Long> values = new EnumMap<>(RxCounter.class);
        for (RxCounter counter : RxCounter.values()) {
            values.put(counter, value(counter));
        }
        return values;
    }
}
