package org.afs4j.benchmarks.pagecache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.LongAdder;
import org.afs4j.pagecache.backing.PageBacking;

/// A file in no server, of which each long follows from the file's number and its place: whoever reads or stores one can tell whether
/// it is right.
final class NumberedFile implements PageBacking {
    private static final int NUMBER_SHIFT = 40;

    private final long number;
    private final LongAdder wrongStores;

    /// @param number the file's, from 1
    /// @param wrongStores counts longs that are stored and are not the file's
    NumberedFile(int number, LongAdder wrongStores) {
        this.number = number;
        this.wrongStores = wrongStores;
    }

    /// The long at a place, a multiple of 8.
    long numberAt(long offsetBytes) {
        return number << NUMBER_SHIFT | offsetBytes;
    }

    @Override
    public void fill(long offsetBytes, MemorySegment destination) {
        for (long at = 0; at < destination.byteSize(); at += Long.BYTES) {
            destination.set(ValueLayout.JAVA_LONG, at, numberAt(offsetBytes + at));
        }
    }

    @Override
    public void writeBack(long offsetBytes, MemorySegment source, long fileSizeBytes) throws IOException {
        if (offsetBytes % Long.BYTES != 0 || source.byteSize() % Long.BYTES != 0) {
            throw new IOException("not whole longs: " + offsetBytes + ", " + source.byteSize());
        }
        for (long at = 0; at < source.byteSize(); at += Long.BYTES) {
            if (source.get(ValueLayout.JAVA_LONG, at) != numberAt(offsetBytes + at)) {
                wrongStores.increment();
            }
        }
    }

    @Override
    public void validate() {}

    @Override
    public boolean isValid() {
        return true;
    }

    @Override
    public void mappedChanged(boolean mapped) {}
}
