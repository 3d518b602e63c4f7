package org.afs4j.simulation.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.jspecify.annotations.Nullable;

/// What clients did and saw, in the order in which it happened: every beginning and end is a tick of one counter.
///
/// A *place* is something that holds one value at a time: some bytes of a file, a name in a directory. Each write has a value of its own,
/// so that a read tells which write it saw. [HistoryCheck] then tells whether it may have seen it.
///
/// A write reaches the server at some moment between its beginning and the end of the `sync` that covers it; where that cannot be told, it
/// may reach it at any time.
///
/// Threads: any. Locks: [LockRank#LEAF].
public final class History {
    /// For troubles that every client has.
    public static final int EVERYBODY = -2;

    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final List<Write> writes = new ArrayList<>();
    private final List<Read> reads = new ArrayList<>();
    private final List<Trouble> troubles = new ArrayList<>();
    private long ticks;

    /// One look at one place.
    record Read(int client, String place, Means means, String seen, long beginTick, long endTick) {}

    /// A time in which a client may miss what others have stored, because something kept the server's breaks from it: what was stored before
    /// it must be seen all the same, and what has been seen once stays seen.
    public static final class Trouble {
        private final int client;
        private final long beginTick;
        private long endTick = Write.NEVER;

        private Trouble(int client, long beginTick) {
            this.client = client;
            this.beginTick = beginTick;
        }

        boolean concerns(int reader) {
            return client == EVERYBODY || client == reader;
        }

        long beginTick() {
            return beginTick;
        }

        long endTick() {
            return endTick;
        }
    }

    /// Makes a history in which nothing has happened.
    public History() {}

    /// Tells what a place holds from the start.
    ///
    /// @param place the place
    /// @param value what reads of it see
    public void holds(String place, String value) {
        mutex.lock();
        try {
            Write write = new Write(Write.NOBODY, place, value, 0);
            write.becomesVisible(0);
            write.isStored(0);
            writes.add(write);
        } finally {
            mutex.unlock();
        }
    }

    /// Begins a write; to be called before the client is asked to write.
    ///
    /// @param client who
    /// @param place where
    /// @param value what reads see after it, no other write's of this place; null if that cannot be told, or only later by [#makes]
    public Write write(int client, String place, @Nullable String value) {
        mutex.lock();
        try {
            Write write = new Write(client, place, value, ++ticks);
            writes.add(write);
            return write;
        } finally {
            mutex.unlock();
        }
    }

    /// Tells what reads see after a write.
    ///
    /// @param write the write
    /// @param value the value, no other write's of this place
    public void makes(Write write, String value) {
        mutex.lock();
        try {
            write.makes(value);
        } finally {
            mutex.unlock();
        }
    }

    /// Takes a write back that was refused for what it found, and so changed nothing. In trouble it may have been done all the same, the
    /// answer lost, and the refusal that of the second try: then it stays.
    ///
    /// @param write the write
    public void withdraw(Write write) {
        mutex.lock();
        try {
            boolean inTrouble = troubles.stream()
                    .anyMatch(trouble -> trouble.concerns(write.client()) && trouble.endTick() >= write.beginTick());
            if (!inTrouble) {
                writes.remove(write);
            }
        } finally {
            mutex.unlock();
        }
    }

    /// Tells that a write has succeeded at its client: the client's own reads from now on see it.
    ///
    /// @param write the write
    public void visible(Write write) {
        mutex.lock();
        try {
            write.becomesVisible(++ticks);
        } finally {
            mutex.unlock();
        }
    }

    /// Tells that the server has some writes: everyone's reads from now on see them.
    ///
    /// @param stored the writes, begun and visible before the call that stored them began
    public void stored(List<Write> stored) {
        mutex.lock();
        try {
            long tick = ++ticks;
            stored.forEach(write -> write.isStored(tick));
        } finally {
            mutex.unlock();
        }
    }

    /// A moment; to be taken before a read begins.
    public long tick() {
        mutex.lock();
        try {
            return ++ticks;
        } finally {
            mutex.unlock();
        }
    }

    /// Tells of a read that has ended.
    ///
    /// @param client who
    /// @param place where
    /// @param means how
    /// @param beginTick from [#tick()]: what was stored before it must be seen
    /// @param seen the value
    public void read(int client, String place, Means means, long beginTick, String seen) {
        mutex.lock();
        try {
            reads.add(new Read(client, place, means, seen, beginTick, ++ticks));
        } finally {
            mutex.unlock();
        }
    }

    /// Tells that trouble begins.
    ///
    /// @param client whose, or [#EVERYBODY]
    public Trouble troubleBegins(int client) {
        mutex.lock();
        try {
            Trouble trouble = new Trouble(client, ++ticks);
            troubles.add(trouble);
            return trouble;
        } finally {
            mutex.unlock();
        }
    }

    /// Tells that a client in trouble must have caught up by now.
    ///
    /// @param trouble what has ended
    public void troubleEnds(Trouble trouble) {
        mutex.lock();
        try {
            trouble.endTick = Math.min(trouble.endTick, ++ticks);
        } finally {
            mutex.unlock();
        }
    }

    /// How many writes were begun.
    public int writeCount() {
        mutex.lock();
        try {
            return writes.size();
        } finally {
            mutex.unlock();
        }
    }

    /// How many reads ended.
    public int readCount() {
        mutex.lock();
        try {
            return reads.size();
        } finally {
            mutex.unlock();
        }
    }

    /// Tells where the last looks of clients at a place differ.
    ///
    /// @param sinceTick from [#tick()], when nobody wrote any more: earlier looks do not count
    /// @return a violation for each such place; empty if all agree
    public List<Violation> disagreements(long sinceTick) {
        Map<String, Map<String, String>> lastSeen = new TreeMap<>();
        mutex.lock();
        try {
            for (Read read : reads) {
                if (read.beginTick() <= sinceTick) {
                    continue;
                }
                lastSeen.computeIfAbsent(read.place(), place -> new TreeMap<>())
                        .put("client " + read.client() + " by " + read.means(), read.seen());
            }
        } finally {
            mutex.unlock();
        }
        return lastSeen.entrySet().stream()
                .filter(entry -> entry.getValue().values().stream().distinct().count() > 1)
                .map(entry -> new Violation("in the end " + entry.getKey() + " is " + entry.getValue()))
                .toList();
    }

    /// Checks every read; to be called when no more is told.
    ///
    /// @return what must not have been seen, in the order in which it was; empty if all is well
    public List<Violation> violations() {
        mutex.lock();
        try {
            return new HistoryCheck(writes, reads, troubles).violations();
        } finally {
            mutex.unlock();
        }
    }
}
