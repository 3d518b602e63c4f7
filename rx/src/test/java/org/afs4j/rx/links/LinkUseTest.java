package org.afs4j.rx.links;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Calls use what links and windows permit, and share it. `benchmarks/rx-links` prints the whole table.
class LinkUseTest {
    private static final long MEGABIT = 125_000;
    private static final long MILLI = 1_000_000;

    @ParameterizedTest(name = "{0} ms, loss {1}, {2} Mbit/s, window {3}, {4} calls")
    @CsvSource({
        "12, 0,    100, 255, 1",
        "12, 0,    10,  255, 8",
        "12, 0.01, 100, 255, 1",
        "100, 0,    100, 255, 1",
        "100, 0.01, 100, 255, 1",
        "100, 0,    1000, 32, 8",
    })
    void callsGetMoreThanNineTenthsOfWhatLinkAndWindowsPermit(
            long roundTripMillis, double loss, long megabits, int window, int calls) {
        LinkRun run = new LinkRun(roundTripMillis * MILLI, loss, megabits * MEGABIT, window, calls, 0);
        LinkRun.Result result = run.run(7, Duration.ofSeconds(4), Duration.ofSeconds(4));
        assertThat(result.bytesPerSecond() / run.permittedBytesPerSecond()).isGreaterThan(0.9);
    }

    @ParameterizedTest(name = "{0} ms, loss {1}, {2} Mbit/s")
    @CsvSource({"12, 0, 20", "12, 0.01, 20", "100, 0, 10", "100, 0, 20"})
    void twoCallsShareABottleneckFairlyThoughOneCameLater(long roundTripMillis, double loss, long megabits) {
        LinkRun run = new LinkRun(roundTripMillis * MILLI, loss, megabits * MEGABIT, 255, 2, 3_000 * MILLI);
        for (long seed = 1; seed <= 2; seed++) {
            LinkRun.Result result = run.run(seed, Duration.ofSeconds(10), Duration.ofSeconds(15));
            assertThat(result.fairness()).as("Jain's index with seed %d: %s", seed, result).isGreaterThan(0.9);
        }
    }

    @Test
    void theSameSeedGivesTheSameResult() {
        LinkRun run = new LinkRun(12 * MILLI, 0.02, 10 * MEGABIT, 255, 2, 0);
        LinkRun.Result once = run.run(3, Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(run.run(3, Duration.ofSeconds(1), Duration.ofSeconds(2))).isEqualTo(once);
        assertThat(run.run(4, Duration.ofSeconds(1), Duration.ofSeconds(2))).isNotEqualTo(once);
    }
}
