package org.afs4j.simulation.history;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which writes of one place were known by when; added to in the order of ticks. Of all that is known at a tick only what can outdate
/// a write is kept: the write that was begun last, and the last of each client.
final class Knowledge {
    private static final Known NOTHING = new Known(null, Map.of());

    private final NavigableMap<Long, Known> byTick = new TreeMap<>();

    /// What was known at one tick.
    private record Known(@Nullable Write latest, Map<Integer, Write> latestByClient) {
        Known with(Write write) {
            Map<Integer, Write> more = new TreeMap<>(latestByClient);
            more.merge(write.client(), write, Known::later);
            return new Known(latest == null ? write : later(latest, write), Map.copyOf(more));
        }

        private static Write later(Write one, Write other) {
            return one.beginTick() >= other.beginTick() ? one : other;
        }

        @Nullable Write thatOutdates(Write write) {
            if (latest != null && write.isBefore(latest)) {
                return latest;
            }
            Write own = latestByClient.get(write.client());
            return own != null && write.isBefore(own) ? own : null;
        }
    }

    /// Adds a write.
    ///
    /// @param tick from when on it is known, no less than at the call before
    void add(long tick, Write write) {
        Map.Entry<Long, Known> last = byTick.lastEntry();
        byTick.put(tick, (last == null ? NOTHING : last.getValue()).with(write));
    }

    /// A write that was known before a tick and is certainly later than another one; null if there is none.
    @Nullable Write thatOutdates(Write write, long beforeTick) {
        Map.Entry<Long, Known> known = byTick.lowerEntry(beforeTick);
        return known == null ? null : known.getValue().thatOutdates(write);
    }
}
