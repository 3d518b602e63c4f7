package org.afs4j.benchmarks.jmh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxClientCall;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxConnection;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxErrorCodes;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.RxServerCall;
import org.afs4j.rx.port.DatagramPort;
import org.afs4j.rx.port.UdpKind;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Rx with ourselves over loopback inside one endless call each way, in steady state, counted by DATA packet of the direction that is
/// measured.
///
/// With `-prof gc` it tells what a packet allocates: all that any thread of the JVM allocates in an iteration, so both ends with their
/// receive threads and timers, divided by the packets. Connections, calls, threads and buffers are made before, for the whole trial. What
/// JMH itself allocates, some 40,000 bytes an iteration (JFR), is in the figure: the longer the iteration, the less of it a packet has.
@State(Scope.Thread)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED"})
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 5)
@Measurement(iterations = 5, time = 10)
@NullUnmarked // JMH fills the fields before it runs a method
public class RxStreamBenchmark {
    private static final int SERVICE = 1234;

    /// Payload of a packet; a peer fills each packet of a stream that goes on.
    private static final int PACKET_BYTES = 1416;

    private static final int PACKETS = 1024;

    /// How the sockets are reached.
    @Param({"BATCHED"})
    private UdpKind kind;

    private RxEndpoint server;
    private RxEndpoint client;
    private RxClientCall receiving;
    private RxClientCall sending;
    private ByteBuffer buffer;

    /// Opens both ends and begins both calls.
    ///
    /// @throws IOException if a port cannot be opened
    /// @throws InterruptedException if interrupted
    @Setup(Level.Trial)
    public void open() throws IOException, InterruptedException {
        begin();
        // JMH counts the end of the trial as part of the last iteration: what closing needs but once is made before.
        close();
        begin();
    }

    private void begin() throws IOException, InterruptedException {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = RxEndpoint.open(SystemWorld.instance(), DatagramPort.open(loopback, kind), RxOptions.defaults());
        server.serve(SERVICE, RxStreamBenchmark::take);
        server.serve(SERVICE + 1, RxStreamBenchmark::give);
        client = RxEndpoint.open(SystemWorld.instance(), DatagramPort.open(loopback, kind), RxOptions.defaults());
        RxConnection toTaker = client.connect(server.localAddress(), SERVICE, RxClientSecurity.none());
        RxConnection toGiver = client.connect(server.localAddress(), SERVICE + 1, RxClientSecurity.none());
        sending = toTaker.newCall();
        receiving = toGiver.newCall();
        receiving.write(ByteBuffer.allocate(4));
        receiving.endRequest();
        buffer = ByteBuffer.allocateDirect(PACKET_BYTES * PACKETS);
    }

    /// Ends the calls and closes both ends.
    @TearDown(Level.Trial)
    public void close() {
        receiving.abort(RxErrorCodes.USER_ABORT);
        receiving.close();
        sending.abort(RxErrorCodes.USER_ABORT);
        sending.close();
        client.close();
        server.close();
    }

    private static void take(RxServerCall call) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(PACKET_BYTES * PACKETS);
        try {
            for (int count = call.read(bytes); count >= 0; count = call.read(bytes.clear())) {
                assert count > 0;
            }
        } catch (RxAbortException e) {
            assert e.code() == RxErrorCodes.USER_ABORT;
        }
    }

    private static void give(RxServerCall call) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(PACKET_BYTES * PACKETS);
        try {
            while (true) {
                call.write(bytes.clear());
            }
        } catch (RxAbortException e) {
            assert e.code() == RxErrorCodes.USER_ABORT;
        }
    }

    /// A packet received.
    ///
    /// @return bytes read
    /// @throws IOException if the call breaks
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public int receive() throws IOException {
        buffer.clear();
        while (buffer.hasRemaining()) {
            if (receiving.read(buffer) < 0) {
                throw new IOException("the stream ended");
            }
        }
        return buffer.position();
    }

    /// A packet sent.
    ///
    /// @return bytes written
    /// @throws IOException if the call breaks
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public int send() throws IOException {
        sending.write(buffer.clear());
        return buffer.position();
    }
}
