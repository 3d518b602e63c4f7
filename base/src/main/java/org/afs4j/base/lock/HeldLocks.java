package org.afs4j.base.lock;

import java.util.ArrayList;
import java.util.List;

/// The locks that the current thread holds, kept only under `-ea`.
///
/// Invariant: each entry ranks after the one before it, or has the same rank, a rank that allows several, and a greater key.
@SuppressWarnings("ReferenceEquality") // a lock is itself and no other
public final class HeldLocks {
    private record Held(LockRank rank, long key, Object lock) {}

    private static final ThreadLocal<List<Held>> HELD = ThreadLocal.withInitial(ArrayList::new);

    private HeldLocks() {}

    /// Asserts that the current thread holds no lock that must not be held across a call to a server.
    ///
    /// @return true, so that callers write `assert HeldLocks.allowCall()`
    /// @throws LockOrderError if such a lock is held: the caller has to release it before it calls
    public static boolean allowCall() {
        for (Held held : HELD.get()) {
            if (!held.rank.heldAcrossCalls()) {
                throw new LockOrderError("a call to a server under " + describe(held));
            }
        }
        return true;
    }

    /// Asserts that the current thread holds no ranked lock at all.
    ///
    /// @return true, so that callers write `assert HeldLocks.none()`
    /// @throws LockOrderError if a lock is held
    public static boolean none() {
        if (!HELD.get().isEmpty()) {
            throw new LockOrderError("expected to hold no lock, but hold " + HELD.get().stream().map(HeldLocks::describe).toList());
        }
        return true;
    }

    /// Checks that `lock` may be taken now; called before it is taken, so that a violation is reported and not a deadlock.
    static boolean check(LockRank rank, long key, Object lock) {
        List<Held> held = HELD.get();
        for (Held other : held) {
            if (other.lock == lock) {
                throw new LockOrderError("taken twice: " + describe(other));
            }
        }
        if (!held.isEmpty()) {
            Held last = held.getLast();
            boolean later = rank.compareTo(last.rank) > 0;
            boolean nextOfSame = rank == last.rank && rank.several() && key > last.key;
            if (!later && !nextOfSame) {
                throw new LockOrderError(rank + " (key " + key + ") taken under " + describe(last));
            }
        }
        return true;
    }

    static boolean push(LockRank rank, long key, Object lock) {
        HELD.get().add(new Held(rank, key, lock));
        return true;
    }

    static boolean pop(Object lock) {
        List<Held> held = HELD.get();
        for (int i = held.size() - 1; i >= 0; i--) {
            if (held.get(i).lock == lock) {
                held.remove(i);
                return true;
            }
        }
        throw new LockOrderError("released a lock that this thread does not hold");
    }

    static boolean holds(Object lock) {
        return HELD.get().stream().anyMatch(held -> held.lock == lock);
    }

    private static String describe(Held held) {
        return held.rank + " (key " + held.key + ")";
    }
}
