package org.afs4j.rx.engine;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.RxErrorCodes;
import org.afs4j.rx.RxLimits;
import org.afs4j.rx.RxServerSecurity;
import org.afs4j.rx.RxService;
import org.afs4j.rx.packet.RxAbortPacket;
import org.afs4j.rx.packet.RxHeader;
import org.afs4j.rx.peer.PeerRecord;
import org.jspecify.annotations.Nullable;

/// The services that we offer, and the connections that peers have made to them: admitted within bounds, forgotten by age.
///
/// A sweep looks at all connections, so it has to be seldom, whatever peers do: when a bound is met it makes room for many, and if
/// it finds none to forget, the next one is a while later.
///
/// Threads: admission by the receive threads, one at a time; [#forgetIdle] by a timer.
final class ServerTable {
    /// How long no sweep is made after one that was in vain.
    private static final long VAIN_NANOS = 100_000_000L;

    /// The part of the connections that a sweep forgets when there are too many.
    private static final int ROOM_PART = 16;

    private final Endpoint endpoint;
    private final RxLimits limits;
    private final Map<Integer, Offer> offers = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger unproven = new AtomicInteger();
    /// Held while a connection is admitted: several receive threads may meet the first packets of one.
    private final RankedMutex admission = new RankedMutex(LockRank.RX_ENDPOINT);

    // Under the mutex.
    private final ByteBuffer refusal = ByteBuffer.allocate(RxAbortPacket.LENGTH);
    private boolean wasVain;
    private long vainNanos;

    /// Clients that have proven to be at their addresses, by a connection that is still there: with how many.
    private final Map<Client, Integer> known = new ConcurrentHashMap<>();

    /// A random epoch is not known to who forges an address; others are not believed.
    private record Client(InetSocketAddress address, int epoch) {}

    private record Offer(RxService service, List<RxServerSecurity> securities) {}

    ServerTable(Endpoint endpoint) {
        this.endpoint = endpoint;
        this.limits = endpoint.options.limits();
    }

    void offer(int serviceId, RxService service, List<RxServerSecurity> securities) {
        offers.put(serviceId, new Offer(service, securities));
    }

    /// Makes a connection for a peer that begins a call, unless another receive thread has just done so; null if it may not.
    @Nullable Connection admit(ByteBuffer packet, int type, InetSocketAddress from) {
        admission.lock();
        try {
            Connection other = endpoint.lookUp(packet, from);
            return other == null ? admitLocked(packet, type, from) : other;
        } finally {
            admission.unlock();
        }
    }

    private @Nullable ServerConnection admitLocked(ByteBuffer packet, int type, InetSocketAddress from) {
        int callNumber = RxHeader.callNumber(packet);
        int seq = RxHeader.seq(packet);
        if (type != RxHeader.TYPE_DATA || callNumber <= 0 || seq <= 0 || seq > endpoint.options.receiveWindowPackets()) {
            return null;
        }
        int serviceId = RxHeader.serviceId(packet);
        int securityIndex = RxHeader.securityIndex(packet);
        Offer offer = offers.get(serviceId);
        RxServerSecurity security = offer == null ? null : find(offer, securityIndex);
        if (offer == null || security == null) {
            endpoint.counters.count(RxCounter.UNKNOWN_SERVICE);
            if (endpoint.mayAnswer(from)) {
                refuse(packet, from);
            }
            return null;
        }
        if (!hasRoom(from)) {
            endpoint.counters.count(RxCounter.CONNECTIONS_REFUSED);
            return null;
        }
        int epoch = RxHeader.epoch(packet);
        int cid = RxHeader.cid(packet) & ~RxHeader.CHANNEL_MASK;
        boolean isKnown = epoch < 0 && known.containsKey(new Client(from, epoch));
        if (isKnown) {
            proven(from, epoch);
        }
        boolean mustProve = !isKnown && unproven.incrementAndGet() > limits.maxUnprovenConnections();
        connections.incrementAndGet();
        PeerRecord peer = endpoint.peers.addConnection(from.getAddress(), true);
        ServerConnection connection = new ServerConnection(
                endpoint,
                from,
                epoch,
                cid,
                serviceId,
                securityIndex,
                offer.service(),
                security.newSession(epoch, cid),
                peer,
                mustProve,
                isKnown);
        endpoint.counters.count(RxCounter.CONNECTIONS_ADMITTED);
        Connection other = endpoint.add(connection);
        assert other == null;
        return connection;
    }

    private static @Nullable RxServerSecurity find(Offer offer, int securityIndex) {
        for (RxServerSecurity security : offer.securities()) {
            if (security.index() == securityIndex) {
                return security;
            }
        }
        return null;
    }

    /// Answers a packet that belongs nowhere.
    private void refuse(ByteBuffer packet, InetSocketAddress to) {
        refusal.clear();
        RxHeader.encode(
                refusal,
                RxHeader.epoch(packet),
                RxHeader.cid(packet),
                RxHeader.callNumber(packet),
                0,
                0,
                RxHeader.TYPE_ABORT,
                0,
                0,
                RxHeader.securityIndex(packet),
                0,
                RxHeader.serviceId(packet));
        RxAbortPacket.encode(refusal, RxErrorCodes.INVALID_OPERATION);
        endpoint.counters.count(RxCounter.ABORT_SENT);
        endpoint.send(refusal, to);
    }

    /// Whether one more connection of a peer may be; forgets idle ones if need be.
    private boolean hasRoom(InetSocketAddress from) {
        PeerRecord peer = endpoint.peers.find(from.getAddress());
        if (peer != null && peer.serverConnections() >= limits.maxServerConnectionsPerPeer()) {
            return makeRoom(peer, limits.maxServerConnectionsPerPeer());
        }
        return connections.get() < limits.maxServerConnections() || makeRoom(null, limits.maxServerConnections());
    }

    /// Forgets the connections that have been idle for longest.
    ///
    /// @param peer of which peer; null for all
    private boolean makeRoom(@Nullable PeerRecord peer, int bound) {
        long now = endpoint.world.nanoTime();
        if (wasVain && now - vainNanos < VAIN_NANOS) {
            return false;
        }
        int gone = forgetOldest(peer, Math.max(1, bound / ROOM_PART), now);
        wasVain = gone == 0;
        vainNanos = now;
        return gone > 0;
    }

    @SuppressWarnings("ReferenceEquality") // a peer's record is itself and no other
    private int forgetOldest(@Nullable PeerRecord peer, int count, long now) {
        List<ServerConnection> candidates = new ArrayList<>();
        for (Connection connection : endpoint.allConnections()) {
            if (connection instanceof ServerConnection server && (peer == null || server.peerRecord == peer) && server.isIdle()) {
                candidates.add(server);
            }
        }
        candidates.sort(Comparator.comparingLong(connection -> connection.lastPacketNanos - now));
        int gone = 0;
        for (ServerConnection connection : candidates) {
            if (gone == count) {
                break;
            }
            gone += forget(connection, true) ? 1 : 0;
        }
        return gone;
    }

    /// Forgets a connection; its calls end without a word to the peer.
    ///
    /// @param onlyIdle whether it stays if it has a call under way
    boolean forget(ServerConnection connection, boolean onlyIdle) {
        if (!connection.forget(onlyIdle)) {
            return false;
        }
        endpoint.remove(connection);
        connections.decrementAndGet();
        endpoint.counters.count(RxCounter.CONNECTIONS_FORGOTTEN);
        return true;
    }

    /// Takes note that the peer of a connection has proven to be at its address.
    void proven(ServerConnection connection) {
        unproven.decrementAndGet();
        proven(connection.admittedFrom, connection.epoch);
    }

    private void proven(InetSocketAddress address, int epoch) {
        int count = known.merge(new Client(address, epoch), 1, Integer::sum);
        assert count > 0;
    }

    /// Takes note that a connection was forgotten.
    void forgotten(ServerConnection connection, boolean wasProven) {
        if (wasProven) {
            Client client = new Client(connection.admittedFrom, connection.epoch);
            Integer left = known.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
            assert left == null || left > 0;
        } else {
            unproven.decrementAndGet();
        }
    }

    /// Forgets the connections without a call whose last packet came so long ago.
    void forgetIdle(long idleNanos) {
        long now = endpoint.world.nanoTime();
        for (Connection connection : endpoint.allConnections()) {
            if (connection instanceof ServerConnection server && server.isIdleFor(idleNanos, now)) {
                forget(server, true);
            }
        }
    }

    /// Connections of peers.
    int count() {
        return connections.get();
    }
}
