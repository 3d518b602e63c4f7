package org.afs4j.rx.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Packets are lost when others that left later have arrived: three of them, or, where the path reorders, some time ago.
class LossDetectorTest {
    private static final long MILLI = 1_000_000L;

    private final RttEstimator rtt = new RttEstimator();
    private final LossDetector losses = new LossDetector(rtt);

    LossDetectorTest() {
        rtt.sample(40 * MILLI, 0);
    }

    /// Packet `order` was sent `order` ms after the beginning and arrives after a round trip.
    private void arrives(long order) {
        losses.onAcked(order, order * MILLI, 1, true, losses.ackedOrder(), (order + 40) * MILLI);
    }

    @Test
    void aPacketIsLostWhenOneThreeTransmissionsLaterArrived() {
        arrives(3);
        assertThat(losses.remainingNanos(1, MILLI, 43 * MILLI)).isPositive();
        arrives(4);
        assertThat(losses.remainingNanos(1, MILLI, 44 * MILLI)).isLessThanOrEqualTo(0);
        assertThat(losses.remainingNanos(2, 2 * MILLI, 44 * MILLI)).isPositive();
    }

    @Test
    void aPacketOfTheTailIsLostAfterAQuarterOfARoundTrip() {
        arrives(3);
        assertThat(losses.remainingNanos(2, 2 * MILLI, 43 * MILLI)).isEqualTo(9 * MILLI);
        assertThat(losses.remainingNanos(2, 2 * MILLI, 52 * MILLI)).isLessThanOrEqualTo(0);
    }

    @Test
    void nothingIsKnownOfPacketsThatLeftLater() {
        arrives(3);
        assertThat(losses.remainingNanos(4, 4 * MILLI, 1_000 * MILLI)).isEqualTo(LossDetector.NOT_LATE);
    }

    @Test
    void whereThePathReordersTimeDecidesAlone() {
        arrives(3);
        arrives(2);
        assertThat(losses.isReordering()).isTrue();
        arrives(20);
        assertThat(losses.remainingNanos(15, 15 * MILLI, 60 * MILLI)).isPositive();
        assertThat(losses.remainingNanos(5, 5 * MILLI, 60 * MILLI)).isLessThanOrEqualTo(0);
    }

    @Test
    void eachPacketSentForNothingGivesLaterOnesMoreTime() {
        losses.onSentForNothing();
        arrives(20);
        long before = losses.remainingNanos(10, 10 * MILLI, 60 * MILLI);
        losses.onSentForNothing();
        assertThat(losses.remainingNanos(10, 10 * MILLI, 60 * MILLI)).isEqualTo(before + 10 * MILLI);
        for (int i = 0; i < 100; i++) {
            losses.onSentForNothing();
        }
        assertThat(losses.remainingNanos(10, 10 * MILLI, 60 * MILLI)).as("a round trip at most").isEqualTo(30 * MILLI);
    }

    @Test
    void anAckTooEarlyForTheLastTransmissionTellsNothingOfIt() {
        // Sent again at 50 ms, as transmission 9; at 60 ms it is told to be there.
        losses.onAcked(9, 50 * MILLI, 2, false, 0, 60 * MILLI);
        assertThat(losses.ackedOrder()).isZero();
        losses.onAcked(9, 50 * MILLI, 2, true, 0, 60 * MILLI);
        assertThat(losses.ackedOrder()).isEqualTo(9);
    }

    @Test
    void aPacketSentAgainCanBeLostAgain() {
        arrives(4);
        assertThat(losses.remainingNanos(1, MILLI, 44 * MILLI)).isLessThanOrEqualTo(0);
        // Packet 1 left again as transmission 5; those after it arrive.
        assertThat(losses.remainingNanos(5, 44 * MILLI, 45 * MILLI)).isEqualTo(LossDetector.NOT_LATE);
        losses.onAcked(8, 47 * MILLI, 1, true, 4, 87 * MILLI);
        assertThat(losses.remainingNanos(5, 44 * MILLI, 87 * MILLI)).isLessThanOrEqualTo(0);
    }
}
