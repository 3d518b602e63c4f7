package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.afs4j.pagecache.readahead.ReadPattern;
import org.afs4j.pagecache.readahead.Window;
import org.junit.jupiter.api.Test;

class ReadPatternTest {
    private static final long CHUNK_BYTES = 65_536;
    private static final long SIZE_BYTES = 1L << 30;

    private final ReadPattern pattern = new ReadPattern(CHUNK_BYTES, 2 * CHUNK_BYTES, 32 * CHUNK_BYTES);
    private final List<Window> windows = new ArrayList<>();

    private void read(long from, long length) {
        windows.addAll(pattern.note(from, from + length, SIZE_BYTES));
    }

    @Test
    void rampsUpAheadOfASequentialStreamAndAsksForNothingTwice() {
        for (long at = 0; at < 200 * CHUNK_BYTES; at += 16_384) {
            read(at, 16_384);
            long wanted = at + 16_384;
            assertThat(windows.getLast().toBytes()).as("ahead of %s", wanted).isGreaterThanOrEqualTo(Math.min(wanted, SIZE_BYTES));
        }
        assertThat(windows.getFirst()).isEqualTo(new Window(CHUNK_BYTES, 3 * CHUNK_BYTES));
        for (int i = 1; i < windows.size(); i++) {
            assertThat(windows.get(i).fromBytes()).isEqualTo(windows.get(i - 1).toBytes());
        }
        assertThat(pattern.windowBytes()).isEqualTo(32 * CHUNK_BYTES);
        assertThat(windows).hasSizeLessThan(20);
    }

    @Test
    void readsBehindABackwardStream() {
        long start = 400 * CHUNK_BYTES;
        for (long at = start; at > start - 100 * CHUNK_BYTES; at -= 16_384) {
            read(at, 16_384);
        }
        assertThat(windows).isNotEmpty();
        for (int i = 1; i < windows.size(); i++) {
            assertThat(windows.get(i).toBytes()).isEqualTo(windows.get(i - 1).fromBytes());
        }
        assertThat(windows.getLast().fromBytes()).isLessThanOrEqualTo(start - 100 * CHUNK_BYTES);
    }

    @Test
    void fetchesOnlyTheRecordsOfAStridedStream() {
        long stride = 10 * CHUNK_BYTES;
        for (int i = 0; i < 40; i++) {
            read(5 * CHUNK_BYTES + i * stride, 4096);
        }
        assertThat(windows).isNotEmpty().doesNotHaveDuplicates().allSatisfy(window -> {
            assertThat((window.fromBytes() - 5 * CHUNK_BYTES) % stride).isZero();
            assertThat(window.toBytes() - window.fromBytes()).isEqualTo(CHUNK_BYTES);
        });
        assertThat(windows.getLast().fromBytes()).isGreaterThan(5 * CHUNK_BYTES + 39 * stride);
    }

    @Test
    void asksForNothingAheadOfARandomStreamAndRampsDown() {
        for (long at = 0; at < 100 * CHUNK_BYTES; at += CHUNK_BYTES) {
            read(at, CHUNK_BYTES);
        }
        long before = pattern.windowBytes();
        windows.clear();
        Random random = new Random(1);
        read(random.nextInt(1 << 29), 4096);
        assertThat(pattern.windowBytes()).isEqualTo(before / 2);
        for (int i = 0; i < 1000; i++) {
            read(random.nextInt(1 << 29), 4096);
        }
        assertThat(windows).isEmpty();
        assertThat(pattern.windowBytes()).isZero();
    }

    @Test
    void honoursAdvice() {
        pattern.expect(ReadPattern.Expectation.RANDOM);
        for (long at = 0; at < 10 * CHUNK_BYTES; at += CHUNK_BYTES) {
            read(at, CHUNK_BYTES);
        }
        assertThat(windows).isEmpty();
        pattern.expect(ReadPattern.Expectation.SEQUENTIAL);
        read(10 * CHUNK_BYTES, CHUNK_BYTES);
        assertThat(windows).containsExactly(new Window(11 * CHUNK_BYTES, 43 * CHUNK_BYTES));
    }

    @Test
    void reachesNoFurtherThanTheEndOfTheFile() {
        windows.addAll(pattern.note(0, 4096, 3 * CHUNK_BYTES + 1));
        windows.addAll(pattern.note(4096, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 1));
        assertThat(windows).allMatch(window -> window.toBytes() <= 4 * CHUNK_BYTES);
    }
}
