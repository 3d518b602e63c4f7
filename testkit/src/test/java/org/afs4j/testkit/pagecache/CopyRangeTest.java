package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.junit.jupiter.api.Test;

/// PC-6: nobody changes either file while the server copies from one to the other, by whatever way.
class CopyRangeTest {
    private static final int SIZE_BYTES = 2 << 16;
    private static final int COPIED_BYTES = 4096;

    private static byte[] filled(int value) {
        byte[] bytes = new byte[SIZE_BYTES];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static PageMapping mapping(PageCache cache, InMemoryBacking backing, String name) {
        PageMapping mapping = cache.newMapping(backing, SIZE_BYTES, name);
        backing.attach(mapping);
        return mapping;
    }

    /// A writer through a view that has written the chunk before, as a page that is dirty is written without a fault: the copy has to
    /// take that away from it.
    @Test
    @SuppressWarnings("ThreadPriorityCheck") // a yield is a point at which the seed chooses
    void letsNobodyWriteEitherFileWhileTheServerCopies() {
        for (int seed = 0; seed < 20; seed++) {
            SimulatedWorld world = new SimulatedWorld(seed);
            world.run(() -> {
                PageCache cache = PageCache.open(world, PageCacheOptions.defaults().withReadahead(0, 0));
                InMemoryBacking from = new InMemoryBacking(filled(1));
                InMemoryBacking to = new InMemoryBacking(filled(2));
                PageMapping source = mapping(cache, from, "source");
                PageMapping destination = mapping(cache, to, "destination");
                List<Thread> writers = new ArrayList<>();
                AtomicInteger written = new AtomicInteger();
                try (MappedView sourceView = source.map(MapAccess.READ_WRITE, 0, SIZE_BYTES);
                        MappedView destinationView = destination.map(MapAccess.READ_WRITE, 0, SIZE_BYTES)) {
                    sourceView.setByte(0, (byte) 3);
                    destinationView.setByte(0, (byte) 4);
                    PageMapping.copyRange(source, 0, destination, 0, COPIED_BYTES, () -> {
                        writers.add(world.start("source view", () -> write(sourceView, written)));
                        writers.add(world.start("destination view", () -> write(destinationView, written)));
                        writers.add(world.start("source", () -> write(source, written)));
                        for (int i = 0; i < 100; i++) {
                            Thread.yield();
                        }
                        assertThat(written).as("writes while the server copies").hasValue(0);
                        byte[] copied = from.contents();
                        assertThat(copied).as("what was dirty is with the server before").startsWith(3, 1);
                        to.changeByUs(now -> {
                            System.arraycopy(copied, 0, now, 0, COPIED_BYTES);
                            return now;
                        });
                    });
                    for (Thread writer : writers) {
                        writer.join();
                    }
                    assertThat(written).hasValue(3);
                    source.sync();
                    destination.sync();
                    assertThat(from.contents()).startsWith(3, 1, 9, 1, 8, 1);
                    assertThat(to.contents()).startsWith(3, 1, 9, 1, 1).endsWith(2);
                }
                source.close();
                destination.close();
                PageCacheInvariants.assertNothingLeaked(cache);
            });
        }
    }

    private static void write(MappedView view, AtomicInteger written) {
        view.setByte(2, (byte) 9);
        written.incrementAndGet();
    }

    private static void write(PageMapping mapping, AtomicInteger written) {
        try {
            mapping.write(4, ByteBuffer.wrap(new byte[] {8}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        written.incrementAndGet();
    }
}
