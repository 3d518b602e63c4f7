package org.afs4j.benchmarks.jmh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.rx.RxClientCall;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxConnection;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.RxServerCall;
import org.afs4j.rx.port.DatagramPort;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Rx with ourselves over loopback, both ends in this JVM: a small call's round trip, and one large call each way.
@State(Scope.Benchmark)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED"})
@NullUnmarked // JMH fills the fields before it runs a method
public class RxBenchmark {
    private static final int SERVICE = 1234;
    private static final int LARGE_BYTES = 256 << 20;
    private static final int BUFFER_BYTES = 1 << 20;

    private RxEndpoint server;
    private RxEndpoint client;
    private RxConnection connection;
    private ByteBuffer buffer;

    /// Opens both ends.
    ///
    /// @throws IOException if a port cannot be opened
    @Setup(Level.Trial)
    public void open() throws IOException {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = RxEndpoint.open(SystemWorld.instance(), DatagramPort.open(loopback), RxOptions.defaults());
        server.serve(SERVICE, RxBenchmark::serve);
        client = RxEndpoint.open(SystemWorld.instance(), DatagramPort.open(loopback), RxOptions.defaults());
        connection = client.connect(server.localAddress(), SERVICE, RxClientSecurity.none());
        buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    }

    /// Closes both ends.
    @TearDown(Level.Trial)
    public void close() {
        client.close();
        server.close();
    }

    /// Answers a request, whatever it holds, with as many bytes as its first four say.
    private static void serve(RxServerCall call) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(BUFFER_BYTES);
        bytes.limit(Integer.BYTES);
        while (bytes.hasRemaining() && call.read(bytes) >= 0) {
            // the first four bytes may come in pieces
        }
        int wanted = bytes.getInt(0);
        for (bytes.clear(); call.read(bytes) >= 0; bytes.clear()) {
            // the rest of the request goes nowhere
        }
        for (int left = wanted; left > 0; left -= bytes.limit()) {
            call.write(bytes.clear().limit(Math.min(left, BUFFER_BYTES)));
        }
    }

    private long call(int requestBytes, int replyBytes) throws IOException, InterruptedException {
        try (RxClientCall call = connection.newCall()) {
            buffer.clear().putInt(0, replyBytes);
            for (int left = requestBytes; left > 0; left -= buffer.limit()) {
                call.write(buffer.clear().limit(Math.min(left, BUFFER_BYTES)));
            }
            call.endRequest();
            long total = 0;
            buffer.clear();
            for (int count = call.read(buffer); count >= 0; count = call.read(buffer.clear())) {
                total += count;
            }
            if (total != replyBytes) {
                throw new IOException("a reply of " + total + " bytes instead of " + replyBytes);
            }
            return total;
        }
    }

    /// Four bytes there and four back, one call after another.
    ///
    /// @throws IOException if the call breaks
    /// @throws InterruptedException if interrupted
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    @Warmup(iterations = 3, time = 2)
    @Measurement(iterations = 3, time = 2)
    public long smallCall() throws IOException, InterruptedException {
        return call(Integer.BYTES, Integer.BYTES);
    }

    /// 256 MiB to the caller in one call.
    ///
    /// @throws IOException if the call breaks
    /// @throws InterruptedException if interrupted
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    @Warmup(iterations = 2)
    @Measurement(iterations = 5)
    public long largeReply() throws IOException, InterruptedException {
        return call(Integer.BYTES, LARGE_BYTES);
    }

    /// 256 MiB from the caller in one call.
    ///
    /// @throws IOException if the call breaks
    /// @throws InterruptedException if interrupted
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    @Warmup(iterations = 2)
    @Measurement(iterations = 5)
    public long largeRequest() throws IOException, InterruptedException {
        return call(LARGE_BYTES, Integer.BYTES);
    }
}
