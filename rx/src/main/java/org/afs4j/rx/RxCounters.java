package org.afs4j.rx;

import java.util.EnumMap;
import java.util.Map;

/// What an endpoint has done and seen; live counters, each read on its own.
public interface RxCounters {
    /// The value of a counter.
    ///
    /// @param counter which
    long value(RxCounter counter);

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
