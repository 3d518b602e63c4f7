package org.afs4j.client.lock;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.afs4j.base.world.World;
import org.afs4j.client.counter.AfsCounters;
import org.afs4j.client.error.AfsLockLostException;
import org.jspecify.annotations.Nullable;

/// The locked files of one client.
///
/// A file is here exactly while something of it is locked, waited for, or lost and not yet told; `files` are compared by `equals`.
///
/// Threads: any.
public final class LockTable {
    private final World world;
    private final AfsCounters counters;
    private final ConcurrentMap<Object, FileLocks> files = new ConcurrentHashMap<>();

    /// Makes an empty table.
    ///
    /// @param world time and threads
    /// @param counters what is counted
    public LockTable(World world, AfsCounters counters) {
        this.world = world;
        this.counters = counters;
    }

    /// What is done with a file's locks.
    @FunctionalInterface
    private interface Use<R> {
        R with(FileLocks locks) throws IOException;
    }

    private <R> R use(Object file, Supplier<LockedVnode> vnode, Use<R> use) throws IOException {
        FileLocks locks = enter(file, () -> new FileLocks(world, counters, vnode.get()));
        try {
            return use.with(locks);
        } finally {
            leave(file);
        }
    }

    private FileLocks enter(Object file, Supplier<FileLocks> made) {
        return files.compute(file, (_, known) -> {
            FileLocks locks = known == null ? made.get() : known;
            locks.users++;
            return locks;
        });
    }

    private void leave(Object file) {
        files.computeIfPresent(file, (_, locks) -> --locks.users == 0 && locks.isIdle() ? null : locks);
    }

    private <R> R look(Object file, R otherwise, Function<FileLocks, R> look) {
        FileLocks locks = files.get(file);
        return locks == null ? otherwise : look.apply(locks);
    }

    /// Takes a lock.
    ///
    /// Blocks: for calls to the server, and, if it may wait, until nothing is in the way. Locks: none may be held.
    ///
    /// @param file the file
    /// @param vnode the same as its locks need it
    /// @param request what is wanted
    /// @param mayWait whether to wait for what is in the way
    /// @param cancelled whether nobody wants it any longer; looked at again after [#cancel]
    /// @return whether it was taken; true if it may wait
    /// @throws AfsLockLostException if locks of the owner were lost, before or by this upgrade: told once
    /// @throws IOException if the server refuses or cannot be asked, or the thread is interrupted
    public boolean acquire(Object file, Supplier<LockedVnode> vnode, LockRequest request, boolean mayWait, BooleanSupplier cancelled)
            throws IOException {
        return use(file, vnode, locks -> locks.acquire(request, mayWait, cancelled));
    }

    /// Gives up what an owner has in a range.
    ///
    /// Blocks: if it was the file's last lock, for the write-back and a call.
    ///
    /// @param file the file
    /// @param request whose, and where
    /// @throws AfsLockLostException if locks of the owner were lost: told once
    /// @throws IOException if something could not be written back; the lock is given up all the same
    public void release(Object file, LockRequest request) throws IOException {
        FileLocks locks = files.computeIfPresent(file, (_, known) -> {
            known.users++;
            return known;
        });
        if (locks != null) {
            try {
                locks.release(request);
            } finally {
                leave(file);
            }
        }
    }

    /// Has those who wait for a lock of a file look again whether they still want it.
    ///
    /// @param file the file
    public void cancel(Object file) {
        FileLocks locks = files.get(file);
        if (locks != null) {
            locks.wakeCancelled();
        }
    }

    /// Takes note of a break: those who wait for a lock of the file ask again (CB-8). Never blocks.
    ///
    /// @param file the file
    public void broken(Object file) {
        FileLocks locks = files.get(file);
        if (locks != null) {
            locks.wake();
        }
    }

    /// Takes note that a server may have forgotten its locks: each is asked about, on a thread of its own, and those who wait ask
    /// again. Never blocks.
    ///
    /// @param which the files
    public void doubt(Predicate<LockedVnode> which) {
        files.forEach((file, locks) -> {
            if (which.test(locks.vnode())) {
                locks.wake();
                world.start("afs4j-lock", () -> check(file));
            }
        });
    }

    private void check(Object file) {
        FileLocks locks = files.get(file);
        if (locks != null) {
            locks.check();
        }
    }

    /// Whether an owner has lost locks of a file and has not been told.
    ///
    /// @param file the file
    /// @param owner the owner
    public boolean isLost(Object file, Object owner) {
        return look(file, false, locks -> locks.isLost(owner));
    }

    /// Whether an owner has the whole of a range, at least as strongly as asked.
    ///
    /// @param file the file
    /// @param request whose, and where
    public boolean holds(Object file, LockRequest request) {
        return look(file, false, locks -> locks.holds(request));
    }

    /// What another owner of this client has in the way of a lock.
    ///
    /// @param file the file
    /// @param request the lock
    /// @return its range and kind as a request of its own, or null
    public @Nullable LockRequest conflict(Object file, LockRequest request) {
        FileLocks locks = files.get(file);
        LockRanges.Range range = locks == null ? null : locks.conflict(request);
        return range == null
                ? null
                : new LockRequest(range.owner(), request.wholeFile(), range.fromBytes(), range.toBytes(), range.shared());
    }

    /// Whether a lock could be had without asking the server.
    ///
    /// @param file the file
    /// @param shared whether it is shared
    public boolean hasServerLockFor(Object file, boolean shared) {
        return look(file, false, locks -> locks.hasServerLockFor(shared));
    }

    /// All locked files, each at one moment.
    public List<LockReport> reports() {
        return files.values().stream().map(FileLocks::report).toList();
    }
}
