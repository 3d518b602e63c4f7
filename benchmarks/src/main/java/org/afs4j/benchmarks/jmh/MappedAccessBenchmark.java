package org.afs4j.benchmarks.jmh;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What an access of a present mapped page costs, beside the same access of plain memory.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED"})
@NullUnmarked // JMH fills the fields before it runs a method
public class MappedAccessBenchmark {
    private static final long SIZE_BYTES = 64L << 20;

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
        file = new MappedFile(SIZE_BYTES);
        arena = Arena.ofShared();
        plain = arena.allocate(SIZE_BYTES, 4096);
        new PatternBacking().fill(0, plain);
        slice = file.view.segment(0, SIZE_BYTES / 2);
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

    /// 32 MiB of longs, summed by the view's accessor.
    @Benchmark
    public long sequentialView() {
        long sum = 0;
        for (long at = 0; at < SIZE_BYTES / 2; at += Long.BYTES) {
            sum += file.view.getLong(at);
        }
        return sum;
    }

    /// 32 MiB of longs, summed in the segment that the view gives out.
    @Benchmark
    public long sequentialViewSegment() {
        return sum(slice);
    }

    /// 32 MiB of longs, summed in plain memory.
    @Benchmark
    public long sequentialPlain() {
        return sum(plain.asSlice(0, SIZE_BYTES / 2));
    }

    private static long sum(MemorySegment segment) {
        long sum = 0;
        for (long at = 0; at < SIZE_BYTES / 2; at += Long.BYTES) {
            sum += segment.get(ValueLayout.JAVA_LONG, at);
        }
        return sum;
    }

    /// One long at a random place, by the view's accessor.
    @Benchmark
    public long randomView() {
        return file.view.getLong(nextOffsetBytes());
    }

    /// One long at a random place of plain memory.
    @Benchmark
    public long randomPlain() {
        return plain.get(ValueLayout.JAVA_LONG, nextOffsetBytes());
    }

    private long nextOffsetBytes() {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return random & (SIZE_BYTES - 1) & -Long.BYTES;
    }
}
