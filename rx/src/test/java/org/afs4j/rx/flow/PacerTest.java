package org.afs4j.rx.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// A pacer spreads a window over a round trip, in small bursts.
class PacerTest {
    private static final long MILLI = 1_000_000L;

    private final Pacer pacer = new Pacer();

    private int burst(long nowNanos) {
        int count = 0;
        while (count < 1000 && pacer.mayLeave(nowNanos)) {
            pacer.onSent(nowNanos);
            count++;
        }
        return count;
    }

    @Test
    void shortPathsAndUnknownOnesHaveNoPace() {
        pacer.setPace(255, 0, 0, true);
        assertThat(burst(0)).isEqualTo(1000);
        pacer.setPace(255, MILLI, MILLI, false);
        assertThat(burst(0)).isEqualTo(1000);
    }

    @Test
    void aShortPathHasNoPaceThoughAQueueMakesItsRoundTripsLong() {
        pacer.setPace(255, 10 * MILLI, MILLI, false);
        assertThat(burst(0)).isEqualTo(1000);
    }

    @Test
    void aWindowThatOpensAtOnceLeavesInBurstsOverARoundTrip() {
        pacer.setPace(200, 100 * MILLI, 100 * MILLI, false);
        assertThat(burst(0)).isEqualTo(Pacer.BURST_PACKETS);
        int left = Pacer.BURST_PACKETS;
        long now = 0;
        while (left < 200) {
            assertThat(pacer.mayLeave(now)).isFalse();
            assertThat(pacer.nextNanos()).isGreaterThan(now);
            now = pacer.nextNanos();
            int count = burst(now);
            assertThat(count).isBetween(1, Pacer.BURST_PACKETS);
            left += count;
        }
        assertThat(now).isBetween(60 * MILLI, 100 * MILLI);
    }

    @Test
    void slowStartPacesTwiceTheWindowInARoundTrip() {
        pacer.setPace(100, 100 * MILLI, 100 * MILLI, true);
        assertThat(burst(0)).isEqualTo(Pacer.BURST_PACKETS);
        assertThat(burst(10 * MILLI)).as("in 10 ms a fifth of the window is paid for, at most a burst")
                .isEqualTo(Pacer.BURST_PACKETS);
    }

    @Test
    void aPauseDoesNotSaveUpABurst() {
        pacer.setPace(200, 100 * MILLI, 100 * MILLI, false);
        assertThat(burst(0)).isEqualTo(Pacer.BURST_PACKETS);
        assertThat(burst(10_000 * MILLI)).isEqualTo(Pacer.BURST_PACKETS);
    }
}
