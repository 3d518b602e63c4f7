package org.afs4j.rx.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.afs4j.rx.packet.RxHeader;
import org.junit.jupiter.api.Test;

/// Sequence numbers end at 2³¹ − 1; nothing wraps.
class SequenceLimitTest {
    private static final int LAST = Integer.MAX_VALUE - 1;

    private final PacketPool pool = new PacketPool();
    private final ReceiveQueue queue = new ReceiveQueue(8, pool);

    private void keep(int seq) {
        PacketBuffer packet = pool.take();
        packet.seq = seq;
        queue.keep(packet);
    }

    @Test
    void aStreamMayEndWithTheLastSequenceNumber() {
        queue.skipTo(LAST - 1);
        assertThat(queue.arrive(LAST - 1, 0)).isEqualTo(ReceiveQueue.Verdict.IN_ORDER);
        keep(LAST - 1);
        assertThat(queue.arrive(LAST, RxHeader.FLAG_LAST_PACKET)).isEqualTo(ReceiveQueue.Verdict.IN_ORDER);
        keep(LAST);
        assertThat(queue.isComplete()).isTrue();
        queue.discard();
        assertThat(queue.isAtEnd()).isTrue();
        assertThat(pool.inUse()).isZero();
    }

    @Test
    void whatComesAfterTheLastSequenceNumberIsNoPacket() {
        queue.skipTo(LAST - 1);
        for (int seq : new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE, Integer.MIN_VALUE + 1, -1, 0}) {
            assertThat(queue.arrive(seq, 0)).as("seq %s", seq).isEqualTo(ReceiveQueue.Verdict.BAD);
        }
        assertThat(queue.arrive(1, 0)).isEqualTo(ReceiveQueue.Verdict.DUPLICATE);
    }
}
