package org.afs4j.system.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.Capabilities;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.cb.CallbackDispatcher;
import org.afs4j.protocol.cb.CallbackReply;
import org.afs4j.protocol.cb.CallbackRequest;
import org.afs4j.protocol.cb.CallbackService;
import org.afs4j.protocol.cb.InterfaceAddresses;
import org.afs4j.protocol.fs.FileServerCalls;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.RxStream;
import org.afs4j.rx.simulation.LinkConditions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A file server at the end of a long way, whose windows are as small as OpenAFS's: 32 packets a round trip and call. Simulated
/// time is exact, so throughput can be compared by a test.
class LongWaySimulationTest {
    private static final int WINDOW_PACKETS = 32;
    private static final int FILE_BYTES = 32 << 20;
    private static final int READ_BYTES = 1 << 20;
    private static final int FILE_SERVICE = 1;
    private static final String PATH = "/afs/sim.test/scratch/large";

    @ParameterizedTest
    @CsvSource({"1, 12500", "2, 25000"})
    void readsALargeFileTenTimesAsFastAsOneCallDoes(long seed, long roundTripMicros) {
        SimulatedWorld world = new SimulatedWorld(seed);
        world.run(() -> {
            LinkConditions way = LinkConditions.perfect().withDelay(TimeUnit.MICROSECONDS.toNanos(roundTripMicros) / 2, 0);
            RxOptions small = new RxOptions(Duration.ofSeconds(12), WINDOW_PACKETS, WINDOW_PACKETS, 256);
            try (SimulatedCell cell = new SimulatedCell(world, way, builder -> builder.rxOptions(small))) {
                byte[] contents = new byte[FILE_BYTES];
                new SplittableRandom(seed).nextBytes(contents);
                Fid fid = write(cell, contents);
                long oneCallNanos = readByOneCall(cell, small, fid);
                long clientNanos = readByClient(cell, contents);
                System.out.printf("%.1f ms there and back: one call takes %d ms, the client %d ms%n", roundTripMicros / 1e3,
                        Duration.ofNanos(oneCallNanos).toMillis(), Duration.ofNanos(clientNanos).toMillis());
                assertThat((double) oneCallNanos / clientNanos).as("times as fast").isGreaterThan(10);
            }
        });
    }

    private static Fid write(SimulatedCell cell, byte[] contents) throws IOException {
        try (AfsClient writer = cell.newClient();
                AfsFile file = writer.open(PATH, AfsOpenOption.WRITE, AfsOpenOption.CREATE)) {
            file.write(0, ByteBuffer.wrap(contents));
            file.sync();
            return file.info().fid();
        }
    }

    private static long readByOneCall(SimulatedCell cell, RxOptions options, Fid fid) throws IOException {
        try (RxEndpoint endpoint = RxEndpoint.open(cell.world(), cell.newPort(), options)) {
            endpoint.serve(1, new CallbackDispatcher(new Stranger()));
            FileServerCalls calls = new FileServerCalls(
                    endpoint.connect(cell.cell().fileServerAddress(), FILE_SERVICE, RxClientSecurity.none()));
            long startNanos = cell.world().nanoTime();
            calls.fetchData64(fid, 0, FILE_BYTES, LongWaySimulationTest::drop);
            return cell.world().nanoTime() - startNanos;
        }
    }

    private static void drop(RxStream source, long lengthBytes) throws IOException {
        ByteBuffer some = ByteBuffer.allocate(1 << 16);
        long left = lengthBytes;
        int count = 0;
        while (left > 0 && count >= 0) {
            count = source.read(some.clear().limit((int) Math.min(some.capacity(), left)));
            left -= count;
        }
        assertThat(left).isZero();
    }

    private static long readByClient(SimulatedCell cell, byte[] contents) throws IOException {
        try (AfsClient reader = cell.newClient();
                AfsFile file = reader.open(PATH)) {
            ByteBuffer read = ByteBuffer.allocate(contents.length);
            long startNanos = cell.world().nanoTime();
            while (read.position() < contents.length) {
                read.limit(Math.min(contents.length, read.position() + READ_BYTES));
                assertThat(file.read(read.position(), read)).isPositive();
            }
            long tookNanos = cell.world().nanoTime() - startNanos;
            assertThat(read.array()).isEqualTo(contents);
            assertThat(reader.counters().get(AfsCounter.DATA_FETCHES)).isGreaterThan(FILE_BYTES >> 18);
            return tookNanos;
        }
    }

    /// A client with no cache that could be broken: the file server asks who it is, and that is all.
    private static final class Stranger implements CallbackService {
        private static final InterfaceAddresses SELF = new InterfaceAddresses(new AfsUuid(1, 2), List.of());

        @Override
        public void callBack(CallContext context, CallbackRequest.CallBack request) {}

        @Override
        public void initCallBackState(CallContext context) {}

        @Override
        public void initCallBackState3(CallContext context, CallbackRequest.OfUuid request) {}

        @Override
        public void probeUuid(CallContext context, CallbackRequest.OfUuid request) {}

        @Override
        public CallbackReply.Addresses whoAreYou(CallContext context) {
            return new CallbackReply.Addresses(SELF);
        }

        @Override
        public CallbackReply.Self tellMeAboutYourself(CallContext context) {
            return new CallbackReply.Self(SELF, Capabilities.of(Capabilities.CLIENT_ERROR_TRANSLATION));
        }
    }
}
