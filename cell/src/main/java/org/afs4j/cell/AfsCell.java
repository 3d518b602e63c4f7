package org.afs4j.cell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.base.world.World;
import org.afs4j.cell.administration.Principals;
import org.afs4j.cell.record.CheckReport;
import org.afs4j.cell.record.StoreCheck;
import org.afs4j.cell.record.StoredCell;
import org.afs4j.cell.record.VolumeTables;
import org.afs4j.cell.store.CellStore;
import org.afs4j.cell.store.CellStoreException;
import org.afs4j.cell.store.HeapStore;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.port.DatagramPort;
import org.jspecify.annotations.Nullable;

/// An AFS cell in this JVM: a volume location server and file servers, unauthenticated, with their volumes in memory or in a
/// [CellStore]. Clients of any make reach it by Rx over the ports that it is given.
///
/// From the start there is one file server with the volumes `root.afs` (with the mount points `CELL`, `.CELL`), `root.cell` (with
/// the mount point `scratch`) and `scratch`, where everyone may do everything. More servers are added by [#addServer], volumes get
/// read-only and backup instances by [#addReplica], [#release] and [#backup], and change their server by [#move]. A cell whose store is
/// kept has all that again when it is started next; what it has promised to clients it has not, and tells them so.
///
/// Unless told otherwise the location service shares the first file server's UDP port on 127.0.0.1; location entries name
/// addresses without ports, so a client has to be told the port of the file servers, and all of them should have the same.
/// Every server can be made to fail by order: by [EmbeddedServer], [ServerFaults] and [#locationFaults()].
///
/// Threads: the methods that stop, start, restart, add, release, move and close, by one at a time; the others by any.
/// Ownership: ports given to the builder or to a server belong to the cell, which closes them.
public final class AfsCell implements AutoCloseable {
    private final String name;
    private final World world;
    private final ServerSettings settings;
    private final CellCounters counters = new CellCounters(null);
    private final CellStore store;
    private final CheckReport checkReport;
    private final @Nullable StoredCell before;
    private final VolumeDatabase volumes;
    private final List<EmbeddedServer> servers = new CopyOnWriteArrayList<>();
    private final LocationServer locationServer;
    private final CellServices services;

    /// What all file servers of a cell have in common.
    record ServerSettings(RxOptions rxOptions, PromiseTable.Lifetime lifetime, Duration breakTimeout, Principals principals) {}

    private AfsCell(Builder builder, DatagramPort port) throws IOException {
        name = builder.name;
        world = builder.world;
        store = builder.store;
        before = StoredCell.open(store, name);
        StoreCheck.Loaded loaded = StoreCheck.load(store, builder.checkContents);
        checkReport = loaded.report();
        settings = new ServerSettings(
                builder.rxOptions, new PromiseTable.Lifetime(builder.promiseLifetime), builder.breakTimeout, new Principals());
        if (before != null) {
            settings.principals().restore(before.principals());
        }
        settings.principals().onChange(this::writeDown);
        volumes = new VolumeDatabase(world, store, new StoredVolumes(loaded.volumes(), VolumeTables.places(store)));
        locationServer = new LocationServer(world, volumes, servers, counters);
        LocationServer shared = builder.volumeLocationPort == null ? locationServer : null;
        EmbeddedServer first = new EmbeddedServer(
                world, settings, 0, uuid(0), counters, List.of(port), shared, builder.advertisedAddress);
        servers.add(first);
        if (before == null) {
            volumes.createFirst(name, first);
        }
        volumes.attach(first);
        writeDown();
        services = new CellServices(world, settings, counters);
        services.open(builder.volumeLocationPort, locationServer);
        services.open(builder.protectionPort, settings.principals());
        services.open(builder.volumeServerPort, first);
        first.start();
    }

    /// The UUID that the server of an index had, or a new one.
    private AfsUuid uuid(int index) {
        return before != null && index < before.servers().size()
                ? before.servers().get(index)
                : new AfsUuid(world.random().nextLong(), world.random().nextLong());
    }

    /// Writes down what the cell is. That it is there at all is written down last, after its first volumes.
    private void writeDown() {
        try {
            List<AfsUuid> uuids = servers.stream().map(EmbeddedServer::uuid).toList();
            new StoredCell(name, uuids, settings.principals().lines()).write(store, before);
        } catch (CellStoreException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Begins to describe a cell.
    public static Builder builder() {
        return new Builder();
    }

    /// The cell's name.
    public String name() {
        return name;
    }

    /// Where the volume location service answers; the file server's address unless the builder was given a port for it.
    public InetSocketAddress volumeLocationAddress() {
        return services.locationAddress(server(0));
    }

    /// Where the first file server answers.
    public InetSocketAddress fileServerAddress() {
        return server(0).addresses().getFirst();
    }

    /// The first file server's UUID.
    public AfsUuid fileServerUuid() {
        return server(0).uuid();
    }

    /// Adds a file server, which answers when this returns: without volumes, unless the store had a server of the same index, whose UUID
    /// and volumes it then takes up.
    ///
    /// @param ports its ports, one for each of its addresses, at least one; not started; the cell's from now on
    public EmbeddedServer addServer(DatagramPort... ports) {
        return addServer(uuid(servers.size()), ports);
    }

    /// Adds a file server with a UUID of the caller's choice, perhaps one that another server has too.
    ///
    /// @param uuid the UUID
    /// @param ports as above
    public EmbeddedServer addServer(AfsUuid uuid, DatagramPort... ports) {
        if (ports.length == 0) {
            throw new IllegalArgumentException("a server has at least one address");
        }
        EmbeddedServer server = new EmbeddedServer(
                world, settings, servers.size(), uuid, counters, List.of(ports), null, null);
        servers.add(server);
        volumes.attach(server);
        writeDown();
        server.start();
        return server;
    }

    /// The file servers, as they were added.
    public List<EmbeddedServer> servers() {
        return List.copyOf(servers);
    }

    /// One file server.
    ///
    /// @param index which, from 0
    public EmbeddedServer server(int index) {
        return servers.get(index);
    }

    /// The orders by which the location server goes wrong: those about calls, by the names of VL procedures.
    public ServerFaults locationFaults() {
        return locationServer.faults();
    }

    /// The orders by which the protection server goes wrong: those about calls, by the names of PT procedures.
    public ServerFaults protectionFaults() {
        return services.protectionFaults();
    }

    /// Makes a read-write volume on the first server, empty, where everyone may do everything.
    ///
    /// @param volumeName its name, 1 to 22 characters that are no digits only
    /// @throws IllegalArgumentException if there is one of that name, or the name is none
    public EmbeddedVolume createVolume(String volumeName) {
        return createVolume(volumeName, server(0));
    }

    /// The same on a server of the caller's choice.
    ///
    /// @param volumeName as above
    /// @param server the server that gets it
    /// @throws IllegalArgumentException as above
    public EmbeddedVolume createVolume(String volumeName, EmbeddedServer server) {
        return volumes.create(volumeName, server, Acl.ALL_RIGHTS);
    }

    /// The cell's users and groups, and as whom hosts are taken.
    public Principals principals() {
        return settings.principals();
    }

    /// The read-write instances of the volumes, by name.
    public List<EmbeddedVolume> volumes() {
        return volumes.entries().stream().map(VolumeDatabase.Entry::readWrite).toList();
    }

    /// Gives the read-write instance of a volume.
    ///
    /// @param volumeName its name
    /// @throws IllegalArgumentException if there is none of that name
    public EmbeddedVolume volume(String volumeName) {
        return volumes.entry(volumeName).readWrite();
    }

    /// Says that a volume is to have a read-only instance on a server; it is there after the next [#release].
    ///
    /// @throws IllegalArgumentException if there is no such volume, or it has that site
    public void addReplica(String volumeName, EmbeddedServer server) {
        volumes.addReplica(volumeName, server);
    }

    /// Makes the read-only instances of a volume a new snapshot of it, with a later creation time, and breaks the promises on them.
    ///
    /// @param volumeName the volume
    /// @throws IllegalArgumentException if there is no such volume
    /// @throws IOException if interrupted while clients were told
    ///
    /// Blocks: as [#mount].
    public void release(String volumeName) throws IOException {
        release(volumeName, servers);
    }

    /// The same for some of the volume's sites: the others keep the old snapshot, as when a release is under way or has failed.
    ///
    /// @param volumeName the volume
    /// @param to the servers whose instances are replaced
    /// @throws IllegalArgumentException if there is no such volume
    /// @throws IOException if interrupted while clients were told
    public void release(String volumeName, Collection<EmbeddedServer> to) throws IOException {
        for (Map.Entry<EmbeddedServer, EmbeddedVolume> changed : volumes.release(volumeName, to).entrySet()) {
            changed.getKey().breakVolume(changed.getValue().id());
        }
    }

    /// Makes the backup instance of a volume a new snapshot of it, on the server of the read-write instance.
    ///
    /// @param volumeName the volume
    /// @throws IllegalArgumentException if there is no such volume
    /// @throws IOException if interrupted while clients were told
    ///
    /// Blocks: as [#mount].
    public void backup(String volumeName) throws IOException {
        EmbeddedVolume backup = volumes.backup(volumeName);
        volumes.entry(volumeName).server().breakVolume(backup.id());
    }

    /// Gives a volume the contents and data versions of its backup, and an earlier creation time: what is newer is lost, and the same data
    /// version may stand for other data than before.
    ///
    /// @param volumeName the volume
    /// @throws IllegalArgumentException if there is no such volume, or it has no backup
    /// @throws IOException if interrupted while clients were told
    ///
    /// Blocks: as [#mount].
    public void restore(String volumeName) throws IOException {
        VolumeDatabase.Entry entry = volumes.entry(volumeName);
        EmbeddedVolume backup = entry.backup();
        if (backup == null) {
            throw new IllegalArgumentException("volume " + volumeName + " has no backup");
        }
        entry.readWrite().become(backup, entry.readWrite().creationTime() - 1);
        entry.server().breakVolume(entry.readWrite().id());
    }

    /// Moves the read-write instance of a volume, and its backup, to another server; the old one breaks the promises on them and
    /// refuses calls about them with VMOVED from now on.
    ///
    /// @param volumeName the volume
    /// @param to the server
    /// @throws IllegalArgumentException if there is no such volume, or it is there already
    /// @throws IOException if interrupted while clients were told
    ///
    /// Blocks: as [#mount].
    public void move(String volumeName, EmbeddedServer to) throws IOException {
        VolumeDatabase.Entry entry = volumes.entry(volumeName);
        EmbeddedServer from = entry.server();
        if (from.equals(to)) {
            throw new IllegalArgumentException("volume " + volumeName + " is there");
        }
        volumes.move(volumeName, to);
        from.breakVolume(entry.readWrite().id());
        from.breakVolume(entry.backupId());
    }

    /// Makes a mount point; promises on its directory are broken.
    ///
    /// @param in the read-write volume that gets it
    /// @param path where in the volume, parts between slashes; all but the last exist
    /// @param target `#` or `%`, perhaps `CELL:`, the volume's name, `.`
    /// @throws IllegalArgumentException if the directory does not exist or has the name already
    /// @throws IOException if interrupted while clients were told
    ///
    /// Blocks: until the holders of promises have answered, or the break time-out has passed.
    public void mount(EmbeddedVolume in, String path, String target) throws IOException {
        EmbeddedServer server = volumes.entry(in.name()).server();
        PromiseTable table = server.promises();
        PromiseTable.BreakBatch breaks = new PromiseTable.BreakBatch();
        in.lock.lock();
        try {
            Vnode directory = in.addMountPoint(path, target);
            table.take(directory.fid(in.id()), null, breaks);
        } finally {
            in.lock.unlock();
        }
        server.send(table, breaks);
    }

    /// Breaks all promises on vnodes of a read-write volume, with one FID: the volume's.
    ///
    /// @param volumeName the volume
    /// @throws IllegalArgumentException if there is none of that name
    /// @throws IOException if interrupted while clients were told
    ///
    /// Blocks: as [#mount].
    public void breakVolume(String volumeName) throws IOException {
        VolumeDatabase.Entry entry = volumes.entry(volumeName);
        entry.server().breakVolume(entry.readWrite().id());
    }

    /// [EmbeddedServer#stop()] of the first file server.
    public void stopFileServer() {
        server(0).stop();
    }

    /// [EmbeddedServer#start()] of the first file server.
    public void startFileServer() {
        server(0).start();
    }

    /// Restarts the first file server, as [EmbeddedServer#restart].
    ///
    /// @param keepCallbackState whether it still knows its clients and their promises
    public void restartFileServer(boolean keepCallbackState) {
        server(0).restart(keepCallbackState);
    }

    /// How many promises clients hold of all servers, expired ones among them until they are cleared away.
    public long promiseCount() {
        return servers.stream().mapToLong(EmbeddedServer::promiseCount).sum();
    }

    /// What the servers have done, together; live, and kept through restarts.
    public CellCounters counters() {
        return counters;
    }

    /// What the check of the store found at the start.
    public CheckReport checkReport() {
        return checkReport;
    }

    /// Ends the servers, frees their ports and closes the store; what it does not keep is gone.
    @Override
    public void close() {
        servers.forEach(EmbeddedServer::close);
        services.close();
        try {
            store.close();
        } catch (CellStoreException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What a cell is to be like.
    public static final class Builder {
        private String name = "demo.afs4j";
        private World world = SystemWorld.instance();
        private RxOptions rxOptions = RxOptions.defaults();
        private @Nullable Duration promiseLifetime;
        private Duration breakTimeout = Duration.ofSeconds(10);
        private InetSocketAddress bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        private @Nullable DatagramPort port;
        private @Nullable DatagramPort volumeLocationPort;
        private @Nullable DatagramPort protectionPort;
        private @Nullable DatagramPort volumeServerPort;
        private @Nullable InetAddress advertisedAddress;
        private CellStore store = new HeapStore();
        private boolean checkContents;

        private Builder() {}

        /// Sets the cell's name; `demo.afs4j` if not set.
        public Builder name(String cellName) {
            name = cellName;
            return this;
        }

        /// Sets where time, randomness and threads come from; the real world if not set.
        ///
        /// @param from the world
        public Builder world(World from) {
            world = from;
            return this;
        }

        /// Sets Rx's time-outs and windows.
        public Builder rxOptions(RxOptions options) {
            rxOptions = options;
            return this;
        }

        /// Sets how long promises last; as OpenAFS has it if not set: 4 hours, less on vnodes with many holders.
        ///
        /// @param lifetime a second or more, in whole seconds
        public Builder promiseLifetime(Duration lifetime) {
            if (lifetime.toSeconds() < 1) {
                throw new IllegalArgumentException("promises last a second or more");
            }
            promiseLifetime = lifetime;
            return this;
        }

        /// Sets how long a client has to answer a break; 10 s if not set.
        ///
        /// @param timeout more than zero
        public Builder breakTimeout(Duration timeout) {
            breakTimeout = timeout;
            return this;
        }

        /// Sets the UDP address of the servers; a free port of 127.0.0.1 if not set. Of no effect with [#port].
        ///
        /// @param address an IPv4 address; port 0 for a free one
        public Builder bind(InetSocketAddress address) {
            bind = address;
            return this;
        }

        /// Gives the port of the file server, and of the location service unless that has its own.
        ///
        /// @param filePort not started; the cell's from now on
        public Builder port(DatagramPort filePort) {
            port = filePort;
            return this;
        }

        /// Gives the location service a port of its own, so that it answers while the file server is stopped.
        ///
        /// @param locationPort not started; the cell's from now on
        public Builder volumeLocationPort(DatagramPort locationPort) {
            volumeLocationPort = locationPort;
            return this;
        }

        /// Has the cell offer the protection service, and tell of the first file server's volumes as a volume server does.
        ///
        /// @param protection not started; the cell's from now on
        /// @param volumeServer as that
        public Builder administrationPorts(DatagramPort protection, DatagramPort volumeServer) {
            protectionPort = protection;
            volumeServerPort = volumeServer;
            return this;
        }

        /// Sets the address that location entries name for the file server; the one that it is bound to if not set, which will
        /// not do for a server bound to all addresses.
        ///
        /// @param address IPv4
        public Builder advertisedAddress(InetAddress address) {
            advertisedAddress = address;
            return this;
        }

        /// Sets what holds the volumes; a [HeapStore] if not set. What is in it is checked at the start: [AfsCell#checkReport()].
        ///
        /// @param holder open, and of no other cell; the cell's from now on, which closes it
        public Builder store(CellStore holder) {
            store = holder;
            return this;
        }

        /// Lets the check at the start read all contents and compare them with their checksums too.
        public Builder checkContents() {
            checkContents = true;
            return this;
        }

        /// Makes the cell; its servers answer when this returns.
        ///
        /// @throws CellStoreException if the store holds another cell, or fails
        /// @throws IOException if a UDP port cannot be had: it is in use, or not ours to use
        public AfsCell start() throws IOException {
            DatagramPort filePort = port;
            DatagramPort opened = filePort == null ? DatagramPort.open(bind) : filePort;
            try {
                return new AfsCell(this, opened);
            } catch (IOException | RuntimeException e) {
                opened.close();
                throw e;
            }
        }
    }
}
