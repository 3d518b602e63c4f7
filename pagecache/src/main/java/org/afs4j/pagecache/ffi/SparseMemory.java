package org.afs4j.pagecache.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// One anonymous sparse file (a memfd), mapped shared and writable once: address space in plenty, memory only where something
/// was written. A part never written, or punched out, reads as zeros.
///
/// Threads: any; whoever closes it makes sure that nobody uses it any more.
public final class SparseMemory implements AutoCloseable {
    private static final int MFD_CLOEXEC = 1;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_NORESERVE = 0x1 | 0x4000;
    private static final int PUNCH_HOLE_KEEP_SIZE = 0x2 | 0x1;
    /// Where `st_blocks` is in `struct stat`, on x86-64 and on AArch64.
    private static final long STAT_BLOCKS_OFFSET_BYTES = 64;
    private static final long STAT_BYTES = 256;
    private static final long STAT_BLOCK_BYTES = 512;

    private final int descriptor;
    private final long sizeBytes;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;

    private SparseMemory(int descriptor, long sizeBytes, MemorySegment mapped) {
        this.descriptor = descriptor;
        this.sizeBytes = sizeBytes;
        this.segment = reinterpret(mapped, sizeBytes, arena);
    }

    /// Makes a sparse memory.
    ///
    /// @param name what `/proc/self/maps` shows
    /// @param sizeBytes its size, a multiple of the page size
    /// @throws SystemCallException if the kernel or the JVM refuses; a smaller size may work
    public static SparseMemory create(String name, long sizeBytes) throws SystemCallException {
        try (Arena temporary = Arena.ofConfined()) {
            int descriptor = (int) Calls.check(
                    "memfd_create", (int) Calls.MEMFD_CREATE.invokeExact(Calls.errno(), temporary.allocateFrom(name), MFD_CLOEXEC));
            try {
                Calls.check("ftruncate", (int) Calls.FTRUNCATE.invokeExact(Calls.errno(), descriptor, sizeBytes));
                MemorySegment mapped = (MemorySegment) Calls.MMAP.invokeExact(
                        Calls.errno(), MemorySegment.NULL, sizeBytes, PROT_READ_WRITE, MAP_SHARED_NORESERVE, descriptor, 0L);
                Calls.check("mmap", mapped.address());
                return new SparseMemory(descriptor, sizeBytes, mapped);
            } catch (Throwable failure) {
                int ignored = (int) Calls.CLOSE.invokeExact(Calls.errno(), descriptor);
                throw failure;
            }
        } catch (Throwable failure) {
            throw Calls.translate(failure);
        }
    }

    /// The whole memory; alive until [#close()].
    public MemorySegment segment() {
        return segment;
    }

    /// Its size in bytes.
    public long sizeBytes() {
        return sizeBytes;
    }

    /// Gives the memory of a range back to the system; the range reads as zeros afterwards.
    ///
    /// @param offsetBytes where the range begins, a multiple of the page size
    /// @param lengthBytes its length, a multiple of the page size
    /// @throws SystemCallException if the kernel refuses; then the memory and its contents stay
    public void punchHole(long offsetBytes, long lengthBytes) throws SystemCallException {
        try {
            Calls.check(
                    "fallocate",
                    (int) Calls.FALLOCATE.invokeExact(Calls.errno(), descriptor, PUNCH_HOLE_KEEP_SIZE, offsetBytes, lengthBytes));
        } catch (Throwable failure) {
            throw Calls.translate(failure);
        }
    }

    /// How many bytes of memory the system uses for it now.
    ///
    /// @throws SystemCallException if the kernel refuses
    public long allocatedBytes() throws SystemCallException {
        try (Arena temporary = Arena.ofConfined()) {
            MemorySegment stat = temporary.allocate(STAT_BYTES, Long.BYTES);
            Calls.check("fstat", (int) Calls.FSTAT.invokeExact(Calls.errno(), descriptor, stat));
            return stat.get(ValueLayout.JAVA_LONG, STAT_BLOCKS_OFFSET_BYTES) * STAT_BLOCK_BYTES;
        } catch (Throwable failure) {
            throw Calls.translate(failure);
        }
    }

    /// Unmaps it and frees all its memory.
    ///
    /// @throws SystemCallException if the kernel refuses; nothing the caller can do
    @Override
    public void close() throws SystemCallException {
        MemorySegment address = MemorySegment.ofAddress(segment.address());
        arena.close();
        try {
            Calls.check("munmap", (int) Calls.MUNMAP.invokeExact(Calls.errno(), address, sizeBytes));
            Calls.check("close", (int) Calls.CLOSE.invokeExact(Calls.errno(), descriptor));
        } catch (Throwable failure) {
            throw Calls.translate(failure);
        }
    }

    @SuppressWarnings("restricted") // the size is what mmap was asked for
    private static MemorySegment reinterpret(MemorySegment mapped, long sizeBytes, Arena arena) {
        return mapped.reinterpret(sizeBytes, arena, null);
    }

    /// The downcalls, linked on first use, so that a JVM that refuses native access says so where a cache is opened.
    private static final class Calls {
        private static final StructLayout STATE = Linker.Option.captureStateLayout();
        private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        private static final ThreadLocal<MemorySegment> ERRNO_OF_THREAD =
                ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

        static final MethodHandle MEMFD_CREATE =
                link("memfd_create", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        static final MethodHandle FTRUNCATE =
                link("ftruncate", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
        static final MethodHandle MMAP = link(
                "mmap",
                FunctionDescriptor.of(
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG));
        static final MethodHandle MUNMAP =
                link("munmap", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
        static final MethodHandle FALLOCATE = link(
                "fallocate",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG));
        static final MethodHandle FSTAT =
                link("fstat", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

        private Calls() {}

        @SuppressWarnings("restricted") // the descriptors are those of the C library's functions
        private static MethodHandle link(String name, FunctionDescriptor function) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow(name), function, Linker.Option.captureCallState("errno"));
        }

        static MemorySegment errno() {
            return ERRNO_OF_THREAD.get();
        }

        static long check(String call, long result) throws SystemCallException {
            if (result == -1) {
                throw new SystemCallException(call, (int) ERRNO.get(errno(), 0L));
            }
            return result;
        }

        static SystemCallException translate(Throwable failure) {
            if (failure instanceof SystemCallException known) {
                return known;
            }
            return new SystemCallException(
                    "the page cache needs Linux and native access (--enable-native-access): " + failure.getMessage(), failure);
        }
    }
}
