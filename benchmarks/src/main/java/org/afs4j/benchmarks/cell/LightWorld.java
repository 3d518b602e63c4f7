package org.afs4j.benchmarks.cell;

import org.afs4j.base.world.DelegatingWorld;
import org.afs4j.base.world.World;

/// A world whose workers are virtual threads: for so many endpoints in one process that a thread of the system for each would be
/// what is measured.
final class LightWorld extends DelegatingWorld {
    LightWorld(World world) {
        super(world);
    }

    @Override
    public Thread startWorker(String name, Runnable body) {
        return world.start(name, body);
    }
}
