package org.afs4j.benchmarks.rx;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.rx.RxClientCall;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxConnection;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.port.DatagramPort;
import org.afs4j.rx.port.UdpKind;

/// The end that calls: does timed work with an [RxServer] as it is told, a line of standard input each, and answers each with a
/// line of figures.
///
/// ```
///  receive CALLS BYTES   →  seconds, processor seconds of both ends
///  send CALLS BYTES      →  seconds, processor seconds of both ends
///  small CALLERS CALLS   →  calls a second, p50 and p99 in microseconds
/// ```
public final class RxClient {
    private final RxConnection connection;

    private RxClient(RxConnection connection) {
        this.connection = connection;
    }

    /// Works until standard input ends.
    ///
    /// @param arguments the kind of socket, and the server's port on this host
    /// @throws IOException if the port cannot be opened, or a call breaks
    /// @throws InterruptedException if interrupted
    public static void main(String[] arguments) throws IOException, InterruptedException {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        DatagramPort port = DatagramPort.open(loopback, UdpKind.valueOf(arguments[0]));
        try (RxEndpoint endpoint = RxEndpoint.open(SystemWorld.instance(), port, RxOptions.defaults());
                var lines = new java.util.Scanner(System.in, java.nio.charset.StandardCharsets.UTF_8)) {
            InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1]));
            RxClient client = new RxClient(endpoint.connect(server, RxServer.SERVICE, RxClientSecurity.none()));
            while (lines.hasNextLine()) {
                String[] words = lines.nextLine().split(" ", 3);
                int first = Integer.parseInt(words[1]);
                long second = Long.parseLong(words[2]);
                System.out.println(
                        switch (words[0]) {
                            case "receive" -> client.large(first, second, client::receive);
                            case "send" -> client.large(first, second, client::send);
                            default -> client.small(first, second);
                        });
            }
        }
    }

    @FunctionalInterface
    private interface Work {
        void run(long bytes, ByteBuffer buffer) throws IOException, InterruptedException;
    }

    private String large(int calls, long bytes, Work work) throws IOException, InterruptedException {
        long processorBefore = RxServer.processorNanos() + ask(RxServer.PROCESSOR_NANOS, 0);
        long begin = System.nanoTime();
        inParallel(calls, index -> work.run(bytes / calls, ByteBuffer.allocateDirect(RxServer.BUFFER_BYTES)));
        long nanos = System.nanoTime() - begin;
        long processor = RxServer.processorNanos() + ask(RxServer.PROCESSOR_NANOS, 0) - processorBefore;
        return String.format(Locale.ROOT, "%.6f %.6f", nanos / 1e9, processor / 1e9);
    }

    @FunctionalInterface
    private interface Share {
        void run(int index) throws IOException, InterruptedException;
    }

    private static void inParallel(int count, Share share) throws IOException, InterruptedException {
        CountDownLatch done = new CountDownLatch(count);
        List<Exception> failures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int index = i;
            Thread thread = Thread.ofPlatform().unstarted(() -> {
                try {
                    share.run(index);
                } catch (IOException | InterruptedException e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                } finally {
                    done.countDown();
                }
            });
            thread.start();
        }
        done.await();
        synchronized (failures) {
            if (!failures.isEmpty()) {
                throw new IOException(failures.size() + " calls failed", failures.getFirst());
            }
        }
    }

    private RxClientCall begin(int wanted, long bytes) throws IOException, InterruptedException {
        RxClientCall call = connection.newCall();
        call.write(ByteBuffer.allocate(RxServer.HEAD_BYTES).putInt(0, wanted).putLong(4, bytes));
        return call;
    }

    private void receive(long bytes, ByteBuffer buffer) throws IOException, InterruptedException {
        try (RxClientCall call = begin(RxServer.GIVE, bytes)) {
            long taken = 0;
            for (int count = call.read(buffer.clear()); count >= 0; count = call.read(buffer.clear())) {
                taken += count;
            }
            if (taken != bytes) {
                throw new IOException(taken + " bytes came instead of " + bytes);
            }
        }
    }

    private void send(long bytes, ByteBuffer buffer) throws IOException, InterruptedException {
        try (RxClientCall call = begin(RxServer.TAKE, bytes)) {
            for (long left = bytes; left > 0; left -= buffer.limit()) {
                call.write(buffer.clear().limit((int) Math.min(left, RxServer.BUFFER_BYTES)));
            }
            ByteBuffer answer = ByteBuffer.allocate(Long.BYTES);
            while (answer.hasRemaining() && call.read(answer) >= 0) {
                // may come in pieces
            }
            if (answer.getLong(0) != bytes) {
                throw new IOException(answer.getLong(0) + " bytes were taken instead of " + bytes);
            }
        }
    }

    private long ask(int wanted, long bytes) throws IOException, InterruptedException {
        try (RxClientCall call = begin(wanted, bytes)) {
            ByteBuffer answer = ByteBuffer.allocate(Long.BYTES);
            for (int count = call.read(answer); count >= 0; count = call.read(answer)) {
                if (!answer.hasRemaining()) {
                    break;
                }
            }
            return answer.getLong(0);
        }
    }

    private String small(int callers, long calls) throws IOException, InterruptedException {
        long[] nanos = new long[(int) calls];
        AtomicLong next = new AtomicLong();
        long begin = System.nanoTime();
        inParallel(callers, index -> {
            for (long i = next.getAndIncrement(); i < calls; i = next.getAndIncrement()) {
                long started = System.nanoTime();
                long answered = ask(RxServer.GIVE, Integer.BYTES);
                assert answered == 0;
                nanos[(int) i] = System.nanoTime() - started;
            }
        });
        long total = System.nanoTime() - begin;
        Arrays.sort(nanos);
        return String.format(
                Locale.ROOT,
                "%.1f %.1f %.1f",
                calls * 1e9 / total,
                nanos[(int) (calls / 2)] / 1e3,
                nanos[(int) (calls * 99 / 100)] / 1e3);
    }
}
