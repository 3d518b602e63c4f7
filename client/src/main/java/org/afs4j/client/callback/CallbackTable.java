package org.afs4j.client.callback;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.afs4j.client.server.FileServer;

/// Which volume instances have an interest in which server's breaks (CB-4): several, where cells are aliases of one another.
///
/// Threads: any; no method blocks.
public final class CallbackTable {
    private record Key(FileServer server, int volumeId) {}

    private final ConcurrentMap<Key, CopyOnWriteArrayList<VolumeInterest>> interests = new ConcurrentHashMap<>();

    /// Makes an empty table.
    public CallbackTable() {}

    /// Registers a volume's interest in a server; once is enough, more does no harm. To be done before the first call about the
    /// volume is sent, for its break may overtake the reply.
    ///
    /// @param server the server
    /// @param volumeId the volume's id
    /// @param volume who wants to know
    public void register(FileServer server, int volumeId, VolumeInterest volume) {
        CopyOnWriteArrayList<VolumeInterest> list = interests.computeIfAbsent(new Key(server, volumeId), key -> new CopyOnWriteArrayList<>());
        list.addIfAbsent(volume);
    }

    /// The volume instances that a break of this server and volume concerns; empty if none.
    ///
    /// @param server the server that breaks
    /// @param volumeId the volume's id
    public List<VolumeInterest> interests(FileServer server, int volumeId) {
        List<VolumeInterest> list = interests.get(new Key(server, volumeId));
        return list == null ? List.of() : list;
    }
}
