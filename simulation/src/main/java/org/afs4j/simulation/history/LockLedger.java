package org.afs4j.simulation.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;

/// Who holds a lock of which file, as the clients tell; two who may not hold one at the same time are a violation.
///
/// A lock counts from when its holder has it until it begins to give it up; that of a client that died, until it died. When the server
/// dies no lock counts any longer: its next process knows none, and may give one to another before the holder asks again.
///
/// Threads: any.
public final class LockLedger {
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final Map<String, Map<Integer, Boolean>> holders = new TreeMap<>();
    private final List<Violation> violations = new ArrayList<>();
    private int taken;
    private int serverDeaths;

    /// Makes a ledger in which nobody holds a lock.
    public LockLedger() {}

    /// How often the server has died; to be asked before a lock is asked for.
    public int serverDeaths() {
        mutex.lock();
        try {
            return serverDeaths;
        } finally {
            mutex.unlock();
        }
    }

    /// Tells that the server has died, which forgets all locks.
    public void serverDied() {
        mutex.lock();
        try {
            serverDeaths++;
            holders.clear();
        } finally {
            mutex.unlock();
        }
    }

    /// Tells that a client has a lock. It does not count if the server has died since it was asked for.
    ///
    /// @param deathsBefore [#serverDeaths()] before it was asked for
    /// @param client who
    /// @param place of what
    /// @param shared whether others may hold one that is shared too
    public void taken(int deathsBefore, int client, String place, boolean shared) {
        mutex.lock();
        try {
            taken++;
            if (deathsBefore != serverDeaths) {
                return;
            }
            Map<Integer, Boolean> now = holders.computeIfAbsent(place, any -> new TreeMap<>());
            now.forEach((other, otherShared) -> {
                if (other != client && !(shared && otherShared)) {
                    violations.add(new Violation("client " + client + " got a " + kind(shared) + " lock of " + place + " while client " + other
                            + " held a " + kind(otherShared) + " one"));
                }
            });
            now.put(client, shared);
        } finally {
            mutex.unlock();
        }
    }

    private static String kind(boolean shared) {
        return shared ? "shared" : "exclusive";
    }

    /// Tells that a client begins to give a lock up, or that it has lost it.
    ///
    /// @param client who
    /// @param place of what
    public void left(int client, String place) {
        mutex.lock();
        try {
            holders.getOrDefault(place, Map.of()).keySet().removeIf(holder -> holder == client);
        } finally {
            mutex.unlock();
        }
    }

    /// Tells that a client has died, with its locks.
    ///
    /// @param client who
    public void died(int client) {
        mutex.lock();
        try {
            holders.values().forEach(now -> now.remove(client));
        } finally {
            mutex.unlock();
        }
    }

    /// How many locks were taken.
    public int takenCount() {
        mutex.lock();
        try {
            return taken;
        } finally {
            mutex.unlock();
        }
    }

    /// What must not have happened, in the order in which it did.
    public List<Violation> violations() {
        mutex.lock();
        try {
            return List.copyOf(violations);
        } finally {
            mutex.unlock();
        }
    }
}
