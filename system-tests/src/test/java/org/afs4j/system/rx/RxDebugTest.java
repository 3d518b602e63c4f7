package org.afs4j.system.rx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.rx.RxClientCall;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.RxServerCall;
import org.afs4j.rx.port.UdpPort;
import org.afs4j.system.process.ForeignProgram;
import org.afs4j.system.process.RequiredProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

/// What OpenAFS's rxdebug prints of a client and a server of ours, while one call is under way between them.
class RxDebugTest {
    private static final int SERVICE = 1;

    private final CountDownLatch done = new CountDownLatch(1);
    private final CountDownLatch serving = new CountDownLatch(1);
    private @Nullable RxClientCall underWay;
    private final RxEndpoint client;
    private final RxEndpoint server;

    RxDebugTest() throws IOException {
        RequiredProgram.orSkip("/usr/bin/rxdebug", "openafs-client");
        client = open();
        server = open();
    }

    private static RxEndpoint open() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return RxEndpoint.open(SystemWorld.instance(), UdpPort.open(any), RxOptions.defaults());
    }

    @BeforeEach
    void beginCalls() throws Exception {
        server.serve(SERVICE, this::serve);
        // One that is done, and one that stays.
        try (RxClientCall call = begin(1)) {
            while (call.read(ByteBuffer.allocate(100)) >= 0) {
                // to its end
            }
        }
        underWay = begin(2);
        serving.await();
    }

    private RxClientCall begin(int opcode) throws IOException, InterruptedException {
        RxClientCall call = client.connect(server.localAddress(), SERVICE, RxClientSecurity.none()).newCall();
        call.write(ByteBuffer.allocate(4).putInt(opcode).flip());
        call.endRequest();
        return call;
    }

    private void serve(RxServerCall call) throws IOException {
        ByteBuffer request = ByteBuffer.allocate(4);
        while (request.hasRemaining() && call.read(request) >= 0) {
            // all of it
        }
        if (request.getInt(0) == 2) {
            serving.countDown();
            try {
                done.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
        call.write(ByteBuffer.allocate(8));
    }

    @AfterEach
    void close() {
        done.countDown();
        if (underWay != null) {
            underWay.close();
        }
        client.close();
        server.close();
    }

    private static String rxdebug(RxEndpoint endpoint, String... options) throws IOException {
        InetSocketAddress address = endpoint.localAddress();
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/rxdebug", address.getAddress().getHostAddress(), String.valueOf(address.getPort())));
        command.addAll(List.of(options));
        return ForeignProgram.of(command.toArray(new String[0]))
                .within(Duration.ofSeconds(30))
                .run()
                .orThrow()
                .text();
    }

    @Test
    void versionNamesUs() throws IOException {
        assertThat(rxdebug(client, "-version")).contains("AFS version:").contains("afs4j");
        assertThat(rxdebug(server, "-version")).contains("AFS version:").contains("afs4j");
    }

    @Test
    void plainShowsTheCallThatIsUnderWayAtBothEnds() throws IOException {
        int clientPort = client.localAddress().getPort();
        int serverPort = server.localAddress().getPort();
        assertThat(rxdebug(server))
                .contains("0 calls waiting for a thread", "255 threads are idle")
                .containsPattern("Connection from host 127.0.0.1, port " + clientPort + ", Cuid [0-9a-f]+/[0-9a-f]+")
                .contains("security index 0, server conn")
                .containsPattern("call \\d: # 2, state active, mode: receiving")
                .contains("Done.");
        assertThat(rxdebug(client))
                .contains("Connection from host 127.0.0.1, port " + serverPort, "client conn")
                .containsPattern("call \\d: # 2, state active")
                .contains("Done.");
    }

    @Test
    void allConnectionsShowsThemAndTheirUnusedChannels() throws IOException {
        assertThat(rxdebug(server, "-allconnections"))
                .contains("server conn")
                .contains("call 3: # 0, state not initialized")
                .contains("Done.");
        assertThat(rxdebug(client, "-allconnections")).contains("client conn", "Done.");
    }

    @Test
    void rxstatsCountsWhatHasPassed() throws IOException {
        assertThat(rxdebug(server, "-rxstats", "-noconns"))
                .containsPattern("packets read: data 2 ack \\d+ busy 0 abort 0")
                .containsPattern("packets sent: data 1 ack \\d+")
                .contains("1 server connections, 0 client connections, 1 peer structs, 1 call structs");
        assertThat(rxdebug(client, "-rxstats", "-noconns"))
                .containsPattern("packets sent: data 2 ")
                .contains("0 server connections, 1 client connections, 1 peer structs");
    }

    @Test
    void peersShowsTheOtherEndAndItsTraffic() throws IOException {
        assertThat(rxdebug(server, "-peers", "-long", "-noconns"))
                .contains("Peer at host 127.0.0.1, port " + client.localAddress().getPort())
                .containsPattern("bytes received high 0 low [1-9]")
                .containsPattern("packets sent [1-9]")
                .contains("Done.");
        assertThat(rxdebug(client, "-peers", "-noconns"))
                .contains("Peer at host 127.0.0.1, port " + server.localAddress().getPort());
    }
}
