package org.afs4j.system.threeclients;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.afs4j.base.world.World;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.simulation.history.History;
import org.afs4j.simulation.history.Means;
import org.afs4j.simulation.history.Write;
import org.afs4j.simulation.workload.Ground;
import org.afs4j.simulation.workload.NamesOfSymlinks;
import org.afs4j.simulation.workload.User.Deed;
import org.afs4j.system.threeclients.MountUser.Refusal;

/// The user of `afsd.fuse`: reads all slots, writes those of the foreign files, and changes names, each told to a history.
///
/// That client stores some time after `fsync` and `close` have returned. A write of its counts as stored once a witness, who is a client of
/// ours, has read it: the server holds a vnode's lock from a store's beginning until all breaks of it are answered, so that nobody
/// gets the new data from it any sooner. Changes of names are calls that have been answered when the system call returns.
///
/// The kernel keeps names and attributes of the mount for a second without asking, so a look at a name must show only what
/// was stored more than a second before; the data of a file it asks for at each open.
///
/// Threads: one.
final class OtherMakesUser {
    private static final long NAMES_KEPT_NANOS = 1_100_000_000L;
    private static final long WITNESS_PAUSE_NANOS = 1_000_000L;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final World world;
    private final History history;
    private final Ground ground;
    private final int client;
    private final MountUser mount;
    private final String mountedAt;
    private final AfsClient witness;
    private final int witnessClient;
    private final RandomGenerator random;
    private final Map<Deed, Integer> deeds = new EnumMap<>(Deed.class);
    private final List<String> failures = new ArrayList<>();
    private int namesLost;
    private int creationsOpen;
    private final Deque<Moment> moments = new ArrayDeque<>();
    private long nameTick;

    private record Moment(long nanos, long tick) {}

    /// What he does.
    @FunctionalInterface
    private interface Action {
        void run() throws IOException, InterruptedException;
    }

    /// Makes the user.
    ///
    /// @param mountedAt where the mount has `/afs`
    /// @param witness who tells when the server has what was written; `witnessClient` is its number in the history
    OtherMakesUser(World world, History history, Ground ground, int client, MountUser mount, String mountedAt, AfsClient witness,
            int witnessClient, RandomGenerator random) {
        this.world = world;
        this.history = history;
        this.ground = ground;
        this.client = client;
        this.mount = mount;
        this.mountedAt = mountedAt;
        this.witness = witness;
        this.witnessClient = witnessClient;
        this.random = random;
    }

    Map<Deed, Integer> deeds() {
        return Map.copyOf(deeds);
    }

    List<String> failed() {
        return List.copyOf(failures);
    }

    /// How many acts on names failed by EIO: `afsd.fuse` fails so if another client removes what has a name after it has looked the name up
    /// and before it has asked the server about it. Whether the name was changed is left open then.
    int namesLost() {
        return namesLost;
    }

    /// How many creations failed by ENOENT, which no creation in a directory that exists can: libfuse looks a new name up after it was made,
    /// and tells ENOENT if another client has removed it by then. Whether anybody saw it is left open.
    int creationsOpen() {
        return creationsOpen;
    }

    private String mounted(String path) {
        return mountedAt + path.substring("/afs".length());
    }

    private String name(String name) {
        return mounted(ground.namesDirectory() + "/" + name);
    }

    /// Does one thing.
    void act() throws IOException, InterruptedException {
        rememberTheMoment();
        int file = random.nextInt(ground.files());
        int slot = random.nextInt(ground.slots());
        List<String> names = ground.namePlaces();
        String name = names.get(random.nextInt(names.size()));
        String other = names.get(random.nextInt(names.size()));
        int dice = random.nextInt(100);
        if (dice < 40) {
            attempt(Deed.READ, () -> read(file, slot));
        } else if (dice < 60) {
            if (ground.isForeign(file)) {
                attempt(Deed.WRITE, () -> write(file, slot));
            }
        } else if (dice < 68) {
            attempt(Deed.CREATE, () -> create(name));
        } else if (dice < 74) {
            attempt(Deed.REMOVE, () -> changeNames(List.of(history.write(client, name, Ground.ABSENT)), "unlink", name(name)));
        } else if (dice < 80) {
            if (!name.equals(other)) {
                attempt(Deed.RENAME, () -> rename(name, other));
            }
        } else if (dice < 84) {
            attempt(Deed.LIST, this::list);
        } else {
            attempt(Deed.LOOK_UP, () -> lookUp(name));
        }
    }

    private void rememberTheMoment() {
        long now = world.nanoTime();
        moments.add(new Moment(now, history.tick()));
        while (now - moments.element().nanos() > NAMES_KEPT_NANOS) {
            nameTick = moments.remove().tick();
        }
    }

    private void read(int file, int slot) throws IOException {
        long begin = history.tick();
        String digits = mount.ask("read", mounted(ground.file(file)), Long.toString(ground.offsetBytes(slot)), "8").getFirst();
        String seen = digits.length() == 2 * Long.BYTES ? Ground.valueOf(HexFormat.fromHexDigitsToLong(digits)) : "only " + digits;
        history.read(client, ground.slotPlace(file, slot), Means.READ, begin, seen);
    }

    private void write(int file, int slot) throws IOException, InterruptedException {
        long value = history.tick();
        long bytes = Ground.bytesOf(value);
        Write write = history.write(client, ground.slotPlace(file, slot), Long.toString(value));
        mount.ask("write", mounted(ground.file(file)), Long.toString(ground.offsetBytes(slot)), HexFormat.of().toHexDigits(bytes));
        history.visible(write);
        try (AfsFile watched = witness.open(ground.file(file))) {
            long startNanos = world.nanoTime();
            while (true) {
                long begin = history.tick();
                ByteBuffer seen = ByteBuffer.allocate(Long.BYTES);
                watched.read(ground.offsetBytes(slot), seen);
                if (seen.getLong(0) == bytes) {
                    history.read(witnessClient, ground.slotPlace(file, slot), Means.READ, begin, Long.toString(value));
                    break;
                }
                if (world.nanoTime() - startNanos > PATIENCE_NANOS) {
                    throw new IOException("the witness never saw " + value + " at " + ground.slotPlace(file, slot));
                }
                world.pause(WITNESS_PAUSE_NANOS);
            }
        }
        history.stored(List.of(write));
    }

    private void create(String name) throws IOException {
        String value = "v" + history.tick();
        Write write = history.write(client, name, value);
        try {
            mount.ask("symlink", value, name(name));
            history.visible(write);
            history.stored(List.of(write));
        } catch (Refusal e) {
            switch (e.errno()) {
                case "EEXIST" -> history.withdraw(write);
                case "ENOENT" -> creationsOpen++;
                default -> throw e;
            }
        }
    }

    private void rename(String from, String to) throws IOException {
        changeNames(List.of(history.write(client, from, Ground.ABSENT), history.write(client, to, null)), "rename", name(from), name(to));
    }

    private void changeNames(List<Write> writes, String... command) throws IOException {
        try {
            mount.ask(command);
            writes.forEach(history::visible);
            history.stored(writes);
        } catch (Refusal e) {
            if (!e.errno().equals("EEXIST") && !e.errno().equals("ENOENT")) {
                throw e;
            }
            writes.forEach(history::withdraw);
        }
    }

    private void list() throws IOException {
        Set<String> seen = new HashSet<>(mount.ask("list", mounted(ground.namesDirectory())));
        for (String name : ground.namePlaces()) {
            if (!seen.contains(name)) {
                history.read(client, name, Means.NAME, nameTick, Ground.ABSENT);
            }
        }
    }

    private void lookUp(String name) throws IOException {
        String seen;
        try {
            seen = NamesOfSymlinks.endOf(mount.ask("readlink", name(name)).getFirst());
        } catch (Refusal e) {
            if (!e.errno().equals("ENOENT")) {
                throw e;
            }
            seen = Ground.ABSENT;
        }
        history.read(client, name, Means.NAME, nameTick, seen);
    }

    /// Looks at every place, once the kernel has forgotten the names.
    void lookAtEverything() throws IOException, InterruptedException {
        long calmTick = history.tick();
        world.pause(NAMES_KEPT_NANOS);
        nameTick = calmTick;
        for (int file = 0; file < ground.files(); file++) {
            for (int slot = 0; slot < ground.slots(); slot++) {
                int inFile = file;
                int at = slot;
                attempt(Deed.READ, () -> read(inFile, at));
            }
        }
        for (String name : ground.namePlaces()) {
            attempt(Deed.LOOK_UP, () -> lookUp(name));
        }
    }

    private void attempt(Deed deed, Action action) throws IOException, InterruptedException {
        deeds.merge(deed, 1, Integer::sum);
        try {
            action.run();
        } catch (Refusal e) {
            if (e.errno().equals("EIO") && e.command().contains(mounted(ground.namesDirectory()))) {
                namesLost++;
            } else {
                failures.add(deed + ": " + e.getMessage());
            }
        }
    }
}
