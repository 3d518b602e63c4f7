package org.afs4j.rx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.rx.packet.CapturedPackets;
import org.afs4j.rx.port.UdpPort;
import org.afs4j.rx.trace.RxCallEvent;
import org.afs4j.rx.trace.RxTrace;
import org.afs4j.rx.trace.TracedPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What passes is readable: packets as text, calls as JFR events, round trips as a histogram.
class TraceTest {
    private static final int STARTS = 10_000;

    @Test
    void packetsOfOtherImplementationsAreDescribedWhole() {
        List<String> lines = CapturedPackets.all().stream().map(bytes -> RxTrace.describe(ByteBuffer.wrap(bytes))).toList();
        assertThat(lines).isNotEmpty().allMatch(line -> line.matches("rx [a-z]+ epoch [0-9a-f]+ cid [0-9a-f]+/[0-3] call \\d+ .*"));
        assertThat(lines).noneMatch(line -> line.contains("malformed")).anyMatch(line -> line.startsWith("rx data")).anyMatch(
                line -> line.startsWith("rx ack") && line.contains(", reason "));
    }

    @Test
    void whatIsCutIsSaidToBe() {
        for (byte[] bytes : CapturedPackets.all()) {
            for (int length = 0; length < Math.min(bytes.length, 80); length++) {
                assertThat(RxTrace.describe(ByteBuffer.wrap(Arrays.copyOf(bytes, length)))).startsWith("rx ");
            }
        }
        assertThat(RxTrace.describe(ByteBuffer.allocate(27))).isEqualTo("rx [too short: 27 bytes]");
    }

    private static TracedPort port(List<String> lines) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new TracedPort(UdpPort.open(any), (from, to, datagram) -> lines.add(RxTrace.describe(datagram)));
    }

    @Test
    void aTracedPortShowsBothDirections() throws Exception {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        try (RxEndpoint client = RxEndpoint.open(SystemWorld.instance(), port(lines), RxOptions.defaults());
                RxEndpoint server = RxEndpoint.open(SystemWorld.instance(), port(Collections.synchronizedList(new ArrayList<>())), RxOptions.defaults())) {
            server.serve(1, Services::echo);
            byte[] request = Services.pattern(30_000, 1);
            assertThat(Services.call(client.connect(server.localAddress(), 1, RxClientSecurity.none()), request))
                    .isEqualTo(request);
            assertThat(client.counters().roundTrips()).hasSize(RxCounters.ROUND_TRIP_BUCKETS);
            assertThat(Arrays.stream(client.counters().roundTrips()).sum())
                    .isEqualTo(client.counters().value(RxCounter.RTT_SAMPLES));
        }
        assertThat(List.copyOf(lines))
                .anyMatch(line -> line.startsWith("rx data") && line.contains("client-init"))
                .anyMatch(line -> line.startsWith("rx data") && !line.contains("client-init"));
    }

    @Test
    void callsOfBothSidesAreEventsWhileARecordingAsksForThem(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("calls.jfr");
        try (Recording recording = new Recording()) {
            var _ = recording.enable("org.afs4j.RxCall");
            recording.start();
            callTwice();
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("org.afs4j.RxCall"))
                .toList();
        assertThat(Files.size(file)).isPositive();
        assertThat(events).extracting(event -> event.getBoolean("ours") + " " + event.getInt("opcode") + " "
                        + event.getLong("bytesSent") + " " + event.getLong("bytesReceived") + " " + event.getString("outcome"))
                .containsExactlyInAnyOrder(
                        "true 130 100 100 done", "false 130 100 100 done", "true 131 3000 0 abort 42", "false 131 0 3000 abort 42");
        assertThat(events).allSatisfy(event -> {
            assertThat(event.getInt("service")).isEqualTo(1);
            assertThat(event.getString("peer")).contains("127.0.0.1:");
            assertThat(event.getDuration().toNanos()).isPositive();
        });
    }

    @Test
    void callsWithoutARecordingMakeNoEventAndAllocateNothingForIt() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertThat(RxCallEvent.start(true, 1)).isNull();
        long thread = Thread.currentThread().threadId();
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < STARTS; i++) {
            if (RxCallEvent.start(true, i) != null) {
                throw new IllegalStateException("an event that nobody wants");
            }
        }
        // The runtime may make an object of its own on this thread; one for each start would be many bytes a start.
        assertThat(threads.getThreadAllocatedBytes(thread) - before).as("bytes").isLessThan(STARTS);
    }

    private static void callTwice() throws Exception {
        try (RxEndpoint client = RxEndpoint.open(SystemWorld.instance(), port(Collections.synchronizedList(new ArrayList<>())), RxOptions.defaults());
                RxEndpoint server = RxEndpoint.open(SystemWorld.instance(), port(Collections.synchronizedList(new ArrayList<>())), RxOptions.defaults())) {
            server.serve(1, call -> {
                byte[] request = Services.readAll(call);
                if (request.length == 3000) {
                    throw new RxAbortException(42);
                }
                call.write(ByteBuffer.wrap(request));
            });
            RxConnection connection = client.connect(server.localAddress(), 1, RxClientSecurity.none());
            assertThat(Services.call(connection, ByteBuffer.allocate(100).putInt(0, 130).array())).hasSize(100);
            assertThatThrownBy(() -> Services.call(connection, ByteBuffer.allocate(3000).putInt(0, 131).array()))
                    .isInstanceOf(RxAbortException.class);
        }
    }
}
