package org.afs4j.pagecache.frames;

import java.lang.foreign.MemorySegment;

/// A part of a file and the frames of its pages.
///
/// @param startBytes where in the file it begins
/// @param range its frames
public record FrameWindow(long startBytes, FrameRange range) {
    /// Where in the file it ends.
    public long endBytes() {
        return startBytes + range.capacityBytes();
    }

    /// The frames of a part of the file that lies within the window.
    ///
    /// @param offsetBytes where in the file the part begins
    /// @param lengthBytes its length
    public MemorySegment segment(long offsetBytes, long lengthBytes) {
        return range.frames().asSlice(offsetBytes - startBytes, lengthBytes);
    }
}
