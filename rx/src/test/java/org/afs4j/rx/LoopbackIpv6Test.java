package org.afs4j.rx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.rx.port.UdpPort;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Two endpoints on real IPv6 sockets, where the machine has `::1`.
class LoopbackIpv6Test {
    private static UdpPort port() throws IOException {
        byte[] loopback = new byte[16];
        loopback[15] = 1;
        try {
            return UdpPort.open(new InetSocketAddress(InetAddress.getByAddress(loopback), 0));
        } catch (IOException e) {
            System.err.println("SKIPPED, no IPv6: ::1 cannot be bound: " + e.getMessage());
            Assumptions.abort("::1 cannot be bound: " + e.getMessage());
            throw e;
        }
    }

    @Test
    void callsRunOverIpv6() throws Exception {
        try (RxEndpoint client = RxEndpoint.open(SystemWorld.instance(), port(), RxOptions.defaults());
                RxEndpoint server = RxEndpoint.open(SystemWorld.instance(), port(), RxOptions.defaults())) {
            server.serve(1, Services::echo);
            RxConnection connection = client.connect(server.localAddress(), 1, RxClientSecurity.none());
            byte[] request = Services.pattern(300_000, 6);
            assertThat(Services.call(connection, request)).isEqualTo(request);
            assertThat(server.peers()).singleElement().satisfies(peer -> assertThat(peer.address().getHostAddress())
                    .contains(":"));
        }
    }
}
