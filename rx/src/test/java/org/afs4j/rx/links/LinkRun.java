package org.afs4j.rx.links;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.rx.RxClientCall;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.packet.RxDataPacket;
import org.afs4j.rx.simulation.DatagramTap.Fate;
import org.afs4j.rx.simulation.LinkConditions;
import org.afs4j.rx.simulation.SimulatedNetwork;

/// Calls that fetch without end over one simulated link for a given time: what they got.
///
/// @param roundTripNanos of the link, without its queue
/// @param loss chance that a datagram is lost, in both directions
/// @param bytesPerSecond of the bottleneck, in both directions
/// @param receiveWindowPackets of the client, which bounds each call
/// @param calls how many at once
/// @param staggerNanos how much later each begins than the one before
record LinkRun(
        long roundTripNanos, double loss, long bytesPerSecond, int receiveWindowPackets, int calls, long staggerNanos) {
    private static final int PAYLOAD_BYTES = RxDataPacket.MAX_SENT_PAYLOAD_BYTES;
    private static final double PAYLOAD_SHARE = (double) PAYLOAD_BYTES / RxDataPacket.MAX_SENT_DATAGRAM_BYTES;

    /// What came of a run.
    ///
    /// @param bytes what each call received in the time that was measured
    /// @param seconds that time
    /// @param queueLosses datagrams that found the queue full
    /// @param resent DATA packets sent more than once
    record Result(List<Long> bytes, double seconds, long queueLosses, long resent) {
        double bytesPerSecond() {
            long sum = 0;
            for (long each : bytes) {
                sum += each;
            }
            return sum / seconds;
        }

        /// Jain's index: 1 if all calls got the same, 1 / n if one got all.
        double fairness() {
            double sum = 0;
            double squares = 0;
            for (long each : bytes) {
                sum += each;
                squares += (double) each * each;
            }
            return squares == 0 ? 0 : sum * sum / (bytes.size() * squares);
        }
    }

    /// The queue before the bottleneck: half of what is under way when the link is full, but never less than 64 packets.
    long queueBytes() {
        return Math.max(64L * RxDataPacket.MAX_SENT_DATAGRAM_BYTES, (long) (bytesPerSecond * (roundTripNanos / 2e9)));
    }

    /// The most payload that can arrive in a second: by the link, or by the windows.
    double permittedBytesPerSecond() {
        // What is lost is lost before the bottleneck, so it takes none of it.
        double link = bytesPerSecond * PAYLOAD_SHARE;
        // A packet needs its own time to pass too.
        double roundTrip = roundTripNanos / 1e9 + (double) RxDataPacket.MAX_SENT_DATAGRAM_BYTES / bytesPerSecond;
        double windows =
                calls * PAYLOAD_BYTES * IdealSender.packetsPerSecond(receiveWindowPackets, roundTrip, loss, 100_000, 1);
        return Math.min(link, windows);
    }

    private static InetSocketAddress address(int host) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) host}), 7000 + host);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Runs.
    ///
    /// @param seed what the run follows from
    /// @param warmUp how long the calls run before what they get counts
    /// @param measured how long it counts
    Result run(long seed, Duration warmUp, Duration measured) {
        SimulatedWorld world = new SimulatedWorld(seed);
        SimulatedNetwork network = new SimulatedNetwork(world);
        network.setConditions(LinkConditions.perfect()
                .withLoss(loss)
                .withDelay(roundTripNanos / 2, 0)
                .withBandwidth(bytesPerSecond, queueBytes()));
        long[] counted = new long[calls];
        long[] queueLosses = new long[1];
        long[] resent = new long[1];
        network.tap(datagram -> queueLosses[0] += datagram.fate() == Fate.QUEUE_FULL ? 1 : 0);
        world.run(() -> {
            RxOptions options = new RxOptions(Duration.ofSeconds(60), receiveWindowPackets, 255, 64);
            RxEndpoint client = RxEndpoint.open(world, network.open(address(1)), options);
            RxEndpoint server = RxEndpoint.open(world, network.open(address(2)), options);
            server.serve(1, call -> {
                ByteBuffer block = ByteBuffer.allocateDirect(256 * 1024);
                while (true) {
                    call.write(block.clear());
                }
            });
            long from = world.nanoTime() + warmUp.toNanos() + staggerNanos * calls;
            long to = from + measured.toNanos();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                int index = i;
                long begin = world.nanoTime() + staggerNanos * i;
                threads.add(world.start("caller", () -> {
                    try {
                        SimulatedPause.until(world, begin);
                        counted[index] = fetch(world, client, from, to);
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            for (RxCounter counter :
                    new RxCounter[] {RxCounter.DATA_RESENT_FAST, RxCounter.DATA_RESENT_TIMEOUT, RxCounter.DATA_RESENT_PROBE}) {
                resent[0] += server.counters().value(counter);
            }
            client.close();
            server.close();
            client.requireIdle();
            server.requireIdle();
        });
        return new Result(Arrays.stream(counted).boxed().toList(), measured.toNanos() / 1e9, queueLosses[0], resent[0]);
    }

    private static long fetch(SimulatedWorld world, RxEndpoint client, long from, long to) throws IOException, InterruptedException {
        ByteBuffer block = ByteBuffer.allocateDirect(64 * 1024);
        long bytes = 0;
        try (RxClientCall call = client.connect(address(2), 1, RxClientSecurity.none()).newCall()) {
            call.write(ByteBuffer.allocate(4));
            call.endRequest();
            while (world.nanoTime() < to) {
                int count = call.read(block.clear());
                long now = world.nanoTime();
                bytes += now >= from && now < to ? count : 0;
            }
        }
        return bytes;
    }
}
