package org.afs4j.cell;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How long promises are given for.
///
/// Source: OpenAFS `src/viced/callback.c`: the more clients hold promises on a vnode, the shorter they are.
///
/// @param fixed how long, or null for OpenAFS's table
record PromiseLifetime(@Nullable Duration fixed) {
    /// How much longer than promised the server keeps a promise: clients count from when the reply reached them.
    static final Duration GRACE = Duration.ofMinutes(3);

    /// As how many holders more a bulk reply counts.
    static final int BULK_HOLDERS = 22;

    private static final int HOLDERS_PER_STEP = 8;
    private static final int[] MINUTES = {240, 60, 30, 15, 15, 10, 10, 10};
    private static final int LEAST_MINUTES = 7;

    Duration forHolders(int holders) {
        if (fixed != null) {
            return fixed;
        }
        int step = holders / HOLDERS_PER_STEP;
        return Duration.ofMinutes(step < MINUTES.length ? MINUTES[step] : LEAST_MINUTES);
    }
}
