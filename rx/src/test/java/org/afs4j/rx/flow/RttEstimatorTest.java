package org.afs4j.rx.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Round trip times are smoothed as RFC 6298 says, and time-outs follow from them.
class RttEstimatorTest {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;

    private final RttEstimator rtt = new RttEstimator();

    @Test
    void withoutASampleTheTimeOutIsHalfASecond() {
        assertThat(rtt.hasSample()).isFalse();
        assertThat(rtt.smoothedNanos()).isZero();
        assertThat(rtt.leastNanos()).isZero();
        assertThat(rtt.timeoutNanos(true, 0)).isEqualTo(500 * MILLI);
    }

    @Test
    void theFirstSampleIsTheSmoothedTime() {
        rtt.sample(80 * MILLI, 0);
        assertThat(rtt.smoothedNanos()).isEqualTo(80 * MILLI);
        assertThat(rtt.timeoutNanos(true, 0)).as("with four times half of it, and what a peer may think").isEqualTo(340 * MILLI);
    }

    @Test
    void laterSamplesCountForAnEighth() {
        rtt.sample(80 * MILLI, 0);
        rtt.sample(160 * MILLI, 1);
        assertThat(rtt.smoothedNanos()).isEqualTo(90 * MILLI);
        assertThat(rtt.latestNanos()).isEqualTo(160 * MILLI);
        assertThat(rtt.leastNanos()).isEqualTo(80 * MILLI);
    }

    @Test
    void aSampleIsOldAfterTwoRoundTrips() {
        assertThat(rtt.isOld(SECOND)).as("there is none").isFalse();
        rtt.sample(80 * MILLI, SECOND);
        assertThat(rtt.isOld(SECOND + 160 * MILLI)).isFalse();
        assertThat(rtt.isOld(SECOND + 161 * MILLI)).isTrue();
        rtt.sample(80 * MILLI, SECOND + 161 * MILLI);
        assertThat(rtt.isOld(SECOND + 161 * MILLI)).isFalse();
    }

    @Test
    void aNegativeSampleIsIgnored() {
        rtt.sample(-1, 0);
        assertThat(rtt.hasSample()).isFalse();
    }

    @Test
    void timeOutsDoubleUpToTwoSeconds() {
        rtt.sample(10 * MILLI, 0);
        long once = rtt.timeoutNanos(true, 0);
        assertThat(rtt.timeoutNanos(true, 1)).isEqualTo(2 * once);
        assertThat(rtt.timeoutNanos(true, 2)).isEqualTo(4 * once);
        assertThat(rtt.timeoutNanos(true, 100)).isEqualTo(2 * SECOND);
    }

    @Test
    void aPeerThatWasNotAskedIsGivenTimeToDelayItsAcknowledgement() {
        rtt.sample(10 * MILLI, 0);
        assertThat(rtt.timeoutNanos(false, 0)).isEqualTo(rtt.timeoutNanos(true, 0) + 400 * MILLI);
    }

    @Test
    void aProbeGoesAfterTwoRoundTripsAndBeforeTheTimeOut() {
        rtt.sample(50 * MILLI, 0);
        assertThat(rtt.probeNanos(true)).isEqualTo(100 * MILLI).isLessThan(rtt.timeoutNanos(true, 0));
        assertThat(rtt.probeNanos(false)).isEqualTo(200 * MILLI).isLessThan(rtt.timeoutNanos(false, 0));
    }

    @Test
    void aProbeOfAShortPathLeavesTimeForTimersAndThreads() {
        rtt.sample(MILLI / 10, 0);
        assertThat(rtt.probeNanos(true)).isEqualTo(10 * MILLI);
    }

    @Test
    void aQueueIsSeenByTheLastSampleAlone() {
        rtt.sample(20 * MILLI, 0);
        assertThat(rtt.isQueueSeen()).isFalse();
        rtt.sample(23 * MILLI, 1);
        assertThat(rtt.isQueueSeen()).isTrue();
        rtt.sample(21 * MILLI, 2);
        assertThat(rtt.isQueueSeen()).isFalse();
    }

    @Test
    void theLeastRoundTripIsForgottenWhenTheRouteHasChanged() {
        rtt.sample(20 * MILLI, 0);
        rtt.sample(50 * MILLI, 31 * SECOND);
        assertThat(rtt.leastNanos()).as("of up to a minute").isEqualTo(20 * MILLI);
        rtt.sample(50 * MILLI, 62 * SECOND);
        assertThat(rtt.leastNanos()).isEqualTo(50 * MILLI);
    }
}
