package org.afs4j.testkit.pagecache.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.pagecache.AbandonedMemory;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.PageStream;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.testkit.pagecache.InMemoryBacking;
import org.afs4j.testkit.pagecache.PageCacheInvariants;
import org.afs4j.testkit.pagecache.model.RangeLocks.Range;

/// One run of a script: on files of one cache, by several threads of a simulated world with preemption.
///
/// @param seed what the world, the files' first contents and the size of the cache follow from
/// @param backing makes the backing under test of a server
record ModelRun(long seed, BiFunction<InMemoryBacking, Random, PageBacking> backing) {
    private static final int PAGE_BYTES = 4096;
    private static final int PREEMPTION_PERCENT = 10;
    private static final int SIZE_IS_IN = Integer.MAX_VALUE;

    /// Runs a script.
    ///
    /// @throws RuntimeException if the page cache is not what the arrays are
    void run(List<Operation> script) {
        SimulatedWorld world = new SimulatedWorld(seed, PREEMPTION_PERCENT);
        List<PageCache> opened = new ArrayList<>();
        try {
            world.run(() -> {
                PageCache cache = PageCache.open(world, options());
                opened.add(cache);
                run(world, cache, script);
                opened.clear();
            });
        } finally {
            for (PageCache abandoned : opened) {
                free(abandoned);
            }
        }
    }

    private static void free(PageCache abandoned) {
        try {
            AbandonedMemory.free(abandoned);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Memory for all with chunks of four pages, or for few pages with chunks of one.
    private PageCacheOptions options() {
        boolean little = seed % 2 != 0;
        int chunk = little ? PAGE_BYTES : 4 * PAGE_BYTES;
        return new PageCacheOptions(
                little ? 16 * PAGE_BYTES : 64 << 20, 1L << 30, PAGE_BYTES, chunk, 2 * chunk, 4 * chunk, 2 * chunk, 2, 4 * chunk, 40, 10,
                30_000_000_000L, chunk);
    }

    private int chunkBytes() {
        return options().chunkBytes();
    }

    private void run(SimulatedWorld world, PageCache cache, List<Operation> script) throws Exception {
        Random random = new Random(seed);
        List<ModelFile> files = new ArrayList<>();
        for (int i = 0; i < Operation.FILES; i++) {
            byte[] contents = new byte[random.nextInt(Operation.MOST_BYTES)];
            random.nextBytes(contents);
            InMemoryBacking server = new InMemoryBacking(contents);
            PageMapping mapping = cache.newMapping(backing.apply(server, new Random(seed + i)), contents.length, "file" + i);
            server.attach(mapping);
            files.add(new ModelFile(server, mapping));
        }
        RangeLocks locks = new RangeLocks();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Operation.THREADS; i++) {
            int number = i;
            threads.add(world.start("thread " + number, () -> {
                try {
                    for (Operation operation : script) {
                        if (operation.thread() == number) {
                            step(files, locks, operation);
                        }
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (ModelFile file : files) {
            file.compare();
            file.mapping.close();
        }
        PageCacheInvariants.assertNothingLeaked(cache);
    }

    private void step(List<ModelFile> files, RangeLocks locks, Operation operation) throws IOException {
        List<Range> ranges = ranges(operation);
        ModelFile file = files.get(operation.file());
        locks.take(ranges);
        try {
            switch (operation.kind()) {
                case READ -> file.read(operation);
                case WRITE -> file.write(operation);
                case MAPPED_READ -> file.mappedRead(operation);
                case MAPPED_WRITE -> file.mappedWrite(operation);
                case PIN -> file.pin(operation);
                case TRUNCATE -> file.truncate(operation);
                case PUNCH -> file.punch(operation);
                case COLLAPSE -> file.collapse(operation);
                case INSERT -> file.insert(operation);
                case RESTORE -> file.restore(operation);
                case COPY -> {
                    if (ranges.size() == 2) {
                        file.copy(operation, files.get(operation.other()));
                    }
                }
                case SYNC -> file.sync();
                case SYNC_RANGE -> file.syncRange(operation);
                case EVICT -> file.advise(PageStream.Advice.DONT_NEED, operation);
                case NEED -> file.advise(PageStream.Advice.WILL_NEED, operation);
                case BREAK -> file.server.breakPromise();
                case CHANGE_BY_OTHER -> file.changeByOther(ranges.getFirst().from(), ranges.getFirst().to(), operation.value());
                case COMPARE -> file.compare();
            }
        } finally {
            locks.give(ranges);
        }
    }

    private List<Range> ranges(Operation operation) {
        int file = operation.file();
        int from = operation.at();
        int to = operation.end();
        int chunk = chunkBytes();
        return switch (operation.kind()) {
            case READ, MAPPED_READ, PIN -> List.of(new Range(file, from, to, false));
            case WRITE, PUNCH, RESTORE -> List.of(new Range(file, from, to, true));
            case MAPPED_WRITE, CHANGE_BY_OTHER -> List.of(new Range(file, from & -chunk, (to + chunk - 1) & -chunk, true));
            case TRUNCATE, COLLAPSE, INSERT -> List.of(new Range(file, from, SIZE_IS_IN, true));
            case COPY -> {
                Range source = new Range(file, from, to, false);
                Range target = new Range(operation.other(), operation.to(), operation.to() + operation.length(), true);
                boolean overlap = file == operation.other() && Math.abs(from - operation.to()) < operation.length();
                yield overlap ? List.of() : List.of(source, target);
            }
            case SYNC, SYNC_RANGE, EVICT, NEED, BREAK -> List.of();
            case COMPARE -> List.of(new Range(file, 0, SIZE_IS_IN, true));
        };
    }
}
