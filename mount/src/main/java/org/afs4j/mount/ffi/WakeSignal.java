package org.afs4j.mount.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;

/// Something that threads can wait for beside others, by its descriptor: eventfd(2). It is set until it is cleared. The descriptor is
/// closed when nothing refers to it any more, since whoever sets it may come late.
///
/// Threads: any.
public final class WakeSignal {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final int CLOEXEC_NONBLOCK = 0x80000 | 0x800;

    private final int descriptor;

    private WakeSignal(int descriptor) {
        this.descriptor = descriptor;
        Cleaner.Cleanable ignored = CLEANER.register(this, () -> closeDescriptor(descriptor));
        assert ignored != null;
    }

    private static void closeDescriptor(int unused) {
        try {
            int ignored = (int) LinuxCalls.CLOSE.invokeExact(LinuxCalls.errno(), unused);
            assert ignored <= 0;
        } catch (Throwable failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// Makes one that is not set.
    ///
    /// @throws IOException if there are too many descriptors
    public static WakeSignal open() throws IOException {
        try {
            return new WakeSignal((int) LinuxCalls.check(
                    "eventfd", (int) LinuxCalls.EVENTFD.invokeExact(LinuxCalls.errno(), 0, CLOEXEC_NONBLOCK)));
        } catch (Throwable failure) {
            throw LinuxCalls.translate(failure);
        }
    }

    /// The descriptor, readable while it is set.
    int descriptor() {
        return descriptor;
    }

    /// Sets it.
    public void set() {
        try (Arena temporary = Arena.ofConfined()) {
            MemorySegment one = temporary.allocateFrom(ValueLayout.JAVA_LONG, 1);
            // It is refused only where it is set very often already.
            long ignored = (long) LinuxCalls.WRITE.invokeExact(LinuxCalls.errno(), descriptor, one, one.byteSize());
            assert ignored <= Long.BYTES;
        } catch (Throwable failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// Clears it.
    public void clear() {
        try (Arena temporary = Arena.ofConfined()) {
            MemorySegment count = temporary.allocate(ValueLayout.JAVA_LONG);
            long ignored = (long) LinuxCalls.READ.invokeExact(LinuxCalls.errno(), descriptor, count, count.byteSize());
            assert ignored <= Long.BYTES;
        } catch (Throwable failure) {
            throw new IllegalStateException(failure);
        }
    }
}
