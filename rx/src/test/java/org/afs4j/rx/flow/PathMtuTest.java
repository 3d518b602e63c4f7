package org.afs4j.rx.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The length of datagrams follows the longest probe that is answered, and is never probed where long ones arrive.
class PathMtuTest {
    private static final long SECOND = 1_000_000_000L;

    private final PathMtu mtu = new PathMtu(1444);

    /// Sends the probes; their serials are 100 and up.
    private void probe(long nowNanos) {
        assertThat(mtu.wantsProbes(1444, nowNanos)).isTrue();
        for (int i = 0; i < mtu.probes(); i++) {
            mtu.onProbe(i, 100 + i);
        }
    }

    @Test
    void theLongestAnsweredProbeIsTheLength() {
        probe(0);
        mtu.onAnswer(100);
        mtu.onAnswer(102);
        mtu.onAnswer(101);
        assertThat(mtu.wantsProbes(1444, 2 * SECOND)).isFalse();
        assertThat(mtu.bytes()).isEqualTo(1200);
    }

    @Test
    void whenTheFullLengthIsAnsweredNothingChanges() {
        probe(0);
        for (int i = 0; i < mtu.probes(); i++) {
            mtu.onAnswer(100 + i);
        }
        assertThat(mtu.wantsProbes(1444, 2 * SECOND)).isFalse();
        assertThat(mtu.bytes()).isEqualTo(1444);
    }

    @Test
    void whenNothingIsAnsweredNothingChanges() {
        probe(0);
        mtu.onAnswer(4711);
        probe(6 * SECOND);
        assertThat(mtu.bytes()).isEqualTo(1444);
    }

    @Test
    void probesGoEveryFiveSecondsAtMost() {
        probe(0);
        assertThat(mtu.wantsProbes(1444, 4 * SECOND)).isFalse();
        probe(5 * SECOND);
    }

    @Test
    void nothingIsProbedWhereFullLengthArrivedOrShortPacketsAreLost() {
        assertThat(mtu.wantsProbes(0, 0)).isFalse();
        assertThat(mtu.wantsProbes(300, 0)).isFalse();
        mtu.onArrived(1443);
        assertThat(new PathMtu(1444).wantsProbes(1444, 0)).isTrue();
        mtu.onArrived(1444);
        assertThat(mtu.wantsProbes(1444, 0)).isFalse();
    }

    @Test
    void whereLongDatagramsStopArrivingItIsLookedIntoAgain() {
        mtu.onArrived(1444);
        for (int i = 1; i <= 3; i++) {
            assertThat(mtu.wantsProbes(1444, i * SECOND)).as("lost %s times", i).isFalse();
        }
        probe(4 * SECOND);
        mtu.onAnswer(101);
        assertThat(mtu.wantsProbes(1444, 6 * SECOND)).isFalse();
        assertThat(mtu.bytes()).isEqualTo(1024);
    }

    @Test
    void aLengthThatWasFoundIsTriedToBeRaisedEveryTenMinutes() {
        probe(0);
        mtu.onAnswer(101);
        assertThat(mtu.wantsProbes(1444, 2 * SECOND)).isFalse();
        assertThat(mtu.wantsRaise(500 * SECOND)).isFalse();
        assertThat(mtu.wantsRaise(602 * SECOND)).isTrue();
        assertThat(mtu.wantsRaise(603 * SECOND)).isFalse();
        int[] lengths = new int[mtu.probes()];
        for (int i = 0; i < mtu.probes(); i++) {
            mtu.onProbe(i, 200 + i);
            lengths[i] = mtu.probeBytes(i);
        }
        assertThat(lengths).containsExactly(520, 1024, 1200, 1372, 1444);
        assertThat(mtu.bytes()).isEqualTo(1024);
        mtu.onAnswer(202);
        assertThat(mtu.bytes()).isEqualTo(1200);
        mtu.onAnswer(204);
        assertThat(mtu.bytes()).isEqualTo(1444);
        assertThat(mtu.wantsRaise(5000 * SECOND)).isFalse();
    }

    @Test
    void thePeersLimitIsHonouredWithinBounds() {
        mtu.limit(1300);
        assertThat(mtu.bytes()).isEqualTo(1300);
        mtu.limit(1);
        assertThat(mtu.bytes()).isEqualTo(520);
        mtu.limit(100_000);
        assertThat(mtu.bytes()).isEqualTo(1444);
    }
}
