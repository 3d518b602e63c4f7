package org.afs4j.mount.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;
import org.afs4j.mount.session.FuseChannel;
import org.afs4j.protocol.Errno;

/// A descriptor of `/dev/fuse`: by it the kernel asks, and is answered.
///
/// Source: Linux Documentation/filesystems/fuse.rst, include/uapi/linux/fuse.h.
///
/// Threads: any. Blocks: a read, until the kernel asks something or the file system is unmounted.
public final class FuseDevice implements FuseChannel {
    private static final int READ_WRITE_CLOEXEC = 2 | 0x80000;
    /// FUSE_DEV_IOC_CLONE: `_IOR(229, 0, uint32_t)`.
    private static final long CLONE = 0x8004e500L;

    private final int descriptor;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// Takes a descriptor over.
    ///
    /// @param descriptor open for reading and writing
    FuseDevice(int descriptor) {
        this.descriptor = descriptor;
    }

    /// Opens the device; the descriptor belongs to no mount yet.
    ///
    /// @throws IOException if the system has no such device, or refuses it to us
    public static FuseDevice open() throws IOException {
        try (Arena temporary = Arena.ofConfined()) {
            MemorySegment path = temporary.allocateFrom("/dev/fuse");
            int descriptor = (int) LinuxCalls.OPEN.invokeExact(LinuxCalls.errno(), path, READ_WRITE_CLOEXEC);
            LinuxCalls.check("/dev/fuse", descriptor);
            return new FuseDevice(descriptor);
        } catch (Throwable failure) {
            throw LinuxCalls.translate(failure);
        }
    }

    /// The descriptor's number, as mount(2) is told it.
    public int descriptor() {
        return descriptor;
    }

    @Override
    public FuseDevice another() throws IOException {
        FuseDevice clone = open();
        try (Arena temporary = Arena.ofConfined()) {
            MemorySegment original = temporary.allocateFrom(ValueLayout.JAVA_INT, descriptor);
            LinuxCalls.check(
                    "FUSE_DEV_IOC_CLONE",
                    (int) LinuxCalls.IOCTL.invokeExact(LinuxCalls.errno(), clone.descriptor, CLONE, original));
            return clone;
        } catch (Throwable failure) {
            clone.close();
            throw LinuxCalls.translate(failure);
        }
    }

    @Override
    public long read(MemorySegment buffer) throws IOException {
        while (true) {
            long read;
            try {
                read = (long) LinuxCalls.READ.invokeExact(LinuxCalls.errno(), descriptor, buffer, buffer.byteSize());
            } catch (Throwable failure) {
                throw LinuxCalls.translate(failure);
            }
            if (read >= 0) {
                return read;
            }
            if (LinuxCalls.failedWith(Errno.ENODEV) || LinuxCalls.failedWith(Errno.EBADF)) {
                return UNMOUNTED;
            }
            // A request that was interrupted before we took it is gone; a signal to this process is none of its business.
            if (!LinuxCalls.failedWith(Errno.EINTR) && !LinuxCalls.failedWith(Errno.ENOENT) && !LinuxCalls.failedWith(Errno.EAGAIN)) {
                throw new SystemCallException("read of /dev/fuse", LinuxCalls.lastErrno());
            }
        }
    }

    @Override
    public void write(MemorySegment message) throws IOException {
        try {
            LinuxCalls.check(
                    "write to /dev/fuse",
                    (long) LinuxCalls.WRITE.invokeExact(LinuxCalls.errno(), descriptor, message, message.byteSize()));
        } catch (Throwable failure) {
            throw LinuxCalls.translate(failure);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                int ignored = (int) LinuxCalls.CLOSE.invokeExact(LinuxCalls.errno(), descriptor);
                assert ignored <= 0;
            } catch (Throwable failure) {
                throw new IllegalStateException(failure);
            }
        }
    }
}
