package org.afs4j.testkit.pagecache.model;

import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;

/// Ranges of files that operations use together or alone, so that what each of them should see is known; operations on other bytes,
/// though of the same page, run at the same time.
final class RangeLocks {
    /// A range of a file.
    ///
    /// @param to where it ends; [Integer#MAX_VALUE] takes in the size
    record Range(int file, int from, int to, boolean alone) {
        private boolean conflicts(Range range) {
            return file == range.file && from < range.to && range.from < to && (alone || range.alone);
        }
    }

    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final RankedCondition changed = mutex.newCondition();
    private final List<Range> held = new ArrayList<>();

    /// Takes some ranges at once, which do not conflict with each other.
    void take(List<Range> ranges) {
        mutex.lock();
        try {
            while (ranges.stream().anyMatch(range -> held.stream().anyMatch(range::conflicts))) {
                changed.awaitUninterruptibly();
            }
            held.addAll(ranges);
        } finally {
            mutex.unlock();
        }
    }

    void give(List<Range> ranges) {
        mutex.lock();
        try {
            ranges.forEach(held::remove);
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
    }
}
