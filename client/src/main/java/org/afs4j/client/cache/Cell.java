package org.afs4j.client.cache;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.client.callback.MappedVnodes;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.client.error.AfsContext;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.client.location.VolumeKind;
import org.afs4j.client.location.VolumeLocator;
import org.afs4j.client.server.FileServer;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.vl.VolumeLocation;
import org.afs4j.protocol.vl.VolumeSite;

/// One cell: its volumes, and the vnodes of it that are mapped.
public final class Cell {
    private final CacheContext context;
    private final String name;
    private final VolumeLocator locator;
    private final RankedMutex locationLock = new RankedMutex(LockRank.VOLUME_LOCATION);
    private final ConcurrentMap<Integer, Volume> volumes = new ConcurrentHashMap<>();
    private final Set<FileServer> fileServers = ConcurrentHashMap.newKeySet();
    private final MappedVnodes mapped = new MappedVnodes();

    /// Makes a cell.
    ///
    /// @param context what the cache shares
    /// @param configuration where its servers are
    public Cell(CacheContext context, CellConfiguration configuration) {
        this.context = context;
        this.name = configuration.name();
        this.locator = new VolumeLocator(context.world(), context.endpoint(), configuration, context.counters());
    }

    /// The cell's name.
    public String name() {
        return name;
    }

    /// Takes note of where the cell's servers are now.
    ///
    /// @param now the same cell, with a location server at least
    void configure(CellConfiguration now) {
        locator.configure(now);
    }

    /// The cell's location servers.
    List<InetSocketAddress> locationServers() {
        return locator.locationServers();
    }

    /// The cell's vnodes that are mapped now.
    public MappedVnodes mapped() {
        return mapped;
    }

    /// The volumes that have been used.
    public Collection<Volume> volumes() {
        return volumes.values();
    }

    /// Finds a volume by name.
    ///
    /// @param name its name, without `.readonly` or `.backup`
    /// @param preferReadOnly whether the read-only instance is wanted where there is one; the read-write one otherwise
    /// @throws IOException if there is no such volume, or it cannot be asked about
    public Volume volume(String name, boolean preferReadOnly) throws IOException {
        VolumeLocation location = locator.locate(name);
        boolean readOnly = (preferReadOnly && location.hasReadOnly()) || !location.hasReadWrite();
        return volume(name, readOnly ? VolumeKind.READ_ONLY : VolumeKind.READ_WRITE);
    }

    /// Finds one instance of a volume.
    ///
    /// @param name its name, without `.readonly` or `.backup`
    /// @param kind which instance
    /// @throws IOException if there is no such instance, or it cannot be asked about
    public Volume volume(String name, VolumeKind kind) throws IOException {
        VolumeLocation location = locator.locate(name);
        int id = id(location, kind);
        if (id == 0) {
            AfsContext where = new AfsContext(null, name(), name, null, null, "look-up of the " + kind + " instance");
            throw new AfsFileException(AfsError.VNOVOL, where);
        }
        Volume known = volumes.get(id);
        if (known != null && known.isLocatedBy(location)) {
            return known;
        }
        locationLock.lock();
        try {
            known = volumes.get(id);
            if (known == null) {
                known = new Volume(context, this, id, location.name(), kind, servers(location, kind));
                volumes.put(id, known);
            }
            known.locate(location, servers(location, kind));
            return known;
        } finally {
            locationLock.unlock();
        }
    }

    private static int id(VolumeLocation location, VolumeKind kind) {
        return switch (kind) {
            case READ_WRITE -> location.hasReadWrite() ? location.readWriteId() : 0;
            case READ_ONLY -> location.hasReadOnly() ? location.readOnlyId() : 0;
            case BACKUP -> location.hasBackup() ? location.backupId() : 0;
        };
    }

    /// Looks again where a volume is, because a server said that it does not have it.
    ///
    /// @param volume the volume
    /// @return whether it is elsewhere than was known
    /// @throws IOException if it cannot be asked about, or is nowhere any more
    boolean refresh(Volume volume) throws IOException {
        locationLock.lock();
        try {
            locator.forget(volume.name());
            VolumeLocation location = locator.locate(volume.name());
            List<FileServer> servers = servers(location, volume.kind());
            if (id(location, volume.kind()) != volume.id() || servers.isEmpty()) {
                throw new AfsFileException(
                        AfsError.VNOVOL, new AfsContext(null, name(), volume.toString(), null, null, "volume look-up"));
            }
            return volume.locate(location, servers);
        } finally {
            locationLock.unlock();
        }
    }

    /// Has the location servers asked when the volume is walked to next.
    void forgetLocation(Volume volume) {
        locator.forget(volume.name());
    }

    /// Has the location servers asked about everything that is walked to from now on. Never blocks.
    void forgetLocations() {
        locator.forgetAll();
    }

    private List<FileServer> servers(VolumeLocation location, VolumeKind kind) throws IOException {
        List<FileServer> servers = new ArrayList<>();
        for (VolumeSite site : location.sites()) {
            boolean wanted = switch (kind) {
                case READ_WRITE -> site.isReadWrite();
                case READ_ONLY -> site.isReadOnly();
                case BACKUP -> site.isBackup() || site.isReadWrite();
            };
            if (wanted) {
                FileServer server = context.servers()
                        .server(site.hasUuid() ? site.server() : null, locator.addresses(site), fileServers);
                fileServers.add(server);
                servers.add(server);
            }
        }
        List<FileServer> distinct = servers.stream().distinct().toList();
        if (distinct.size() > 1) {
            // So that the nearest one can be chosen.
            distinct.stream().filter(server -> !server.isMet()).forEach(context.probe()::start);
        }
        return distinct;
    }
}
