package org.afs4j.benchmarks.jmh;

import java.io.IOException;
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
import org.openjdk.jmh.annotations.Warmup;

/// What a strip costs, and the fault after it, with and without threads that spin on the mapping.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED"})
@NullUnmarked // JMH fills the fields before it runs a method
public class StripBenchmark {
    private static final long SIZE_BYTES = 1L << 20;

    /// How many threads spin on the mapping meanwhile.
    @Param({"0", "1", "8"})
    public int readers;

    private MappedFile file;
    private Thread[] spinning;
    private volatile boolean over;

    /// Maps, and starts the readers.
    ///
    /// @throws IOException if there is no memory
    @Setup(Level.Trial)
    public void map() throws IOException {
        file = new MappedFile(SIZE_BYTES);
        over = false;
        spinning = new Thread[readers];
        for (int index = 0; index < readers; index++) {
            spinning[index] = Thread.ofPlatform().daemon().name("spinning-" + index).start(this::spin);
        }
    }

    private void spin() {
        while (!over) {
            if (file.view.getLongAcquire(0) != 0) {
                throw new IllegalStateException("the first number is not 0");
            }
        }
    }

    /// Ends the readers, and unmaps.
    ///
    /// @throws IOException if the cache cannot be closed
    /// @throws InterruptedException if interrupted
    @TearDown(Level.Trial)
    public void unmap() throws IOException, InterruptedException {
        over = true;
        for (Thread thread : spinning) {
            thread.join();
        }
        file.close();
    }

    /// One strip, and the fault of the next access; no page has to be brought in.
    @Benchmark
    public long stripAndFault() {
        file.mapping.strip();
        return file.view.getLong(0);
    }
}
