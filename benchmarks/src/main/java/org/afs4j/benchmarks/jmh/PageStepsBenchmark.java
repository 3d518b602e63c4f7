package org.afs4j.benchmarks.jmh;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PagePin;
import org.afs4j.pagecache.PageStream;
import org.afs4j.pagecache.PinOptions;
import org.afs4j.pagecache.PinOwner;
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

/// What single steps of the page cache cost: a fault that has to bring its pages in, the first write to a chunk, and a pin.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED"})
@NullUnmarked // JMH fills the fields before it runs a method
public class PageStepsBenchmark {
    private static final long SIZE_BYTES = 1L << 20;
    private static final int CHUNK_BYTES = 64 << 10;
    private static final int PAGE_BYTES = 4096;

    private final MemorySegment scratch = MemorySegment.ofArray(new long[CHUNK_BYTES / Long.BYTES]);
    private final ByteBuffer eight = ByteBuffer.allocate(Long.BYTES);
    private MappedFile file;
    private PageStream stream;
    private PinOptions options;
    private MappedView written;
    private long number;

    /// Maps.
    ///
    /// @throws IOException if there is no memory
    @Setup(Level.Trial)
    public void map() throws IOException {
        file = new MappedFile(SIZE_BYTES);
        stream = file.mapping.openStream();
        written = file.mapping.map(MapAccess.READ_WRITE, 0, CHUNK_BYTES);
        options = PinOptions.shortTerm(PinOwner.ofThread(Thread.currentThread()));
    }

    /// Unmaps.
    ///
    /// @throws IOException if the cache cannot be closed
    @TearDown(Level.Trial)
    public void unmap() throws IOException {
        written.close();
        file.close();
    }

    /// A chunk of 64 KiB goes, and the next access faults and has it filled with numbers.
    @Benchmark
    public long evictAndFault() {
        stream.advise(PageStream.Advice.DONT_NEED, 0, CHUNK_BYTES);
        return file.view.getLong(0);
    }

    /// Filling as much memory with numbers, which is the backing's share of that.
    @Benchmark
    public long fillAlone() {
        new PatternBacking().fill(0, scratch);
        return scratch.get(ValueLayout.JAVA_LONG, 0);
    }

    /// The first write to a clean chunk of 64 KiB, which copies it (its twin), and the sync that compares the two and stores eight
    /// bytes.
    @Benchmark
    public void writeFaultAndSync() throws IOException {
        written.setLong(0, ++number);
        file.mapping.sync();
    }

    /// The same without a view: a write of eight bytes, and the sync that stores them.
    @Benchmark
    public void writeAndSync() throws IOException {
        file.mapping.write(CHUNK_BYTES, number(++number));
        file.mapping.sync();
    }

    private ByteBuffer number(long value) {
        return eight.clear().putLong(value).flip();
    }

    /// The twin's share of that: memory for it, a copy of the chunk into it, and a comparison.
    @Benchmark
    public long twinAlone() {
        byte[] twin = new byte[CHUNK_BYTES];
        MemorySegment.copy(scratch, ValueLayout.JAVA_BYTE, 0, twin, 0, CHUNK_BYTES);
        return scratch.mismatch(MemorySegment.ofArray(twin));
    }

    /// A page is pinned and let go.
    @Benchmark
    public long pinAndUnpin() throws IOException {
        try (PagePin pin = file.mapping.pin(0, PAGE_BYTES, options)) {
            return pin.segment().address();
        }
    }
}
