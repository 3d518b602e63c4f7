package org.afs4j.testkit.pagecache;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ConcurrentSkipListMap;
import org.afs4j.pagecache.backing.PageBacking;

/// A backing of any size that remembers only the bytes that are not zero.
final class SparseBacking implements PageBacking {
    private final ConcurrentSkipListMap<Long, Byte> bytes = new ConcurrentSkipListMap<>();

    void put(long offsetBytes, byte value) {
        bytes.put(offsetBytes, value);
    }

    byte get(long offsetBytes) {
        return bytes.getOrDefault(offsetBytes, (byte) 0);
    }

    @Override
    public void fill(long offsetBytes, MemorySegment destination) {
        destination.fill((byte) 0);
        bytes.subMap(offsetBytes, offsetBytes + destination.byteSize())
                .forEach((at, value) -> destination.set(ValueLayout.JAVA_BYTE, at - offsetBytes, value));
    }

    @Override
    public void writeBack(long offsetBytes, MemorySegment source, long fileSizeBytes) {
        for (long i = 0; i < source.byteSize(); i++) {
            byte value = source.get(ValueLayout.JAVA_BYTE, i);
            if (value == 0) {
                bytes.remove(offsetBytes + i);
            } else {
                bytes.put(offsetBytes + i, value);
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
