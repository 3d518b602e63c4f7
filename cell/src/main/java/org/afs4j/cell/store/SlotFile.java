package org.afs4j.cell.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;

/// One file's chunks in slots of 64 KiB of one file of contents. A chunk lies in the slot of its own index where that is free, so
/// what is written once lies there as in a plain file.
///
/// Invariants:
/// 1. A slot with holders is not written.
/// 2. The file is there while a slot has holders, and removed with its last holder.
///
/// Threads: any. Locks: CELL_STORE around the holders, over the removal of the file too, so that it hits no new chunk.
final class SlotFile implements ChunkFile {
    private static final int NEAR_SLOTS = 64;

    /// 16 TiB of one file and its snapshots.
    private static final int MOST_SLOTS = 1 << 28;

    private final FileKey key;
    private final FileSpace space;
    private final Consumer<FileKey> written;
    private final RankedMutex mutex = new RankedMutex(LockRank.CELL_STORE);
    private final BitSet used = new BitSet();
    private int[] holders = new int[1];

    SlotFile(FileKey key, FileSpace space, Consumer<FileKey> written) {
        this.key = key;
        this.space = space;
        this.written = written;
    }

    @Override
    public Chunk put(long index, ByteBuffer bytes) throws CellStoreException {
        int slot = take(index);
        int length = bytes.remaining();
        int checksum = checksum(bytes);
        try {
            space.write(key, position(slot), bytes.duplicate());
            written.accept(key);
        } catch (IOException e) {
            release(slot);
            throw new CellStoreException("cannot write the contents of " + key + ": " + e.getMessage(), e);
        }
        return new SlotChunk(new ChunkPlace(slot, length, checksum, length));
    }

    private static long position(int slot) {
        return (long) slot * CHUNK_BYTES;
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    private int take(long index) throws CellStoreException {
        mutex.lock();
        try {
            // A far index would make the count of holders as long: a file of holes lies dense.
            boolean near = index <= 2L * used.cardinality() + NEAR_SLOTS && index < MOST_SLOTS;
            int slot = near && !used.get((int) index) ? (int) index : used.nextClearBit(0);
            if (slot >= MOST_SLOTS) {
                throw new CellStoreException("no place is left in the contents of " + key, null);
            }
            hold(slot);
            return slot;
        } finally {
            mutex.unlock();
        }
    }

    private void hold(int slot) {
        if (slot >= holders.length) {
            holders = Arrays.copyOf(holders, Math.max(slot + 1, holders.length * 2));
        }
        holders[slot]++;
        used.set(slot);
    }

    private void retain(int slot) {
        mutex.lock();
        try {
            hold(slot);
        } finally {
            mutex.unlock();
        }
    }

    private void release(int slot) {
        mutex.lock();
        try {
            if (--holders[slot] == 0) {
                used.clear(slot);
                if (used.isEmpty()) {
                    space.delete(key);
                }
            }
        } catch (IOException e) {
            // It takes room until the next start, which removes what no record names.
            System.getLogger(SlotFile.class.getName()).log(System.Logger.Level.WARNING, "cannot remove {0}: {1}", key, e);
        } finally {
            mutex.unlock();
        }
    }

    @Override
    public Chunk restore(ChunkPlace place) {
        retain(place.slot());
        return new SlotChunk(place);
    }

    private final class SlotChunk implements Chunk {
        private final ChunkPlace place;

        SlotChunk(ChunkPlace place) {
            this.place = place;
        }

        @Override
        public int lengthBytes() {
            return place.lengthBytes();
        }

        @Override
        public ByteBuffer bytes() throws CellStoreException {
            ByteBuffer bytes = ByteBuffer.allocate(place.storedBytes());
            try {
                space.read(key, position(place.slot()), bytes);
            } catch (EOFException e) {
                throw damaged();
            } catch (IOException e) {
                throw new CellStoreException("cannot read the contents of " + key + ": " + e.getMessage(), e);
            }
            bytes.flip();
            if (checksum(bytes) != place.checksum()) {
                throw damaged();
            }
            return bytes.limit(place.lengthBytes()).asReadOnlyBuffer();
        }

        private CellStoreException damaged() {
            return new CellStoreException(
                    "the contents of " + key + " are not what was stored, from byte " + position(place.slot())
                            + " of their file on; take them from a copy",
                    null);
        }

        @Override
        public Chunk shortened(int lengthBytes) {
            retain();
            return new SlotChunk(new ChunkPlace(place.slot(), place.storedBytes(), place.checksum(), lengthBytes));
        }

        @Override
        public void retain() {
            SlotFile.this.retain(place.slot());
        }

        @Override
        public void release() {
            SlotFile.this.release(place.slot());
        }

        @Override
        public ChunkPlace place() {
            return place;
        }
    }
}
