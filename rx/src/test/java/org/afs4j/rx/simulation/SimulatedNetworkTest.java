package org.afs4j.rx.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.rx.links.SimulatedPause;
import org.afs4j.rx.port.DatagramPort;
import org.afs4j.rx.port.EachDatagram;
import org.afs4j.rx.simulation.DatagramTap.Fate;
import org.junit.jupiter.api.Test;

/// A simulated link passes what its bandwidth allows, and what waits for that is bounded.
class SimulatedNetworkTest {
    private static final long MILLI = 1_000_000L;
    private static final int BYTES = 1000;

    private final SimulatedWorld world = new SimulatedWorld(1);
    private final SimulatedNetwork network = new SimulatedNetwork(world);
    private final InetSocketAddress from = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private final InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
    private final List<Long> arrivedMillis = new ArrayList<>();
    private final List<Fate> fates = new ArrayList<>();

    /// Sends datagrams of 1000 bytes at the given times, and lets a second pass.
    private void send(LinkConditions conditions, long... atMillis) {
        network.setConditions(conditions);
        network.tap(datagram -> fates.add(datagram.fate()));
        world.run(() -> {
            DatagramPort sender = network.open(from);
            DatagramPort receiver = network.open(to);
            long start = world.nanoTime();
            sender.start(new EachDatagram((datagram, peer) -> {}));
            receiver.start(new EachDatagram((datagram, peer) -> arrivedMillis.add((world.nanoTime() - start) / MILLI)));
            for (long millis : atMillis) {
                SimulatedPause.until(world, start + millis * MILLI);
                sender.send(ByteBuffer.allocate(BYTES), to);
            }
            SimulatedPause.until(world, start + 1000 * MILLI);
            sender.close();
            receiver.close();
        });
    }

    private static LinkConditions bottleneck(long queueBytes) {
        return LinkConditions.perfect().withDelay(5 * MILLI, 0).withBandwidth(100_000, queueBytes);
    }

    @Test
    void datagramsPassABottleneckOneAfterTheOther() {
        send(bottleneck(100_000), 0, 0, 0, 0);
        assertThat(arrivedMillis).containsExactly(15L, 25L, 35L, 45L);
    }

    @Test
    void aBottleneckThatIsFreeDelaysOnlyByTheDatagramsOwnLength() {
        send(bottleneck(100_000), 0, 50, 100);
        assertThat(arrivedMillis).containsExactly(15L, 65L, 115L);
    }

    @Test
    void aDatagramThatFindsTheQueueFullIsLost() {
        send(bottleneck(3 * BYTES), 0, 0, 0, 0, 0);
        assertThat(fates).containsExactly(Fate.DELIVERED, Fate.DELIVERED, Fate.DELIVERED, Fate.QUEUE_FULL, Fate.QUEUE_FULL);
        assertThat(arrivedMillis).containsExactly(15L, 25L, 35L);
    }

    @Test
    void aQueueHasRoomAgainWhenADatagramHasPassed() {
        send(bottleneck(2 * BYTES), 0, 0, 0, 10, 10);
        assertThat(fates).containsExactly(Fate.DELIVERED, Fate.DELIVERED, Fate.QUEUE_FULL, Fate.DELIVERED, Fate.QUEUE_FULL);
        assertThat(arrivedMillis).containsExactly(15L, 25L, 35L);
    }
}
