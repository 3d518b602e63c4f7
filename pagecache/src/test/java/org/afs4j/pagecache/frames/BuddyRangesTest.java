package org.afs4j.pagecache.frames;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BuddyRangesTest {
    private static final long SMALLEST_BYTES = 64 << 10;
    private static final long TOTAL_BYTES = 1L << 44;
    private static final int HOURS = 24;
    private static final int OPENED_AN_HOUR = 20_000;
    private static final int OPEN = 2000;

    private record Range(long offset, long bytes) {}

    /// Files of every size from 64 KiB to 16 GiB come and go all day: the free space is in no more pieces in the evening than in the
    /// morning, and in one when all are gone.
    @Test
    void isNoMoreFragmentedAfterADayThanAfterItsFirstHours() {
        Random random = new Random(1);
        BuddyRanges ranges = new BuddyRanges(SMALLEST_BYTES, TOTAL_BYTES);
        List<Range> open = new ArrayList<>();
        List<Integer> pieces = new ArrayList<>();
        for (int hour = 0; hour < HOURS; hour++) {
            int most = 0;
            for (int i = 0; i < OPENED_AN_HOUR; i++) {
                long bytes = SMALLEST_BYTES << random.nextInt(1 + random.nextInt(18));
                long offset = ranges.take(bytes);
                assertThat(offset).as("where %s bytes are free", bytes).isNotNegative();
                open.add(new Range(offset, bytes));
                if (open.size() > OPEN) {
                    Range closed = open.set(random.nextInt(OPEN), open.getLast());
                    open.removeLast();
                    ranges.give(closed.offset, closed.bytes);
                }
                most = Math.max(most, ranges.freePieces());
            }
            pieces.add(most);
        }
        int morning = pieces.subList(1, HOURS / 2).stream().mapToInt(Integer::intValue).max().orElseThrow();
        int evening = pieces.subList(HOURS / 2, HOURS).stream().mapToInt(Integer::intValue).max().orElseThrow();
        assertThat(evening).as("pieces hour by hour: %s", pieces).isLessThanOrEqualTo(morning + morning / 10);
        open.forEach(range -> ranges.give(range.offset, range.bytes));
        assertThat(ranges.freePieces()).isOne();
        assertThat(ranges.usedBytes()).isZero();
    }

    @Test
    void knowsWhatIsFree() {
        BuddyRanges ranges = new BuddyRanges(1, 16);
        long first = ranges.take(4);
        long second = ranges.take(1);
        assertThat(ranges.isFree(first, 4)).isFalse();
        assertThat(ranges.isFree(second, 1)).isFalse();
        assertThat(ranges.isFree(second + 1, 1)).isTrue();
        ranges.give(first, 4);
        assertThat(ranges.isFree(first, 4)).isTrue();
        assertThat(ranges.isFree(first + 2, 1)).isTrue();
        assertThat(ranges.isFree(0, 16)).isFalse();
    }
}
