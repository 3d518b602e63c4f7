package org.afs4j.pagecache.frames;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// A buddy allocator over the offsets of an address space: ranges of a power of two bytes, aligned to their size.
///
/// Invariants:
/// 1. Free ranges are disjoint, and no two free ones are buddies (they are merged at once).
/// 2. `usedBytes` is the sum of the ranges that are out.
///
/// Threads: the caller's lock.
final class BuddyRanges {
    private final int smallestOrder;
    private final List<TreeSet<Long>> freeByOrder = new ArrayList<>();
    private long usedBytes;

    /// Makes the allocator of a space that is all free.
    ///
    /// @param smallestBytes the smallest range, a power of two
    /// @param totalBytes the space, a power of two
    BuddyRanges(long smallestBytes, long totalBytes) {
        smallestOrder = Long.numberOfTrailingZeros(smallestBytes);
        int largestOrder = Long.numberOfTrailingZeros(totalBytes);
        for (int order = smallestOrder; order <= largestOrder; order++) {
            freeByOrder.add(new TreeSet<>());
        }
        freeByOrder.getLast().add(0L);
    }

    /// Takes a range.
    ///
    /// @param bytes its size, a power of two, at least the smallest
    /// @return its offset, or −1 if no range of this size is free
    long take(long bytes) {
        int wanted = Long.numberOfTrailingZeros(bytes) - smallestOrder;
        int found = wanted;
        while (found < freeByOrder.size() && freeByOrder.get(found).isEmpty()) {
            found++;
        }
        if (found >= freeByOrder.size()) {
            return -1;
        }
        long offset = freeByOrder.get(found).removeFirst();
        while (found > wanted) {
            found--;
            freeByOrder.get(found).add(offset + (1L << (found + smallestOrder)));
        }
        usedBytes += bytes;
        return offset;
    }

    /// Gives a range back.
    ///
    /// @param offset what [#take(long)] returned
    /// @param bytes its size
    void give(long offset, long bytes) {
        usedBytes -= bytes;
        int order = Long.numberOfTrailingZeros(bytes) - smallestOrder;
        long merged = offset;
        while (order < freeByOrder.size() - 1) {
            long buddy = merged ^ (1L << (order + smallestOrder));
            if (!freeByOrder.get(order).remove(buddy)) {
                break;
            }
            merged = Math.min(merged, buddy);
            order++;
        }
        freeByOrder.get(order).add(merged);
    }

    /// Whether all of a range is free.
    ///
    /// @param offset where it begins, a multiple of its size
    /// @param bytes its size, a power of two
    boolean isFree(long offset, long bytes) {
        int smallest = Long.numberOfTrailingZeros(bytes) - smallestOrder;
        for (int order = smallest; order < freeByOrder.size(); order++) {
            if (freeByOrder.get(order).contains(offset & -(1L << (order + smallestOrder)))) {
                return true;
            }
        }
        return false;
    }

    /// How many pieces the free space is in; 1 if nothing is out.
    int freePieces() {
        return freeByOrder.stream().mapToInt(TreeSet::size).sum();
    }

    /// The bytes that are out.
    long usedBytes() {
        return usedBytes;
    }
}
