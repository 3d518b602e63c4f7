package org.afs4j.rx.engine;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.rx.RxClosedException;
import org.afs4j.rx.RxCounter;
import org.jspecify.annotations.Nullable;

/// Our way to one service of one peer with one security: up to [#MAX_CONNECTIONS] cids, each with four channels, made as calls
/// need them.
///
/// Locks: its own mutex guards which channels are free.
final class ClientPath {
    /// As many cids as give 32 calls at a time: more than a file server has threads for one client.
    static final int MAX_CONNECTIONS = 8;

    private final Endpoint endpoint;
    private final Endpoint.PathKey key;
    private final RankedMutex mutex = new RankedMutex(LockRank.RX_ENDPOINT);
    private final RankedCondition freed = mutex.newCondition();

    /// Free channels; the one used last comes first, since a call acknowledges the one before it on its channel.
    private final ArrayDeque<Connection.Channel> free = new ArrayDeque<>();

    private final List<ClientConnection> connections = new ArrayList<>();
    private int callsUnderWay;
    private boolean closed;

    /// Whether a call was lost as a whole, maybe for the length of its packets.
    private volatile boolean lengthSuspected;

    private volatile boolean collected;

    ClientPath(Endpoint endpoint, Endpoint.PathKey key) {
        this.endpoint = endpoint;
        this.key = key;
    }

    Endpoint.PathKey key() {
        return key;
    }

    InetSocketAddress peer() {
        return key.peer();
    }

    /// Whether it was collected: no more calls begin on it.
    boolean isCollected() {
        return collected;
    }

    /// Begins a call; null if the path was collected meanwhile.
    ///
    /// @throws RxClosedException if the endpoint is closed
    /// @throws InterruptedException if interrupted while all channels are busy
    @Nullable ClientCall newCall() throws RxClosedException, InterruptedException {
        assert HeldLocks.allowCall();
        endpoint.idle.makeRoom();
        Connection.Channel channel = takeChannel();
        if (channel == null) {
            return null;
        }
        endpoint.counters.count(RxCounter.CALLS_MADE);
        ClientConnection connection = (ClientConnection) channel.connection;
        connection.peerRecord.callMade();
        ClientCall call = connection.begin(this, channel);
        mutex.lock();
        boolean late = closed;
        mutex.unlock();
        if (late) {
            // The endpoint was closed between the two: its sweep may have missed the call.
            call.close();
            throw new RxClosedException("the endpoint is closed");
        }
        return call;
    }

    private Connection.@Nullable Channel takeChannel() throws RxClosedException, InterruptedException {
        mutex.lock();
        try {
            while (true) {
                if (closed) {
                    throw new RxClosedException("the endpoint is closed");
                }
                if (collected) {
                    return null;
                }
                Connection.Channel channel = free.pollFirst();
                if (channel == null && connections.size() < MAX_CONNECTIONS) {
                    ClientConnection connection = endpoint.newClientConnection(key);
                    if (lengthSuspected) {
                        lengthSuspected = false;
                        connection.mtu.startShort(endpoint.world.nanoTime());
                    }
                    connections.add(connection);
                    free.addAll(List.of(connection.channels));
                    channel = free.pollFirst();
                }
                if (channel == null) {
                    freed.await();
                } else if (((ClientConnection) channel.connection).isSpent(channel)) {
                    retire((ClientConnection) channel.connection);
                } else {
                    callsUnderWay++;
                    return channel;
                }
            }
        } finally {
            mutex.unlock();
        }
    }

    @SuppressWarnings("ReferenceEquality") // a connection is itself and no other
    private void retire(ClientConnection connection) {
        if (connections.remove(connection) && connection.isIdle()) {
            endpoint.remove(connection);
        }
        free.removeIf(channel -> channel.connection == connection);
    }

    void release(Connection.Channel channel) {
        mutex.lock();
        try {
            callsUnderWay--;
            ClientConnection connection = (ClientConnection) channel.connection;
            if (connections.contains(connection)) {
                free.addFirst(channel);
            } else if (connection.isIdle()) {
                // Retired while it still had calls.
                endpoint.remove(connection);
            }
            freed.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    /// Takes note that a call got no answer at all: the next connection begins with shorter packets.
    void suspectLength() {
        lengthSuspected = true;
    }

    /// Takes a free channel of a connection for a call that has one already.
    @SuppressWarnings("ReferenceEquality") // a connection is itself and no other
    Connection.@Nullable Channel takeSibling(ClientConnection connection) {
        mutex.lock();
        try {
            for (Connection.Channel channel : free) {
                if (channel.connection == connection && !connection.isSpent(channel)) {
                    boolean taken = free.remove(channel);
                    assert taken;
                    return channel;
                }
            }
            return null;
        } finally {
            mutex.unlock();
        }
    }

    /// Gives back the channel that a call has left, or did not need; it is used after all others.
    void putBack(Connection.Channel channel) {
        mutex.lock();
        try {
            if (connections.contains((ClientConnection) channel.connection)) {
                free.addLast(channel);
            }
            freed.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    int callsUnderWay() {
        mutex.lock();
        try {
            return callsUnderWay;
        } finally {
            mutex.unlock();
        }
    }

    /// Forgets connections that nobody has used for long, and with the last one the path.
    ///
    /// @return whether the path itself is collected now
    boolean collect(long idleNanos, long nowNanos) {
        mutex.lock();
        try {
            for (ClientConnection connection : List.copyOf(connections)) {
                if (isWholeFree(connection) && connection.forgetIfIdle(idleNanos, nowNanos)) {
                    retire(connection);
                    endpoint.counters.count(RxCounter.CONNECTIONS_COLLECTED);
                }
            }
            collected = connections.isEmpty() && callsUnderWay == 0 && !closed;
            return collected;
        } finally {
            mutex.unlock();
        }
    }

    @SuppressWarnings("ReferenceEquality") // a connection is itself and no other
    private boolean isWholeFree(ClientConnection connection) {
        return free.stream().filter(channel -> channel.connection == connection).count() == connection.channels.length;
    }

    /// Lets no more calls begin, and wakes those who wait to.
    void close() {
        mutex.lock();
        try {
            closed = true;
            freed.signalAll();
        } finally {
            mutex.unlock();
        }
    }
}
