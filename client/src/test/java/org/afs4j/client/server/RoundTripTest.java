package org.afs4j.client.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundTripTest {
    private final RoundTrip roundTrip = new RoundTrip();

    @Test
    void isUnknownUntilACallWasAnswered() {
        assertThat(roundTrip.nanos()).isEqualTo(RoundTrip.UNKNOWN_NANOS);
        roundTrip.note(1000, false);
        assertThat(roundTrip.nanos()).isEqualTo(1000);
    }

    @Test
    void takesAShorterTimeAtOnceWhateverTheCall() {
        roundTrip.note(1000, true);
        roundTrip.note(600, false);
        assertThat(roundTrip.nanos()).isEqualTo(600);
        roundTrip.note(500, true);
        assertThat(roundTrip.nanos()).isEqualTo(500);
    }

    @Test
    void followsALongerPathBySmallCallsSoon() {
        roundTrip.note(1000, true);
        for (int calls = 0; calls < 20; calls++) {
            roundTrip.note(10_000, true);
        }
        assertThat(roundTrip.nanos()).isBetween(9_900L, 10_000L);
    }

    @Test
    void isHardlyMovedByACallThatTookLongForItsData() {
        roundTrip.note(128_000, true);
        roundTrip.note(1_000_000_000, false);
        assertThat(roundTrip.nanos()).isEqualTo(129_000);
    }
}
