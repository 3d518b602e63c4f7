package org.afs4j.base.simulation;

import org.jspecify.annotations.Nullable;

/// A simulated run failed; the message names the seed that replays it.
public final class SimulationFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SimulationFailure(long seed, String message, @Nullable Throwable cause) {
        super("seed " + seed + ": " + message, cause);
    }
}
