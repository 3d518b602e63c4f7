package org.afs4j.benchmarks.jmh;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.afs4j.pagecache.backing.PageBacking;

/// A file of numbers in no server: the long at offset `n` is `n`, whatever is stored there, and it is always valid. What is
/// measured over it is the page cache alone.
final class PatternBacking implements PageBacking {
    @Override
    public void fill(long offsetBytes, MemorySegment destination) {
        for (long at = 0; at < destination.byteSize(); at += Long.BYTES) {
            destination.set(ValueLayout.JAVA_LONG, at, offsetBytes + at);
        }
    }

    @Override
    public void writeBack(long offsetBytes, MemorySegment source, long fileSizeBytes) {}

    @Override
    public void validate() {}

    @Override
    public boolean isValid() {
        return true;
    }

    @Override
    public void mappedChanged(boolean mapped) {}
}
