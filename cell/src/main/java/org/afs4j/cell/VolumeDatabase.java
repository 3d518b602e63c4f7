package org.afs4j.cell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.cell.record.VolumeTables;
import org.afs4j.cell.store.CellStore;
import org.afs4j.cell.store.CellStoreException;
import org.afs4j.cell.store.RecordBatch;
import org.jspecify.annotations.Nullable;

/// Which volumes the cell has, and where their instances are: what the location server tells, and what moves when a volume does.
///
/// A volume's read-only and backup instances have the ids after its own.
///
/// Threads: look-ups by any; changes of a volume's places by one at a time. Locks: CELL around making volumes.
final class VolumeDatabase {
    private static final int FIRST_ID = 0x20000000;
    private static final int READ_ONLY_STEP = 1;
    private static final int BACKUP_STEP = 2;
    private static final int IDS_PER_VOLUME = 3;

    /// A read-only site of a volume.
    ///
    /// @param volume the instance there; null until the first release
    /// @param isNew whether the latest release has reached it, while not all sites are reached
    record Replica(EmbeddedServer server, @Nullable EmbeddedVolume volume, boolean isNew) {}

    /// One volume; replaced as a whole.
    record Entry(
            String name,
            EmbeddedVolume readWrite,
            EmbeddedServer server,
            List<Replica> replicas,
            @Nullable EmbeddedVolume backup) {
        int readOnlyId() {
            return readWrite.id() + READ_ONLY_STEP;
        }

        int backupId() {
            return readWrite.id() + BACKUP_STEP;
        }

        boolean isReleased() {
            return replicas.stream().anyMatch(replica -> replica.volume() != null);
        }
    }

    private final World world;
    private final CellStore store;
    private final Map<String, Entry> entries = new ConcurrentSkipListMap<>();
    private final StoredVolumes stored;
    private final RankedMutex creation = new RankedMutex(LockRank.CELL);

    /// @param loaded what the store has of volumes, sound; each is there once the server is that has it
    VolumeDatabase(World world, CellStore store, StoredVolumes loaded) {
        this.world = world;
        this.store = store;
        this.stored = loaded;
    }

    /// Gives a server, just made, what the store has of its volumes.
    void attach(EmbeddedServer server) {
        stored.attach(world, store, server).forEach(entry -> entries.put(entry.name(), entry));
    }

    private VolumeRecords records(int readWriteId) {
        return new VolumeRecords(store, stored.newInstance(), readWriteId);
    }

    /// @throws UncheckedIOException if it cannot be written down
    private void put(Entry entry, RecordBatch batch) {
        try {
            VolumeTables.put(batch, stored.places(entry));
            store.commit(batch);
        } catch (CellStoreException e) {
            throw new UncheckedIOException(e);
        }
        entries.put(entry.name(), entry);
    }

    static int readWriteId(int id) {
        return id - Integer.remainderUnsigned(id - FIRST_ID, IDS_PER_VOLUME);
    }

    /// Makes the volumes that every cell has from the start.
    void createFirst(String cell, EmbeddedServer server) throws IOException {
        EmbeddedVolume rootAfs = create("root.afs", server, Acl.READ_AND_LOOKUP);
        EmbeddedVolume rootCell = create("root.cell", server, Acl.READ_AND_LOOKUP);
        create("scratch", server, Acl.ALL_RIGHTS);
        rootAfs.addMountPoint(cell, "#root.cell.");
        rootAfs.addMountPoint("." + cell, "%root.cell.");
        rootCell.addMountPoint("scratch", "#scratch.");
    }

    EmbeddedVolume create(String name, EmbeddedServer server, int rights) {
        if (!name.matches("[A-Za-z0-9._-]{1,22}") || name.matches("\\d+")) {
            throw new IllegalArgumentException("no name of a volume: " + name);
        }
        creation.lock();
        try {
            if (entries.containsKey(name)) {
                throw new IllegalArgumentException("volume " + name + " exists");
            }
            int id = FIRST_ID + IDS_PER_VOLUME * Math.max(entries.size(), stored.count());
            EmbeddedVolume volume = new EmbeddedVolume(world, records(id), server.index(), id, name, rights, false);
            RecordBatch batch = new RecordBatch();
            volume.putAll(batch);
            put(new Entry(name, volume, server, List.of(), null), batch);
            server.volumes.add(volume);
            return volume;
        } finally {
            creation.unlock();
        }
    }

    /// @throws IllegalArgumentException if there is none of that name
    Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("no volume " + name);
        }
        return entry;
    }

    Collection<Entry> entries() {
        return entries.values();
    }

    /// Finds a volume by its name, that of an instance that it has, or its id in digits.
    Optional<Entry> find(String name) {
        return entries.values().stream()
                .filter(entry -> entry.name().equals(name)
                        || (entry.isReleased() && (entry.name() + ".readonly").equals(name))
                        || (entry.backup() != null && (entry.name() + ".backup").equals(name))
                        || Integer.toUnsignedString(entry.readWrite().id()).equals(name))
                .findFirst();
    }

    /// Finds a volume by the id of any of its instances.
    Optional<Entry> find(int id) {
        int readWrite = readWriteId(id);
        return entries.values().stream().filter(entry -> entry.readWrite().id() == readWrite).findFirst();
    }

    void addReplica(String name, EmbeddedServer server) {
        Entry entry = entry(name);
        if (entry.replicas().stream().anyMatch(replica -> replica.server().equals(server))) {
            throw new IllegalArgumentException("volume " + name + " has that site");
        }
        List<Replica> replicas = new ArrayList<>(entry.replicas());
        replicas.add(new Replica(server, null, false));
        put(new Entry(name, entry.readWrite(), entry.server(), List.copyOf(replicas), entry.backup()), new RecordBatch());
    }

    /// Takes a snapshot to some of a volume's sites, all with one creation time, later than any before.
    ///
    /// @return the instances that have changed, each with its server
    Map<EmbeddedServer, EmbeddedVolume> release(String name, Collection<EmbeddedServer> servers) throws CellStoreException {
        Entry entry = entry(name);
        int created = nextCreation(entry.replicas().stream().map(Replica::volume).toList());
        Map<EmbeddedServer, EmbeddedVolume> changed = new LinkedHashMap<>();
        List<Replica> replicas = new ArrayList<>();
        boolean all = entry.replicas().stream()
                .allMatch(replica -> servers.contains(replica.server()) || replica.isNew());
        for (Replica replica : entry.replicas()) {
            EmbeddedVolume volume = replica.volume();
            if (servers.contains(replica.server())) {
                if (volume == null) {
                    volume = new EmbeddedVolume(
                            world,
                            records(entry.readWrite().id()),
                            replica.server().index(),
                            entry.readOnlyId(),
                            name + ".readonly",
                            0,
                            true);
                }
                volume.become(entry.readWrite(), created);
                replica.server().volumes.add(volume);
                changed.put(replica.server(), volume);
            }
            boolean isNew = !all && (replica.isNew() || servers.contains(replica.server()));
            replicas.add(new Replica(replica.server(), volume, isNew));
        }
        put(new Entry(name, entry.readWrite(), entry.server(), List.copyOf(replicas), entry.backup()), new RecordBatch());
        return changed;
    }

    private int nextCreation(List<@Nullable EmbeddedVolume> snapshots) {
        int created = (int) world.wallTime().getEpochSecond();
        for (EmbeddedVolume snapshot : snapshots) {
            if (snapshot != null) {
                created = Math.max(created, snapshot.creationTime() + 1);
            }
        }
        return created;
    }

    /// Takes the backup snapshot anew.
    EmbeddedVolume backup(String name) throws CellStoreException {
        Entry entry = entry(name);
        EmbeddedVolume old = entry.backup();
        EmbeddedVolume backup =
                old != null
                        ? old
                        : new EmbeddedVolume(
                                world,
                                records(entry.readWrite().id()),
                                entry.server().index(),
                                entry.backupId(),
                                name + ".backup",
                                0,
                                true);
        List<@Nullable EmbeddedVolume> earlier = new ArrayList<>();
        earlier.add(old);
        backup.become(entry.readWrite(), nextCreation(earlier));
        entry.server().volumes.add(backup);
        put(new Entry(name, entry.readWrite(), entry.server(), entry.replicas(), backup), new RecordBatch());
        return backup;
    }

    /// Moves the read-write instance, and the backup with it.
    void move(String name, EmbeddedServer to) {
        Entry entry = entry(name);
        RecordBatch batch = new RecordBatch();
        entry.readWrite().setServer(to.index(), batch);
        if (entry.backup() != null) {
            entry.backup().setServer(to.index(), batch);
        }
        put(new Entry(name, entry.readWrite(), to, entry.replicas(), entry.backup()), batch);
        to.volumes.add(entry.readWrite());
        entry.server().volumes.remove(entry.readWrite(), true);
        EmbeddedVolume backup = entry.backup();
        if (backup != null) {
            to.volumes.add(backup);
            entry.server().volumes.remove(backup, true);
        }
    }
}
