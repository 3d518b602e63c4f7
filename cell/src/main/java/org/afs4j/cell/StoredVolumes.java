package org.afs4j.cell;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.afs4j.base.world.World;
import org.afs4j.cell.record.StoredPlaces;
import org.afs4j.cell.record.StoredVnode;
import org.afs4j.cell.record.StoredVolume;
import org.afs4j.cell.store.CellStore;
import org.afs4j.cell.store.Chunk;
import org.afs4j.cell.store.ChunkFile;
import org.afs4j.cell.store.FileContents;
import org.afs4j.cell.store.FileKey;
import org.afs4j.protocol.directory.DirectoryEditor;
import org.afs4j.protocol.directory.MalformedDirectoryException;
import org.jspecify.annotations.Nullable;

/// The volumes that a store had when the cell was started, until their servers are there: a server that is added takes up what the
/// server of the same index had.
///
/// Threads: one at a time.
final class StoredVolumes {
    private record Attached(EmbeddedServer server, EmbeddedVolume volume) {}

    private final List<StoredVolume> waiting;
    private final List<StoredPlaces> places;
    private final List<EmbeddedServer> servers = new ArrayList<>();
    private final List<Attached> attached = new ArrayList<>();
    private final Map<FileKey, ChunkFile> files = new HashMap<>();
    private int lastInstance;

    /// @param volumes sound
    StoredVolumes(List<StoredVolume> volumes, List<StoredPlaces> places) {
        this.waiting = new ArrayList<>(volumes);
        this.places = places;
        volumes.forEach(volume -> lastInstance = Math.max(lastInstance, volume.header().instance()));
    }

    /// How many volumes the store had.
    int count() {
        return places.size();
    }

    int newInstance() {
        return ++lastInstance;
    }

    /// Gives a server what was its own.
    ///
    /// @return what the location database says of the volumes that it has to do with, as far as their read-write instances are there
    List<VolumeDatabase.Entry> attach(World world, CellStore store, EmbeddedServer server) {
        servers.add(server);
        for (StoredVolume volume : List.copyOf(waiting)) {
            if (volume.header().server() == server.index()) {
                waiting.remove(volume);
                VolumeRecords records =
                        new VolumeRecords(store, volume.header().instance(), volume.header().readWriteId());
                EmbeddedVolume live = new EmbeddedVolume(world, records, volume.header(), vnodes(volume, store));
                server.volumes.add(live);
                attached.add(new Attached(server, live));
            }
        }
        return entries(server);
    }

    private Map<Integer, Vnode> vnodes(StoredVolume volume, CellStore store) {
        Map<Integer, Vnode> vnodes = new HashMap<>();
        for (StoredVnode stored : volume.vnodes().values()) {
            vnodes.put(stored.number(), vnode(volume, stored, store));
        }
        for (StoredVnode stored : volume.vnodes().values()) {
            Vnode vnode = vnodes.get(stored.number());
            if (vnode != null) {
                vnode.parent = vnodes.get(stored.parent());
            }
        }
        return vnodes;
    }

    private Vnode vnode(StoredVolume volume, StoredVnode stored, CellStore store) {
        if (stored.isDirectory()) {
            try {
                return new Vnode(stored, null, DirectoryEditor.of(MemorySegment.ofArray(volume.image(stored.number()))));
            } catch (MalformedDirectoryException e) {
                throw new IllegalStateException("checked before", e);
            }
        }
        ChunkFile file = files.computeIfAbsent(volume.fileKey(stored), store::file);
        TreeMap<Long, Chunk> chunks = new TreeMap<>();
        volume.chunks(stored.number()).forEach((index, place) -> chunks.put(index, file.restore(place)));
        return new Vnode(stored, new FileContents(file, chunks, stored.lengthBytes()), null);
    }

    private List<VolumeDatabase.Entry> entries(EmbeddedServer server) {
        List<VolumeDatabase.Entry> entries = new ArrayList<>();
        for (StoredPlaces place : places) {
            boolean isSite = place.sites().stream().anyMatch(site -> site.server() == server.index());
            for (Attached each : attached) {
                boolean concerns = isSite || each.server().equals(server);
                if (concerns && each.volume().id() == place.readWriteId()) {
                    entries.add(entry(place, each));
                }
            }
        }
        return entries;
    }

    private VolumeDatabase.Entry entry(StoredPlaces place, Attached readWrite) {
        List<VolumeDatabase.Replica> replicas = new ArrayList<>();
        EmbeddedVolume backup = null;
        for (StoredPlaces.Site site : place.sites()) {
            for (EmbeddedServer server : servers) {
                if (server.index() == site.server()) {
                    replicas.add(new VolumeDatabase.Replica(server, snapshot(server, place, ".readonly"), site.isNew()));
                }
            }
        }
        for (Attached each : attached) {
            if (each.volume().name().equals(place.name() + ".backup")) {
                backup = each.volume();
            }
        }
        return new VolumeDatabase.Entry(place.name(), readWrite.volume(), readWrite.server(), List.copyOf(replicas), backup);
    }

    private @Nullable EmbeddedVolume snapshot(EmbeddedServer server, StoredPlaces place, String suffix) {
        for (Attached each : attached) {
            if (each.server().equals(server) && each.volume().name().equals(place.name() + suffix)) {
                return each.volume();
            }
        }
        return null;
    }

    /// What is written down of an entry: its sites, and those on servers that are not there yet.
    StoredPlaces places(VolumeDatabase.Entry entry) {
        List<StoredPlaces.Site> sites = new ArrayList<>();
        entry.replicas().forEach(replica -> sites.add(new StoredPlaces.Site(replica.server().index(), replica.isNew())));
        for (StoredPlaces before : places) {
            if (before.readWriteId() == entry.readWrite().id()) {
                before.sites().stream().filter(site -> isWaiting(site.server())).forEach(sites::add);
            }
        }
        return new StoredPlaces(entry.readWrite().id(), entry.name(), List.copyOf(sites));
    }

    private boolean isWaiting(int server) {
        return servers.stream().noneMatch(there -> there.index() == server);
    }
}
