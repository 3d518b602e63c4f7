package org.afs4j.rx.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.rx.simulation.SimulatedNetwork;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Each kind of port under the one contract.
class PortKindsTest {
    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Nested
    class Channel extends DatagramPortContract {
        @Override
        DatagramPort open() throws IOException {
            return DatagramPort.open(loopback(), UdpKind.CHANNEL);
        }
    }

    @Nested
    @EnabledOnOs(OS.LINUX)
    class Batched extends DatagramPortContract {
        @Override
        DatagramPort open() throws IOException {
            return DatagramPort.open(loopback(), UdpKind.BATCHED);
        }
    }

    @Nested
    @EnabledOnOs(OS.LINUX)
    class BatchedInet6 extends DatagramPortContract {
        @Override
        DatagramPort open() throws IOException {
            return DatagramPort.open(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0), UdpKind.BATCHED);
        }
    }

    @Nested
    class Simulated extends DatagramPortContract {
        private final SimulatedNetwork network = new SimulatedNetwork(SystemWorld.instance());
        private int last = 7000;

        @Override
        DatagramPort open() {
            return network.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), ++last));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aBatchedSocketAtTheWildcardAddressSpeaksInet4AndInet6() throws Exception {
        LinkedBlockingQueue<InetSocketAddress> senders = new LinkedBlockingQueue<>();
        try (DatagramPort wildcard = DatagramPort.open(new InetSocketAddress(0), UdpKind.BATCHED);
                DatagramPort four = DatagramPort.open(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), UdpKind.BATCHED);
                DatagramPort six = DatagramPort.open(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0), UdpKind.BATCHED)) {
            wildcard.start(new EachDatagram((datagram, from) -> senders.add(from)));
            int port = wildcard.localAddress().getPort();
            four.send(ByteBuffer.allocate(1), new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            assertThat(senders.poll(20, TimeUnit.SECONDS)).isEqualTo(four.localAddress());
            six.send(ByteBuffer.allocate(1), new InetSocketAddress(InetAddress.ofLiteral("::1"), port));
            assertThat(senders.poll(20, TimeUnit.SECONDS)).isEqualTo(six.localAddress());
            assertThatThrownBy(() -> four.send(ByteBuffer.allocate(1), six.localAddress())).isInstanceOf(IOException.class);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void batchedAndSingleSocketsUnderstandEachOther() throws Exception {
        LinkedBlockingQueue<Integer> lengths = new LinkedBlockingQueue<>();
        try (DatagramPort batched = DatagramPort.open(loopback(), UdpKind.BATCHED);
                DatagramPort single = DatagramPort.open(loopback(), UdpKind.CHANNEL)) {
            single.start(new EachDatagram((datagram, from) -> lengths.add(datagram.remaining())));
            batched.start(new EachDatagram((datagram, from) -> lengths.add(datagram.remaining())));
            DatagramBuffer[] batch = new DatagramBuffer[40];
            for (int i = 0; i < batch.length; i++) {
                batch[i] = new DatagramBuffer(ByteBuffer.allocateDirect(1444));
            }
            batched.send(batch, batch.length, single.localAddress());
            single.send(batch, batch.length, batched.localAddress());
            for (int i = 0; i < 2 * batch.length; i++) {
                assertThat(lengths.poll(20, TimeUnit.SECONDS)).isEqualTo(1444);
            }
        }
    }

    @Test
    void anAddressThatIsTakenIsRefusedAlikeByEachKind() throws Exception {
        try (DatagramPort first = DatagramPort.open(loopback())) {
            for (UdpKind kind : UdpKind.values()) {
                assertThatThrownBy(() -> DatagramPort.open(first.localAddress(), kind)).isInstanceOf(BindException.class);
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void socketsThatShareAnAddressGetAllDatagramsBetweenThem() throws Exception {
        for (UdpKind kind : UdpKind.values()) {
            LinkedBlockingQueue<InetSocketAddress> senders = new LinkedBlockingQueue<>();
            List<DatagramPort> shared = DatagramPort.openShared(loopback(), kind, 4);
            assertThat(shared).hasSize(4);
            shared.forEach(port -> port.start(new EachDatagram((datagram, from) -> senders.add(from))));
            for (int i = 0; i < 32; i++) {
                try (DatagramPort sender = DatagramPort.open(loopback())) {
                    sender.send(ByteBuffer.allocate(i + 1), shared.getFirst().localAddress());
                    assertThat(senders.poll(20, TimeUnit.SECONDS)).isEqualTo(sender.localAddress());
                }
            }
            shared.forEach(DatagramPort::close);
            assertThat(senders).isEmpty();
        }
    }

    @Test
    void whereAnAddressCannotBeSharedThereAreFewerSocketsAtLeastOne() throws Exception {
        for (int sharing : new int[] {0, 1}) {
            LinkedBlockingQueue<Integer> lengths = new LinkedBlockingQueue<>();
            int[] opened = new int[1];
            List<DatagramPort> ports = SharedPorts.open(loopback(), UdpKind.CHANNEL, 4, (address, kind) -> {
                if (opened[0]++ == sharing) {
                    throw new IOException("the platform has no SO_REUSEPORT");
                }
                return DatagramPort.open(address, kind);
            });
            assertThat(ports).hasSize(1);
            try (DatagramPort port = ports.getFirst();
                    DatagramPort sender = DatagramPort.open(loopback())) {
                port.start(new EachDatagram((datagram, from) -> lengths.add(datagram.remaining())));
                sender.send(ByteBuffer.allocate(7), port.localAddress());
                assertThat(lengths.poll(20, TimeUnit.SECONDS)).isEqualTo(7);
            }
        }
    }

    @Test
    void anAddressThatIsTakenIsNotSharedEither() throws Exception {
        for (UdpKind kind : UdpKind.values()) {
            List<DatagramPort> shared = DatagramPort.openShared(loopback(), kind, 2);
            assertThatThrownBy(() -> DatagramPort.openShared(shared.getFirst().localAddress(), kind, 2))
                    .isInstanceOf(BindException.class);
            shared.forEach(DatagramPort::close);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thePlatformsBestIsBatchedOnLinux() throws Exception {
        try (DatagramPort best = DatagramPort.open(loopback())) {
            assertThat(best).isInstanceOf(BatchedUdpPort.class);
        }
    }
}
