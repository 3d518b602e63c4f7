package org.afs4j.pagecache.frames;

import java.lang.foreign.MemorySegment;

/// One file's range of the frame store.
///
/// @param offsetBytes where it begins in the store
/// @param frames its memory, as long as the range; alive until the store is closed
public record FrameRange(long offsetBytes, MemorySegment frames) {
    /// The length of the range.
    public long capacityBytes() {
        return frames.byteSize();
    }
}
