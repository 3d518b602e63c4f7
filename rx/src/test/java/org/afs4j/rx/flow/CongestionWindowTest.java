package org.afs4j.rx.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The congestion window grows as NewReno's does and shrinks by what the bottleneck's queue holds.
class CongestionWindowTest {
    private static final long MILLI = 1_000_000L;

    private final CongestionWindow window = new CongestionWindow(255);

    /// A path of 20 ms whose last round trip took as long as said.
    private static RttEstimator path(long latestMillis) {
        RttEstimator rtt = new RttEstimator();
        rtt.sample(20 * MILLI, 0);
        rtt.sample(latestMillis * MILLI, 1);
        return rtt;
    }

    /// One round trip in which the window was full and everything arrived.
    private void round() {
        int packets = window.packets();
        window.onRoundEnd(packets);
        window.onAcked(packets);
    }

    private void congest(long latestMillis) {
        assertThat(window.onLost(1, window.packets() - 1, path(latestMillis))).isTrue();
        window.endRecovery();
    }

    @Test
    void slowStartDoublesTheWindowInARoundTrip() {
        round();
        assertThat(window.packets()).isEqualTo(32);
        round();
        assertThat(window.packets()).isEqualTo(64);
        assertThat(window.isSlowStart()).isTrue();
    }

    @Test
    void theWindowNeverExceedsItsBound() {
        for (int i = 0; i < 10; i++) {
            round();
        }
        assertThat(window.packets()).isEqualTo(255);
        assertThat(new CongestionWindow(4).packets()).isEqualTo(4);
    }

    @Test
    void aWindowThatIsNotUsedDoesNotGrow() {
        window.onRoundEnd(0);
        window.onSent(1);
        window.onAcked(1);
        assertThat(window.packets()).isEqualTo(16);
    }

    @Test
    void avoidanceAddsOnePacketInARoundTrip() {
        round();
        congest(40);
        int after = window.packets();
        round();
        assertThat(window.packets()).isEqualTo(after + 1);
        assertThat(window.isSlowStart()).isFalse();
    }

    @Test
    void aLossBehindAQueueShrinksTheWindowByTheQueuesShare() {
        round();
        round();
        congest(28);
        assertThat(window.packets()).isEqualTo(64 * 20 / 28);
    }

    @Test
    void aCongestionNeverTakesMoreThanHalfNorLessThanASeventh() {
        round();
        round();
        congest(200);
        assertThat(window.packets()).isEqualTo(32);
        window.onRoundEnd(32);
        congest(23);
        assertThat(window.packets()).isEqualTo((int) (32 * 0.85));
    }

    @Test
    void aFewLossesWithoutAQueueAreNotCongestion() {
        round();
        round();
        assertThat(window.onLost(2, 62, path(20))).isFalse();
        assertThat(window.packets()).isEqualTo(64);
        assertThat(window.isSlowStart()).isTrue();
        assertThat(window.isRecovering()).isFalse();
    }

    @Test
    void manyLossesAtOnceAreCongestionEvenWithoutAQueue() {
        round();
        round();
        assertThat(window.onLost(9, 55, path(20))).isTrue();
        assertThat(window.packets()).isEqualTo((int) (64 * 0.7));
    }

    @Test
    void lossesThatStayAreCongestionEvenWithoutAQueue() {
        round();
        boolean congested = false;
        int rounds = 0;
        while (!congested && rounds < 40) {
            congested = window.onLost(3, 29, path(20));
            window.onAcked(29);
            window.onRoundEnd(32);
            rounds++;
        }
        assertThat(congested).as("a tenth is lost, round after round").isTrue();
        assertThat(rounds).isGreaterThan(3);
    }

    @Test
    void aLossBeforeAnythingIsKnownOfThePathHalvesTheWindow() {
        assertThat(window.onLost(1, 15, new RttEstimator())).isTrue();
        assertThat(window.packets()).isEqualTo(8);
    }

    @Test
    void duringRecoveryWhatLeavesIsProportionalToWhatArrives() {
        round();
        round();
        assertThat(window.onLost(1, 63, path(40))).isTrue();
        int inFlight = 63;
        int left = 0;
        // 40 more arrive, one by one: half as many leave.
        for (int i = 0; i < 40; i++) {
            window.onAcked(1);
            inFlight--;
            while (window.allowance(inFlight) > 0) {
                inFlight++;
                left++;
                window.onSent(inFlight);
            }
        }
        assertThat(left).isBetween(20, 22);
        assertThat(inFlight).isLessThanOrEqualTo(63 - 18);
        window.endRecovery();
        assertThat(window.allowance(20)).isEqualTo(12);
    }

    @Test
    void recoveryLetsALostPacketLeaveAtOnce() {
        round();
        round();
        assertThat(window.onLost(1, 63, path(40))).isTrue();
        assertThat(window.allowance(63)).isPositive();
    }

    @Test
    void aTimeOutGoesBackToSlowStartUpToHalfOfTheWindow() {
        round();
        round();
        window.onSent(64);
        window.onTimeout();
        assertThat(window.packets()).isEqualTo(CongestionWindow.MIN_PACKETS);
        for (int i = 0; i < 4; i++) {
            round();
        }
        assertThat(window.packets()).isEqualTo(32);
        assertThat(window.isSlowStart()).isFalse();
    }

    @Test
    void slowStartEndsWhenAQueueBeginsToForm() {
        round();
        for (int i = 0; i < 3; i++) {
            window.onRoundTrip(23 * MILLI, 20 * MILLI);
        }
        assertThat(window.isSlowStart()).as("3 ms are no sign").isTrue();
        window.onRoundEnd(32);
        for (int i = 0; i < 3; i++) {
            window.onRoundTrip(25 * MILLI, 20 * MILLI);
        }
        assertThat(window.isSlowStart()).isFalse();
        assertThat(window.packets()).isEqualTo(32);
    }

    @Test
    void oneEarlySampleOfARoundKeepsSlowStartGoing() {
        window.onRoundTrip(20 * MILLI, 20 * MILLI);
        for (int i = 0; i < 5; i++) {
            window.onRoundTrip(40 * MILLI, 20 * MILLI);
        }
        assertThat(window.isSlowStart()).isTrue();
    }
}
