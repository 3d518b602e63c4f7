package org.afs4j.benchmarks.pagecache;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.backing.PageBacking;

/// Whether the invalidate lock is fair: readers that miss all the time, and so hold it shared, beside truncations that hold it
/// exclusively for as long as a call to a server takes.
///
/// Three runs: readers alone, truncations alone, both. A stream of reads starves no truncation if one waits for about a fill in the
/// third run; a truncation stalls no reader beyond its own work if a read that met one took about a truncation and a fill more.
public final class LockFairness {
    private static final int READERS = 4;
    private static final int READ_BYTES = 4096;
    private static final long SIZE_BYTES = 1L << 30;
    private static final long BUDGET_BYTES = 16L << 20;
    private static final long FILL_NANOS = 200_000;
    private static final long TRUNCATION_NANOS = 5_000_000;
    private static final long BETWEEN_NANOS = 20_000_000;

    private final AtomicLong truncationsBegun = new AtomicLong();
    private final AtomicLong truncationsEnded = new AtomicLong();
    private final List<Long> quietReads = new ArrayList<>();
    private final List<Long> stalledReads = new ArrayList<>();
    private final List<Long> truncationWaits = new ArrayList<>();
    private final List<Long> truncations = new ArrayList<>();
    private volatile boolean over;

    private LockFairness() {}

    /// A file of zeros whose server takes its time.
    private static final class SlowFile implements PageBacking {
        @Override
        public void fill(long offsetBytes, MemorySegment destination) {
            LockSupport.parkNanos(FILL_NANOS);
            destination.fill((byte) 0);
        }

        @Override
        public void writeBack(long offsetBytes, MemorySegment source, long fileSizeBytes) {}

        @Override
        public void validate() {}

        @Override
        public boolean isValid() {
            return true;
        }

        @Override
        public void mappedChanged(boolean mapped) {}
    }

    /// Runs each of the three for some seconds.
    ///
    /// @param arguments how many seconds
    @SuppressWarnings("SystemOut") // the table is its output
    public static void main(String[] arguments) throws Exception {
        int seconds = Integer.parseInt(arguments[0]);
        PrintStream out = System.out;
        out.printf("%d readers, a fill takes %d µs and more, a truncation's call %d µs and more%n%n",
                READERS, FILL_NANOS / 1000, TRUNCATION_NANOS / 1000);
        out.println("| | count | median µs | p99 µs | longest µs |");
        out.println("|---|---|---|---|---|");
        // The first warms up.
        run(1, READERS, true);
        run(seconds, READERS, false).print(out, "alone");
        run(seconds, 0, true).print(out, "alone");
        run(seconds, READERS, true).print(out, "side by side");
    }

    private static LockFairness run(int seconds, int readers, boolean truncates) throws Exception {
        LockFairness fairness = new LockFairness();
        try (PageCache cache = PageCache.open(
                        SystemWorld.instance(), PageCacheOptions.defaults().withBudgetBytes(BUDGET_BYTES).withReadahead(0, 0));
                PageMapping mapping = cache.newMapping(new SlowFile(), SIZE_BYTES, "file")) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                SplittableRandom random = new SplittableRandom(i);
                threads.add(Thread.ofPlatform().start(() -> fairness.read(mapping, random)));
            }
            if (truncates) {
                threads.add(Thread.ofPlatform().start(() -> fairness.truncate(mapping)));
            }
            Thread.sleep(seconds * 1000L);
            fairness.over = true;
            for (Thread thread : threads) {
                thread.join();
            }
        }
        return fairness;
    }

    private void read(PageMapping mapping, SplittableRandom random) {
        List<Long> quiet = new ArrayList<>();
        List<Long> stalled = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
        try {
            while (!over) {
                long endedBefore = truncationsEnded.get();
                long began = System.nanoTime();
                int ignored = mapping.read(random.nextLong(SIZE_BYTES / READ_BYTES) * READ_BYTES, buffer.clear());
                (truncationsBegun.get() > endedBefore ? stalled : quiet).add(System.nanoTime() - began);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        synchronized (this) {
            quietReads.addAll(quiet);
            stalledReads.addAll(stalled);
        }
    }

    private void truncate(PageMapping mapping) {
        try {
            for (long size = SIZE_BYTES; !over; size = 2 * SIZE_BYTES - READ_BYTES - size) {
                LockSupport.parkNanos(BETWEEN_NANOS);
                long[] called = new long[1];
                truncationsBegun.incrementAndGet();
                long began = System.nanoTime();
                mapping.truncate(size, () -> {
                    called[0] = System.nanoTime();
                    LockSupport.parkNanos(TRUNCATION_NANOS);
                });
                truncationsEnded.incrementAndGet();
                truncations.add(System.nanoTime() - began);
                truncationWaits.add(called[0] - began);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void print(PrintStream out, String how) {
        print(out, "reads that met no truncation, " + how, quietReads);
        print(out, "reads that met one, " + how, stalledReads);
        print(out, "truncations, " + how, truncations);
        print(out, "… of that until the server is called, " + how, truncationWaits);
    }

    private static void print(PrintStream out, String what, List<Long> nanos) {
        if (!nanos.isEmpty()) {
            long[] sorted = nanos.stream().flatMapToLong(LongStream::of).toArray();
            Arrays.sort(sorted);
            out.printf("| %s | %,d | %,d | %,d | %,d |%n", what, sorted.length, sorted[sorted.length / 2] / 1000,
                    sorted[sorted.length * 99 / 100] / 1000, sorted[sorted.length - 1] / 1000);
        }
    }
}
