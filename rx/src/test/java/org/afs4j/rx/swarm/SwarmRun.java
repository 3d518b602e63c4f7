package org.afs4j.rx.swarm;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.base.world.World;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxClientCall;
import org.afs4j.rx.RxConnection;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxException;
import org.afs4j.rx.RxLimits;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.RxServerCall;
import org.afs4j.rx.RxStream;
import org.afs4j.rx.links.SimulatedPause;
import org.afs4j.rx.simulation.LinkConditions;
import org.afs4j.rx.simulation.SimulatedNetwork;

/// One run of some callers and a server while the network and the server's host do what a seed chooses: loss, duplication,
/// reordering, delay spikes, corruption, narrow links, partitions, restarts; with windows and sizes that the seed chooses too.
/// The run fails if a call ends neither right nor with a typed error, if one does not end, or if anything is left afterwards.
final class SwarmRun {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;

    /// No call of a run lasts longer: time-outs are far shorter, but a call may end late bit by bit on a bad link.
    private static final long LONGEST_CALL_NANOS = 7_200 * SECOND;

    private static final int REFUSED = 77;

    private final SimulatedWorld world;
    private final SimulatedNetwork network;
    private final RandomGenerator random;
    private final InetSocketAddress clientAddress = address(1);
    private final InetSocketAddress serverAddress = address(2);
    private final long simulatedNanos;
    private final boolean corrupting;
    private final int longestBytes;
    private int right;
    private int failed;
    private long traceHash = 17;
    private boolean over;

    /// What came of a run.
    ///
    /// @param right calls that ended right
    /// @param failed calls that ended with a typed error
    /// @param simulatedSeconds how long it took in its world
    /// @param traceHash of every datagram: when it left, whence, what became of it, its bytes
    record Result(int right, int failed, double simulatedSeconds, long traceHash) {}

    private SwarmRun(long seed, Duration simulated) {
        world = new SimulatedWorld(seed);
        network = new SimulatedNetwork(world);
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        simulatedNanos = simulated.toNanos();
        corrupting = random.nextInt(3) == 0;
        longestBytes = 1 << random.nextInt(4, 18);
    }

    /// Runs.
    ///
    /// @param seed what the run follows from
    /// @param simulated how long calls are begun
    static Result run(long seed, Duration simulated) {
        return new SwarmRun(seed, simulated).run();
    }

    private static InetSocketAddress address(int host) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) host}), 7000 + host);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private Result run() {
        network.tap(datagram -> traceHash = ((traceHash * 31 + datagram.sentNanos()) * 31 + datagram.from().getPort()) * 961
                + datagram.fate().name().hashCode() * 31L
                + Arrays.hashCode(datagram.bytes()));
        long begin = world.nanoTime();
        world.run(() -> {
            network.setConditions(conditions());
            RxEndpoint client = RxEndpoint.open(world, network.open(clientAddress), options());
            RxEndpoint[] server = {openServer()};
            List<Thread> threads = new ArrayList<>();
            int callers = random.nextInt(1, 7);
            for (int i = 0; i < callers; i++) {
                RandomGenerator own = RandomGeneratorFactory.of("L64X128MixRandom").create(random.nextLong());
                threads.add(world.start("caller", () -> callUntilOver(client, own)));
            }
            Thread trouble = world.start("trouble", () -> makeTrouble(server));
            SimulatedPause.until(world, begin + simulatedNanos);
            over = true;
            trouble.join();
            for (Thread thread : threads) {
                thread.join();
            }
            client.close();
            server[0].close();
            client.requireIdle();
            server[0].requireIdle();
        });
        return new Result(right, failed, (world.nanoTime() - begin) / 1e9, traceHash);
    }

    private RxOptions options() {
        RxLimits limits = RxLimits.defaults().withIdleDeadTimeout(Duration.ofSeconds(60));
        return new RxOptions(
                Duration.ofMillis(random.nextInt(2_000, 15_000)),
                random.nextInt(1, 256),
                random.nextInt(1, 256),
                random.nextInt(1, 16),
                limits);
    }

    private LinkConditions conditions() {
        LinkConditions some = LinkConditions.perfect()
                .withLoss(sometimes(0.25))
                .withDuplication(sometimes(0.1))
                .withReordering(sometimes(0.2), random.nextInt(1, 60) * MILLI)
                .withDelay(random.nextInt(20, 80_000) * 1_000L, random.nextInt(3) * (long) random.nextInt(20_000_000))
                .withCorruption(corrupting ? sometimes(0.02) : 0);
        return random.nextInt(3) == 0
                ? some.withBandwidth(125_000L << random.nextInt(10), random.nextInt(3_000, 300_000))
                : some;
    }

    private double sometimes(double most) {
        return random.nextInt(2) == 0 ? 0 : random.nextDouble() * most;
    }

    private RxEndpoint openServer() {
        RxEndpoint server = RxEndpoint.open(world, network.open(serverAddress), options());
        server.serve(1, this::serve, SummedSecurity.SERVER);
        return server;
    }

    /// The request: how long the reply is to be, what else the service does, and padding.
    private void serve(RxServerCall call) throws IOException {
        byte[] request = readAll(call);
        if (request.length < 8) {
            throw new RxAbortException(REFUSED);
        }
        ByteBuffer words = ByteBuffer.wrap(request);
        int replyBytes = words.getInt();
        int what = words.getInt();
        switch (what) {
            case 0 -> throw new RxAbortException(REFUSED);
            case 1, 2 -> pause(world.nanoTime() + what * (4 * SECOND));
            default -> {}
        }
        if (replyBytes >= 0 && replyBytes <= 1 << 20) {
            call.write(ByteBuffer.wrap(reply(request, replyBytes)));
        }
    }

    private void pause(long untilNanos) throws InterruptedIOException {
        try {
            SimulatedPause.until(world, untilNanos);
        } catch (InterruptedException e) {
            InterruptedIOException interrupted = new InterruptedIOException("the endpoint closes");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private static byte[] reply(byte[] request, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (request[i % request.length] + 31 * i);
        }
        return bytes;
    }

    private void callUntilOver(RxEndpoint client, RandomGenerator own) {
        RxConnection connection = client.connect(serverAddress, 1, SummedSecurity.CLIENT);
        try {
            while (!over) {
                World.Timer watch = world.schedule(LONGEST_CALL_NANOS, () -> {
                    throw new AssertionError("a call does not end");
                });
                call(connection, own);
                watch.cancel();
                if (own.nextInt(4) == 0) {
                    SimulatedPause.until(world, world.nanoTime() + own.nextLong(3 * SECOND));
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void call(RxConnection connection, RandomGenerator own) throws InterruptedException {
        byte[] request = new byte[8 + own.nextInt(longestBytes)];
        own.nextBytes(request);
        int replyBytes = own.nextInt(longestBytes);
        ByteBuffer.wrap(request).putInt(replyBytes).putInt(own.nextInt(40));
        boolean givesUp = own.nextInt(20) == 0;
        try (RxClientCall call = connection.newCall()) {
            call.write(ByteBuffer.wrap(request));
            if (givesUp) {
                return;
            }
            call.endRequest();
            byte[] got = readAll(call);
            if (corrupting && got.length != replyBytes) {
                // A corrupted last-packet flag: no security class of Rx covers it, and whoever reads a reply counts its bytes.
                failed++;
            } else if (Arrays.equals(got, reply(request, replyBytes))) {
                right++;
            } else {
                throw new AssertionError("a wrong reply of " + got.length + " bytes instead of " + replyBytes);
            }
        } catch (RxException e) {
            failed++;
        } catch (IOException e) {
            throw new AssertionError("not a typed error of Rx", e);
        }
    }

    private static byte[] readAll(RxStream stream) throws IOException {
        byte[] all = new byte[0];
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        while (stream.read(buffer) >= 0) {
            if (!buffer.hasRemaining()) {
                all = append(all, buffer);
            }
        }
        return append(all, buffer);
    }

    private static byte[] append(byte[] all, ByteBuffer buffer) {
        byte[] longer = Arrays.copyOf(all, all.length + buffer.position());
        buffer.flip().get(longer, all.length, longer.length - all.length);
        buffer.clear();
        return longer;
    }

    /// Changes the network, parts it, restarts the server, until the run is over; leaves a server that can be reached.
    private void makeTrouble(RxEndpoint[] server) {
        InetAddress one = clientAddress.getAddress();
        InetAddress other = serverAddress.getAddress();
        try {
            while (!over) {
                SimulatedPause.until(world, world.nanoTime() + random.nextLong(SECOND / 2, 20 * SECOND));
                switch (random.nextInt(4)) {
                    case 0 -> {
                        network.partition(one, other);
                        SimulatedPause.until(world, world.nanoTime() + random.nextLong(SECOND / 10, 25 * SECOND));
                        network.heal(one, other);
                    }
                    case 1 -> {
                        LinkConditions slow = conditions().withDelay(random.nextLong(SECOND), random.nextLong(SECOND));
                        network.setConditions(one, other, slow);
                        SimulatedPause.until(world, world.nanoTime() + random.nextLong(3 * SECOND));
                        network.setConditions(one, other, conditions());
                    }
                    case 2 -> {
                        server[0].close();
                        server[0].requireIdle();
                        SimulatedPause.until(world, world.nanoTime() + random.nextLong(5 * SECOND));
                        server[0] = openServer();
                    }
                    default -> network.setConditions(conditions());
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
