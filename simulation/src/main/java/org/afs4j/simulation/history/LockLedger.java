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
/// Nor does a lock count that was taken while someone has not yet given up one from before the server's death. For a server knows how many
/// hold a lock, and not who: whoever prolongs a lock that was forgotten prolongs another's, and who gives it up gives up the other's. The same
/// goes for one that is being given up while the server starts anew with its locks kept: the next process carries the call out once more if
/// the answer of the one before was lost.
///
/// Threads: any.
public final class LockLedger {
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final Map<String, Map<Integer, Hold>> holds = new TreeMap<>();
    private final List<Violation> violations = new ArrayList<>();
    private int taken;
    private int serverDeaths;

    /// A lock that its holder has not given up altogether.
    ///
    /// @param leaves whether the holder has begun to give it up
    /// @param doubtful whether it does not count, as the server may not have it
    private record Hold(boolean shared, boolean leaves, boolean doubtful) {
        Hold left() {
            return new Hold(shared, true, doubtful);
        }

        Hold doubted() {
            return new Hold(shared, leaves, true);
        }

        boolean counts() {
            return !leaves && !doubtful;
        }
    }

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
            holds.values().forEach(LockLedger::doubt);
        } finally {
            mutex.unlock();
        }
    }

    /// Tells that the server starts anew and has kept its locks.
    public void serverRestarted() {
        mutex.lock();
        try {
            for (Map<Integer, Hold> now : holds.values()) {
                if (now.values().stream().anyMatch(Hold::leaves)) {
                    doubt(now);
                }
            }
        } finally {
            mutex.unlock();
        }
    }

    private static void doubt(Map<Integer, Hold> ofPlace) {
        ofPlace.replaceAll((client, hold) -> hold.doubted());
    }

    /// Tells that a client has a lock. It is in doubt if the server has died since it was asked for.
    ///
    /// @param deathsBefore [#serverDeaths()] before it was asked for
    /// @param client who
    /// @param place of what
    /// @param shared whether others may hold one that is shared too
    public void taken(int deathsBefore, int client, String place, boolean shared) {
        mutex.lock();
        try {
            taken++;
            Map<Integer, Hold> now = holds.computeIfAbsent(place, any -> new TreeMap<>());
            boolean inDoubt = deathsBefore != serverDeaths || now.values().stream().anyMatch(Hold::doubtful);
            if (inDoubt) {
                doubt(now);
            }
            Hold mine = new Hold(shared, false, inDoubt);
            now.forEach((other, theirs) -> {
                if (other != client && mine.counts() && theirs.counts() && !(shared && theirs.shared())) {
                    violations.add(new Violation("client " + client + " got a " + kind(shared) + " lock of " + place + " while client " + other
                            + " held a " + kind(theirs.shared()) + " one"));
                }
            });
            now.put(client, mine);
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
            Map<Integer, Hold> now = holds.get(place);
            if (now != null) {
                now.computeIfPresent(client, (any, hold) -> hold.left());
            }
        } finally {
            mutex.unlock();
        }
    }

    /// Tells that a client has given a lock up, or will not try to any longer.
    ///
    /// @param client who
    /// @param place of what
    public void gone(int client, String place) {
        mutex.lock();
        try {
            Map<Integer, Hold> now = holds.get(place);
            if (now != null) {
                now.remove(client);
            }
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
            holds.values().forEach(now -> now.remove(client));
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
