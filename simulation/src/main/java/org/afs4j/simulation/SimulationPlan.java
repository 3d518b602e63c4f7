package org.afs4j.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;

/// All that a run follows from. Its text brings the run back.
///
/// @param seed of all chance in the run
/// @param seconds how long users act, simulated
/// @param clients how many clients, 1 to 8
/// @param files how many files they share, 1 to 8
/// @param slots how many slots of eight bytes of each, 1 to 12
/// @param names how many names they share, 0 to 8
/// @param mappedWrites 1 if files are written through mappings too, 0 if not
/// @param locks 1 if users lock files too, 0 if not
/// @param pins 1 if users read pinned pages too, 0 if not
/// @param skewPerMille how much faster the server's clock is than the clients', negative for slower; its time of day is off by as many hours
/// @param pauseMillis how long a user pauses between actions on average
/// @param promiseSeconds how long the server's promises last; 0 for as long as OpenAFS's
/// @param lossPerMille how many of a thousand datagrams are lost at the best of times, 0 to 100
/// @param delayMicros how long a datagram takes at least
/// @param faults what goes wrong
public record SimulationPlan(
        long seed,
        int seconds,
        int clients,
        int files,
        int slots,
        int names,
        int mappedWrites,
        int locks,
        int pins,
        int skewPerMille,
        int pauseMillis,
        int promiseSeconds,
        int lossPerMille,
        int delayMicros,
        List<PlannedFault> faults) {
    private static final int MOST = 8;
    private static final int MOST_SLOTS = 12;
    private static final int MOST_SECONDS = 100_000;
    private static final int MOST_LOSS_PER_MILLE = 100;
    private static final int MOST_SKEW_PER_MILLE = 10;

    /// Checks the bounds.
    public SimulationPlan {
        require("seconds", seconds, 1, MOST_SECONDS);
        require("clients", clients, 1, MOST);
        require("files", files, 1, MOST);
        require("slots", slots, 1, MOST_SLOTS);
        require("names", names, 0, MOST);
        require("mappedWrites", mappedWrites, 0, 1);
        require("locks", locks, 0, 1);
        require("pins", pins, 0, 1);
        require("skewPerMille", skewPerMille, -MOST_SKEW_PER_MILLE, MOST_SKEW_PER_MILLE);
        require("pauseMillis", pauseMillis, 1, 60_000);
        require("promiseSeconds", promiseSeconds, 0, MOST_SECONDS);
        require("lossPerMille", lossPerMille, 0, MOST_LOSS_PER_MILLE);
        require("delayMicros", delayMicros, 1, 1_000_000);
        faults = List.copyOf(faults);
    }

    private static void require(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", not " + least + " to " + most);
        }
    }

    /// The plan of a seed: its size, the network and the faults are the seed's too, and some of them are left out at times, since
    /// what every run does hides what only few provoke.
    ///
    /// @param seed any
    public static SimulationPlan of(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int seconds = random.nextInt(10, 60);
        int clients = random.nextInt(2, 5);
        return new SimulationPlan(
                seed,
                seconds,
                clients,
                random.nextInt(1, 4),
                random.nextInt(1, MOST_SLOTS + 1),
                random.nextInt(4) == 0 ? 0 : random.nextInt(1, 5),
                random.nextInt(2),
                random.nextInt(2),
                random.nextInt(2),
                random.nextInt(2) == 0 ? 0 : random.nextInt(-MOST_SKEW_PER_MILLE, MOST_SKEW_PER_MILLE + 1),
                random.nextInt(4) == 0 ? random.nextInt(200, 2_000) : random.nextInt(5, 100),
                random.nextInt(3) == 0 ? random.nextInt(2, 20) : 0,
                random.nextInt(2) == 0 ? 0 : random.nextInt(60),
                random.nextInt(20, 5_000),
                faults(random, seconds, clients));
    }

    private static List<PlannedFault> faults(RandomGenerator random, int seconds, int clients) {
        List<FaultKind> kinds = Arrays.stream(FaultKind.values())
                .filter(kind -> kind != FaultKind.LOSE_BREAKS && random.nextBoolean())
                .toList();
        List<PlannedFault> faults = new ArrayList<>();
        if (!kinds.isEmpty()) {
            int count = random.nextInt(8);
            for (int i = 0; i < count; i++) {
                faults.add(new PlannedFault(
                        kinds.get(random.nextInt(kinds.size())),
                        random.nextLong(seconds * 1000L),
                        random.nextLong(100, 25_000),
                        random.nextInt(clients)));
            }
        }
        faults.sort(Comparator.comparingLong(PlannedFault::atMillis));
        return faults;
    }

    /// Reads a plan from its text.
    ///
    /// @param text as [#toString()] gives it
    /// @throws IllegalArgumentException if it is none; the message says where
    public static SimulationPlan parse(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String field : text.strip().split("[ ,]+", -1)) {
            int equals = field.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("no NAME=VALUE: " + field);
            }
            fields.put(field.substring(0, equals), field.substring(equals + 1));
        }
        SimulationPlan plan = new SimulationPlan(
                number(fields, "seed"),
                (int) number(fields, "seconds"),
                (int) number(fields, "clients"),
                (int) number(fields, "files"),
                (int) number(fields, "slots"),
                (int) number(fields, "names"),
                (int) number(fields, "mappedWrites"),
                (int) number(fields, "locks"),
                (int) number(fields, "pins"),
                (int) number(fields, "skewPerMille"),
                (int) number(fields, "pauseMillis"),
                (int) number(fields, "promiseSeconds"),
                (int) number(fields, "lossPerMille"),
                (int) number(fields, "delayMicros"),
                Arrays.stream(fields.getOrDefault("faults", "").split(";", -1))
                        .filter(fault -> !fault.isEmpty())
                        .map(PlannedFault::parse)
                        .toList());
        fields.remove("faults");
        if (!fields.isEmpty()) {
            throw new IllegalArgumentException("a plan has no " + fields.keySet());
        }
        return plan;
    }

    private static long number(Map<String, String> fields, String name) {
        String value = fields.remove(name);
        if (value == null) {
            throw new IllegalArgumentException("a plan has a " + name);
        }
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is a number, not " + value, e);
        }
    }

    /// The same with another duration.
    SimulationPlan withSeconds(int other) {
        return new SimulationPlan(seed, other, clients, files, slots, names, mappedWrites, locks, pins, skewPerMille, pauseMillis, promiseSeconds, lossPerMille, delayMicros, faults);
    }

    /// The same with another number of clients.
    SimulationPlan withClients(int other) {
        return new SimulationPlan(seed, seconds, other, files, slots, names, mappedWrites, locks, pins, skewPerMille, pauseMillis, promiseSeconds, lossPerMille, delayMicros, faults);
    }

    /// The same with another number of files.
    SimulationPlan withFiles(int other) {
        return new SimulationPlan(seed, seconds, clients, other, slots, names, mappedWrites, locks, pins, skewPerMille, pauseMillis, promiseSeconds, lossPerMille, delayMicros, faults);
    }

    /// The same with another number of slots.
    SimulationPlan withSlots(int other) {
        return new SimulationPlan(seed, seconds, clients, files, other, names, mappedWrites, locks, pins, skewPerMille, pauseMillis, promiseSeconds, lossPerMille, delayMicros, faults);
    }

    /// The same with another number of names.
    SimulationPlan withNames(int other) {
        return new SimulationPlan(seed, seconds, clients, files, slots, other, mappedWrites, locks, pins, skewPerMille, pauseMillis, promiseSeconds, lossPerMille, delayMicros, faults);
    }

    /// The same with writes through mappings, or without.
    SimulationPlan withMappedWrites(int other) {
        return new SimulationPlan(seed, seconds, clients, files, slots, names, other, locks, pins, skewPerMille, pauseMillis, promiseSeconds, lossPerMille, delayMicros, faults);
    }

    /// The same without locks and pins, and with a server whose clock is right.
    SimulationPlan withPlainUse() {
        return new SimulationPlan(seed, seconds, clients, files, slots, names, mappedWrites, 0, 0, 0, pauseMillis, promiseSeconds, lossPerMille, delayMicros, faults);
    }

    /// The same without locks.
    SimulationPlan withoutLocks() {
        return new SimulationPlan(seed, seconds, clients, files, slots, names, mappedWrites, 0, pins, skewPerMille, pauseMillis, promiseSeconds, lossPerMille, delayMicros, faults);
    }

    /// The same without pins.
    SimulationPlan withoutPins() {
        return new SimulationPlan(seed, seconds, clients, files, slots, names, mappedWrites, locks, 0, skewPerMille, pauseMillis, promiseSeconds, lossPerMille, delayMicros, faults);
    }

    /// The same with another lifetime of promises.
    SimulationPlan withPromiseSeconds(int other) {
        return new SimulationPlan(seed, seconds, clients, files, slots, names, mappedWrites, locks, pins, skewPerMille, pauseMillis, other, lossPerMille, delayMicros, faults);
    }

    /// The same with another loss.
    SimulationPlan withLossPerMille(int other) {
        return new SimulationPlan(seed, seconds, clients, files, slots, names, mappedWrites, locks, pins, skewPerMille, pauseMillis, promiseSeconds, other, delayMicros, faults);
    }

    /// The same with other faults.
    SimulationPlan withFaults(List<PlannedFault> other) {
        return new SimulationPlan(seed, seconds, clients, files, slots, names, mappedWrites, locks, pins, skewPerMille, pauseMillis, promiseSeconds, lossPerMille, delayMicros, other);
    }

    @Override
    public String toString() {
        return "seed=" + seed + " seconds=" + seconds + " clients=" + clients + " files=" + files + " slots=" + slots + " names=" + names
                + " mappedWrites=" + mappedWrites + " locks=" + locks + " pins=" + pins + " skewPerMille=" + skewPerMille + " pauseMillis=" + pauseMillis + " promiseSeconds=" + promiseSeconds + " lossPerMille=" + lossPerMille + " delayMicros="
                + delayMicros + " faults=" + faults.stream().map(PlannedFault::toString).collect(Collectors.joining(";"));
    }
}
