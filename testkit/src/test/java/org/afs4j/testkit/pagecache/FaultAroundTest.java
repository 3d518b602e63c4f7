package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.junit.jupiter.api.Test;

/// MM-9: what a fault makes present beside the chunk that it is for.
class FaultAroundTest {
    private static final int CHUNK_BYTES = 64 << 10;

    @Test
    void makesNeighboursPresentThatAreUpToDateAndBringsNoneIn() throws IOException {
        PageCache cache = PageCache.open(SystemWorld.instance(), PageCacheOptions.defaults().withReadahead(0, 0));
        InMemoryBacking backing = new InMemoryBacking(PageMappingTest.pattern(4 * CHUNK_BYTES, 1));
        PageMapping mapping = cache.newMapping(backing, 4 * CHUNK_BYTES, "file");
        backing.attach(mapping);
        assertThat(mapping.read(CHUNK_BYTES, ByteBuffer.allocate(2 * CHUNK_BYTES))).isEqualTo(2 * CHUNK_BYTES);
        int fills = backing.fills();
        try (MappedView view = mapping.map(MapAccess.READ_ONLY, 0, 4 * CHUNK_BYTES)) {
            // A fault that waited for a neighbour's fill would never end: nobody opens the gate.
            backing.holdFills();
            byte first = view.getByte(CHUNK_BYTES);
            long faults = cache.counters().faults();
            byte second = view.getByte(2 * CHUNK_BYTES);
            assertThat(new byte[] {first, second})
                    .containsExactly(backing.contents()[CHUNK_BYTES], backing.contents()[2 * CHUNK_BYTES]);
            assertThat(cache.counters().faults()).as("faults for the neighbour").isEqualTo(faults);
            assertThat(backing.fills()).isEqualTo(fills);
            backing.releaseFills();
            assertThat(view.getByte(0)).isEqualTo(backing.contents()[0]);
            assertThat(cache.counters().faults()).as("faults for what was absent").isEqualTo(faults + 1);
            backing.breakPromise();
            assertThat(view.getByte(2 * CHUNK_BYTES)).isEqualTo(second);
            assertThat(backing.validations()).as("validations before neighbours are present again").isEqualTo(1);
        }
        mapping.close();
        PageCacheInvariants.assertNothingLeaked(cache);
    }
}
