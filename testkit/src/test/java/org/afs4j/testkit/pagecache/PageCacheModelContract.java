package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.PageStream;
import org.afs4j.pagecache.backing.RangeOperation;
import org.junit.jupiter.api.Test;

/// PC-6, PC-8, PC-9, CB-13: whatever is done to files through the page cache, they are what an array would be to which the same was
/// done; with memory for all of them, and with memory for few pages only. A script of random operations follows from its seed; a
/// failure names the seed and the last operations.
abstract class PageCacheModelContract {
    private static final int PAGE_BYTES = 4096;
    private static final int CHUNK_BYTES = 4 * PAGE_BYTES;
    private static final int MOST_BYTES = 60_000;
    private static final int SEEDS = 60;
    private static final int STEPS = 400;

    /// An action that a faulty backing may make fail.
    interface Attempt {
        void run() throws IOException;
    }

    /// The backing under test.
    abstract PageBacking backing(InMemoryBacking server, Random random);

    /// Runs an action until it does not fail.
    abstract void insist(Attempt attempt) throws IOException;

    /// Whether what is dirty is known at every step, so that a third party's change has one outcome.
    abstract boolean isDirtKnown();

    /// One file, and what it should be.
    private static final class Modelled {
        final InMemoryBacking server;
        final PageMapping mapping;
        final PageStream stream;
        byte[] bytes;
        /// Bytes written here and not stored.
        final BitSet dirty = new BitSet();
        boolean viewWrote;

        Modelled(InMemoryBacking server, PageMapping mapping) {
            this.server = server;
            this.mapping = mapping;
            this.stream = mapping.openStream();
            this.bytes = server.contents();
        }
    }

    private final List<String> script = new ArrayList<>();

    @Test
    void isWhatAnArrayWouldBeWithMemoryForAll() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            run(seed, 64L << 20, isDirtKnown());
        }
    }

    @Test
    void isWhatAnArrayWouldBeWithMemoryForLittle() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            run(seed, 16L * CHUNK_BYTES, false);
        }
    }

    private void run(int seed, long budgetBytes, boolean others) throws IOException {
        Random random = new Random(seed);
        script.clear();
        PageCacheOptions options = new PageCacheOptions(
                budgetBytes, 1L << 30, PAGE_BYTES, CHUNK_BYTES, 2 * CHUNK_BYTES, 4 * CHUNK_BYTES, CHUNK_BYTES, 2, 8 * PAGE_BYTES, 40, 40,
                1L << 60, CHUNK_BYTES);
        PageCache cache = PageCache.open(SystemWorld.instance(), options);
        List<Modelled> files = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            InMemoryBacking server = new InMemoryBacking(PageMappingTest.pattern(random.nextInt(MOST_BYTES), seed + i));
            PageMapping mapping = cache.newMapping(backing(server, random), server.contents().length, "file" + i);
            server.attach(mapping);
            files.add(new Modelled(server, mapping));
        }
        try {
            for (int step = 0; step < STEPS; step++) {
                step(files, random, others);
            }
            for (Modelled file : files) {
                sync(file);
                file.mapping.close();
            }
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + script.subList(Math.max(0, script.size() - 12), script.size()), e);
        }
        PageCacheInvariants.assertNothingLeaked(cache);
    }

    private void step(List<Modelled> files, Random random, boolean others) throws IOException {
        int number = random.nextInt(files.size());
        Modelled file = files.get(number);
        int at = random.nextInt(MOST_BYTES);
        int length = random.nextInt(4) == 0 ? random.nextInt(3 * PAGE_BYTES) : 1 + random.nextInt(40);
        int kind = random.nextInt(14);
        script.add("file" + number + " kind " + kind + " at " + at + " length " + length + " size " + file.bytes.length);
        switch (kind) {
            case 0, 1, 2, 3 -> write(file, at, bytes(random, length));
            case 4, 5, 6 -> assertRead(file, at, length);
            case 7 -> truncate(file, at);
            case 8 -> change(file, RangeOperation.Kind.PUNCH_HOLE, at, length, new byte[length]);
            case 9 -> change(file, random.nextBoolean() ? RangeOperation.Kind.COLLAPSE : RangeOperation.Kind.INSERT, at, length,
                    new byte[length]);
            case 10 -> change(file, RangeOperation.Kind.RESTORE, at, length, bytes(random, length));
            case 11 -> copy(file, files.get(random.nextInt(files.size())), at, random.nextInt(MOST_BYTES), length);
            case 12 -> {
                if (random.nextBoolean()) {
                    sync(file);
                } else {
                    file.stream.advise(PageStream.Advice.DONT_NEED, at, 4L * PAGE_BYTES);
                }
            }
            default -> {
                if (others && !file.viewWrote) {
                    changeByOther(file, random, at);
                } else {
                    writeMapped(file, at, random);
                }
            }
        }
        assertThat(file.mapping.sizeBytes()).isEqualTo(file.bytes.length);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void write(Modelled file, int at, byte[] news) throws IOException {
        file.stream.write(at, ByteBuffer.wrap(news));
        put(file, at, news);
        file.dirty.set(at, at + news.length);
    }

    private static void put(Modelled file, int at, byte[] news) {
        file.bytes = Arrays.copyOf(file.bytes, Math.max(file.bytes.length, at + news.length));
        System.arraycopy(news, 0, file.bytes, at, news.length);
    }

    private void writeMapped(Modelled file, int at, Random random) throws IOException {
        if (at >= file.bytes.length) {
            return;
        }
        byte value = (byte) random.nextInt();
        try (MappedView view = file.mapping.map(MapAccess.READ_WRITE, 0, file.bytes.length)) {
            insist(() -> {
                try {
                    view.setByte(at, value);
                } catch (org.afs4j.pagecache.error.MappedAccessException e) {
                    throw new IOException(e);
                }
            });
        }
        file.bytes[at] = value;
        file.viewWrote = true;
    }

    private void assertRead(Modelled file, int at, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        insist(() -> {
            while (buffer.hasRemaining() && file.stream.read(at + buffer.position(), buffer) > 0) {
                // more
            }
        });
        byte[] expected = at >= file.bytes.length ? new byte[0] : Arrays.copyOfRange(file.bytes, at, Math.min(at + length, file.bytes.length));
        assertThat(Arrays.copyOf(buffer.array(), buffer.position())).isEqualTo(expected);
    }

    private void truncate(Modelled file, int size) throws IOException {
        file.mapping.truncate(size, () -> file.server.resizeByUs(size));
        file.bytes = Arrays.copyOf(file.bytes, size);
        file.dirty.clear(size, Integer.MAX_VALUE);
    }

    private void change(Modelled file, RangeOperation.Kind kind, int at, int length, byte[] news) throws IOException {
        int from = Math.min(at, file.bytes.length);
        int size = file.bytes.length;
        if (kind == RangeOperation.Kind.COLLAPSE && from + length > size) {
            return;
        }
        insist(() -> file.mapping.changeRange(kind, from, length, () -> {
            file.server.replaceByUs(changed(kind, file.server.contents(), from, length, news));
        }));
        file.bytes = changed(kind, file.bytes, from, length, news);
        if (kind == RangeOperation.Kind.PUNCH_HOLE || kind == RangeOperation.Kind.RESTORE) {
            file.dirty.clear(from, from + length);
        } else {
            file.dirty.clear();
        }
    }

    private static byte[] changed(RangeOperation.Kind kind, byte[] bytes, int at, int length, byte[] news) {
        return switch (kind) {
            case PUNCH_HOLE -> {
                byte[] next = bytes.clone();
                Arrays.fill(next, Math.min(bytes.length, at), Math.min(bytes.length, at + length), (byte) 0);
                yield next;
            }
            case RESTORE -> {
                byte[] next = Arrays.copyOf(bytes, Math.max(bytes.length, at + length));
                System.arraycopy(news, 0, next, at, length);
                yield next;
            }
            case COLLAPSE -> {
                byte[] next = Arrays.copyOf(bytes, bytes.length - length);
                System.arraycopy(bytes, at + length, next, at, bytes.length - at - length);
                yield next;
            }
            case INSERT -> {
                byte[] next = Arrays.copyOf(bytes, bytes.length + length);
                Arrays.fill(next, at, at + length, (byte) 0);
                System.arraycopy(bytes, at, next, at + length, bytes.length - at);
                yield next;
            }
        };
    }

    private void copy(Modelled source, Modelled destination, int from, int to, int length) throws IOException {
        if (from + length > source.bytes.length || (source == destination && Math.abs(from - to) < length)) {
            return;
        }
        byte[] copied = Arrays.copyOfRange(source.bytes, from, from + length);
        insist(() -> PageMapping.copyRange(source.mapping, from, destination.mapping, to, length, () -> {
            assertThat(Arrays.copyOfRange(source.server.contents(), from, from + length)).isEqualTo(copied);
            byte[] server = destination.server.contents();
            byte[] next = Arrays.copyOf(server, Math.max(server.length, to + length));
            System.arraycopy(copied, 0, next, to, length);
            destination.server.replaceByUs(next);
        }));
        put(destination, to, copied);
        source.dirty.clear();
        destination.dirty.clear(to, to + length);
    }

    private void sync(Modelled file) throws IOException {
        insist(file.stream::sync);
        assertThat(file.server.contents()).isEqualTo(file.bytes);
        file.dirty.clear();
        file.viewWrote = false;
    }

    /// CB-13: each byte is the third party's, but for those written here and not stored.
    private static void changeByOther(Modelled file, Random random, int size) throws IOException {
        byte[] theirs = bytes(random, size);
        file.server.changeByOther(theirs);
        file.server.validate();
        byte[] merged = Arrays.copyOf(theirs, Math.max(size, file.dirty.length()));
        for (int i = file.dirty.nextSetBit(0); i >= 0; i = file.dirty.nextSetBit(i + 1)) {
            merged[i] = file.bytes[i];
        }
        file.bytes = merged;
    }
}
