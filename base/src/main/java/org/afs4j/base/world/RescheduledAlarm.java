package org.afs4j.base.world;

import org.jspecify.annotations.Nullable;

/// An alarm of a world that has only timers: a new one each time.
///
/// Threads: one at a time.
final class RescheduledAlarm implements World.Alarm {
    private final World world;
    private final Runnable task;
    private World.@Nullable Timer timer;

    RescheduledAlarm(World world, Runnable task) {
        this.world = world;
        this.task = task;
    }

    @Override
    public void set(long delayNanos) {
        cancel();
        timer = world.schedule(delayNanos, task);
    }

    @Override
    public void cancel() {
        World.Timer before = timer;
        if (before != null) {
            timer = null;
            before.cancel();
        }
    }
}
