package org.afs4j.client.cache;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.afs4j.client.callback.BreakNote;
import org.afs4j.client.server.FileServer;

/// Which snapshot each server of a read-only or backup volume has shown, so that replicas which disagree while a release is under
/// way do not make the cache drop back and forth (CB-10).
///
/// A snapshot is known by the volume's creation time: a release moves it on, a restore back.
///
/// Threads: [#isBehind] and [#forgetBehind] by any; the others under the volume's lock.
final class ReplicaSnapshots {
    /// What a reply means.
    enum Verdict {
        /// It is of the present snapshot.
        PRESENT,
        /// It is of another snapshot, which is the present one from now on.
        OTHER,
        /// It is of an older snapshot, at a replica that has never shown the present one: nothing of it may be used.
        OLDER,
        /// It was overtaken by a later reply of the same server: nothing of it may be used.
        OVERTAKEN
    }

    private record Shown(int creationTime, long atNanos) {}

    private final ConcurrentMap<FileServer, Shown> shown = new ConcurrentHashMap<>();
    private final Set<FileServer> behind = ConcurrentHashMap.newKeySet();

    /// The first reply of all.
    Verdict observeFirst(FileServer server, int created, long nowNanos) {
        shown.put(server, new Shown(created, nowNanos));
        return Verdict.PRESENT;
    }

    /// A further reply.
    ///
    /// @param note when the call was sent, and to whom
    /// @param created the creation time in the reply
    /// @param present the creation time of the present snapshot
    /// @param hasOthers whether the volume has several servers
    /// @param nowNanos the moment
    Verdict observe(BreakNote note, int created, int present, boolean hasOthers, long nowNanos) {
        FileServer server = note.server();
        Shown before = shown.get(server);
        int compared = Integer.compareUnsigned(created, present);
        if (compared < 0 && before != null && note.sentNanos() - before.atNanos < 0) {
            return Verdict.OVERTAKEN;
        }
        shown.put(server, new Shown(created, nowNanos));
        if (compared == 0) {
            behind.remove(server);
            return Verdict.PRESENT;
        }
        if (compared > 0) {
            behind.clear();
            return Verdict.OTHER;
        }
        boolean wentBack = before != null && Integer.compareUnsigned(before.creationTime, created) > 0;
        if (wentBack || !hasOthers) {
            behind.clear();
            return Verdict.OTHER;
        }
        behind.add(server);
        return Verdict.OLDER;
    }

    boolean isBehind(FileServer server) {
        return behind.contains(server);
    }

    void forgetBehind() {
        behind.clear();
    }

    void clear() {
        shown.clear();
        behind.clear();
    }
}
