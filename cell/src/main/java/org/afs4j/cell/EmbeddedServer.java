package org.afs4j.cell;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.base.world.World;
import org.afs4j.cell.administration.ServerWork;
import org.afs4j.cell.administration.VolumeServer;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.fs.FileServerCalls;
import org.afs4j.protocol.fs.FileServerDispatcher;
import org.afs4j.protocol.vl.VolumeLocationCalls;
import org.afs4j.protocol.vl.VolumeLocationDispatcher;
import org.afs4j.protocol.vol.VolumeInfo;
import org.afs4j.protocol.vol.VolumeServerCalls;
import org.afs4j.protocol.vol.VolumeServerDispatcher;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.port.DatagramPort;
import org.jspecify.annotations.Nullable;

/// One file server of an [AfsCell]: its UUID, its addresses, its callback state, and the orders by which it goes wrong.
///
/// A server with several addresses is one server: it answers at each, with one callback state, and its callback calls leave from
/// the first address that is connected.
///
/// Threads: the methods that stop, start and change addresses, by one at a time; the others by any.
public final class EmbeddedServer {
    private final World world;
    private final AfsCell.ServerSettings settings;
    private final int index;
    private final AfsUuid uuid;
    private final CellCounters counters;
    private final ServerWork work;
    private final ServerFaults faults;
    private final @Nullable LocationServer location;
    private final @Nullable InetAddress advertised;
    private final List<SwitchedPort> ports = new CopyOnWriteArrayList<>();
    private final Map<SwitchedPort, RxEndpoint> endpoints = new ConcurrentHashMap<>();
    private volatile PromiseTable promises;
    private volatile boolean refusing;
    private final AtomicInteger uniquifier = new AtomicInteger(1);
    private volatile @Nullable Running running;
    final ServedVolumes volumes = new ServedVolumes();

    /// The server's present incarnation.
    /// What its statistics are made of.
    private final class Figures implements ServerWork.Source {
        @Override
        public Map<String, Long> calls() {
            return counters.calls();
        }

        @Override
        public Map<RxCounter, Long> packets() {
            Map<RxCounter, Long> sums = new EnumMap<>(RxCounter.class);
            endpoints.values().forEach(endpoint -> endpoint.counters().snapshot().forEach((counter, count) -> sums.merge(counter, count, Long::sum)));
            return sums;
        }

        @Override
        public int clients(Duration within) {
            return promises.clientCount(within);
        }

        @Override
        public long promisesGranted() {
            return counters.promisesGranted();
        }

        @Override
        public long promises() {
            return promises.promiseCount();
        }

        @Override
        public long breaks() {
            return counters.breaksSent() + counters.breaksFailed();
        }

        @Override
        public long usedBlocks() {
            return volumes.all().stream().mapToLong(volume -> info(volume).sizeBlocks()).sum();
        }
    }

    private record Running(FileServer service, CallbackSender callbacks) {}

    /// @param index which server of the cell it is, from 0
    /// @param location served at the same ports, or null
    /// @param advertised what location entries say instead of the first port's address, or null
    EmbeddedServer(
            World world,
            AfsCell.ServerSettings settings,
            int index,
            AfsUuid uuid,
            CellCounters cellCounters,
            Collection<DatagramPort> ports,
            @Nullable LocationServer location,
            @Nullable InetAddress advertised) {
        this.world = world;
        this.settings = settings;
        this.index = index;
        this.uuid = uuid;
        this.counters = new CellCounters(cellCounters);
        this.work = new ServerWork(world, new Figures());
        this.faults = new ServerFaults(world, counters);
        this.location = location;
        this.advertised = advertised;
        this.promises = newPromises();
        ports.forEach(port -> this.ports.add(new SwitchedPort(port)));
        advertisedWords();
    }

    private PromiseTable newPromises() {
        return new PromiseTable(world, counters, settings.lifetime());
    }

    int index() {
        return index;
    }

    /// The UUID under which location entries and greetings name the server.
    public AfsUuid uuid() {
        return uuid;
    }

    /// Where the server answers, also while it is stopped; the first is where its callback calls come from.
    public List<InetSocketAddress> addresses() {
        return ports.stream().map(SwitchedPort::localAddress).toList();
    }

    /// The orders by which the server goes wrong.
    public ServerFaults faults() {
        return faults;
    }

    /// What this server has done; live, and kept through restarts.
    public CellCounters counters() {
        return counters;
    }

    /// How many promises clients hold, expired ones among them until they are cleared away.
    public long promiseCount() {
        return promises.promiseCount();
    }

    /// Stops the server: it is silent from now on, its calls under way are lost, its callback state is kept. A location service on
    /// the same port is silent too. Without effect if it is stopped.
    public void stop() {
        running = null;
        for (SwitchedPort port : ports) {
            unplug(port);
        }
    }

    private void unplug(SwitchedPort port) {
        port.unplug();
        RxEndpoint endpoint = endpoints.remove(port);
        if (endpoint != null) {
            endpoint.close();
        }
    }

    /// Starts the server after it was stopped, with the callback state that it had. Without effect if it runs.
    public void start() {
        if (running != null) {
            return;
        }
        CallbackSender callbacks = new CallbackSender(world, this::callbackEndpoint, uuid, settings.breakTimeout(), faults);
        FileServer service =
                new FileServer(world, volumes, faults, promises, callbacks, counters, work, settings.principals());
        running = new Running(service, callbacks);
        for (SwitchedPort port : ports) {
            plug(port);
        }
    }

    private void plug(SwitchedPort port) {
        Running now = running;
        if (now == null || endpoints.containsKey(port)) {
            return;
        }
        RxEndpoint endpoint = RxEndpoint.open(world, port.plug(), settings.rxOptions());
        endpoints.put(port, endpoint);
        FileServerDispatcher dispatcher = new FileServerDispatcher(now.service());
        endpoint.serve(FileServerCalls.SERVICE_ID, call -> {
            if (refusing) {
                throw new RxAbortException(AbortCode.VRESTARTING);
            }
            dispatcher.serve(call);
        });
        if (location != null) {
            endpoint.serve(VolumeLocationCalls.SERVICE_ID, new VolumeLocationDispatcher(location));
        }
    }

    private RxEndpoint callbackEndpoint() throws IOException {
        for (SwitchedPort port : ports) {
            RxEndpoint endpoint = endpoints.get(port);
            if (endpoint != null) {
                return endpoint;
            }
        }
        throw new IOException("server " + this + " is not connected");
    }

    /// Stops the server and starts it again.
    ///
    /// @param keepCallbackState whether it still knows its clients and their promises; if not, each client is told
    ///     InitCallBackState3 when it calls next, before that call is answered, and hears nothing until then
    public void restart(boolean keepCallbackState) {
        stop();
        if (!keepCallbackState) {
            promises = newPromises();
        }
        start();
    }

    /// Refuses every call with VRESTARTING, as a server does that is not ready yet, or serves again.
    ///
    /// @param refuse whether it refuses
    public void refuseAll(boolean refuse) {
        refusing = refuse;
    }

    /// Cuts one address off from the network, or connects it again; the server goes on at the others.
    ///
    /// @param address one of [#addresses()]
    /// @param connect whether it is connected
    /// @throws IllegalArgumentException if it is none of the server's
    public void setConnected(InetSocketAddress address, boolean connect) {
        SwitchedPort port = port(address);
        if (connect) {
            plug(port);
        } else {
            unplug(port);
        }
    }

    private SwitchedPort port(InetSocketAddress address) {
        return ports.stream()
                .filter(each -> each.localAddress().equals(address))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no address of " + this + ": " + address));
    }

    /// Gives the server one more address, known to the location server at once.
    ///
    /// @param newPort not started; the cell's from now on
    public void addAddress(DatagramPort newPort) {
        SwitchedPort port = new SwitchedPort(newPort);
        ports.add(port);
        uniquifier.incrementAndGet();
        plug(port);
    }

    /// Takes an address from the server, known to the location server at once; the server is silent there.
    ///
    /// @param address one of [#addresses()], not the only one
    /// @throws IllegalArgumentException if it is none of the server's, or the only one
    public void removeAddress(InetSocketAddress address) {
        SwitchedPort port = port(address);
        if (ports.size() == 1) {
            throw new IllegalArgumentException("the only address of " + this);
        }
        ports.remove(port);
        uniquifier.incrementAndGet();
        unplug(port);
        port.close();
    }

    PromiseTable promises() {
        return promises;
    }

    void send(PromiseTable table, PromiseTable.BreakBatch breaks) throws IOException {
        Running now = running;
        if (now == null) {
            table.abandon(breaks);
        } else {
            now.callbacks.send(table, breaks);
        }
    }

    /// Breaks all promises on vnodes of a volume instance, with one FID.
    void breakVolume(int volumeId) throws IOException {
        PromiseTable.BreakBatch breaks = new PromiseTable.BreakBatch();
        PromiseTable table = promises;
        table.takeVolume(volumeId, breaks);
        send(table, breaks);
    }

    /// Changes each time the addresses do.
    int uniquifier() {
        return uniquifier.get();
    }

    /// The IPv4 addresses that location entries name, big endian.
    List<Integer> advertisedWords() {
        List<Integer> words = new ArrayList<>();
        for (SwitchedPort port : ports) {
            InetAddress address =
                    words.isEmpty() && advertised != null ? advertised : port.localAddress().getAddress();
            if (!(address instanceof Inet4Address)) {
                throw new IllegalArgumentException("location entries hold IPv4 addresses only, not " + address);
            }
            words.add(ByteBuffer.wrap(address.getAddress()).getInt());
        }
        return words;
    }

    /// Offers the volume server at a port, whether the file server runs or not.
    void offerVolumes(RxEndpoint endpoint) {
        VolumeServer service = new VolumeServer(() -> volumes.all().stream().map(EmbeddedServer::info).toList());
        endpoint.serve(VolumeServerCalls.SERVICE_ID, new VolumeServerDispatcher(service));
    }

    private static VolumeInfo info(EmbeddedVolume volume) {
        int created = volume.creationTime();
        int vnodes = volume.vnodeCount();
        volume.lock.lock();
        try {
            int id = volume.id();
            int parent = VolumeDatabase.readWriteId(id);
            int snapshot = id == parent + 1 ? VolumeInfo.READ_ONLY : VolumeInfo.BACKUP;
            int changed = volume.lastChange();
            int status = volume.isOffline() ? AbortCode.VOFFLINE : VolumeInfo.OK;
            return new VolumeInfo(
                    volume.name(), id, volume.isReadOnly() ? snapshot : VolumeInfo.READ_WRITE, 0, parent, 0, status, created,
                    volume.isOffline() ? 0 : 1, 0, 0, created, changed, changed, 0, 0, vnodes,
                    (int) volume.maxBlocks(), (int) volume.usedBlocks(), 0, 0, 0);
        } finally {
            volume.lock.unlock();
        }
    }

    void close() {
        stop();
        ports.forEach(SwitchedPort::close);
    }

    /// The server's first address.
    @Override
    public String toString() {
        return addresses().getFirst().toString();
    }
}
