package org.afs4j.rx.engine;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.jspecify.annotations.Nullable;

/// Packet buffers of one endpoint, used again and again.
///
/// Threads: any. Locks: [LockRank#LEAF].
final class PacketPool {
    /// Buffers are cut from slabs of direct memory, so that few allocations serve many.
    private static final int SLAB_BUFFERS = 32;

    /// Free buffers that are kept; more than this are left to the garbage collector.
    private static final int MAX_FREE = 4096;

    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final ArrayDeque<PacketBuffer> free = new ArrayDeque<>();
    private int inUse;

    /// Takes a buffer for a datagram that we send, or a payload of at most its capacity.
    PacketBuffer take() {
        mutex.lock();
        try {
            inUse++;
            PacketBuffer buffer = free.pollLast();
            if (buffer != null) {
                return buffer;
            }
            ByteBuffer slab = ByteBuffer.allocateDirect(SLAB_BUFFERS * PacketBuffer.CAPACITY);
            for (int i = 1; i < SLAB_BUFFERS; i++) {
                free.addLast(cut(slab, i));
            }
            return cut(slab, 0);
        } finally {
            mutex.unlock();
        }
    }

    /// Takes a buffer for a received payload.
    ///
    /// @param length its bytes, at most 16,384
    PacketBuffer take(int length) {
        if (length <= PacketBuffer.CAPACITY) {
            return take();
        }
        // Longer than we ever ask for: rare, so it need not be pooled.
        mutex.lock();
        try {
            inUse++;
        } finally {
            mutex.unlock();
        }
        return new PacketBuffer(ByteBuffer.allocate(length), false);
    }

    private static PacketBuffer cut(ByteBuffer slab, int index) {
        return new PacketBuffer(slab.slice(index * PacketBuffer.CAPACITY, PacketBuffer.CAPACITY), true);
    }

    void release(@Nullable PacketBuffer buffer) {
        if (buffer == null) {
            return;
        }
        buffer.reset();
        mutex.lock();
        try {
            inUse--;
            if (buffer.pooled && free.size() < MAX_FREE) {
                free.addLast(buffer);
            }
        } finally {
            mutex.unlock();
        }
    }

    int inUse() {
        mutex.lock();
        try {
            return inUse;
        } finally {
            mutex.unlock();
        }
    }

    int free() {
        mutex.lock();
        try {
            return free.size();
        } finally {
            mutex.unlock();
        }
    }
}
