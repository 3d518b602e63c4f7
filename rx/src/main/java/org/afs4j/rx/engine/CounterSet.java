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

    CounterSet() {
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

    @Override
    public long value(RxCounter counter) {
        return adders[counter.ordinal()].sum();
    }
}
