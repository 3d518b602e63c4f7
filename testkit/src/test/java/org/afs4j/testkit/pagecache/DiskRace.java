package org.afs4j.testkit.pagecache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.pagecache.PageCache;

/// Two files on one disk whose blocks are freed and at once used again, each with a thread that does so, and threads of a test beside them.
///
/// Threads: those of a simulated world.
final class DiskRace {
    private static final int STEPS = 3;

    final SimulatedWorld world;
    final PageCache cache;
    final List<DiskFile> files;

    DiskRace(SimulatedWorld world) throws IOException {
        this.world = world;
        this.cache = DiskFile.newCache(world);
        this.files = DiskFile.twoFiles(cache);
    }

    /// One step of a thread, on a file that the schedule chooses.
    interface Step {
        void run(DiskFile file) throws IOException;
    }

    /// Starts a thread that changes the first file, and one for the second.
    List<Thread> startChangers() {
        return List.of(
                start("changer of file 1", _ -> files.get(0).change(world.random())),
                start("changer of file 2", _ -> files.get(1).change(world.random())));
    }

    /// Starts a thread of a few steps.
    Thread start(String name, Step step) {
        return world.start(name, () -> {
            try {
                for (int i = 0; i < STEPS; i++) {
                    step.run(files.get(world.random().nextInt(2)));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /// Closes what is open, and looks for what is left.
    void end() throws IOException {
        for (DiskFile file : files) {
            file.mapping.close();
        }
        PageCacheInvariants.assertNothingLeaked(cache);
    }
}
