package org.afs4j.base.world;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/// A set that many threads change, and that is walked in the order in which its members came. The order of an ordinary set of objects
/// without a hash of their own differs from run to run; a simulation must not.
///
/// @param <E> what is in it
public final class ArrivalSet<E> {
    private final ConcurrentMap<E, Long> members = new ConcurrentHashMap<>();
    private final AtomicLong arrivals = new AtomicLong();

    /// Makes an empty set.
    public ArrivalSet() {}

    /// Adds a member, unless it is in the set.
    ///
    /// @param member whom
    /// @return whether it was not
    public boolean add(E member) {
        return members.putIfAbsent(member, arrivals.getAndIncrement()) == null;
    }

    /// Removes a member, if it is in the set.
    ///
    /// @param member whom
    public void remove(E member) {
        members.remove(member);
    }

    /// How many members it has.
    public int size() {
        return members.size();
    }

    /// Its members now, in the order in which they came.
    public List<E> inOrder() {
        return members.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .toList();
    }
}
