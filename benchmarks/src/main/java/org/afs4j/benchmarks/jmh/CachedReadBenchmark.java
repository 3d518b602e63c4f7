package org.afs4j.benchmarks.jmh;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/// What a read of cached pages costs, beside a copy of plain memory of the same size; bytes over nanoseconds are GB/s.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED"})
@NullUnmarked // JMH fills the fields before it runs a method
public class CachedReadBenchmark {
    private static final long SIZE_BYTES = 32L << 20;

    /// How many bytes a read or copy moves.
    @Param({"8", "4096", "1048576"})
    public int bytes;

    private MappedFile file;
    private Arena arena;
    private MemorySegment plain;

    /// One thread's buffer and places.
    @State(Scope.Thread)
    public static class Reader {
        private ByteBuffer buffer;
        private long random;

        /// Makes the buffer.
        ///
        /// @param benchmark what it is for
        @Setup(Level.Trial)
        public void allocate(CachedReadBenchmark benchmark) {
            buffer = ByteBuffer.allocate(benchmark.bytes);
            random = 1 + Thread.currentThread().threadId();
        }

        private long nextOffsetBytes(int bytes) {
            random ^= random << 13;
            random ^= random >>> 7;
            random ^= random << 17;
            return random & (SIZE_BYTES - 1) & -bytes;
        }
    }

    /// Fills both memories with the same numbers.
    ///
    /// @throws IOException if there is no memory
    @Setup(Level.Trial)
    public void fill() throws IOException {
        file = new MappedFile(SIZE_BYTES);
        arena = Arena.ofShared();
        plain = arena.allocate(SIZE_BYTES, 4096);
        new PatternBacking().fill(0, plain);
    }

    /// Frees both.
    ///
    /// @throws IOException if the cache cannot be closed
    @TearDown(Level.Trial)
    public void free() throws IOException {
        file.close();
        arena.close();
    }

    /// A read of pages that are there.
    @Benchmark
    public int read(Reader reader) throws IOException {
        return file.mapping.read(reader.nextOffsetBytes(bytes), reader.buffer.clear());
    }

    /// The same by eight threads at once, on one file.
    @Benchmark
    @Threads(8)
    public int readByEight(Reader reader) throws IOException {
        return file.mapping.read(reader.nextOffsetBytes(bytes), reader.buffer.clear());
    }

    /// A copy of plain memory.
    @Benchmark
    public byte[] copy(Reader reader) {
        byte[] target = reader.buffer.array();
        MemorySegment.copy(plain, ValueLayout.JAVA_BYTE, reader.nextOffsetBytes(bytes), target, 0, bytes);
        return target;
    }

    /// The same by eight threads at once.
    @Benchmark
    @Threads(8)
    public byte[] copyByEight(Reader reader) {
        return copy(reader);
    }
}
