package org.afs4j.rx.peer;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.afs4j.rx.RxPeerStatistics;
import org.jspecify.annotations.Nullable;

/// The peers with which an endpoint has connections; those without are forgotten, so the bound on connections bounds it.
///
/// Threads: any.
public final class PeerTable {
    private final ConcurrentHashMap<InetAddress, PeerRecord> peers = new ConcurrentHashMap<>();

    /// Makes an empty table.
    public PeerTable() {}

    /// The record of a peer, if there is one.
    ///
    /// @param address the peer
    public @Nullable PeerRecord find(InetAddress address) {
        return peers.get(address);
    }

    /// Adds a connection to a peer's record, which is made if there is none.
    ///
    /// @param address the peer
    /// @param server whether the peer made the connection
    public PeerRecord addConnection(InetAddress address, boolean server) {
        return peers.compute(address, (key, old) -> {
            PeerRecord record = old == null ? new PeerRecord(address) : old;
            record.connections().incrementAndGet();
            if (server) {
                record.serverConnectionCount().incrementAndGet();
            }
            return record;
        });
    }

    /// Takes a connection from a peer's record, and forgets the record with the last one.
    ///
    /// @param record the record, as [#addConnection] gave it
    /// @param server whether the peer made the connection
    public void removeConnection(PeerRecord record, boolean server) {
        peers.computeIfPresent(record.address(), (key, old) -> {
            if (server) {
                old.serverConnectionCount().decrementAndGet();
            }
            return old.connections().decrementAndGet() == 0 ? null : old;
        });
    }

    /// What there is of all peers, in the order of their addresses.
    public List<RxPeerStatistics> statistics() {
        return peers.values().stream()
                .sorted(Comparator.comparing(PeerRecord::address, (a, b) -> Arrays.compareUnsigned(a.getAddress(), b.getAddress())))
                .map(PeerRecord::statistics)
                .toList();
    }
}
