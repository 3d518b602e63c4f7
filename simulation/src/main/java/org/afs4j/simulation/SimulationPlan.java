package org.afs4j.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
/// @param disk what keeps the volumes: 0 for memory, which outlives the server; 1 for a disk whose server may die; 2 for one that may lose
///     power too, and to which every change is forced before it is answered
/// @param diskMicros how long an access to the disk takes at most, 0 to 100,000
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
        int disk,
        int diskMicros,
        List<PlannedFault> faults) {
    /// Volumes in memory, which outlives the server.
    static final int MEMORY = 0;

    /// Volumes on a disk whose server may die.
    static final int DISK = 1;

    /// Volumes on a disk that may lose power too.
    static final int DISK_WITHOUT_BATTERY = 2;

    private static final int MOST = 8;
    private static final int MOST_SLOTS = 12;
    private static final int MOST_SECONDS = 100_000;
    private static final int MOST_LOSS_PER_MILLE = 100;
    private static final int MOST_SKEW_PER_MILLE = 10;
    private static final int MOST_DISK_MICROS = 100_000;

    /// What only half of all plans have, chosen apart: what is added to it leaves the other half alone.
    private static final Set<FaultKind> RARER_FAULTS = EnumSet.of(
            FaultKind.KILL_SERVER, FaultKind.POWER_LOSS, FaultKind.SLOW_DISK, FaultKind.LATE_BREAKS, FaultKind.REORDERED_BREAKS);

    private static final long RARER_STREAM = 0x72617265;

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
        require("disk", disk, MEMORY, DISK_WITHOUT_BATTERY);
        require("diskMicros", diskMicros, 0, MOST_DISK_MICROS);
        faults = List.copyOf(faults);
        for (PlannedFault fault : faults) {
            if (!fits(fault.kind(), disk)) {
                throw new IllegalArgumentException("a server with disk=" + disk + " knows no " + fault.kind());
            }
        }
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
        SimulationPlan plan = new SimulationPlan(
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
                MEMORY,
                0,
                faults(random, seconds, clients));
        return plan.withRarer(RandomGeneratorFactory.of("L64X128MixRandom").create(seed ^ RARER_STREAM));
    }

    /// The same with a disk, perhaps, and with faults that not every plan may have.
    private SimulationPlan withRarer(RandomGenerator random) {
        if (random.nextBoolean()) {
            return this;
        }
        int kind = random.nextInt(MEMORY, DISK_WITHOUT_BATTERY + 1);
        int slowestMicros = random.nextBoolean() ? random.nextInt(1_000) : random.nextInt(20_000);
        List<FaultKind> kinds = RARER_FAULTS.stream().filter(fault -> fits(fault, kind)).toList();
        List<PlannedFault> more = new ArrayList<>(faults);
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            more.add(PlannedFault.of(kinds, random, seconds, clients));
        }
        more.sort(Comparator.comparingLong(PlannedFault::atMillis));
        return with("disk", kind).with("diskMicros", kind == MEMORY ? 0 : slowestMicros).withFaults(more);
    }

    private static boolean fits(FaultKind fault, int disk) {
        return !fault.isOfDisk() || disk == DISK_WITHOUT_BATTERY || (disk == DISK && fault != FaultKind.POWER_LOSS);
    }

    private static List<PlannedFault> faults(RandomGenerator random, int seconds, int clients) {
        List<FaultKind> kinds = Arrays.stream(FaultKind.values())
                .filter(kind -> kind != FaultKind.LOSE_BREAKS && !RARER_FAULTS.contains(kind) && random.nextBoolean())
                .toList();
        List<PlannedFault> faults = new ArrayList<>();
        if (!kinds.isEmpty()) {
            int count = random.nextInt(8);
            for (int i = 0; i < count; i++) {
                faults.add(PlannedFault.of(kinds, random, seconds, clients));
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
        Map<String, Long> numbers = new HashMap<>();
        List<PlannedFault> faults = List.of();
        for (String field : text.strip().split("[ ,]+", -1)) {
            int equals = field.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("no NAME=VALUE: " + field);
            }
            String name = field.substring(0, equals);
            String value = field.substring(equals + 1);
            if (name.equals("faults")) {
                faults = Arrays.stream(value.split(";", -1))
                        .filter(fault -> !fault.isEmpty())
                        .map(PlannedFault::parse)
                        .toList();
            } else {
                numbers.put(name, number(name, value));
            }
        }
        SimulationPlan plan = of(numbers, faults);
        if (!numbers.isEmpty()) {
            throw new IllegalArgumentException("a plan has no " + numbers.keySet());
        }
        return plan;
    }

    private static long number(String name, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is a number, not " + value, e);
        }
    }

    /// Takes a plan's numbers out of a map.
    private static SimulationPlan of(Map<String, Long> numbers, List<PlannedFault> faults) {
        return new SimulationPlan(
                take(numbers, "seed"),
                (int) take(numbers, "seconds"),
                (int) take(numbers, "clients"),
                (int) take(numbers, "files"),
                (int) take(numbers, "slots"),
                (int) take(numbers, "names"),
                (int) take(numbers, "mappedWrites"),
                (int) take(numbers, "locks"),
                (int) take(numbers, "pins"),
                (int) take(numbers, "skewPerMille"),
                (int) take(numbers, "pauseMillis"),
                (int) take(numbers, "promiseSeconds"),
                (int) take(numbers, "lossPerMille"),
                (int) take(numbers, "delayMicros"),
                (int) take(numbers, "disk"),
                (int) take(numbers, "diskMicros"),
                faults);
    }

    private static long take(Map<String, Long> numbers, String name) {
        Long value = numbers.remove(name);
        if (value == null) {
            throw new IllegalArgumentException("a plan has a " + name);
        }
        return value;
    }

    /// All but the faults, by name, in the order of the text.
    private Map<String, Long> numbers() {
        Map<String, Long> numbers = new LinkedHashMap<>();
        numbers.put("seed", seed);
        numbers.put("seconds", (long) seconds);
        numbers.put("clients", (long) clients);
        numbers.put("files", (long) files);
        numbers.put("slots", (long) slots);
        numbers.put("names", (long) names);
        numbers.put("mappedWrites", (long) mappedWrites);
        numbers.put("locks", (long) locks);
        numbers.put("pins", (long) pins);
        numbers.put("skewPerMille", (long) skewPerMille);
        numbers.put("pauseMillis", (long) pauseMillis);
        numbers.put("promiseSeconds", (long) promiseSeconds);
        numbers.put("lossPerMille", (long) lossPerMille);
        numbers.put("delayMicros", (long) delayMicros);
        numbers.put("disk", (long) disk);
        numbers.put("diskMicros", (long) diskMicros);
        return numbers;
    }

    /// The same with another value of one of its numbers.
    ///
    /// @param name as in the text
    /// @param value what the number is to be
    SimulationPlan with(String name, int value) {
        Map<String, Long> numbers = numbers();
        numbers.put(name, (long) value);
        return of(numbers, faults);
    }

    /// The same with other faults.
    SimulationPlan withFaults(List<PlannedFault> other) {
        return of(numbers(), other);
    }

    /// The same without locks and pins, in memory, and with a server whose clock is right.
    SimulationPlan withPlainUse() {
        return with("locks", 0).with("pins", 0).with("skewPerMille", 0).withoutDisk();
    }

    /// The same with volumes in memory, and without the faults of a disk.
    SimulationPlan withoutDisk() {
        List<PlannedFault> others = faults.stream().filter(fault -> !fault.kind().isOfDisk()).toList();
        return withFaults(others).with("disk", MEMORY).with("diskMicros", 0);
    }

    @Override
    public String toString() {
        String text = numbers().entrySet().stream().map(number -> number.getKey() + "=" + number.getValue()).collect(Collectors.joining(" "));
        return text + " faults=" + faults.stream().map(PlannedFault::toString).collect(Collectors.joining(";"));
    }
}
