package org.afs4j.benchmarks.jmh;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.afs4j.pagecache.MappedView;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What an access of present mapped pages costs, in each form that there is, beside the same access of plain memory.
///
/// The sequential ones sum the longs of 32 MiB; the random ones sum longs at random places of the same, and count for one.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED"})
@NullUnmarked // JMH fills the fields before it runs a method
public class MappedAccessBenchmark {
    private static final long SIZE_BYTES = 32L << 20;
    private static final int PLACES = 1024;

    private MappedFile file;
    private Arena arena;
    private MemorySegment plain;
    private MemorySegment slice;
    private long random;

    /// Fills both memories with the same numbers.
    ///
    /// @throws IOException if there is no memory
    @Setup(Level.Trial)
    public void fill() throws IOException {
        file = new MappedFile(SIZE_BYTES, 4 * SIZE_BYTES);
        arena = Arena.ofShared();
        plain = arena.allocate(SIZE_BYTES, 4096);
        new PatternBacking().fill(0, plain);
        slice = file.view.segment(0, SIZE_BYTES);
        random = 1;
    }

    /// Frees both.
    ///
    /// @throws IOException if the cache cannot be closed
    @TearDown(Level.Trial)
    public void free() throws IOException {
        file.close();
        arena.close();
    }

    /// In plain memory.
    @Benchmark
    public long sequentialPlain() {
        return sum(plain);
    }

    /// By the view's accessor, one call a long.
    @Benchmark
    public long sequentialAccessor() {
        long sum = 0;
        for (long at = 0; at < SIZE_BYTES; at += Long.BYTES) {
            sum += file.view.getLong(at);
        }
        return sum;
    }

    /// By [MappedView#read], in one call.
    @Benchmark
    public long sequentialRead() {
        return file.view.read(0, SIZE_BYTES, MappedAccessBenchmark::sum);
    }

    /// By [MappedView#fold].
    @Benchmark
    public long sequentialFold() {
        return file.view.fold(0, SIZE_BYTES, 0L, (soFar, part, _) -> soFar + sum(part));
    }

    /// In the segment that the view gives out, which nobody has stripped.
    @Benchmark
    public long sequentialSegment() {
        return sum(slice);
    }

    private static long sum(MemorySegment segment) {
        long sum = 0;
        for (long at = 0; at < segment.byteSize(); at += Long.BYTES) {
            sum += segment.get(ValueLayout.JAVA_LONG, at);
        }
        return sum;
    }

    /// In plain memory.
    @Benchmark
    @OperationsPerInvocation(PLACES)
    public long randomPlain() {
        return sumAtRandom(plain);
    }

    /// By the view's accessor, one call a long.
    @Benchmark
    @OperationsPerInvocation(PLACES)
    public long randomAccessor() {
        long sum = 0;
        for (int place = 0; place < PLACES; place++) {
            sum += file.view.getLong(nextOffsetBytes());
        }
        return sum;
    }

    /// By [MappedView#read], one call for the loop.
    @Benchmark
    @OperationsPerInvocation(PLACES)
    public long randomRead() {
        return file.view.read(0, SIZE_BYTES, this::sumAtRandom);
    }

    /// By [MappedView#read], one call a long.
    @Benchmark
    @OperationsPerInvocation(PLACES)
    public long randomReadOfEach() {
        long sum = 0;
        for (int place = 0; place < PLACES; place++) {
            sum += file.view.read(nextOffsetBytes(), Long.BYTES, bytes -> bytes.get(ValueLayout.JAVA_LONG, 0));
        }
        return sum;
    }

    /// In the segment that the view gives out, which nobody has stripped.
    @Benchmark
    @OperationsPerInvocation(PLACES)
    public long randomSegment() {
        return sumAtRandom(slice);
    }

    private long sumAtRandom(MemorySegment segment) {
        long sum = 0;
        for (int place = 0; place < PLACES; place++) {
            sum += segment.get(ValueLayout.JAVA_LONG, nextOffsetBytes());
        }
        return sum;
    }

    private long nextOffsetBytes() {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return random & (SIZE_BYTES - 1) & -Long.BYTES;
    }
}
