package org.afs4j.cell;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.base.world.World;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.vl.VolumeLocationCalls;
import org.afs4j.protocol.vl.VolumeLocationDispatcher;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.port.DatagramPort;
import org.jspecify.annotations.Nullable;

/// An AFS cell in this JVM: a volume location server and file servers, unauthenticated, with their volumes in memory. Clients of
/// any make reach it by Rx over the ports that it is given.
///
/// From the start there is one file server with the volumes `root.afs` (with the mount points `CELL`, `.CELL`), `root.cell` (with
/// the mount point `scratch`) and `scratch`, where everyone may do everything. More servers are added by [#addServer], volumes get
/// read-only and backup instances by [#addReplica], [#release] and [#backup], and change their server by [#move].
///
/// Unless told otherwise the location service shares the first file server's UDP port on 127.0.0.1; location entries name
/// addresses without ports, so a client has to be told the port of the file servers, and all of them should have the same.
///
/// Every server can be made to fail by order: [EmbeddedServer] stops, restarts, forgets and loses addresses, [ServerFaults] refuses
/// and delays calls, and delays, holds and loses breaks; [#locationFaults()] does the former to the location server.
///
/// Threads: the methods that stop, start, restart, add, release, move and close, by one at a time; the others by any.
/// Ownership: ports given to the builder or to a server belong to the cell, which closes them.
public final class AfsCell implements AutoCloseable {
    private final String name;
    private final World world;
    private final ServerSettings settings;
    private final CellCounters counters = new CellCounters(null);
    private final VolumeDatabase volumes;
    private final List<EmbeddedServer> servers = new CopyOnWriteArrayList<>();
    private final LocationServer locationServer;
    private final @Nullable RxEndpoint locationEndpoint;

    /// What all file servers of a cell have in common.
    record ServerSettings(
            RxOptions rxOptions, PromiseLifetime lifetime, Duration breakTimeout, Set<String> principals) {}

    private AfsCell(Builder builder, DatagramPort port) {
        name = builder.name;
        world = builder.world;
        settings = new ServerSettings(
                builder.rxOptions,
                new PromiseLifetime(builder.promiseLifetime),
                builder.breakTimeout,
                ConcurrentHashMap.newKeySet());
        settings.principals().addAll(List.of("anonymous", "system:administrators", Acl.ANY_USER, "system:authuser"));
        volumes = new VolumeDatabase(world);
        locationServer = new LocationServer(world, volumes, servers, counters);
        DatagramPort locationPort = builder.volumeLocationPort;
        LocationServer shared = locationPort == null ? locationServer : null;
        EmbeddedServer first = new EmbeddedServer(
                world, settings, newUuid(), counters, List.of(port), shared, builder.advertisedAddress);
        servers.add(first);
        createFirstVolumes(first);
        if (locationPort == null) {
            locationEndpoint = null;
        } else {
            locationEndpoint = RxEndpoint.open(world, locationPort, builder.rxOptions);
            locationEndpoint.serve(VolumeLocationCalls.SERVICE_ID, new VolumeLocationDispatcher(locationServer));
        }
        first.start();
    }

    private AfsUuid newUuid() {
        return new AfsUuid(world.random().nextLong(), world.random().nextLong());
    }

    private void createFirstVolumes(EmbeddedServer first) {
        EmbeddedVolume rootAfs = volumes.create("root.afs", first, Rights.READ_AND_LOOKUP);
        EmbeddedVolume rootCell = volumes.create("root.cell", first, Rights.READ_AND_LOOKUP);
        volumes.create("scratch", first, Rights.ALL);
        rootAfs.addMountPoint(name, "#root.cell.");
        rootAfs.addMountPoint("." + name, "%root.cell.");
        rootCell.addMountPoint("scratch", "#scratch.");
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
        return locationEndpoint == null ? fileServerAddress() : locationEndpoint.localAddress();
    }

    /// Where the first file server answers.
    public InetSocketAddress fileServerAddress() {
        return server(0).addresses().getFirst();
    }

    /// The UUID under which the location entries and the breaks name the first file server.
    public AfsUuid fileServerUuid() {
        return server(0).uuid();
    }

    /// Adds a file server, without volumes, which answers when this returns.
    ///
    /// @param ports its ports, one for each of its addresses, at least one; not started; the cell's from now on
    public EmbeddedServer addServer(DatagramPort... ports) {
        return addServer(newUuid(), ports);
    }

    /// Adds a file server with a UUID of the caller's choice, perhaps one that another server has too.
    ///
    /// @param uuid the UUID
    /// @param ports as above
    public EmbeddedServer addServer(AfsUuid uuid, DatagramPort... ports) {
        if (ports.length == 0) {
            throw new IllegalArgumentException("a server has at least one address");
        }
        EmbeddedServer server = new EmbeddedServer(world, settings, uuid, counters, List.of(ports), null, null);
        servers.add(server);
        server.start();
        return server;
    }

    /// The file servers, in the order in which they were added.
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

    /// Makes a read-write volume on the first server, empty, where everyone may do everything.
    ///
    /// @param volumeName its name, 1 to 22 characters that are no digits only
    /// @throws IllegalArgumentException if there is one of that name, or the name is none
    public EmbeddedVolume createVolume(String volumeName) {
        return createVolume(volumeName, server(0));
    }

    /// Makes a read-write volume, empty, where everyone may do everything.
    ///
    /// @param volumeName its name, 1 to 22 characters that are no digits only
    /// @param server the server that gets it
    /// @throws IllegalArgumentException if there is one of that name, or the name is none
    public EmbeddedVolume createVolume(String volumeName, EmbeddedServer server) {
        return volumes.create(volumeName, server, Rights.ALL);
    }

    /// Makes a user or group known, so that access lists can name it. Nobody can be it: all callers are anonymous.
    ///
    /// @param principalName its name, 1 to 63 characters without blanks
    /// @throws IllegalArgumentException if the name is none
    public void addPrincipal(String principalName) {
        if (!principalName.matches("\\S{1,63}")) {
            throw new IllegalArgumentException("no name of a user or group: " + principalName);
        }
        settings.principals().add(principalName);
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
    /// @param volumeName the volume
    /// @param server the server
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

    /// Stops the first file server, as [EmbeddedServer#stop()].
    public void stopFileServer() {
        server(0).stop();
    }

    /// Starts the first file server, as [EmbeddedServer#start()].
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

    /// Ends the servers and frees their ports; what the volumes held is gone.
    @Override
    public void close() {
        servers.forEach(EmbeddedServer::close);
        if (locationEndpoint != null) {
            locationEndpoint.close();
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
        private @Nullable InetAddress advertisedAddress;

        private Builder() {}

        /// Sets the cell's name; `demo.afs4j` if not set.
        ///
        /// @param cellName the name
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
        ///
        /// @param options the options
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

        /// Sets the address that location entries name for the file server; the one that it is bound to if not set, which will
        /// not do for a server bound to all addresses.
        ///
        /// @param address IPv4
        public Builder advertisedAddress(InetAddress address) {
            advertisedAddress = address;
            return this;
        }

        /// Makes the cell; its servers answer when this returns.
        ///
        /// @throws IOException if a UDP port cannot be had: it is in use, or not ours to use
        public AfsCell start() throws IOException {
            DatagramPort filePort = port;
            return new AfsCell(this, filePort == null ? DatagramPort.open(bind) : filePort);
        }
    }
}
