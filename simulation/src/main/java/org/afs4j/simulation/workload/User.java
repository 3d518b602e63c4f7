package org.afs4j.simulation.workload;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.afs4j.base.world.World;
import org.afs4j.client.AfsClient;
import org.afs4j.client.error.AfsException;
import org.afs4j.pagecache.error.MappedAccessException;
import org.afs4j.simulation.history.History;

/// One client's user: does one random thing after another and tells a history what came of it. One user in five does nothing but look into
/// mappings, so that nothing but a strip makes its client ask.
///
/// Threads: one.
public final class User {
    private final World world;
    private final History history;
    private final Ground ground;
    private final int client;
    private final RandomGenerator random;
    private final long mappedSlackNanos;
    private final List<OpenFile> files = new ArrayList<>();
    private final SharedNames names;
    private final boolean onlyWatches;
    private int failures;

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
    /// @param mappedSlackNanos how long after a store a mapping may still show what was before, 0 or more: a strip follows the answer to a break
    public User(World world, History history, Ground ground, int client, AfsClient afs, RandomGenerator random, long mappedSlackNanos) {
        this.world = world;
        this.history = history;
        this.ground = ground;
        this.client = client;
        this.random = random;
        this.mappedSlackNanos = mappedSlackNanos;
        for (int file = 0; file < ground.files(); file++) {
            files.add(new OpenFile(history, ground, client, file, afs));
        }
        names = new SharedNames(history, ground, client, afs);
        onlyWatches = random.nextInt(5) == 0;
    }

    /// How many actions failed with a typed error.
    public int failures() {
        return failures;
    }

    /// Does one thing.
    ///
    /// @throws IOException if something failed in a way that it must not: without a typed error
    /// @throws InterruptedException if interrupted
    public void act() throws IOException, InterruptedException {
        OpenFile file = files.get(random.nextInt(files.size()));
        int slot = random.nextInt(ground.slots());
        if (onlyWatches) {
            attempt(() -> readMapped(file, slot));
            return;
        }
        int dice = random.nextInt(100);
        if (dice < 25) {
            attempt(() -> file.read(slot));
        } else if (dice < 50) {
            attempt(() -> readMapped(file, slot));
        } else if (dice < 63) {
            attempt(() -> write(file, slot));
        } else if (dice < 68) {
            attempt(() -> writeMapped(file, slot));
        } else if (dice < 82) {
            attempt(file::sync);
        } else if (dice < 85) {
            attempt(file::close);
        } else if (ground.names() > 0) {
            attempt(this::actOnNames);
        }
    }

    private void write(OpenFile file, int slot) throws IOException {
        if (ground.mayWrite(client, slot)) {
            file.write(slot);
        }
    }

    private void writeMapped(OpenFile file, int slot) throws IOException {
        if (ground.mayWriteMapped(client, slot)) {
            file.writeMapped(slot);
        }
    }

    private void readMapped(OpenFile file, int slot) throws IOException, InterruptedException {
        long begin = history.tick();
        world.pause(mappedSlackNanos);
        file.readMapped(slot, begin);
    }

    private void actOnNames() throws IOException {
        List<String> all = ground.namePlaces();
        String name = all.get(random.nextInt(all.size()));
        String other = all.get(random.nextInt(all.size()));
        switch (random.nextInt(8)) {
            case 0, 1 -> names.create(name);
            case 2 -> names.remove(name);
            case 3 -> {
                if (!other.equals(name)) {
                    names.rename(name, other);
                }
            }
            case 4 -> names.list();
            default -> names.lookUp(name);
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
                attempt(() -> file.read(each));
                attempt(() -> readMapped(file, each));
            }
        }
        for (String name : ground.namePlaces()) {
            attempt(() -> names.lookUp(name));
        }
    }

    /// Stores everything.
    ///
    /// @throws IOException as [#act()]
    /// @throws InterruptedException if interrupted
    public void syncEverything() throws IOException, InterruptedException {
        for (OpenFile file : files) {
            attempt(file::sync);
        }
    }

    /// Closes everything.
    ///
    /// @throws IOException as [#act()]
    /// @throws InterruptedException if interrupted
    public void finish() throws IOException, InterruptedException {
        for (OpenFile file : files) {
            attempt(file::close);
        }
    }

    private void attempt(Action action) throws IOException, InterruptedException {
        try {
            action.run();
        } catch (AfsException | MappedAccessException e) {
            failures++;
        }
    }
}
