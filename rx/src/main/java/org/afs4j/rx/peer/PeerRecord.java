package org.afs4j.rx.peer;

import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.afs4j.rx.RxPeerStatistics;

/// One peer: how much of the endpoint it occupies, and what has passed.
///
/// Threads: any.
public final class PeerRecord {
    private final InetAddress address;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger serverConnections = new AtomicInteger();
    private final AtomicInteger serving = new AtomicInteger();
    private final LongAdder served = new LongAdder();
    private final LongAdder made = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder datagramsReceived = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder datagramsSent = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();

    PeerRecord(InetAddress address) {
        this.address = address;
    }

    /// The peer.
    public InetAddress address() {
        return address;
    }

    AtomicInteger connections() {
        return connections;
    }

    AtomicInteger serverConnectionCount() {
        return serverConnections;
    }

    /// Connections that the peer made.
    public int serverConnections() {
        return serverConnections.get();
    }

    /// Takes note of a datagram that came.
    ///
    /// @param bytes its length
    public void received(int bytes) {
        datagramsReceived.increment();
        bytesReceived.add(bytes);
    }

    /// Takes note of datagrams that were sent.
    ///
    /// @param count how many
    /// @param bytes their length together
    public void sent(int count, long bytes) {
        datagramsSent.add(count);
        bytesSent.add(bytes);
    }

    /// Takes note of a call of ours.
    public void callMade() {
        made.increment();
    }

    /// Takes note of a call that was answered BUSY.
    public void callRefused() {
        refused.increment();
    }

    /// Takes note that a service begins to serve a call.
    public void serviceBegins() {
        served.increment();
        serving.incrementAndGet();
    }

    /// Takes note that a service has ended.
    public void serviceEnds() {
        serving.decrementAndGet();
    }

    /// Calls that are being served.
    public int serving() {
        return serving.get();
    }

    /// The numbers as they are, each read on its own.
    public RxPeerStatistics statistics() {
        return new RxPeerStatistics(
                address,
                connections.get(),
                serving.get(),
                served.sum(),
                made.sum(),
                refused.sum(),
                datagramsReceived.sum(),
                bytesReceived.sum(),
                datagramsSent.sum(),
                bytesSent.sum());
    }
}
