package org.afs4j.mount.tree;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What the kernel has open, by the numbers that it was given for it.
///
/// Threads: any; nothing blocks.
public final class Handles<T> {
    private final ConcurrentMap<Long, T> open = new ConcurrentHashMap<>();
    private final AtomicLong next = new AtomicLong(1);

    /// Makes an empty table.
    public Handles() {}

    /// Gives something a number.
    ///
    /// @param opened what
    public long add(T opened) {
        long number = next.getAndIncrement();
        open.put(number, opened);
        return number;
    }

    /// What has a number; null if nothing has.
    public @Nullable T find(long number) {
        return open.get(number);
    }

    /// Takes a number back; null if nothing had it.
    public @Nullable T remove(long number) {
        return open.remove(number);
    }

    /// All that is open; a live view.
    public Collection<T> all() {
        return open.values();
    }
}
