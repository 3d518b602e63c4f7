package org.afs4j.testkit.pagecache.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.PageStream;
import org.afs4j.testkit.pagecache.InMemoryBacking;
import org.afs4j.testkit.pagecache.PageCacheInvariants;
import org.junit.jupiter.api.Test;

/// PC-9, MM-8: one file, read and written in every way there is, long views beside short ones, with less memory than the file is long:
/// what the fsx programs do to file systems. After every 500 operations everything is compared; a failure prints the last ones.
class FsxTest {
    /// The system property that says how many operations the test does.
    static final String OPERATIONS_PROPERTY = "afs4j.fsx.operations";

    private static final int USUALLY = 30_000;
    private static final int A_SCRIPT = 500;
    private static final int PRINTED = 20;
    private static final int PAGE_BYTES = 4096;

    private final ArrayDeque<Operation> last = new ArrayDeque<>();
    private PageCache cache;
    private ModelFile file;
    private MappedView whole;

    @SuppressWarnings("NullAway.Init") // set when the test begins
    FsxTest() {}

    @Test
    void oneFileIsWhatAnArrayWouldBe() throws IOException {
        int operations = Integer.getInteger(OPERATIONS_PROPERTY, USUALLY);
        PageCacheOptions options = new PageCacheOptions(
                16 * PAGE_BYTES, 1L << 30, PAGE_BYTES, PAGE_BYTES, 2 * PAGE_BYTES, 8 * PAGE_BYTES, 2 * PAGE_BYTES, 2, 4 * PAGE_BYTES, 40,
                20, 1_000_000_000L, PAGE_BYTES);
        cache = PageCache.open(SystemWorld.instance(), options);
        open(new InMemoryBacking(new byte[0]));
        for (int seed = 0; seed * A_SCRIPT < operations; seed++) {
            run(seed);
        }
        whole.close();
        file.mapping.close();
        PageCacheInvariants.assertNothingLeaked(cache);
    }

    private void open(InMemoryBacking server) throws IOException {
        PageMapping mapping = cache.newMapping(server, server.contents().length, "file");
        server.attach(mapping);
        file = new ModelFile(server, mapping);
        whole = mapping.map(MapAccess.READ_WRITE, 0, Operation.MOST_BYTES);
    }

    private void run(int seed) throws IOException {
        Random random = new Random(seed);
        try {
            for (Operation operation : Operation.script(seed, A_SCRIPT)) {
                last.addLast(operation);
                if (last.size() > PRINTED) {
                    last.removeFirst();
                }
                step(operation, random.nextInt(3) == 0);
            }
            file.compare();
            if (random.nextInt(4) == 0) {
                whole.close();
                file.mapping.close();
                open(file.server);
            }
        } catch (AssertionError | RuntimeException | IOException e) {
            List<Operation> latestFirst = new ArrayList<>(last);
            Collections.reverse(latestFirst);
            String lines = latestFirst.stream().map(Operation::toString).collect(Collectors.joining("\n  "));
            throw new AssertionError("script " + seed + ", latest operation first:\n  " + lines, e);
        }
    }

    private void step(Operation operation, boolean byTheLongView) throws IOException {
        switch (operation.kind()) {
            case READ -> file.read(operation);
            case WRITE -> file.write(operation);
            case MAPPED_READ -> {
                if (byTheLongView) {
                    readWhole(operation);
                } else {
                    file.mappedRead(operation);
                }
            }
            case MAPPED_WRITE -> {
                if (byTheLongView) {
                    writeWhole(operation);
                } else {
                    file.mappedWrite(operation);
                }
            }
            case PIN -> file.pin(operation);
            case TRUNCATE -> file.truncate(operation);
            case PUNCH -> file.punch(operation);
            case COLLAPSE -> file.collapse(operation);
            case INSERT -> file.insert(operation);
            case RESTORE -> file.restore(operation);
            case COPY -> {
                if (Math.abs(operation.at() - operation.to()) >= operation.length()) {
                    file.copy(operation, file);
                }
            }
            case SYNC -> file.sync();
            case SYNC_RANGE -> file.syncRange(operation);
            case EVICT -> file.advise(PageStream.Advice.DONT_NEED, operation);
            case NEED -> file.advise(PageStream.Advice.WILL_NEED, operation);
            case BREAK -> file.server.breakPromise();
            case CHANGE_BY_OTHER ->
                file.changeByOther(operation.at() & -PAGE_BYTES, (operation.end() + PAGE_BYTES - 1) & -PAGE_BYTES, operation.value());
            case COMPARE -> {
                if (byTheLongView) {
                    file.compare();
                }
            }
        }
    }

    private void readWhole(Operation operation) {
        int length = Math.min(operation.end(), file.size) - operation.at();
        if (length > 0) {
            byte[] found = new byte[length];
            whole.copyTo(operation.at(), found);
            assertThat(MemorySegment.ofArray(found).mismatch(MemorySegment.ofArray(file.bytes).asSlice(operation.at(), length)))
                    .as("first wrong byte in the long view from %s on", operation.at())
                    .isEqualTo(-1);
        }
    }

    private void writeWhole(Operation operation) {
        for (int at = operation.at(); at < Math.min(operation.end(), file.size); at++) {
            whole.setByte(at, operation.value());
            file.bytes[at] = operation.value();
        }
    }
}
