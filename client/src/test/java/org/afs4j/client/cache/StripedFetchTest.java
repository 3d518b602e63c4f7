package org.afs4j.client.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StripedFetchTest {
    private static final long MEBIBYTE = 1 << 20;

    @Test
    void asksANearServerOnce() {
        assertThat(StripedFetch.stripes(0, MEBIBYTE)).isEqualTo(1);
        assertThat(StripedFetch.stripes(TimeUnit.MICROSECONDS.toNanos(300), MEBIBYTE)).isEqualTo(1);
    }

    @Test
    void asksAFarServerByAsManyCallsAsTheWayIsLong() {
        assertThat(StripedFetch.stripes(TimeUnit.MILLISECONDS.toNanos(3), MEBIBYTE)).isEqualTo(3);
        assertThat(StripedFetch.stripes(TimeUnit.MILLISECONDS.toNanos(25), MEBIBYTE)).isEqualTo(8);
    }

    @Test
    void makesNoCallForLessThanAStripe() {
        assertThat(StripedFetch.stripes(TimeUnit.MILLISECONDS.toNanos(25), 200_000)).isEqualTo(3);
        assertThat(StripedFetch.stripes(TimeUnit.MILLISECONDS.toNanos(25), 1)).isEqualTo(1);
        assertThat(StripedFetch.stripes(TimeUnit.MILLISECONDS.toNanos(25), -5)).isEqualTo(1);
    }
}
