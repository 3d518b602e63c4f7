package org.afs4j.rx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.rx.port.DatagramPort;
import org.afs4j.rx.port.UdpKind;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Two endpoints on real IPv6 sockets, where the machine has `::1`.
class LoopbackIpv6Test {
    private static DatagramPort port(UdpKind kind) throws IOException {
        byte[] loopback = new byte[16];
        loopback[15] = 1;
        try {
            return DatagramPort.open(new InetSocketAddress(InetAddress.getByAddress(loopback), 0), kind);
        } catch (IOException e) {
            System.err.println("SKIPPED, no IPv6: ::1 cannot be bound: " + e.getMessage());
            Assumptions.abort("::1 cannot be bound: " + e.getMessage());
            throw e;
        }
    }

    @Test
    void callsRunOverIpv6ByBatchedSockets() throws Exception {
        call(UdpKind.BEST);
    }

    @Test
    void callsRunOverIpv6ByChannels() throws Exception {
        call(UdpKind.CHANNEL);
    }

    private static void call(UdpKind kind) throws Exception {
        try (RxEndpoint client = RxEndpoint.open(SystemWorld.instance(), port(kind), RxOptions.defaults());
                RxEndpoint server = RxEndpoint.open(SystemWorld.instance(), port(kind), RxOptions.defaults())) {
            server.serve(1, Services::echo);
            RxConnection connection = client.connect(server.localAddress(), 1, RxClientSecurity.none());
            byte[] request = Services.pattern(300_000, 6);
            assertThat(Services.call(connection, request)).isEqualTo(request);
            assertThat(server.peers()).singleElement().satisfies(peer -> assertThat(peer.address().getHostAddress())
                    .contains(":"));
        }
    }
}
