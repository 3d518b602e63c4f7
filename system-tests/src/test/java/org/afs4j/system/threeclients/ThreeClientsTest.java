package org.afs4j.system.threeclients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.base.world.World;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsEntry;
import org.afs4j.client.AfsFile;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.simulation.history.History;
import org.afs4j.simulation.history.Means;
import org.afs4j.simulation.history.Violation;
import org.afs4j.simulation.workload.Ground;
import org.afs4j.simulation.workload.NamesOfSymlinks;
import org.afs4j.simulation.workload.User;
import org.afs4j.simulation.workload.User.Deed;
import org.afs4j.system.openafs.AfsdFuseMount;
import org.afs4j.system.openafs.OpenAfsCell;
import org.afs4j.system.openafs.WithOpenAfsCell;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Two clients of ours with caches of their own and `afsd.fuse` use one volume of a real cell at once, as a seed says: what each saw is
/// judged by the history of all, and in the end all three see the same.
///
/// `-Dthree.clients.seed=N` chooses the seed, `-Dthree.clients.seconds=N` how long; `benchmarks/three-clients` sets both.
@WithOpenAfsCell
class ThreeClientsTest {
    private static final long SEED = Long.getLong("three.clients.seed", 1);
    private static final long LENGTH_NANOS = Duration.ofSeconds(Integer.getInteger("three.clients.seconds", 20)).toNanos();
    private static final long THINKING_NANOS = 4_000_000;
    private static final int AFSD = 2;
    private static final int WITNESS = 3;

    private final OpenAfsCell cell;
    private final AfsdFuseMount mount;
    private final World world = SystemWorld.instance();
    private final History history = new History();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    ThreeClientsTest(OpenAfsCell cell, AfsdFuseMount mount) {
        this.cell = cell;
        this.mount = mount;
    }

    private AfsClient newClient() throws IOException {
        return AfsClient.builder()
                .cell(cell.name(), cell.locationServer().getHostString())
                .deadTimeout(Duration.ofMinutes(1))
                .open();
    }

    private static RandomGenerator random(int client) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(SEED * 31 + client);
    }

    /// One thing that a user does.
    @FunctionalInterface
    private interface Act {
        void run() throws IOException, InterruptedException;
    }

    private Thread start(int client, long untilNanos, Act act) {
        RandomGenerator thinking = random(100 + client);
        return Thread.ofPlatform().name("user " + client).start(() -> {
            try {
                while (failure.get() == null && untilNanos - world.nanoTime() > 0) {
                    act.run();
                    world.pause(thinking.nextLong(THINKING_NANOS));
                }
            } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
                failure.compareAndSet(null, e);
            }
        });
    }

    /// CB-1, CB-4, CB-8, CB-13, MM-3, MM-11.
    @Test
    void nobodySeesWhatIsOlderThanACommittedChangeAndInTheEndAllSeeTheSame() throws Exception {
        String directory = "/afs/" + cell.name() + "/scratch/three" + ProcessHandle.current().pid() + "-" + SEED;
        Ground ground = new Ground(directory, 5, 8, 6, 2, new Ground.Foreigner(2), 1);
        try (AfsClient first = newClient();
                AfsClient second = newClient();
                AfsClient witness = newClient();
                MountUser mounted = new MountUser()) {
            first.makeDirectory(directory);
            ground.prepare(first, history);
            User.Manner strict = new User.Manner(false, 0);
            List<User> users = List.of(
                    new User(world, history, ground, 0, first, random(0), strict),
                    new User(world, history, ground, 1, second, random(1), strict));
            OtherMakesUser other = new OtherMakesUser(
                    world, history, ground, AFSD, mounted, mount.mountPoint().toString(), witness, WITNESS, random(AFSD));
            work(users, other);
            for (User user : users) {
                user.syncEverything();
            }
            long calmTick = history.tick();
            for (User user : users) {
                user.lookAtEverything();
            }
            other.lookAtEverything();
            int raised = users.stream().mapToInt(user -> user.deeds().getOrDefault(Deed.COUNT, 0)).sum();
            tell(first, second, users, other);
            assertThat(users).flatMap(User::failed).isEmpty();
            assertThat(other.failed()).isEmpty();
            assertThat(violations(first, second)).isEmpty();
            assertThat(history.disagreements(calmTick)).isEmpty();
            assertThat(counter(witness, ground.counter(0))).as("each raise under the lock counts").isEqualTo(Integer.toString(raised));
            SortedMap<String, String> tree = tree(first, directory, "");
            assertThat(tree).containsKeys("file0", "counter0", "names");
            assertThat(tree(second, directory, "")).as("the tree of the second client").isEqualTo(tree);
            assertThat(tree(mounted, directory)).as("the tree of afsd.fuse").isEqualTo(tree);
            for (User user : users) {
                user.finish();
            }
        }
    }

    private void work(List<User> users, OtherMakesUser other) throws InterruptedException {
        long untilNanos = world.nanoTime() + LENGTH_NANOS;
        List<Thread> threads = new ArrayList<>();
        for (int client = 0; client < users.size(); client++) {
            threads.add(start(client, untilNanos, users.get(client)::act));
        }
        threads.add(start(AFSD, untilNanos, other::act));
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
    }

    /// What must not have been seen. A break that was answered before its strip, because that took longer than its bound on this machine,
    /// allows mappings to have been behind: then they are held to the rest, in the end to what all others see.
    private List<Violation> violations(AfsClient first, AfsClient second) {
        long missed = first.counters().get(AfsCounter.STRICT_BREAKS_MISSED) + second.counters().get(AfsCounter.STRICT_BREAKS_MISSED);
        return history.violations().stream()
                .filter(violation -> missed == 0 || !violation.what().contains("(" + Means.MAPPED))
                .toList();
    }

    private void tell(AfsClient first, AfsClient second, List<User> users, OtherMakesUser other) {
        System.out.printf("three clients: seed %d, %d s: %d writes, %d reads judged%n", SEED, LENGTH_NANOS / 1_000_000_000,
                history.writeCount(), history.readCount());
        for (int client = 0; client < users.size(); client++) {
            AfsClient afs = client == 0 ? first : second;
            System.out.println("three clients: client " + client + " did " + new TreeMap<>(users.get(client).deeds()) + "; "
                    + afs.counters().snapshot());
        }
        System.out.printf("three clients: afsd.fuse did %s, of which EIO for names %d, and ENOENT for creations %d%n",
                new TreeMap<>(other.deeds()), other.namesLost(), other.creationsOpen());
    }

    private static byte[] contents(AfsClient by, String path) throws IOException {
        try (AfsFile file = by.open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.sizeBytes()));
            while (bytes.hasRemaining() && file.read(bytes.position(), bytes) >= 0) {
                // until all is read
            }
            assertThat(bytes.hasRemaining()).isFalse();
            return bytes.array();
        }
    }

    private static String counter(AfsClient by, String path) throws IOException {
        return Ground.valueOf(ByteBuffer.wrap(contents(by, path)).getLong());
    }

    private static SortedMap<String, String> tree(AfsClient by, String directory, String prefix) throws IOException {
        SortedMap<String, String> tree = new TreeMap<>();
        for (AfsEntry entry : by.listWithInfo(directory)) {
            String path = directory + "/" + entry.name();
            String name = prefix + entry.name();
            if (entry.info().isDirectory()) {
                tree.put(name, "dir");
                tree.putAll(tree(by, path, name + "/"));
            } else if (entry.info().isSymlink()) {
                tree.put(name, "link " + NamesOfSymlinks.endOf(by.readLink(path)));
            } else {
                tree.put(name, "file " + digest(contents(by, path)));
            }
        }
        return tree;
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private SortedMap<String, String> tree(MountUser mounted, String directory) throws IOException {
        SortedMap<String, String> tree = new TreeMap<>();
        for (String line : mounted.ask("tree", mount.mountPoint() + directory.substring("/afs".length()))) {
            String[] parts = line.split("=", 2);
            tree.put(parts[0], parts[1].startsWith("link ") ? "link " + NamesOfSymlinks.endOf(parts[1].substring(5)) : parts[1]);
        }
        return tree;
    }
}
