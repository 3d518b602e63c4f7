package org.afs4j.cell.store;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Volumes in memory: nothing outlives the cell.
///
/// Threads: any.
public final class HeapStore implements CellStore {
    /// Makes one.
    public HeapStore() {}

    @Override
    public boolean isKept() {
        return false;
    }

    @Override
    public Set<String> tables() {
        return Set.of();
    }

    @Override
    public void forEach(String table, Visitor visitor) {}

    @Override
    public void commit(RecordBatch batch) {}

    @Override
    public ChunkFile file(FileKey key) {
        return HeapFile.ONLY;
    }

    @Override
    public Map<FileKey, Long> files() {
        return Map.of();
    }

    @Override
    public void delete(FileKey key) {}

    @Override
    public void sync() {}

    @Override
    public void close() {}

    private static final class HeapFile implements ChunkFile {
        static final HeapFile ONLY = new HeapFile();

        @Override
        public Chunk put(long index, ByteBuffer bytes) {
            return new HeapChunk(bytes.slice().asReadOnlyBuffer());
        }

        @Override
        public Chunk restore(ChunkPlace place) {
            throw new IllegalStateException("nothing is kept");
        }
    }

    private record HeapChunk(ByteBuffer whole) implements Chunk {
        @Override
        public int lengthBytes() {
            return whole.capacity();
        }

        @Override
        public ByteBuffer bytes() {
            return whole.duplicate();
        }

        @Override
        public Chunk shortened(int lengthBytes) {
            return new HeapChunk(ByteBuffer.allocate(lengthBytes).put(whole.slice(0, lengthBytes)).flip().asReadOnlyBuffer());
        }

        @Override
        public void retain() {}

        @Override
        public void release() {}

        @Override
        public @Nullable ChunkPlace place() {
            return null;
        }
    }
}
