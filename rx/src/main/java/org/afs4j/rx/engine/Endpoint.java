package org.afs4j.rx.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxConnection;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.RxCounters;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.RxPeerStatistics;
import org.afs4j.rx.RxServerSecurity;
import org.afs4j.rx.RxService;
import org.afs4j.rx.packet.RxHeader;
import org.afs4j.rx.peer.AnswerLimit;
import org.afs4j.rx.peer.PeerRecord;
import org.afs4j.rx.peer.PeerTable;
import org.afs4j.rx.port.DatagramBuffer;
import org.afs4j.rx.port.DatagramPort;
import org.jspecify.annotations.Nullable;

/// The one implementation of [RxEndpoint]: its tables of paths and connections, and the ports by which they send.
public final class Endpoint implements RxEndpoint {
    private static final long CLOSE_BOUND_NANOS = 10_000_000_000L;
    private static final System.Logger LOGGER = System.getLogger("org.afs4j.rx");

    final World world;
    final RxOptions options;
    final CounterSet counters;
    final PacketPool pool = new PacketPool();
    final ReceiveBudget received;
    final ServiceThreads services;
    final ServiceWorkers workers;
    final ServerTable servers;
    final PeerTable peers = new PeerTable();
    final IdleSweep idle;
    final DebugService debug;

    /// All bound to one address; what comes for a connection may come by any.
    private final List<DatagramPort> ports;

    private final AnswerLimit answers;
    private final int epoch;
    private final RankedMutex mutex = new RankedMutex(LockRank.RX_ENDPOINT);
    private final Map<PathKey, ClientPath> paths = new HashMap<>();
    private final Map<ConnectionKey, Connection> connections = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /// Cids count up from a random one, a connection at a time.
    private final AtomicInteger nextCid;

    /// What two users of one path have in common.
    record PathKey(InetSocketAddress peer, int serviceId, RxClientSecurity security) {}

    /// Where a connection is found: with a random epoch, whatever address its packets come from.
    private record ConnectionKey(int epoch, int cid, boolean client, @Nullable InetSocketAddress peer) {}

    private Endpoint(World world, List<DatagramPort> ports, RxOptions options) {
        this.world = world;
        this.ports = ports;
        this.options = options;
        this.received = new ReceiveBudget(options.limits().receiveMemoryBytes());
        this.counters = new CounterSet(received);
        this.services = new ServiceThreads(world, options.maxServerCalls(), options.limits());
        this.workers = new ServiceWorkers(world);
        this.servers = new ServerTable(this);
        this.idle = new IdleSweep(this);
        this.epoch = world.random().nextInt() | RxHeader.RANDOM_EPOCH;
        this.nextCid = new AtomicInteger(world.random().nextInt() & ~RxHeader.CHANNEL_MASK);
        this.answers = new AnswerLimit(world);
        this.debug = new DebugService(this);
    }

    /// Opens an endpoint; see [RxEndpoint#open].
    public static RxEndpoint open(World world, List<DatagramPort> ports, RxOptions options) {
        if (ports.isEmpty()) {
            throw new IllegalArgumentException("at least one port");
        }
        Endpoint endpoint = new Endpoint(world, List.copyOf(ports), options);
        endpoint.ports.forEach(port -> port.start(new Receiver(endpoint)));
        return endpoint;
    }

    @Override
    public void serve(int serviceId, RxService service, RxServerSecurity... securities) {
        if (serviceId < 1 || serviceId > 0xFFFF) {
            throw new IllegalArgumentException("not a service id: " + serviceId);
        }
        servers.offer(serviceId, service, List.of(securities));
    }

    @Override
    public RxConnection connect(InetSocketAddress peer, int serviceId, RxClientSecurity security) {
        if (peer.isUnresolved()) {
            throw new IllegalArgumentException("not resolved: " + peer);
        }
        return new PathHandle(this, new PathKey(peer, serviceId, security));
    }

    /// The path of a key, made if there is none.
    ClientPath path(PathKey key) {
        ClientPath path;
        mutex.lock();
        try {
            path = paths.get(key);
            if (path == null || path.isCollected()) {
                path = new ClientPath(this, key);
                paths.put(key, path);
            }
        } finally {
            mutex.unlock();
        }
        if (closed) {
            path.close();
        }
        return path;
    }

    /// Takes a path out of the table; its connections are gone.
    void remove(ClientPath path) {
        mutex.lock();
        try {
            paths.remove(path.key(), path);
        } finally {
            mutex.unlock();
        }
    }

    ClientConnection newClientConnection(PathKey path) {
        int cid = nextCid.getAndAdd(RxHeader.CHANNELS);
        PeerRecord record = peers.addConnection(path.peer().getAddress(), false);
        RxClientSecurity security = path.security();
        ClientConnection connection = new ClientConnection(
                this, path.peer(), epoch, cid, path.serviceId(), security.index(), security.newSession(epoch, cid), record);
        idle.added();
        Connection other = add(connection);
        assert other == null;
        return connection;
    }

    /// Puts a new connection into the table.
    ///
    /// @return what was there already, or null
    @Nullable Connection add(Connection connection) {
        Connection other =
                connections.putIfAbsent(key(connection.epoch, connection.cid, connection.isClient(), connection.peer), connection);
        idle.arm();
        return other;
    }

    /// The port by which a connection sends: always the same, so that its packets leave in order.
    DatagramPort portOf(int cid) {
        return ports.get((cid >>> 2 & Integer.MAX_VALUE) % ports.size());
    }

    /// Takes a connection out of the table.
    void remove(Connection connection) {
        connection.forgotten = true;
        if (connections.remove(key(connection.epoch, connection.cid, connection.isClient(), connection.peer), connection)) {
            peers.removeConnection(connection.peerRecord, !connection.isClient());
            if (connection.isClient()) {
                idle.removed();
            }
        }
    }

    private static ConnectionKey key(int epoch, int cid, boolean client, InetSocketAddress peer) {
        return new ConnectionKey(epoch, cid & ~RxHeader.CHANNEL_MASK, client, epoch < 0 ? null : peer);
    }

    void send(ByteBuffer datagram, InetSocketAddress to) {
        send(ports.getFirst(), datagram, to);
    }

    void send(DatagramPort port, ByteBuffer datagram, InetSocketAddress to) {
        int length = datagram.remaining();
        try {
            port.send(datagram, to);
            counters.count(RxCounter.DATAGRAMS_SENT);
            counters.add(RxCounter.BYTES_SENT, length);
        } catch (IOException e) {
            counters.count(RxCounter.SEND_FAILURES);
            LOGGER.log(System.Logger.Level.DEBUG, "a datagram could not be sent", e);
        }
    }

    void send(DatagramPort port, DatagramBuffer[] datagrams, int count, InetSocketAddress to) {
        long length = 0;
        for (int i = 0; i < count; i++) {
            length += datagrams[i].bytes.remaining();
        }
        try {
            port.send(datagrams, count, to);
            counters.add(RxCounter.DATAGRAMS_SENT, count);
            counters.add(RxCounter.BYTES_SENT, length);
        } catch (IOException e) {
            counters.count(RxCounter.SEND_FAILURES);
            LOGGER.log(System.Logger.Level.DEBUG, "datagrams could not be sent", e);
        }
    }

    /// Whether one more answer to a stranger may be given now.
    boolean mayAnswer(InetSocketAddress to) {
        boolean may = answers.allow(to.getAddress());
        if (!may) {
            counters.count(RxCounter.ANSWERS_WITHHELD);
        }
        return may;
    }

    /// After the mutex of a connection was released: forgets half-open calls that are too many.
    void afterBatch() {
        for (ServerCall excess = services.pollExcess(); excess != null; excess = services.pollExcess()) {
            if (servers.forget((ServerConnection) excess.connection, false)) {
                counters.count(RxCounter.HALF_OPEN_FORGOTTEN);
            }
        }
    }

    /// The connection of a packet, if there is one.
    @Nullable Connection lookUp(ByteBuffer packet, InetSocketAddress from) {
        boolean client = (RxHeader.flags(packet) & RxHeader.FLAG_CLIENT_INITIATED) == 0;
        return connections.get(key(RxHeader.epoch(packet), RxHeader.cid(packet), client, from));
    }

    /// The connection of a packet, made if it begins a call and may; null if there is none, which is counted. No connection's mutex
    /// is held.
    @Nullable Connection find(ByteBuffer packet, int type, InetSocketAddress from) {
        boolean toServer = (RxHeader.flags(packet) & RxHeader.FLAG_CLIENT_INITIATED) != 0;
        Connection connection = lookUp(packet, from);
        if (connection == null && toServer && !closed) {
            connection = servers.admit(packet, type, from);
        }
        if (connection == null) {
            counters.count(RxCounter.UNKNOWN_CONNECTION);
            return null;
        }
        if (connection.serviceId != RxHeader.serviceId(packet) || connection.securityIndex != RxHeader.securityIndex(packet)) {
            counters.count(RxCounter.UNKNOWN_CONNECTION);
            return null;
        }
        return connection;
    }

    /// Gives the place of a call that was served to the next one that waits for it.
    void serviceEnded(ServerCall call) {
        ServerCall next = services.end(call);
        while (next != null && !next.startQueued()) {
            next = services.end(next);
        }
    }

    boolean hasConnections() {
        return !connections.isEmpty();
    }

    /// All connections, in an order that does not depend on chance.
    List<Connection> allConnections() {
        List<Connection> all = new ArrayList<>(connections.values());
        all.sort(Comparator.<Connection>comparingInt(connection -> connection.epoch)
                .thenComparingInt(connection -> connection.cid)
                .thenComparing(Connection::isClient)
                .thenComparing(connection -> connection.peer.toString()));
        return all;
    }

    @Override
    public InetSocketAddress localAddress() {
        return ports.getFirst().localAddress();
    }

    @Override
    public List<RxPeerStatistics> peers() {
        return peers.statistics();
    }

    @Override
    public RxCounters counters() {
        return counters;
    }

    @Override
    public void requireIdle() {
        List<String> left = new ArrayList<>();
        for (Connection connection : allConnections()) {
            connection.mutex.lock();
            try {
                if (connection.hasCallUnderWayLocked()) {
                    left.add("a call with " + connection.peer + " is under way");
                }
                if (closed && connection.hasTimerLocked()) {
                    left.add("a timer for " + connection.peer + " waits");
                }
            } finally {
                connection.mutex.unlock();
            }
        }
        for (ClientPath path : allPaths()) {
            if (path.callsUnderWay() != 0) {
                left.add(path.callsUnderWay() + " calls to " + path.peer() + " are not closed");
            }
        }
        if (pool.inUse() != 0) {
            left.add(pool.inUse() + " packet buffers are in use");
        }
        if (received.keptBytes() != 0) {
            left.add(received.keptBytes() + " received bytes are kept");
        }
        if (services.waiting() != 0) {
            left.add(services.waiting() + " calls wait to be served");
        }
        if (services.count() != 0) {
            left.add(services.count() + " calls are being served");
        }
        if (!left.isEmpty()) {
            throw new IllegalStateException("endpoint " + localAddress() + " is not idle: " + String.join("; ", left));
        }
    }

    List<ClientPath> allPaths() {
        mutex.lock();
        try {
            return List.copyOf(paths.values());
        } finally {
            mutex.unlock();
        }
    }

    @Override
    public void close() {
        mutex.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            mutex.unlock();
        }
        allPaths().forEach(ClientPath::close);
        shutConnections();
        int left = services.close(CLOSE_BOUND_NANOS);
        if (left > 0) {
            LOGGER.log(System.Logger.Level.WARNING, "{0} services of {1} did not end when it was closed", left, localAddress());
        }
        workers.close();
        idle.close();
        ports.forEach(DatagramPort::close);
        // Packets that came between the two may have begun calls, or armed timers.
        shutConnections();
    }

    private void shutConnections() {
        for (Connection connection : allConnections()) {
            connection.mutex.lock();
            try {
                connection.shutLocked(Failure.closed("the endpoint is closed"));
            } finally {
                connection.mutex.unlock();
            }
        }
    }
}
