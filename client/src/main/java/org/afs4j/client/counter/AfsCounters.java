package org.afs4j.client.counter;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/// The counters of one client; live, and safe for use by many threads.
public final class AfsCounters {
    private final Map<AfsCounter, LongAdder> adders = new EnumMap<>(AfsCounter.class);

    /// Makes counters, all zero.
    public AfsCounters() {
        for (AfsCounter counter : AfsCounter.values()) {
            adders.put(counter, new LongAdder());
        }
    }

    /// Counts one.
    ///
    /// @param counter what happened
    public void count(AfsCounter counter) {
        add(counter, 1);
    }

    /// Counts several.
    ///
    /// @param counter what happened
    /// @param amount how many, 0 or more
    public void add(AfsCounter counter, long amount) {
        adder(counter).add(amount);
    }

    /// The count so far.
    ///
    /// @param counter of what
    public long get(AfsCounter counter) {
        return adder(counter).sum();
    }

    /// All counts, each read on its own.
    public Map<AfsCounter, Long> snapshot() {
        Map<AfsCounter, Long> counts = new EnumMap<>(AfsCounter.class);
        adders.forEach((counter, adder) -> counts.put(counter, adder.sum()));
        return counts;
    }

    private LongAdder adder(AfsCounter counter) {
        return Objects.requireNonNull(adders.get(counter), "every counter has its adder from construction on");
    }
}
