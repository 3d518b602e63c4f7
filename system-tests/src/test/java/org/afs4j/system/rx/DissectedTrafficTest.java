package org.afs4j.system.rx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxClientCall;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxConnection;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.RxServerCall;
import org.afs4j.rx.simulation.LinkConditions;
import org.afs4j.rx.simulation.SimulatedNetwork;
import org.afs4j.rx.trace.PcapWriter;
import org.afs4j.system.process.ForeignProgram;
import org.afs4j.system.process.RequiredProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// tcpdump and tshark understand every packet that we send: data both ways, acknowledgements of losses, pings, aborts, refusals.
class DissectedTrafficTest {
    private static final long SEED = 3;
    /// The request that is aborted. Like all of them it has room for an opcode, for tshark takes what is in Rx for AFS.
    private static final int ABORTED_BYTES = 8;

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private int datagrams;

    /// Both ends use ports of AFS, by which the programs know Rx.
    private Path capture() throws IOException {
        Path file = directory.resolve("rx.pcap");
        SimulatedWorld world = new SimulatedWorld(SEED);
        SimulatedNetwork network = new SimulatedNetwork(world);
        network.setConditions(LinkConditions.perfect().withLoss(0.05).withDelay(200_000, 300_000));
        InetSocketAddress clientAddress = address(1, 7009);
        InetSocketAddress serverAddress = address(2, 7009);
        try (PcapWriter pcap = new PcapWriter(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
            network.tap(datagram -> {
                try {
                    pcap.add(datagram.sentNanos(), datagram.from(), datagram.to(), ByteBuffer.wrap(datagram.bytes()));
                    datagrams++;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            world.run(() -> {
                RxEndpoint client = RxEndpoint.open(world, network.open(clientAddress), RxOptions.defaults());
                RxEndpoint server = RxEndpoint.open(world, network.open(serverAddress), RxOptions.defaults());
                server.serve(1, DissectedTrafficTest::echo);
                RxConnection connection = client.connect(serverAddress, 1, RxClientSecurity.none());
                for (int length : new int[] {4, 3000, 200_000}) {
                    assertThat(call(connection, length)).isEqualTo(length);
                }
                assertThat(abortOf(connection, ABORTED_BYTES)).isEqualTo(42);
                assertThat(abortOf(client.connect(serverAddress, 99, RxClientSecurity.none()), 4)).isEqualTo(-2);
                client.close();
                server.close();
            });
        }
        return file;
    }

    private static InetSocketAddress address(int host, int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) host}), port);
    }

    private static void echo(RxServerCall call) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        while (call.read(buffer) >= 0) {
            // to the end
        }
        if (buffer.position() == ABORTED_BYTES) {
            throw new RxAbortException(42);
        }
        call.write(buffer.flip());
    }

    private static int call(RxConnection connection, int length) throws IOException, InterruptedException {
        try (RxClientCall call = connection.newCall()) {
            call.write(ByteBuffer.allocate(length));
            ByteBuffer reply = ByteBuffer.allocate(1 << 20);
            while (call.read(reply) >= 0) {
                // to the end
            }
            return reply.position();
        }
    }

    private static int abortOf(RxConnection connection, int length) throws IOException, InterruptedException {
        try {
            return call(connection, length);
        } catch (RxAbortException e) {
            return e.code();
        }
    }

    @Test
    void tcpdumpParsesEveryPacket() throws IOException {
        RequiredProgram.orSkip("/usr/bin/tcpdump", "tcpdump");
        String text = run("/usr/bin/tcpdump", "-vv", "-n", "-r", capture().toString());
        assertThat(text.lines().filter(line -> line.contains(" rx "))).hasSize(datagrams);
        assertThat(text).contains("rx data", "rx ack", "rx abort").doesNotContain("[|rx]", "bad udp", "bad cksum", "malformed");
    }

    @Test
    void tsharkParsesEveryPacket() throws IOException {
        RequiredProgram.orSkip("/usr/bin/tshark", "tshark");
        Path file = capture();
        String text = run("/usr/bin/tshark", "-n", "-V", "-r", file.toString());
        assertThat(text.lines().filter(line -> line.startsWith("RX Protocol"))).hasSize(datagrams);
        assertThat(text).doesNotContainIgnoringCase("malformed");
        assertThat(run("/usr/bin/tshark", "-n", "-r", file.toString(), "-Y", "_ws.malformed || _ws.expert.severity == error"))
                .isEmpty();
    }

    private static String run(String... command) throws IOException {
        return ForeignProgram.of(command).within(LIMIT).run().orThrow().text();
    }
}
