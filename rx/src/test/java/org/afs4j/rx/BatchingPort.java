package org.afs4j.rx;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.base.world.World;
import org.afs4j.rx.port.DatagramPort;

/// A simulated port that keeps datagrams back for a while and hands them over together, as a socket does whose thread comes late.
final class BatchingPort implements DatagramPort {
    private final SimulatedWorld world;
    private final DatagramPort port;
    private final long patienceNanos;
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();
    private boolean waiting;
    private boolean closed;

    /// The largest batch so far.
    int largest;

    private record Kept(ByteBuffer bytes, InetSocketAddress from) {}

    BatchingPort(SimulatedWorld world, DatagramPort port, long patienceNanos) {
        this.world = world;
        this.port = port;
        this.patienceNanos = patienceNanos;
    }

    @Override
    public void start(DatagramHandler handler) {
        port.start(new DatagramHandler() {
            @Override
            public void onDatagram(ByteBuffer datagram, InetSocketAddress from) {
                ByteBuffer copy = ByteBuffer.allocate(datagram.remaining());
                copy.put(datagram.duplicate()).flip();
                kept.add(new Kept(copy, from));
                if (!waiting) {
                    waiting = true;
                    handOverLater(handler);
                }
            }

            @Override
            public void onBatchEnd() {
                // The batches are those that are made here.
            }
        });
    }

    private void handOverLater(DatagramHandler handler) {
        World.Timer timer = world.schedule(world.random().nextLong(patienceNanos), () -> handOver(handler));
        assert timer != null;
    }

    private void handOver(DatagramHandler handler) {
        int count = kept.size();
        largest = Math.max(largest, count);
        try {
            for (int i = 0; i < count && !closed; i++) {
                Kept next = kept.remove();
                handler.onDatagram(next.bytes(), next.from());
            }
        } finally {
            handler.onBatchEnd();
        }
        waiting = false;
        if (!kept.isEmpty() && !closed) {
            waiting = true;
            handOverLater(handler);
        }
    }

    @Override
    public void send(ByteBuffer datagram, InetSocketAddress to) throws IOException {
        port.send(datagram, to);
    }

    @Override
    public InetSocketAddress localAddress() {
        return port.localAddress();
    }

    @Override
    public void close() {
        closed = true;
        port.close();
    }
}
