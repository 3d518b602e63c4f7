package org.afs4j.client.status;

import java.util.List;
import java.util.Map;
import org.afs4j.client.counter.AfsCounter;

/// The cache of a client at one moment: each part as it is when it is looked at, nothing stopped meanwhile. Immutable.
///
/// @param cells the cells that are known
/// @param servers the file servers that are known
/// @param volumes the volumes that have been used
/// @param locks the files with locks
/// @param pages the page cache
/// @param counters what was counted so far, breaks by kind among it
public record AfsSnapshot(
        List<CellState> cells,
        List<ServerState> servers,
        List<VolumeState> volumes,
        List<LockState> locks,
        PageState pages,
        Map<AfsCounter, Long> counters) {
    /// Copies the lists.
    ///
    /// @param cells the cells that are known
    /// @param servers the file servers that are known
    /// @param volumes the volumes that have been used
    /// @param locks the files with locks
    /// @param pages the page cache
    /// @param counters what was counted so far
    public AfsSnapshot {
        cells = List.copyOf(cells);
        servers = List.copyOf(servers);
        volumes = List.copyOf(volumes);
        locks = List.copyOf(locks);
        counters = Map.copyOf(counters);
    }

    /// A cell.
    ///
    /// @param name its name
    /// @param volumes how many of its volumes have been used
    /// @param mappedVnodes how many of its files are mapped
    public record CellState(String name, int volumes, int mappedVnodes) {}

    /// A file server.
    ///
    /// @param addresses its addresses, as `ADDRESS:PORT`; the first is called
    /// @param uuid its UUID; empty if not known
    /// @param met whether it has ever answered
    /// @param silent whether the last call to it timed out
    /// @param massBreaks how often it has taken all its promises back
    /// @param unheardNanos how long ago it last answered
    /// @param roundTripNanos how long small calls take at the address in use; −1 if not known
    public record ServerState(
            List<String> addresses,
            String uuid,
            boolean met,
            boolean silent,
            long massBreaks,
            long unheardNanos,
            long roundTripNanos) {}

    /// A volume and its cached vnodes.
    ///
    /// @param cell its cell
    /// @param name its name, with the suffix of its instance
    /// @param id its id
    /// @param servers the servers that have it, the preferred one first
    /// @param vnodes how many of its vnodes are cached
    /// @param validVnodes those of them that may be used without asking: a promise holds
    /// @param unaskedVnodes those of them that have never been asked about
    /// @param promises how many callback promises hold: one a vnode, or on a read-only volume one for all of them
    public record VolumeState(
            String cell,
            String name,
            long id,
            List<String> servers,
            int vnodes,
            int validVnodes,
            int unaskedVnodes,
            int promises) {}

    /// A file with locks.
    ///
    /// @param volume the volume that it is in
    /// @param fid its name within the cell
    /// @param serverLock what the server has given: `NONE`, `SHARED` or `EXCLUSIVE`
    /// @param ranges how many ranges are locked
    /// @param waiters how many threads want a lock
    /// @param leftNanos how long the server keeps its lock if it is not prolonged
    public record LockState(String volume, String fid, String serverLock, int ranges, int waiters, long leftNanos) {}

    /// The page cache.
    ///
    /// @param residentBytes memory that pages take
    /// @param dirtyBytes bytes not stored yet
    /// @param hits reads that found their pages
    /// @param misses reads that did not
    /// @param faults accesses through views that found nothing mapped
    /// @param strips how often the mappings of a file were stripped
    /// @param pins how often pages were pinned
    public record PageState(
            long residentBytes, long dirtyBytes, long hits, long misses, long faults, long strips, long pins) {}
}
