package org.afs4j.simulation.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.afs4j.simulation.history.History.Read;
import org.afs4j.simulation.history.History.Trouble;
import org.jspecify.annotations.Nullable;

/// Whether reads may have seen what they saw.
///
/// A read by a client knows a write if, before the read began, the write was stored, or was visible and the client's own, or the client
/// had seen it. A read may see a write that was begun before the read ended, and that no write it knows is certainly later than
/// ([Write#isBefore]). In trouble the client need only know what was stored before the trouble.
final class HistoryCheck {
    private final List<Read> reads;
    private final List<Trouble> troubles;
    private final Map<String, Map<String, List<Write>>> writesByValue = new HashMap<>();
    private final Map<String, List<Write>> unknownWrites = new HashMap<>();
    private final Map<String, Knowledge> stored = new HashMap<>();
    private final Map<ClientPlace, Knowledge> own = new HashMap<>();
    private final Map<ClientPlace, Knowledge> seen = new HashMap<>();

    private record ClientPlace(int client, String place) {}

    private record Sighting(long tick, ClientPlace by, Write write) {}

    HistoryCheck(List<Write> writes, List<Read> reads, List<Trouble> troubles) {
        this.reads = reads.stream().sorted(Comparator.comparingLong(Read::beginTick)).toList();
        this.troubles = troubles;
        for (Write write : writes) {
            if (write.value() == null) {
                unknownWrites.computeIfAbsent(write.place(), place -> new ArrayList<>()).add(write);
            } else {
                writesByValue
                        .computeIfAbsent(write.place(), place -> new HashMap<>())
                        .computeIfAbsent(write.value(), value -> new ArrayList<>())
                        .add(write);
            }
        }
        writes.stream()
                .filter(write -> write.storedTick() != Write.NEVER)
                .sorted(Comparator.comparingLong(Write::storedTick))
                .forEach(write -> stored.computeIfAbsent(write.place(), place -> new Knowledge()).add(write.storedTick(), write));
        writes.stream()
                .filter(write -> write.visibleTick() != Write.NEVER)
                .sorted(Comparator.comparingLong(Write::visibleTick))
                .forEach(write -> own.computeIfAbsent(new ClientPlace(write.client(), write.place()), key -> new Knowledge())
                        .add(write.visibleTick(), write));
    }

    /// What must not have been seen, in the order in which the reads began.
    List<Violation> violations() {
        List<Violation> found = new ArrayList<>();
        PriorityQueue<Sighting> ended = new PriorityQueue<>(Comparator.comparingLong(Sighting::tick));
        for (Read read : reads) {
            while (!ended.isEmpty() && ended.peek().tick() < read.beginTick()) {
                Sighting sighting = ended.remove();
                seen.computeIfAbsent(sighting.by(), key -> new Knowledge()).add(sighting.tick(), sighting.write());
            }
            if (troubles.isEmpty()) {
                forgetOutdated(read);
            }
            List<Write> candidates = candidates(read);
            List<Write> possible =
                    candidates.stream().filter(write -> thatOutdates(write, read) == null).toList();
            if (possible.isEmpty()) {
                found.add(violation(read, candidates));
            } else if (possible.size() == 1 && possible.getFirst().value() != null) {
                ended.add(new Sighting(read.endTick(), new ClientPlace(read.client(), read.place()), possible.getFirst()));
            }
        }
        return found;
    }

    /// Without troubles a write of which nobody knows what it wrote, and which is outdated for one reader by what was stored, is outdated for
    /// all that begin later.
    private void forgetOutdated(Read read) {
        List<Write> unknown = unknownWrites.get(read.place());
        if (unknown != null) {
            unknown.removeIf(write -> thatOutdates(stored.get(read.place()), write, read.beginTick()) != null);
        }
    }

    /// The writes that a read may have seen, by its value and its end alone.
    private List<Write> candidates(Read read) {
        List<Write> candidates = new ArrayList<>();
        candidates.addAll(writesByValue.getOrDefault(read.place(), Map.of()).getOrDefault(read.seen(), List.of()));
        candidates.addAll(unknownWrites.getOrDefault(read.place(), List.of()));
        candidates.removeIf(write -> write.beginTick() > read.endTick());
        return candidates;
    }

    private @Nullable Write thatOutdates(Write write, Read read) {
        ClientPlace reader = new ClientPlace(read.client(), read.place());
        Write later = thatOutdates(stored.get(read.place()), write, mustBeSeenIfStoredBefore(read));
        if (later == null) {
            later = thatOutdates(own.get(reader), write, read.beginTick());
        }
        return later != null ? later : thatOutdates(seen.get(reader), write, read.beginTick());
    }

    private static @Nullable Write thatOutdates(@Nullable Knowledge knowledge, Write write, long beforeTick) {
        return knowledge == null ? null : knowledge.thatOutdates(write, beforeTick);
    }

    /// The beginning of the read, or of the trouble that its client had then; troubles that overlap are one.
    private long mustBeSeenIfStoredBefore(Read read) {
        long tick = read.beginTick();
        boolean earlier = true;
        while (earlier) {
            earlier = false;
            for (Trouble trouble : troubles) {
                if (trouble.concerns(read.client()) && trouble.beginTick() < tick && trouble.endTick() >= tick) {
                    tick = trouble.beginTick();
                    earlier = true;
                }
            }
        }
        return tick;
    }

    private Violation violation(Read read, List<Write> candidates) {
        String what = "client " + read.client() + " saw " + read.seen() + " at " + read.place() + " (" + read.means() + ", " + read.beginTick()
                + " to " + read.endTick() + "), ";
        if (candidates.isEmpty()) {
            return new Violation(what + "which nobody had written");
        }
        Write first = candidates.getFirst();
        return new Violation(what + "which is " + first + ", although it knew " + thatOutdates(first, read));
    }
}
