package org.afs4j.cli.coherence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatenciesTest {
    private final Latencies latencies = new Latencies();

    @Test
    void percentilesAreTimesThatWereMeasured() {
        for (int i = 250; i >= 1; i--) {
            latencies.add(i * 1000L);
        }
        assertThat(latencies.medianMicros()).isEqualTo(125);
        assertThat(latencies.tailMicros()).isEqualTo(248);
        assertThat(latencies.maxMicros()).isEqualTo(250);
    }

    @Test
    void whatWasSeenBeforeFsyncReturnedCountsAsZero() {
        latencies.add(-5000);
        assertThat(latencies.medianMicros()).isZero();
        assertThat(latencies.maxMicros()).isZero();
    }

    @Test
    void withoutATimeThereIsZeroToTell() {
        assertThat(latencies.tailMicros()).isZero();
    }
}
