package org.afs4j.mount.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory from mmap(2).
///
/// Threads: any.
public final class MappedMemory {
    private static final int READ_WRITE = 3;
    private static final int SHARED = 1;
    private static final int PRIVATE_ANONYMOUS_NO_RESERVE = 2 | 0x20 | 0x4000;
    private static final int POPULATE = 0x8000;

    private MappedMemory() {}

    /// Zeros of our own; pages that were never written take no memory. It lasts as long as anything refers to it.
    ///
    /// @param bytes how many
    /// @throws IOException if there is no room
    public static MemorySegment ofZeros(long bytes) throws IOException {
        return map(bytes, PRIVATE_ANONYMOUS_NO_RESERVE, -1, 0, Arena.ofAuto());
    }

    /// What a descriptor offers to share.
    ///
    /// @param arena ends the mapping
    static MemorySegment ofDescriptor(int descriptor, long offset, long bytes, Arena arena) throws IOException {
        return map(bytes, SHARED | POPULATE, descriptor, offset, arena);
    }

    @SuppressWarnings("restricted") // the kernel has just mapped that many bytes there
    private static MemorySegment map(long bytes, int flags, int descriptor, long offset, Arena arena) throws IOException {
        try {
            MemorySegment mapped = (MemorySegment)
                    LinuxCalls.MMAP.invokeExact(LinuxCalls.errno(), MemorySegment.NULL, bytes, READ_WRITE, flags, descriptor, offset);
            LinuxCalls.check("mmap", mapped.address());
            return mapped.reinterpret(bytes, arena, MappedMemory::unmap);
        } catch (Throwable failure) {
            throw LinuxCalls.translate(failure);
        }
    }

    private static void unmap(MemorySegment mapped) {
        try {
            int ignored = (int) LinuxCalls.MUNMAP.invokeExact(LinuxCalls.errno(), mapped, mapped.byteSize());
            assert ignored <= 0;
        } catch (Throwable failure) {
            throw new IllegalStateException(failure);
        }
    }
}
