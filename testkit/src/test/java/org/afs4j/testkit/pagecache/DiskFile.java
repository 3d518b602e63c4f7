package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.pagecache.backing.RangeOperation;

/// A file on a disk of few blocks, and for each of its pages the words that it has been full of, one after the other; 0 where it has no
/// block.
///
/// Threads: those of a simulated world.
@SuppressWarnings("ThreadPriorityCheck") // a yield is a point at which the schedule chooses
final class DiskFile implements PageBacking {
    static final int PAGE_BYTES = 4096;
    static final int PAGES = 3;

    private static final int HOLE = -1;

    /// Blocks of a page each, of all files; the one that was freed last is used next.
    static final class Disk {
        final long[] contents = new long[4 * PAGES];
        final ArrayDeque<Integer> free = new ArrayDeque<>();

        Disk() {
            for (int block = contents.length - 1; block >= 0; block--) {
                free.push(block);
            }
        }

        int allocate(long word) {
            int block = free.pop();
            contents[block] = word;
            return block;
        }
    }

    final int number;
    final Disk disk;
    final int[] blocks = new int[PAGES];
    final List<List<Long>> words = new ArrayList<>();
    /// For each page the index of the word that it was full of when the last change of it ended.
    final int[] settled = new int[PAGES];
    /// For each page how many pins a test holds on it.
    final int[] pins = new int[PAGES];
    /// Who reads without I/O now (PC-3).
    final Set<Thread> mustNotFill = new HashSet<>();
    int lastStamp;
    PageMapping mapping;

    @SuppressWarnings("NullAway.Init") // the mapping is made with this as its backing
    DiskFile(int number, Disk disk) {
        this.number = number;
        this.disk = disk;
        for (int page = 0; page < PAGES; page++) {
            words.add(new ArrayList<>(List.of(newWord())));
            blocks[page] = disk.allocate(words.get(page).getFirst());
        }
    }

    private long newWord() {
        return (long) number << 32 | ++lastStamp;
    }

    @Override
    public void fill(long offsetBytes, MemorySegment destination) {
        assertThat(mustNotFill).as("who reads without I/O").doesNotContain(Thread.currentThread());
        for (long at = 0; at < destination.byteSize(); at += PAGE_BYTES) {
            int page = (int) ((offsetBytes + at) / PAGE_BYTES);
            int block = page < PAGES ? blocks[page] : HOLE;
            for (int i = 0; i < PAGE_BYTES; i += Long.BYTES) {
                if (i % (PAGE_BYTES / 2) == 0) {
                    Thread.yield();
                }
                destination.set(ValueLayout.JAVA_LONG, at + i, block == HOLE ? 0 : disk.contents[block]);
            }
        }
    }

    @Override
    public void writeBack(long offsetBytes, MemorySegment source, long fileSizeBytes) {
        throw new AssertionError("nothing is dirty");
    }

    @Override
    public void validate() {}

    @Override
    public boolean isValid() {
        return true;
    }

    @Override
    public void mappedChanged(boolean mapped) {}

    /// A change of pages, which begins now: from now on they may be seen full of these words.
    private void begin(int from, int to, long word) {
        for (int page = from; page < to; page++) {
            words.get(page).add(word);
        }
    }

    private void end(int from, int to) {
        for (int page = from; page < to; page++) {
            settled[page] = words.get(page).size() - 1;
        }
    }

    private void free(int from, int to) {
        for (int page = from; page < to; page++) {
            assertThat(pins[page]).as("pins on page %s of file %s when its block is freed", page, number).isZero();
            if (blocks[page] != HOLE) {
                disk.free.push(blocks[page]);
                blocks[page] = HOLE;
            }
        }
    }

    /// Changes some pages in some way.
    void change(RandomGenerator random) throws IOException {
        int from = random.nextInt(PAGES);
        int to = from + 1 + random.nextInt(PAGES - from);
        switch (random.nextInt(4)) {
            case 0 -> punch(from, to);
            case 1 -> truncate(from);
            default -> restore(from, to);
        }
    }

    void punch(int from, int to) throws IOException {
        begin(from, to, 0);
        mapping.changeRange(RangeOperation.Kind.PUNCH_HOLE, bytes(from), bytes(to - from), () -> {
            free(from, to);
            Thread.yield();
        });
        end(from, to);
    }

    private void truncate(int pages) throws IOException {
        int from = (int) Math.min(pages, mapping.sizeBytes() / PAGE_BYTES);
        begin(from, PAGES, 0);
        mapping.truncate(bytes(pages), () -> {
            free(from, PAGES);
            Thread.yield();
        });
        end(from, PAGES);
    }

    /// Gives pages new blocks with new contents.
    void restore(int from, int to) throws IOException {
        long word = newWord();
        begin(from, to, word);
        mapping.changeRange(RangeOperation.Kind.RESTORE, bytes(from), bytes(to - from), () -> {
            free(from, to);
            Thread.yield();
            for (int page = from; page < to; page++) {
                blocks[page] = disk.allocate(word);
            }
        });
        end(from, to);
    }

    static long bytes(int pages) {
        return (long) pages * PAGE_BYTES;
    }

    /// A cache of one page a chunk, in which nothing happens unasked.
    static PageCache newCache(SimulatedWorld world) throws IOException {
        return PageCache.open(
                world,
                new PageCacheOptions(
                        16 * PAGE_BYTES, 1L << 30, PAGE_BYTES, PAGE_BYTES, 0, 0, PAGE_BYTES, 2, PAGE_BYTES, 40, 10, 1L << 60,
                        PAGE_BYTES));
    }

    /// Two files of one cache, on one disk.
    static List<DiskFile> twoFiles(PageCache cache) {
        Disk disk = new Disk();
        List<DiskFile> files = List.of(new DiskFile(1, disk), new DiskFile(2, disk));
        files.forEach(file -> file.mapping = cache.newMapping(file, bytes(PAGES), "file" + file.number));
        return files;
    }

    /// Asserts that a word is one that the page has been full of since it was settled as `settledBefore` says.
    void check(String how, int page, int settledBefore, long word) {
        List<Long> all = words.get(page);
        assertThat(all.subList(settledBefore, all.size()))
                .as("what page %s of file %s may be full of, %s", page, number, how)
                .contains(word);
    }
}
