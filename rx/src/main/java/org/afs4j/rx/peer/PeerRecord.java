package org.afs4j.rx.peer;

import java.net.InetAddress;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.RxPeerStatistics;
import org.jspecify.annotations.Nullable;

/// One peer: how much of the endpoint it occupies, and what has passed.
///
/// Threads: any.
@SuppressWarnings("EnumOrdinal") // an index that never leaves the process
public final class PeerRecord {
    /// What is counted by peer: how its path is, and what of its packets is good for nothing.
    private static final Set<RxCounter> KEPT = Collections.unmodifiableSet(EnumSet.of(
            RxCounter.DATA_RESENT_FAST,
            RxCounter.DATA_RESENT_TIMEOUT,
            RxCounter.DATA_RESENT_PROBE,
            RxCounter.DATA_DUPLICATE,
            RxCounter.DATA_OUT_OF_SEQUENCE,
            RxCounter.DATA_EXCEEDS_WINDOW,
            RxCounter.WINDOW_STALLS,
            RxCounter.RTT_SAMPLES,
            RxCounter.CALLS_ABORTED_BY_PEER,
            RxCounter.CALLS_TIMED_OUT,
            RxCounter.BAD_BODY,
            RxCounter.BAD_SEQUENCE,
            RxCounter.BAD_ACK,
            RxCounter.BAD_SECURITY,
            RxCounter.BAD_ADDRESS,
            RxCounter.UNKNOWN_CALL,
            RxCounter.ANSWERS_WITHHELD));

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
    private final @Nullable LongAdder[] counts = new LongAdder[RxCounter.values().length];

    /// Smoothed by an eighth, and the least; 0 before the first sample. Threads that meet here may lose a sample.
    private volatile long roundTripNanos;

    private volatile long leastRoundTripNanos;

    PeerRecord(InetAddress address) {
        this.address = address;
        for (RxCounter counter : KEPT) {
            counts[counter.ordinal()] = new LongAdder();
        }
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

    /// Takes note of what an endpoint counts, if it is kept by peer.
    ///
    /// @param counter what happened
    public void count(RxCounter counter) {
        LongAdder adder = counts[counter.ordinal()];
        if (adder != null) {
            adder.increment();
        }
    }

    /// Takes note of a round trip.
    ///
    /// @param nanos what it took
    @SuppressWarnings("NonAtomicVolatileUpdate") // a lost sample changes little
    public void roundTrip(long nanos) {
        long smoothed = roundTripNanos;
        roundTripNanos = smoothed == 0 ? nanos : smoothed + (nanos - smoothed) / 8;
        long least = leastRoundTripNanos;
        if (least == 0 || nanos < least) {
            leastRoundTripNanos = nanos;
        }
    }

    private Map<RxCounter, Long> counts() {
        Map<RxCounter, Long> values = new EnumMap<>(RxCounter.class);
        for (RxCounter counter : KEPT) {
            LongAdder adder = counts[counter.ordinal()];
            values.put(counter, adder == null ? 0L : adder.sum());
        }
        return Collections.unmodifiableMap(values);
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
                bytesSent.sum(),
                roundTripNanos,
                leastRoundTripNanos,
                counts());
    }
}
