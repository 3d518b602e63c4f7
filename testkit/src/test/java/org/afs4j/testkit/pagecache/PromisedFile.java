package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.backing.PageBacking;

/// A file full of one word, which a third party changes, with a promise that is broken for it. A clock counts what happens.
///
/// Threads: those of a simulated world.
@SuppressWarnings("ThreadPriorityCheck") // a yield is a point at which the schedule chooses
final class PromisedFile implements PageBacking {
    static final int SIZE_BYTES = 2 * DiskFile.PAGE_BYTES;

    private final RankedMutex validation = new RankedMutex(LockRank.VNODE_VALIDATION);
    final PageMapping mapping;
    long word = 1;
    private long knownWord = 1;
    private boolean promised = true;
    /// Whether nobody can be asked any more.
    boolean unreachable;
    private long breaks;
    private long clock;
    /// When the last validation began that is over.
    private long validated;
    /// When the last strip began that is over.
    private long stripped;
    /// What the file was full of when the last strip began that followed a break and is over.
    long oldest = 1;

    PromisedFile(PageCache cache) {
        mapping = cache.newMapping(this, SIZE_BYTES, "file");
    }

    @Override
    public void fill(long offsetBytes, MemorySegment destination) {
        Thread.yield();
        long filled = word;
        Thread.yield();
        for (long at = 0; at < destination.byteSize(); at += Long.BYTES) {
            destination.set(ValueLayout.JAVA_LONG, at, filled);
        }
    }

    @Override
    public void writeBack(long offsetBytes, MemorySegment source, long fileSizeBytes) {
        throw new AssertionError("nothing is dirty");
    }

    @Override
    public void validate() throws IOException {
        long began = ++clock;
        validation.lock();
        try {
            while (!promised) {
                long seenBreaks = breaks;
                if (unreachable) {
                    throw new IOException("no server answers");
                }
                Thread.yield();
                boolean changed = knownWord != word;
                knownWord = word;
                Thread.yield();
                if (changed) {
                    assertThat(mapping.invalidate(SIZE_BYTES)).as("whether something was dirty").isFalse();
                }
                promised = breaks == seenBreaks;
            }
        } finally {
            validation.unlock();
        }
        validated = Math.max(validated, began);
    }

    @Override
    public boolean isValid() {
        return promised;
    }

    @Override
    public void mappedChanged(boolean mapped) {}

    /// A third party changes the file, or only its status; the promise is broken and the views are stripped.
    void change(boolean data) {
        word += data ? 1 : 0;
        promised = false;
        breaks++;
        Thread.yield();
        long changed = word;
        strip();
        oldest = Math.max(oldest, changed);
    }

    /// Views are stripped though the promise stands, as before a truncate.
    void strip() {
        long began = ++clock;
        mapping.strip();
        stripped = Math.max(stripped, began);
    }

    void read(MappedView view, long at) {
        long strippedBefore = stripped;
        long oldestBefore = oldest;
        assertThat(view.getLongAcquire(at)).isBetween(oldestBefore, word);
        assertThat(validated).as("when the file was validated last").isGreaterThanOrEqualTo(strippedBefore);
    }
}
