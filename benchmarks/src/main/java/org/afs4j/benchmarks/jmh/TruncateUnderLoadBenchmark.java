package org.afs4j.benchmarks.jmh;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The fairness of the invalidate lock: how long reads and truncations take that are in each other's way, sampled. A truncation
/// drops the upper half of the file, so the readers there bring pages in all the time, under the lock; those of the lower half do not
/// need it.
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED"})
@NullUnmarked // JMH fills the fields before it runs a method
public class TruncateUnderLoadBenchmark {
    private static final long SIZE_BYTES = 8L << 20;
    private static final int READ_BYTES = 4096;

    /// The file that all threads use.
    @State(Scope.Group)
    public static class Shared {
        private MappedFile file;

        /// Maps.
        ///
        /// @throws IOException if there is no memory
        @Setup(Level.Trial)
        public void map() throws IOException {
            file = new MappedFile(SIZE_BYTES);
        }

        /// Unmaps.
        ///
        /// @throws IOException if the cache cannot be closed
        @TearDown(Level.Trial)
        public void unmap() throws IOException {
            file.close();
        }
    }

    /// One thread's buffer and places.
    @State(Scope.Thread)
    public static class Reader {
        private final ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
        private long random = 1 + Thread.currentThread().threadId();

        private int read(Shared shared, long fromBytes) throws IOException {
            random ^= random << 13;
            random ^= random >>> 7;
            random ^= random << 17;
            long at = fromBytes + (random & (SIZE_BYTES / 2 - 1) & -READ_BYTES);
            return shared.file.mapping.read(at, buffer.clear());
        }
    }

    /// Cuts the upper half off and puts zeros there; the server's part takes no time.
    @Benchmark
    @Group("contended")
    public void truncate(Shared shared) throws IOException {
        shared.file.mapping.truncate(SIZE_BYTES / 2, () -> { });
        shared.file.mapping.truncate(SIZE_BYTES, () -> { });
    }

    /// Reads that bring pages in, or find the file cut.
    @Benchmark
    @Group("contended")
    @GroupThreads(2)
    public int readUpper(Shared shared, Reader reader) throws IOException {
        return reader.read(shared, SIZE_BYTES / 2);
    }

    /// Reads of pages that are there.
    @Benchmark
    @Group("contended")
    public int readLower(Shared shared, Reader reader) throws IOException {
        return reader.read(shared, 0);
    }

    /// Truncations with nobody in the way.
    @Benchmark
    @Group("alone")
    public void truncateAlone(Shared shared) throws IOException {
        truncate(shared);
    }

    /// Reads with no truncation in the way.
    @Benchmark
    @Group("reads")
    @GroupThreads(3)
    public int readAlone(Shared shared, Reader reader) throws IOException {
        return reader.read(shared, SIZE_BYTES / 2);
    }
}
