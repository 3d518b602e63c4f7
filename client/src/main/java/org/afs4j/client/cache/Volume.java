package org.afs4j.client.cache;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.client.callback.BreakNote;
import org.afs4j.client.callback.MappedVnode;
import org.afs4j.client.callback.Promise;
import org.afs4j.client.callback.VolumeInterest;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.location.VolumeKind;
import org.afs4j.client.server.FileServer;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.fs.VolSync;
import org.afs4j.protocol.vl.VolumeLocation;
import org.jspecify.annotations.Nullable;

/// One instance of a volume (read-write, read-only or backup) with its vnodes, its servers and its counters.
///
/// Invariants:
/// 1. [#breaks()] and [#snapshot()] only grow.
/// 2. On a read-only or backup volume the promise is the volume's and not its vnodes' (CB-10).
public final class Volume implements VolumeInterest {
    private record Key(int vnode, int uniquifier) {}

    /// By what factor another server must be nearer than the one that served last, to be tried before it.
    private static final int MUCH_NEARER = 2;

    private final CacheContext context;
    private final Cell cell;
    private final int id;
    private final String name;
    private final VolumeKind kind;
    private final ConcurrentMap<Key, Vnode> vnodes = new ConcurrentHashMap<>();
    private final AtomicLong breaks = new AtomicLong();
    private final AtomicLong strayBreaks = new AtomicLong();
    private final RankedMutex syncLock = new RankedMutex(LockRank.LEAF);
    private final AtomicLong snapshot = new AtomicLong(1);
    private volatile @Nullable Promise promise;
    private volatile List<FileServer> servers;
    private volatile @Nullable VolumeLocation location;
    private final ReplicaSnapshots replicas = new ReplicaSnapshots();
    private int creationTime;
    private int updateTime;
    private long observedNanos;

    Volume(CacheContext context, Cell cell, int id, String name, VolumeKind kind, List<FileServer> servers) {
        this.context = context;
        this.cell = cell;
        this.id = id;
        this.name = name;
        this.kind = kind;
        this.servers = List.copyOf(servers);
    }

    /// The cell that the volume is in.
    public Cell cell() {
        return cell;
    }

    /// The volume's id, unsigned.
    public int id() {
        return id;
    }

    /// The volume's name, without `.readonly` or `.backup`.
    public String name() {
        return name;
    }

    /// Which instance this is.
    public VolumeKind kind() {
        return kind;
    }

    /// Whether nobody can write here.
    public boolean isReadOnly() {
        return kind != VolumeKind.READ_WRITE;
    }

    /// The servers that have the instance, the preferred one first.
    public List<FileServer> servers() {
        return servers;
    }

    boolean isLocatedBy(VolumeLocation other) {
        return other.equals(location);
    }

    /// Takes note of where the instance is. If it has left a server, that server's promises count no more (CB-9).
    ///
    /// @return whether it is elsewhere than was known
    boolean locate(@Nullable VolumeLocation newLocation, List<FileServer> newServers) {
        boolean left;
        boolean differs;
        syncLock.lock();
        try {
            left = !newServers.containsAll(servers);
            differs = left || newServers.size() != servers.size();
            location = newLocation;
            if (differs) {
                servers = List.copyOf(newServers);
            }
            if (left) {
                breaks.incrementAndGet();
            }
        } finally {
            syncLock.unlock();
        }
        if (left) {
            context.strips().add(this, this::stripMapped);
        }
        return differs;
    }

    /// The servers in the order in which they are to be tried: those that answer before the silent ones, those that have the
    /// newest snapshot before those that are behind, the one that served last before others unless another is much nearer.
    List<FileServer> candidates() {
        List<FileServer> present = servers;
        if (present.size() < 2) {
            return present;
        }
        FileServer last = present.getFirst();
        record Candidate(FileServer server, boolean silent, boolean behind, long distanceNanos) {}
        return present.stream()
                .map(server -> new Candidate(
                        server,
                        server.isSilent(),
                        isBehind(server),
                        server.equals(last) && server.roundTripNanos() != Long.MAX_VALUE
                                ? server.roundTripNanos() / MUCH_NEARER
                                : server.roundTripNanos()))
                .sorted(Comparator.comparing(Candidate::silent)
                        .thenComparing(Candidate::behind)
                        .thenComparingLong(Candidate::distanceNanos))
                .map(Candidate::server)
                .toList();
    }

    /// Puts a server first, because it has served.
    void prefer(FileServer server) {
        if (servers.getFirst().equals(server)) {
            return;
        }
        syncLock.lock();
        try {
            List<FileServer> reordered = new ArrayList<>(servers);
            if (reordered.remove(server)) {
                reordered.addFirst(server);
                servers = List.copyOf(reordered);
            }
        } finally {
            syncLock.unlock();
        }
    }

    /// Whether a server has last shown an older snapshot than the present one (CB-10).
    boolean isBehind(FileServer server) {
        return isReadOnly() && replicas.isBehind(server);
    }

    boolean isAnyBehind() {
        return isReadOnly() && servers.stream().anyMatch(replicas::isBehind);
    }

    /// Has the next reply believed, whatever snapshot it is of: who has the newest one does not serve it.
    void acceptOlder() {
        syncLock.lock();
        try {
            snapshot.incrementAndGet();
            creationTime = 0;
            replicas.clear();
        } finally {
            syncLock.unlock();
        }
        context.strips().add(this, this::stripMapped);
    }

    /// The vnode of a number and uniquifier, made if it is not cached.
    Vnode vnode(int vnode, int uniquifier) {
        Key key = new Key(vnode, uniquifier);
        Vnode cached = vnodes.get(key);
        if (cached != null) {
            cached.use();
            return cached;
        }
        Vnode made = new Vnode(context, this, new Fid(id, vnode, uniquifier));
        cached = vnodes.putIfAbsent(key, made);
        if (cached != null) {
            return cached;
        }
        context.vnodes().added(made);
        return made;
    }

    /// The volume's root directory.
    public Vnode root() {
        return vnode(1, 1);
    }

    /// The vnode that is cached under a fid of this volume, or null.
    @Nullable Vnode cached(Fid fid) {
        return vnodes.get(new Key(fid.vnode(), fid.uniquifier()));
    }

    /// Lets go of a vnode that is gone from the server, or from the cache.
    void forget(Vnode vnode) {
        if (vnodes.remove(new Key(vnode.fid().vnode(), vnode.fid().uniquifier()), vnode)) {
            context.vnodes().removed();
        }
    }

    Iterable<Vnode> vnodes() {
        return vnodes.values();
    }

    /// How often a break has taken back the promises on all vnodes of the volume.
    long breaks() {
        return breaks.get();
    }

    /// Which snapshot of the volume is current; cached data of an earlier one is worth nothing (CB-10).
    long snapshot() {
        return snapshot.get();
    }

    /// The promise on the volume as a whole, if it is read-only.
    @Nullable Promise promise() {
        return promise;
    }

    /// Takes a promise on a read-only volume as a whole.
    void offer(Promise offered) {
        syncLock.lock();
        try {
            Promise current = promise;
            boolean better = current == null || offered.expiryNanos() - current.expiryNanos() > 0;
            if (!stands(current) || (better && stands(offered))) {
                promise = offered;
            }
        } finally {
            syncLock.unlock();
        }
    }

    private boolean stands(@Nullable Promise each) {
        return each != null && each.note().stands(breaks(), 0);
    }

    /// How many breaks have come for vnodes that are not cached. A break may overtake the reply from which a vnode becomes known:
    /// then this is all that is left of it (CB-1).
    long strayBreaks() {
        return strayBreaks.get();
    }

    /// Looks at the volume's times in a reply.
    ///
    /// @param sync the times; a server that does not tell them sends zeros
    /// @param note when the call was sent
    /// @return the snapshot that the reply belongs to, or −1 if it belongs to an earlier one and is worth nothing
    long observe(VolSync sync, BreakNote note) {
        long before = snapshot.get();
        long after = observed(sync, note);
        if (after > before) {
            context.strips().add(this, this::stripMapped);
        }
        return after;
    }

    private long observed(VolSync sync, BreakNote note) {
        syncLock.lock();
        try {
            int created = sync.creationTime();
            if (isReadOnly() && created != 0) {
                return observedReplica(sync, note);
            }
            boolean sentSince = note.sentNanos() - observedNanos >= 0 || creationTime == 0;
            int updated = sync.updateTime();
            if (created != 0 && created != creationTime) {
                if (!sentSince) {
                    return -1;
                }
                if (creationTime != 0) {
                    snapshot.incrementAndGet();
                }
                creationTime = created;
                updateTime = updated;
            } else if (sentSince && updated != 0) {
                if (Integer.compareUnsigned(updated, updateTime) < 0) {
                    snapshot.incrementAndGet();
                }
                updateTime = updated;
            }
            if (sentSince) {
                observedNanos = context.world().nanoTime();
            }
            return snapshot.get();
        } finally {
            syncLock.unlock();
        }
    }

    /// Looks at the creation time that one replica tells. A later one than known is a new snapshot, whoever tells it. An earlier one
    /// is a replica that a release has not reached, unless the same server told a later one before: then the volume was restored.
    private long observedReplica(VolSync sync, BreakNote note) {
        int created = sync.creationTime();
        boolean alone = servers.size() < 2;
        ReplicaSnapshots.Verdict verdict = creationTime == 0
                ? replicas.observeFirst(note.server(), created, context.world().nanoTime())
                : replicas.observe(note, created, creationTime, !alone, context.world().nanoTime());
        if (verdict == ReplicaSnapshots.Verdict.OLDER || verdict == ReplicaSnapshots.Verdict.OVERTAKEN) {
            return -1;
        }
        // Of one server, an update time that goes back is a restore too; several may tell different ones of the same snapshot.
        int updated = sync.updateTime();
        boolean wentBack = alone && updated != 0 && Integer.compareUnsigned(updated, updateTime) < 0;
        creationTime = created;
        updateTime = updated == 0 ? updateTime : updated;
        return verdict == ReplicaSnapshots.Verdict.OTHER || wentBack ? snapshot.incrementAndGet() : snapshot.get();
    }

    @Override
    public void breakVnode(int vnode, int uniquifier) {
        if (isReadOnly()) {
            breakVolume();
            return;
        }
        Key key = new Key(vnode, uniquifier);
        Vnode cached = vnodes.get(key);
        if (cached == null) {
            // Counted before the second look: whoever makes the vnode meanwhile sees the count, or is seen.
            strayBreaks.incrementAndGet();
            cached = vnodes.get(key);
        }
        if (cached != null) {
            cached.breakPromise();
        }
    }

    @Override
    public void breakVolume() {
        breaks.incrementAndGet();
        // A release has reached one more replica: who was behind may not be any more.
        replicas.forgetBehind();
        context.counters().count(AfsCounter.VOLUME_BREAKS);
        context.strips().add(this, this::stripMapped, context.strips().isAnyStrict());
    }

    private void stripMapped() {
        for (MappedVnode mapped : cell.mapped().all()) {
            if (mapped.volume().equals(this)) {
                mapped.strip();
            }
        }
        context.locks().doubt(locked -> locked.isIn(this));
    }

    /// The volume's name with the suffix of its kind.
    @Override
    public String toString() {
        return switch (kind) {
            case READ_WRITE -> name;
            case READ_ONLY -> name + ".readonly";
            case BACKUP -> name + ".backup";
        };
    }
}
