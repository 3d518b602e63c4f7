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
import org.afs4j.rx.packet.RxAckPacket;
import org.afs4j.rx.packet.RxDataPacket;
import org.afs4j.rx.packet.RxHeader;
import org.afs4j.rx.peer.AnswerLimit;
import org.afs4j.rx.peer.PeerRecord;
import org.afs4j.rx.peer.PeerTable;
import org.afs4j.rx.port.DatagramBuffer;
import org.afs4j.rx.port.DatagramPort;
import org.jspecify.annotations.Nullable;

/// The one implementation of [RxEndpoint]: finds the connection of a packet, and makes connections.
///
/// Threads: [#onDatagram] is the port's receive thread, which waits for nothing but a connection's mutex.
public final class Endpoint implements RxEndpoint {
    /// Connections whose packets are recognised without making a key; a power of two.
    private static final int RECENT_CONNECTIONS = 256;

    private static final long CLOSE_BOUND_NANOS = 10_000_000_000L;
    private static final System.Logger LOGGER = System.getLogger("org.afs4j.rx");

    final World world;
    final RxOptions options;
    final CounterSet counters = new CounterSet();
    final PacketPool pool = new PacketPool();
    final ServiceThreads services;
    final ServerTable servers;
    final PeerTable peers = new PeerTable();

    private final DatagramPort port;
    private final int epoch;
    private final RankedMutex mutex = new RankedMutex(LockRank.RX_ENDPOINT);
    private final Map<PathKey, ClientPath> paths = new HashMap<>();
    private final Map<ConnectionKey, Connection> connections = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /// Cids count up from a random one, a connection at a time.
    private final AtomicInteger nextCid;

    // Used by the receive thread only.
    private final RxAckPacket ack = new RxAckPacket();
    private final RxDataPacket data = new RxDataPacket();
    private final ByteBuffer answer = ByteBuffer.allocate(DebugService.MAX_ANSWER_BYTES);
    private final AnswerLimit answers;
    private final DebugService debug;
    private final @Nullable Connection[] recent = new Connection[RECENT_CONNECTIONS];

    private record PathKey(InetSocketAddress peer, int serviceId, RxClientSecurity security) {}

    /// Where a connection is found: with a random epoch, whatever address its packets come from.
    private record ConnectionKey(int epoch, int cid, boolean client, @Nullable InetSocketAddress peer) {}

    private Endpoint(World world, DatagramPort port, RxOptions options) {
        this.world = world;
        this.port = port;
        this.options = options;
        this.services = new ServiceThreads(world, options.maxServerCalls(), options.limits());
        this.servers = new ServerTable(this);
        this.epoch = world.random().nextInt() | RxHeader.RANDOM_EPOCH;
        this.nextCid = new AtomicInteger(world.random().nextInt() & ~RxHeader.CHANNEL_MASK);
        this.answers = new AnswerLimit(world);
        this.debug = new DebugService(this);
    }

    /// Opens an endpoint; see [RxEndpoint#open].
    public static RxEndpoint open(World world, DatagramPort port, RxOptions options) {
        Endpoint endpoint = new Endpoint(world, port, options);
        port.start(new Receiver(endpoint));
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
        ClientPath path;
        mutex.lock();
        try {
            path = paths.computeIfAbsent(new PathKey(peer, serviceId, security), key -> new ClientPath(this, peer, serviceId, security));
        } finally {
            mutex.unlock();
        }
        if (closed) {
            path.close();
        }
        return path;
    }

    ClientConnection newClientConnection(InetSocketAddress peer, int serviceId, RxClientSecurity security) {
        int cid = nextCid.getAndAdd(RxHeader.CHANNELS);
        PeerRecord record = peers.addConnection(peer.getAddress(), false);
        ClientConnection connection = new ClientConnection(
                this, peer, epoch, cid, serviceId, security.index(), security.newSession(epoch, cid), record);
        connections.put(key(epoch, cid, true, peer), connection);
        return connection;
    }

    /// Takes a connection out of the table.
    void remove(Connection connection) {
        connection.forgotten = true;
        if (connections.remove(key(connection.epoch, connection.cid, connection.isClient(), connection.peer), connection)) {
            peers.removeConnection(connection.peerRecord, !connection.isClient());
        }
    }

    private static ConnectionKey key(int epoch, int cid, boolean client, InetSocketAddress peer) {
        return new ConnectionKey(epoch, cid & ~RxHeader.CHANNEL_MASK, client, epoch < 0 ? null : peer);
    }

    void send(ByteBuffer datagram, InetSocketAddress to) {
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

    void send(DatagramBuffer[] datagrams, int count, InetSocketAddress to) {
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

    /// Takes a datagram.
    void onDatagram(Receiver receiver, ByteBuffer packet, InetSocketAddress from) {
        int length = packet.limit();
        counters.count(RxCounter.DATAGRAMS_RECEIVED);
        counters.add(RxCounter.BYTES_RECEIVED, length);
        if (length < RxHeader.LENGTH) {
            counters.count(RxCounter.BAD_TOO_SHORT);
            return;
        }
        if (length > RxHeader.MAX_DATAGRAM_BYTES) {
            counters.count(RxCounter.BAD_TOO_LONG);
            return;
        }
        int type = RxHeader.type(packet);
        if (!count(type)) {
            counters.count(RxCounter.BAD_TYPE);
            return;
        }
        if (type == RxHeader.TYPE_VERSION || type == RxHeader.TYPE_DEBUG) {
            receiver.release();
            answer.clear();
            if (debug.isQuestion(packet, type) && mayAnswer(from)) {
                debug.answer(packet, type, answer);
                counters.count(RxCounter.DEBUG_SENT);
                send(answer, from);
            }
            return;
        }
        Connection connection = recent(packet, from);
        if (connection == null) {
            // To make room for a new one others are looked into, so none is held.
            receiver.release();
            connection = find(packet, type, from);
        }
        if (connection == null) {
            return;
        }
        long now = receiver.hold(connection);
        if (connection.forgotten) {
            // Forgotten while the packet was on its way here; the peer sends again, and gets a new one.
            counters.count(RxCounter.UNKNOWN_CONNECTION);
            return;
        }
        connection.peerRecord.received(length);
        connection.onPacketLocked(packet, type, from, now);
    }

    /// After the mutex of a connection was released: forgets half-open calls that are too many.
    void afterBatch() {
        for (ServerCall excess = services.pollExcess(); excess != null; excess = services.pollExcess()) {
            if (servers.forget((ServerConnection) excess.connection, false)) {
                counters.count(RxCounter.HALF_OPEN_FORGOTTEN);
            }
        }
    }

    /// Counts a packet by its type.
    ///
    /// @return false if there is no such type
    private boolean count(int type) {
        switch (type) {
            // Data and acknowledgements are counted one by one where they are taken.
            case RxHeader.TYPE_DATA, RxHeader.TYPE_ACK -> {}
            case RxHeader.TYPE_BUSY -> counters.count(RxCounter.BUSY_RECEIVED);
            case RxHeader.TYPE_ABORT -> counters.count(RxCounter.ABORT_RECEIVED);
            case RxHeader.TYPE_ACKALL -> counters.count(RxCounter.ACKALL_RECEIVED);
            case RxHeader.TYPE_CHALLENGE -> counters.count(RxCounter.CHALLENGE_RECEIVED);
            case RxHeader.TYPE_RESPONSE -> counters.count(RxCounter.RESPONSE_RECEIVED);
            case RxHeader.TYPE_DEBUG -> counters.count(RxCounter.DEBUG_RECEIVED);
            case RxHeader.TYPE_VERSION -> counters.count(RxCounter.VERSION_RECEIVED);
            case RxHeader.TYPE_PARAMS, RxHeader.TYPE_PARAMS + 1, RxHeader.TYPE_PARAMS + 2 ->
                counters.count(RxCounter.PARAMS_RECEIVED);
            default -> {
                return false;
            }
        }
        return true;
    }

    private @Nullable Connection find(ByteBuffer packet, int type, InetSocketAddress from) {
        int packetEpoch = RxHeader.epoch(packet);
        int cid = RxHeader.cid(packet) & ~RxHeader.CHANNEL_MASK;
        boolean client = (RxHeader.flags(packet) & RxHeader.FLAG_CLIENT_INITIATED) == 0;
        Connection connection = connections.get(key(packetEpoch, cid, client, from));
        if (connection == null && !client && !closed) {
            connection = servers.admit(packet, type, from);
            if (connection != null) {
                connections.put(key(packetEpoch, cid, false, from), connection);
            }
        }
        if (connection == null) {
            counters.count(RxCounter.UNKNOWN_CONNECTION);
            return null;
        }
        if (connection.serviceId != RxHeader.serviceId(packet) || connection.securityIndex != RxHeader.securityIndex(packet)) {
            counters.count(RxCounter.UNKNOWN_CONNECTION);
            return null;
        }
        recent[recentPlace(cid)] = connection;
        return connection;
    }

    /// The connection of a packet, if one of its cid was met before: found without making a key.
    private @Nullable Connection recent(ByteBuffer packet, InetSocketAddress from) {
        int packetEpoch = RxHeader.epoch(packet);
        int cid = RxHeader.cid(packet) & ~RxHeader.CHANNEL_MASK;
        Connection connection = recent[recentPlace(cid)];
        boolean isIt = connection != null
                && !connection.forgotten
                && connection.epoch == packetEpoch
                && connection.cid == cid
                && connection.isClient() == ((RxHeader.flags(packet) & RxHeader.FLAG_CLIENT_INITIATED) == 0)
                && connection.serviceId == RxHeader.serviceId(packet)
                && connection.securityIndex == RxHeader.securityIndex(packet)
                && (packetEpoch < 0 || connection.peer.equals(from));
        return isIt ? connection : null;
    }

    private static int recentPlace(int cid) {
        return (cid >>> 2) & (RECENT_CONNECTIONS - 1);
    }

    /// Gives a packet to its call.
    void dispatchLocked(Call call, ByteBuffer packet, int type, long nowNanos) {
        switch (type) {
            case RxHeader.TYPE_DATA -> {
                data.begin(packet);
                call.onDataLocked(data, packet, nowNanos);
            }
            case RxHeader.TYPE_ACK -> call.onAckLocked(ack, packet, nowNanos);
            case RxHeader.TYPE_ACKALL -> call.onAckAllLocked(nowNanos);
            case RxHeader.TYPE_BUSY -> call.onBusyLocked(nowNanos);
            case RxHeader.TYPE_ABORT -> call.onAbortLocked(packet);
            case RxHeader.TYPE_PARAMS, RxHeader.TYPE_PARAMS + 1, RxHeader.TYPE_PARAMS + 2 -> {}
            default -> counters.count(RxCounter.BAD_BODY);
        }
    }

    /// Gives the place of a call that was served to the next one that waits for it.
    void serviceEnded(ServerCall call) {
        ServerCall next = services.end(call);
        while (next != null && !next.startQueued()) {
            next = services.end(next);
        }
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
        return port.localAddress();
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

    private List<ClientPath> allPaths() {
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
        servers.close();
        port.close();
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
