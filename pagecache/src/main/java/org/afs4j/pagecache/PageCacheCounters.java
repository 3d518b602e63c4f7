package org.afs4j.pagecache;

import java.util.concurrent.atomic.LongAdder;

/// What a page cache has done since it was opened; live, and never reset.
///
/// Threads: any.
public final class PageCacheCounters {
    final LongAdder fills = new LongAdder();
    final LongAdder filledBytes = new LongAdder();
    final LongAdder failedFills = new LongAdder();
    final LongAdder readaheadFills = new LongAdder();
    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder faults = new LongAdder();
    final LongAdder writeFaults = new LongAdder();
    final LongAdder strips = new LongAdder();
    final LongAdder delayedStrips = new LongAdder();
    final LongAdder writeBacks = new LongAdder();
    final LongAdder writtenBackBytes = new LongAdder();
    final LongAdder failedWriteBacks = new LongAdder();
    final LongAdder evictedPages = new LongAdder();
    final LongAdder conflicts = new LongAdder();
    final LongAdder moves = new LongAdder();
    final LongAdder mergedPages = new LongAdder();
    final LongAdder backgroundWriteBacks = new LongAdder();
    final LongAdder throttles = new LongAdder();
    final LongAdder pins = new LongAdder();
    final LongAdder pinWaits = new LongAdder();
    final LongAdder pinTimeouts = new LongAdder();
    final LongAdder revokedPins = new LongAdder();
    final LongAdder orphanedPins = new LongAdder();
    final LongAdder leakedPins = new LongAdder();
    final LongAdder refreshes = new LongAdder();
    final LongAdder lostSegments = new LongAdder();

    PageCacheCounters() {}

    /// Fills that brought pages in.
    public long fills() {
        return fills.sum();
    }

    /// Bytes that fills brought in.
    public long filledBytes() {
        return filledBytes.sum();
    }

    /// Fills that failed.
    public long failedFills() {
        return failedFills.sum();
    }

    /// Fills that readahead made; counted in [#fills()] too.
    public long readaheadFills() {
        return readaheadFills.sum();
    }

    /// Reads that found all their pages.
    public long hits() {
        return hits.sum();
    }

    /// Reads that had to wait for a page.
    public long misses() {
        return misses.sum();
    }

    /// Faults of mapped views, write faults among them.
    public long faults() {
        return faults.sum();
    }

    /// Faults by the first write to a clean chunk of a mapped view (MM-8).
    public long writeFaults() {
        return writeFaults.sum();
    }

    /// Strips that took a mapped generation away (MM-1).
    public long strips() {
        return strips.sum();
    }

    /// Generations that a channel or a native call kept alive beyond the bound of their strip.
    public long delayedStrips() {
        return delayedStrips.sum();
    }

    /// Ranges written back.
    public long writeBacks() {
        return writeBacks.sum();
    }

    /// Bytes written back.
    public long writtenBackBytes() {
        return writtenBackBytes.sum();
    }

    /// Ranges that could not be written back.
    public long failedWriteBacks() {
        return failedWriteBacks.sum();
    }

    /// Pages evicted for want of memory.
    public long evictedPages() {
        return evictedPages.sum();
    }

    /// Third parties' changes that met dirty pages (CB-13).
    public long conflicts() {
        return conflicts.sum();
    }

    /// Files that outgrew their range of the frame store and moved.
    public long moves() {
        return moves.sum();
    }

    /// Pages whose dirty bytes were kept while the rest was brought in around them.
    public long mergedPages() {
        return mergedPages.sum();
    }

    /// Files that were written back because they were dirty for long, or because much was dirty.
    public long backgroundWriteBacks() {
        return backgroundWriteBacks.sum();
    }

    /// Writes that had to wait for a write-back first.
    public long throttles() {
        return throttles.sum();
    }

    /// Pins that were made (PIN-1).
    public long pins() {
        return pins.sum();
    }

    /// Changes that had to wait for pins (PIN-2).
    public long pinWaits() {
        return pinWaits.sum();
    }

    /// Waits for pins, or for changes, that were given up (PIN-4).
    public long pinTimeouts() {
        return pinTimeouts.sum();
    }

    /// Pins that were taken away from holders that kept them too long.
    public long revokedPins() {
        return revokedPins.sum();
    }

    /// Pins whose owner had gone without ending them (PIN-5).
    public long orphanedPins() {
        return orphanedPins.sum();
    }

    /// Times that a [FreshSegment] was brought up to date.
    public long refreshes() {
        return refreshes.sum();
    }

    /// Fresh segments that were closed since their file could not be validated or brought in.
    public long lostSegments() {
        return lostSegments.sum();
    }

    /// Pins that were lost, and ended when the garbage collector found that.
    public long leakedPins() {
        return leakedPins.sum();
    }
}
