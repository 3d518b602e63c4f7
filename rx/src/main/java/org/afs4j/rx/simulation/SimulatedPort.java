package org.afs4j.rx.simulation;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.rx.port.DatagramPort;
import org.jspecify.annotations.Nullable;

/// A port of a [SimulatedNetwork].
///
/// Invariant: at most one thread hands datagrams over at a time (`delivering`); others only add to the queue.
final class SimulatedPort implements DatagramPort {
    /// As a socket's receive buffer: what finds it full is lost.
    private static final int QUEUE_LIMIT = 4096;

    private record Arrived(InetSocketAddress from, ByteBuffer bytes) {}

    private final SimulatedNetwork network;
    private final InetSocketAddress address;
    private final RankedMutex mutex = new RankedMutex(LockRank.DATAGRAM_PORT);
    private final RankedCondition quiet = mutex.newCondition();
    private final ArrayDeque<Arrived> arrived = new ArrayDeque<>();
    private @Nullable DatagramHandler handler;
    private @Nullable Thread delivering;
    private boolean closed;

    SimulatedPort(SimulatedNetwork network, InetSocketAddress address) {
        this.network = network;
        this.address = address;
    }

    @Override
    public void start(DatagramHandler newHandler) {
        mutex.lock();
        try {
            handler = newHandler;
        } finally {
            mutex.unlock();
        }
    }

    @Override
    public void send(ByteBuffer datagram, InetSocketAddress to) throws IOException {
        mutex.lock();
        try {
            if (closed) {
                throw new ClosedChannelException();
            }
        } finally {
            mutex.unlock();
        }
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(bytes);
        network.transmit(address, to, bytes);
    }

    @SuppressWarnings("ReferenceEquality") // a thread is itself and no other
    void arrive(InetSocketAddress from, ByteBuffer bytes) {
        DatagramHandler taker;
        mutex.lock();
        try {
            if (closed || handler == null || arrived.size() >= QUEUE_LIMIT) {
                return;
            }
            // A duplicate shares its bytes with the original, and a handler may change what it is given (decryption in place).
            ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
            copy.put(bytes.duplicate()).flip();
            arrived.add(new Arrived(from, copy));
            if (delivering != null) {
                return;
            }
            delivering = Thread.currentThread();
            taker = handler;
        } finally {
            mutex.unlock();
        }
        try {
            for (Arrived next = take(); next != null; next = take()) {
                try {
                    taker.onDatagram(next.bytes(), next.from());
                } finally {
                    taker.onBatchEnd();
                }
            }
        } finally {
            mutex.lock();
            try {
                // Only after a throw is it still this thread's turn.
                if (delivering == Thread.currentThread()) {
                    delivering = null;
                }
                quiet.signalAll();
            } finally {
                mutex.unlock();
            }
        }
    }

    private @Nullable Arrived take() {
        mutex.lock();
        try {
            Arrived next = closed ? null : arrived.poll();
            if (next == null) {
                delivering = null;
            }
            return next;
        } finally {
            mutex.unlock();
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return address;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a thread is itself and no other
    public void close() {
        mutex.lock();
        try {
            closed = true;
            arrived.clear();
            while (delivering != null && delivering != Thread.currentThread()) {
                quiet.awaitUninterruptibly();
            }
        } finally {
            mutex.unlock();
        }
        network.unbind(address, this);
    }
}
