package org.afs4j.simulation.workload;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.afs4j.base.world.World;
import org.afs4j.client.AfsClient;
import org.afs4j.client.error.AfsException;
import org.afs4j.pagecache.MapOption;
import org.afs4j.pagecache.error.MappedAccessException;
import org.afs4j.simulation.history.History;
import org.afs4j.simulation.history.LockLedger;
import org.jspecify.annotations.Nullable;

/// One client's user: does one random thing after another and tells a history what came of it.
///
/// Threads: one.
public final class User {
    private static final long SLOWEST_CHANNEL_NANOS = 2_000_000;

    private final World world;
    private final History history;
    private final Ground ground;
    private final int client;
    private final RandomGenerator random;
    private final Manner manner;
    private final List<OpenFile> files = new ArrayList<>();
    private final List<LockedCounter> counters = new ArrayList<>();
    private final SharedNames names;
    private final Map<Deed, Integer> deeds = new EnumMap<>(Deed.class);
    private final List<String> failures = new ArrayList<>();

    /// What users do.
    public enum Deed {
        /// Reads a slot.
        READ,
        /// Looks into a mapping.
        READ_MAPPED,
        /// Writes a slot.
        WRITE,
        /// Writes a slot through a mapping.
        WRITE_MAPPED,
        /// Stores a file.
        SYNC,
        /// Closes a file, and what is mapped of it.
        CLOSE,
        /// Makes a name.
        CREATE,
        /// Removes a name.
        REMOVE,
        /// Renames over another name or none.
        RENAME,
        /// Lists the names.
        LIST,
        /// Looks a name up.
        LOOK_UP,
        /// Raises a counter under a lock.
        COUNT,
        /// Takes a lock of a file, or gives it up.
        LOCK,
        /// Sends a slot to a slow channel without a copy.
        SEND
    }

    /// How a user is.
    ///
    /// @param onlyWatches whether he does nothing but look into mappings, so that nothing but a strip makes his client ask
    /// @param mappedSlackNanos how long after a store his mappings may still show what was before, 0 or more, for a strip follows the answer
    ///     to a break; 0 for mappings that are strict (MM-11)
    /// @param locks who is told of locks of files, or null for a user who takes none
    /// @param pins whether he sends slots to channels too, without a copy
    public record Manner(boolean onlyWatches, long mappedSlackNanos, @Nullable LockLedger locks, boolean pins) {
        /// One who takes no locks of files and sends nothing.
        ///
        /// @param onlyWatches as above
        /// @param mappedSlackNanos as above
        public Manner(boolean onlyWatches, long mappedSlackNanos) {
            this(onlyWatches, mappedSlackNanos, null, false);
        }

        private MapOption[] mapOptions() {
            return mappedSlackNanos == 0 ? new MapOption[] {MapOption.STRICT} : new MapOption[0];
        }
    }

    /// Something that a user does.
    @FunctionalInterface
    private interface Action {
        void run() throws IOException, InterruptedException;
    }

    /// Makes a user.
    ///
    /// @param world its time
    /// @param history what it tells
    /// @param ground what it works on
    /// @param client its client's number in the history
    /// @param afs its client
    /// @param random what it does next
    /// @param manner how he is
    public User(World world, History history, Ground ground, int client, AfsClient afs, RandomGenerator random, Manner manner) {
        this.world = world;
        this.history = history;
        this.ground = ground;
        this.client = client;
        this.random = random;
        this.manner = manner;
        for (int file = 0; file < ground.files(); file++) {
            files.add(new OpenFile(world, history, manner.locks(), ground, client, file, afs, manner.mapOptions()));
        }
        for (int counter = 0; counter < ground.counters(); counter++) {
            counters.add(new LockedCounter(history, ground, client, counter, afs));
        }
        names = ground.foreigner() == null
                ? new NamesOfFiles(history, ground, client, afs)
                : new NamesOfSymlinks(history, ground, client, afs);
    }

    /// How many actions failed with a typed error.
    public int failures() {
        return failures.size();
    }

    /// What failed with a typed error, in the order in which it did.
    public List<String> failed() {
        return List.copyOf(failures);
    }

    /// How many times he has done what.
    public Map<Deed, Integer> deeds() {
        return Map.copyOf(deeds);
    }

    /// Does one thing.
    ///
    /// @throws IOException if something failed in a way that it must not: without a typed error
    /// @throws InterruptedException if interrupted
    public void act() throws IOException, InterruptedException {
        int at = random.nextInt(files.size());
        OpenFile file = files.get(at);
        int slot = random.nextInt(ground.slots());
        if (manner.onlyWatches()) {
            attempt(Deed.READ_MAPPED, () -> readMapped(file, slot));
            return;
        }
        if (manner.locks() != null && random.nextInt(16) == 0) {
            boolean shared = random.nextBoolean();
            attempt(Deed.LOCK, () -> file.lockOrUnlock(shared));
            return;
        }
        if (manner.pins() && random.nextInt(16) == 0) {
            attempt(Deed.SEND, () -> file.readPinned(slot, random.nextLong(SLOWEST_CHANNEL_NANOS)));
            return;
        }
        int dice = random.nextInt(counters.isEmpty() ? 100 : 104);
        if (dice < 25) {
            attempt(Deed.READ, () -> file.read(slot));
        } else if (dice < 50) {
            attempt(Deed.READ_MAPPED, () -> readMapped(file, slot));
        } else if (dice < 63) {
            if (ground.mayWrite(client, at, slot)) {
                attempt(Deed.WRITE, () -> file.write(slot));
            }
        } else if (dice < 68) {
            if (ground.mayWriteMapped(client, at, slot)) {
                attempt(Deed.WRITE_MAPPED, () -> file.writeMapped(slot));
            }
        } else if (dice < 82) {
            attempt(Deed.SYNC, file::sync);
        } else if (dice < 85) {
            attempt(Deed.CLOSE, file::close);
        } else if (dice < 100 && ground.names() > 0) {
            actOnNames();
        } else if (dice >= 100) {
            attempt(Deed.COUNT, counters.get(random.nextInt(counters.size()))::raise);
        }
    }

    private void readMapped(OpenFile file, int slot) throws IOException, InterruptedException {
        long begin = history.tick();
        world.pause(manner.mappedSlackNanos());
        file.readMapped(slot, begin);
    }

    private void actOnNames() throws IOException, InterruptedException {
        List<String> all = ground.namePlaces();
        String name = all.get(random.nextInt(all.size()));
        String other = all.get(random.nextInt(all.size()));
        switch (random.nextInt(8)) {
            case 0, 1 -> attempt(Deed.CREATE, () -> names.create(name));
            case 2 -> attempt(Deed.REMOVE, () -> names.remove(name));
            case 3 -> {
                if (!other.equals(name)) {
                    attempt(Deed.RENAME, () -> names.rename(name, other));
                }
            }
            case 4 -> attempt(Deed.LIST, names::list);
            default -> attempt(Deed.LOOK_UP, () -> names.lookUp(name));
        }
    }

    /// Looks at every place in every way.
    ///
    /// @throws IOException as [#act()]
    /// @throws InterruptedException if interrupted
    public void lookAtEverything() throws IOException, InterruptedException {
        for (OpenFile file : files) {
            for (int slot = 0; slot < ground.slots(); slot++) {
                int each = slot;
                attempt(Deed.READ, () -> file.read(each));
                attempt(Deed.READ_MAPPED, () -> readMapped(file, each));
            }
        }
        for (String name : ground.namePlaces()) {
            attempt(Deed.LOOK_UP, () -> names.lookUp(name));
        }
        for (LockedCounter counter : counters) {
            attempt(Deed.READ, counter::read);
        }
    }

    /// Stores everything.
    ///
    /// @throws IOException as [#act()]
    /// @throws InterruptedException if interrupted
    public void syncEverything() throws IOException, InterruptedException {
        for (OpenFile file : files) {
            attempt(Deed.SYNC, file::sync);
        }
    }

    /// Gives up all locks of files, so that what was lost of them is told.
    ///
    /// @throws IOException as [#act()]
    /// @throws InterruptedException if interrupted
    public void unlockEverything() throws IOException, InterruptedException {
        for (OpenFile file : files) {
            attempt(Deed.LOCK, file::unlock);
        }
    }

    /// Closes everything.
    ///
    /// @throws IOException as [#act()]
    /// @throws InterruptedException if interrupted
    public void finish() throws IOException, InterruptedException {
        for (OpenFile file : files) {
            attempt(Deed.CLOSE, file::close);
        }
    }

    private void attempt(Deed deed, Action action) throws IOException, InterruptedException {
        deeds.merge(deed, 1, Integer::sum);
        try {
            action.run();
        } catch (AfsException | MappedAccessException e) {
            failures.add(deed + ": " + e);
        }
    }
}
