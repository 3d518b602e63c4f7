package org.afs4j.cell;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.base.world.World;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.fs.FileServerCalls;
import org.afs4j.protocol.fs.FileServerDispatcher;
import org.afs4j.protocol.vl.VolumeLocationCalls;
import org.afs4j.protocol.vl.VolumeLocationDispatcher;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.port.DatagramPort;
import org.jspecify.annotations.Nullable;

/// An AFS cell in this JVM: a volume location server and a file server, unauthenticated, with its volumes in memory. Clients of
/// any make reach it by Rx over the ports that it is given.
///
/// From the start there are the volumes `root.afs` (with the mount points `CELL`, `.CELL`), `root.cell` (with the mount point
/// `scratch`) and `scratch`, where everyone may do everything.
///
/// Unless told otherwise both services share one UDP port on 127.0.0.1; location entries name addresses without ports, so a
/// client has to be told the port of the file server.
///
/// Threads: the methods that stop, start, restart and close, by one at a time; the others by any.
/// Ownership: ports given to the builder belong to the cell, which closes them.
public final class AfsCell implements AutoCloseable {
    private static final int FIRST_VOLUME_ID = 0x20000000;
    /// A volume's read-only copy and backup have the ids after its own.
    private static final int IDS_PER_VOLUME = 3;

    private final String name;
    private final World world;
    private final RxOptions rxOptions;
    private final PromiseLifetime lifetime;
    private final Duration breakTimeout;
    private final AfsUuid uuid;
    private final CellCounters counters = new CellCounters();
    private final Map<Integer, EmbeddedVolume> volumes = new ConcurrentSkipListMap<>(Integer::compareUnsigned);
    private final RankedMutex creation = new RankedMutex(LockRank.LEAF);
    private final SwitchedPort fileServerPort;
    private final @Nullable RxEndpoint locationEndpoint;
    private final LocationServer locationServer;
    private volatile PromiseTable promises;
    private volatile @Nullable Running running;

    /// The file server's present incarnation.
    private record Running(RxEndpoint endpoint, CallbackSender callbacks) {}

    private AfsCell(Builder builder, DatagramPort port) {
        name = builder.name;
        world = builder.world;
        rxOptions = builder.rxOptions;
        lifetime = new PromiseLifetime(builder.promiseLifetime);
        breakTimeout = builder.breakTimeout;
        uuid = new AfsUuid(world.random().nextLong(), world.random().nextLong());
        promises = new PromiseTable(world, counters, lifetime);
        InetAddress advertised = builder.advertisedAddress;
        fileServerPort = new SwitchedPort(port);
        locationServer = new LocationServer(
                volumes.values(),
                uuid,
                ipv4(advertised == null ? port.localAddress().getAddress() : advertised),
                counters);
        createFirstVolumes();
        DatagramPort locationPort = builder.volumeLocationPort;
        if (locationPort == null) {
            locationEndpoint = null;
        } else {
            locationEndpoint = RxEndpoint.open(world, locationPort, rxOptions);
            locationEndpoint.serve(VolumeLocationCalls.SERVICE_ID, new VolumeLocationDispatcher(locationServer));
        }
        startFileServer();
    }

    private static int ipv4(InetAddress address) {
        if (!(address instanceof Inet4Address)) {
            throw new IllegalArgumentException("location entries hold IPv4 addresses only, not " + address);
        }
        return ByteBuffer.wrap(address.getAddress()).getInt();
    }

    private void createFirstVolumes() {
        EmbeddedVolume rootAfs = createVolume("root.afs", Rights.READ_AND_LOOKUP);
        EmbeddedVolume rootCell = createVolume("root.cell", Rights.READ_AND_LOOKUP);
        createVolume("scratch", Rights.ALL);
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

    /// Where the file server answers.
    public InetSocketAddress fileServerAddress() {
        return fileServerPort.localAddress();
    }

    /// The UUID under which the location entries and the breaks name the file server.
    public AfsUuid fileServerUuid() {
        return uuid;
    }

    /// Makes a read-write volume, empty, where everyone may do everything.
    ///
    /// @param volumeName its name, 1 to 22 characters that are no digits only
    /// @throws IllegalArgumentException if there is one of that name, or the name is none
    public EmbeddedVolume createVolume(String volumeName) {
        return createVolume(volumeName, Rights.ALL);
    }

    private EmbeddedVolume createVolume(String volumeName, int rights) {
        if (!volumeName.matches("[A-Za-z0-9._-]{1,22}") || volumeName.matches("\\d+")) {
            throw new IllegalArgumentException("no name of a volume: " + volumeName);
        }
        creation.lock();
        try {
            if (volumes.values().stream().anyMatch(volume -> volume.name().equals(volumeName))) {
                throw new IllegalArgumentException("volume " + volumeName + " exists");
            }
            int id = FIRST_VOLUME_ID + IDS_PER_VOLUME * volumes.size();
            EmbeddedVolume volume = new EmbeddedVolume(world, id, volumeName, rights);
            volumes.put(id, volume);
            return volume;
        } finally {
            creation.unlock();
        }
    }

    /// Gives a volume of the cell.
    ///
    /// @param volumeName its name
    /// @throws IllegalArgumentException if there is none of that name
    public EmbeddedVolume volume(String volumeName) {
        return volumes.values().stream()
                .filter(volume -> volume.name().equals(volumeName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no volume " + volumeName));
    }

    /// Makes a mount point; promises on its directory are broken.
    ///
    /// @param in the volume that gets it
    /// @param path where in the volume, parts between slashes; all but the last exist
    /// @param target `#` or `%`, perhaps `CELL:`, the volume's name, `.`
    /// @throws IllegalArgumentException if the directory does not exist or has the name already
    /// @throws IOException if interrupted while clients were told
    ///
    /// Blocks: until the holders of promises have answered, or the break time-out has passed.
    public void mount(EmbeddedVolume in, String path, String target) throws IOException {
        PromiseTable table = promises;
        PromiseTable.BreakBatch breaks = new PromiseTable.BreakBatch();
        in.lock.lock();
        try {
            Vnode directory = in.addMountPoint(path, target);
            table.take(directory.fid(in.id()), null, breaks);
        } finally {
            in.lock.unlock();
        }
        send(table, breaks);
    }

    /// Breaks all promises on vnodes of a volume, with one FID: the volume's.
    ///
    /// @param volumeName the volume
    /// @throws IllegalArgumentException if there is none of that name
    /// @throws IOException if interrupted while clients were told
    ///
    /// Blocks: as [#mount].
    public void breakVolume(String volumeName) throws IOException {
        PromiseTable.BreakBatch breaks = new PromiseTable.BreakBatch();
        PromiseTable table = promises;
        table.takeVolume(volume(volumeName).id(), breaks);
        send(table, breaks);
    }

    private void send(PromiseTable table, PromiseTable.BreakBatch breaks) throws IOException {
        Running now = running;
        if (now == null) {
            table.abandon(breaks);
        } else {
            now.callbacks.send(table, breaks);
        }
    }

    /// Stops the file server: it is silent from now on, its calls under way are lost, its callback state is kept. A location
    /// service on the same port is silent too. Without effect if it is stopped.
    public void stopFileServer() {
        Running now = running;
        running = null;
        fileServerPort.unplug();
        if (now != null) {
            now.endpoint.close();
        }
    }

    /// Starts the file server after it was stopped, with the callback state that it had. Without effect if it runs.
    public void startFileServer() {
        if (running != null) {
            return;
        }
        RxEndpoint endpoint = RxEndpoint.open(world, fileServerPort.plug(), rxOptions);
        CallbackSender callbacks = new CallbackSender(world, endpoint, uuid, counters, breakTimeout);
        FileServer server = new FileServer(world, volumes, promises, callbacks, counters);
        running = new Running(endpoint, callbacks);
        endpoint.serve(FileServerCalls.SERVICE_ID, new FileServerDispatcher(server));
        if (locationEndpoint == null) {
            endpoint.serve(VolumeLocationCalls.SERVICE_ID, new VolumeLocationDispatcher(locationServer));
        }
    }

    /// Stops the file server and starts it again.
    ///
    /// @param keepCallbackState whether it still knows its clients and their promises; if not, each client is told
    ///     InitCallBackState3 when it calls next, before that call is answered, and hears nothing until then
    public void restartFileServer(boolean keepCallbackState) {
        stopFileServer();
        if (!keepCallbackState) {
            promises = new PromiseTable(world, counters, lifetime);
        }
        startFileServer();
    }

    /// How many promises clients hold, expired ones among them until they are cleared away.
    public long promiseCount() {
        return promises.promiseCount();
    }

    /// What the servers have done; live, and kept through restarts.
    public CellCounters counters() {
        return counters;
    }

    /// Ends the servers and frees their ports; what the volumes held is gone.
    @Override
    public void close() {
        stopFileServer();
        fileServerPort.close();
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
