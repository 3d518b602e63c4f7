package org.afs4j.benchmarks.pagecache;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.PagePin;
import org.afs4j.pagecache.PinOptions;
import org.afs4j.pagecache.PinOwner;

/// A cache of 64 MiB that serves 10 GiB of files by random access from 8 threads: reads, reads and writes through views, writes, pins.
/// Every tenth of the time it prints what was done and what memory is used, by the cache's account, by the JVM's (native memory
/// tracking), by the system's (RSS), and what the heap has left after a collection; at the end it judges whether something was wrong
/// and whether memory stayed flat.
///
/// The heap has its whole size from the start and is touched then, so that it neither grows nor hides what does. What the JVM's compilers have
/// allocated for the methods that they compile just now is printed, and not judged: tens of mebibytes come and go with one method. Of the rest, the median
/// of the samples after the warm-up is compared with that of the last ones: what leaks moves the median, what comes and goes does not.
public final class CacheSoak {
    private static final int THREADS = 8;
    private static final int FILES = 40;
    private static final long FILE_BYTES = 256L << 20;
    private static final long BUDGET_BYTES = 64L << 20;
    private static final int MOST_READ_BYTES = 64 << 10;
    private static final int SAMPLES = 10;
    /// How much more the later samples may have: classes and compiled code that come late.
    private static final long SLACK_BYTES = 8L << 20;
    private static final int WARM_UP_SAMPLES = 3;

    private final PageCache cache;
    private final List<NumberedFile> files = new ArrayList<>();
    private final List<PageMapping> mappings = new ArrayList<>();
    private final LongAdder operations = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final PrintStream out;
    private volatile boolean over;

    private CacheSoak(PrintStream out) throws IOException {
        this.out = out;
        cache = PageCache.open(SystemWorld.instance(), PageCacheOptions.defaults().withBudgetBytes(BUDGET_BYTES));
        for (int i = 0; i < FILES; i++) {
            NumberedFile file = new NumberedFile(i + 1, wrong);
            files.add(file);
            mappings.add(cache.newMapping(file, FILE_BYTES, "file" + i));
        }
    }

    /// What memory is used at a moment.
    ///
    /// @param residentSetBytes as the system counts
    /// @param trackedBytes what the JVM has committed, without what compilers have for the moment
    /// @param compilerBytes that
    /// @param liveHeapBytes what a collection leaves of the heap
    /// @param frameBytes the memory of the frame store
    private record Sample(long residentSetBytes, long trackedBytes, long compilerBytes, long liveHeapBytes, long frameBytes) {}

    /// Runs for some minutes.
    ///
    /// @param arguments how many minutes, a decimal number
    @SuppressWarnings("SystemOut") // the table is its output
    public static void main(String[] arguments) throws Exception {
        System.exit(new CacheSoak(System.out).run(Double.parseDouble(arguments[0])) ? 0 : 1);
    }

    private boolean run(double minutes) throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            SplittableRandom random = new SplittableRandom(i);
            threads.add(SystemWorld.instance().start("user-" + i, () -> use(random)));
        }
        out.println("| minutes | operations | GiB | RSS MiB | tracked by the JVM MiB | its compilers' MiB | live heap KiB | memory of frames MiB | wrong |");
        out.println("|---|---|---|---|---|---|---|---|---|");
        List<Sample> samples = new ArrayList<>();
        for (int i = 1; i <= SAMPLES; i++) {
            Thread.sleep((long) (minutes * 60_000 / SAMPLES));
            Sample sample = sample();
            samples.add(sample);
            out.printf("| %.1f | %,d | %.1f | %d | %d | %d | %,d | %d | %d |%n", minutes * i / SAMPLES, operations.sum(), bytes.sum() / 0x1p30,
                    sample.residentSetBytes >> 20, sample.trackedBytes >> 20, sample.compilerBytes >> 20, sample.liveHeapBytes >> 10,
                    sample.frameBytes >> 20, wrong.sum());
        }
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
        for (PageMapping mapping : mappings) {
            mapping.sync();
            mapping.close();
        }
        long left = cache.allocatedBytes();
        cache.close();
        return judge(samples, left);
    }

    private boolean judge(List<Sample> samples, long leftBytes) {
        boolean good = wrong.sum() == 0 && operations.sum() > 0;
        out.println("wrong longs and failures: " + wrong.sum());
        good &= leftBytes == 0;
        out.println("bytes left in the frame store after closing: " + leftBytes);
        good &= isFlat("RSS", samples.stream().map(Sample::residentSetBytes).toList());
        good &= isFlat("tracked by the JVM", samples.stream().map(Sample::trackedBytes).toList());
        good &= isFlat("live heap", samples.stream().map(Sample::liveHeapBytes).toList());
        // A page that a reader without the lock touches in vain is freed a moment later.
        long most = samples.stream().mapToLong(Sample::frameBytes).max().orElseThrow();
        good &= most <= BUDGET_BYTES + (1L << 20);
        out.println("most memory of frames: " + (most >> 10) + " KiB of a budget of " + (BUDGET_BYTES >> 10) + " KiB");
        out.println(good ? "passed" : "FAILED");
        return good;
    }

    private boolean isFlat(String what, List<Long> values) {
        int middle = (WARM_UP_SAMPLES + values.size()) / 2;
        long first = median(values.subList(WARM_UP_SAMPLES, middle));
        long last = median(values.subList(middle, values.size()));
        out.println(what + ", median: " + (first >> 20) + " MiB, then " + (last >> 20) + " MiB");
        return last <= first + SLACK_BYTES;
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    @SuppressWarnings("CatchAndPrintStackTrace") // a failure is counted, and shown to who watches
    private void use(SplittableRandom random) {
        ByteBuffer buffer = ByteBuffer.allocate(MOST_READ_BYTES).order(ByteOrder.nativeOrder());
        while (!over) {
            try {
                int length = step(random, buffer);
                operations.increment();
                bytes.add(length);
            } catch (IOException | RuntimeException e) {
                wrong.increment();
                e.printStackTrace();
            }
        }
    }

    private int step(SplittableRandom random, ByteBuffer buffer) throws IOException {
        int number = random.nextInt(FILES);
        NumberedFile file = files.get(number);
        PageMapping mapping = mappings.get(number);
        int length = (1 + random.nextInt(random.nextInt(4) == 0 ? MOST_READ_BYTES / Long.BYTES : 512)) * Long.BYTES;
        long at = random.nextLong((FILE_BYTES - length) / Long.BYTES) * Long.BYTES;
        switch (random.nextInt(20)) {
            case 0 -> write(file, mapping, at, buffer.clear().limit(length));
            case 1 -> pin(file, mapping, at, length);
            case 2, 3 -> writeMapped(file, mapping, at);
            case 4, 5, 6, 7 -> readMapped(file, mapping, at, length);
            default -> read(file, mapping, at, buffer.clear().limit(length));
        }
        return length;
    }

    private void check(NumberedFile file, long at, long found) {
        if (found != file.numberAt(at)) {
            wrong.increment();
        }
    }

    private void read(NumberedFile file, PageMapping mapping, long at, ByteBuffer buffer) throws IOException {
        int length = buffer.limit();
        if (mapping.read(at, buffer) != length) {
            wrong.increment();
        }
        check(file, at, buffer.getLong(0));
        check(file, at + length - Long.BYTES, buffer.getLong(length - Long.BYTES));
    }

    private static void write(NumberedFile file, PageMapping mapping, long at, ByteBuffer buffer) throws IOException {
        for (int i = 0; i < buffer.limit(); i += Long.BYTES) {
            buffer.putLong(i, file.numberAt(at + i));
        }
        mapping.write(at, buffer);
    }

    private void readMapped(NumberedFile file, PageMapping mapping, long at, int length) throws IOException {
        try (MappedView view = mapping.map(MapAccess.READ_ONLY, at, length)) {
            check(file, at, view.getLong(0));
            check(file, at + length - Long.BYTES, view.getLong(length - Long.BYTES));
        }
    }

    private static void writeMapped(NumberedFile file, PageMapping mapping, long at) throws IOException {
        try (MappedView view = mapping.map(MapAccess.READ_WRITE, at, Long.BYTES)) {
            view.setLong(0, file.numberAt(at));
        }
    }

    private void pin(NumberedFile file, PageMapping mapping, long at, int length) throws IOException {
        try (PagePin pin = mapping.pin(at, length, PinOptions.shortTerm(PinOwner.ofThread(Thread.currentThread())))) {
            MemorySegment pinned = pin.segment();
            check(file, at, pinned.get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
            check(file, at + length - Long.BYTES, pinned.get(ValueLayout.JAVA_LONG_UNALIGNED, length - Long.BYTES));
        }
    }

    private Sample sample() throws IOException, JMException {
        long resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
        String tracked = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "vmNativeMemory",
                        new Object[] {new String[] {"summary"}},
                        new String[] {String[].class.getName()});
        long compilers = committedBytes(tracked, "Compiler") + committedBytes(tracked, "Arena Chunk");
        System.gc();
        long liveHeap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return new Sample(resident, committedBytes(tracked, "Total") - compilers, compilers, liveHeap, cache.allocatedBytes());
    }

    private static long committedBytes(String tracked, String what) throws IOException {
        Matcher matcher = Pattern.compile("\\b" + what + ":? *\\(?reserved=\\d+KB, committed=(\\d+)KB").matcher(tracked);
        if (!matcher.find()) {
            throw new IOException("native memory tracking does not tell of " + what + ": " + tracked);
        }
        return Long.parseLong(matcher.group(1)) << 10;
    }
}
