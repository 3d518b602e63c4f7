package org.afs4j.mount.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import org.afs4j.protocol.Errno;

/// The downcalls, linked on first use.
final class LinuxCalls {
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> ERRNO_OF_THREAD =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

    static final MethodHandle OPEN = variadic("open", 2, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    static final MethodHandle READ = link("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    static final MethodHandle WRITE = link("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    static final MethodHandle IOCTL = variadic("ioctl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
    static final MethodHandle MOUNT =
            link("mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    static final MethodHandle UMOUNT2 = link("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle GETEUID = link("geteuid", FunctionDescriptor.of(JAVA_INT));
    static final MethodHandle GETEGID = link("getegid", FunctionDescriptor.of(JAVA_INT));
    static final MethodHandle SOCKETPAIR =
            link("socketpair", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    static final MethodHandle SOCKET = link("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    static final MethodHandle SENDTO = link(
            "sendto", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle RECVMSG = link("recvmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle POSIX_SPAWN = link(
            "posix_spawn", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    static final MethodHandle WAITPID = link("waitpid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle POLL = link("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    static final MethodHandle MMAP = link(
            "mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    static final MethodHandle MUNMAP = link("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    static final MethodHandle EVENTFD = link("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    static final MethodHandle SCHED_SETAFFINITY =
            link("sched_setaffinity", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
    /// syscall(2) with a number and two arguments, as of io_uring_setup, which the C library has no function for.
    static final MethodHandle SYSCALL_OF_SETUP =
            variadic("syscall", 1, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS));
    /// syscall(2) with a number and six arguments, as of io_uring_enter.
    static final MethodHandle SYSCALL_OF_ENTER = variadic(
            "syscall",
            1,
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG));

    private LinuxCalls() {}

    private static MethodHandle link(String name, FunctionDescriptor function) {
        return link(name, function, new Linker.Option[] {Linker.Option.captureCallState("errno")});
    }

    private static MethodHandle variadic(String name, int firstVariadic, FunctionDescriptor function) {
        return link(
                name,
                function,
                new Linker.Option[] {
                    Linker.Option.captureCallState("errno"), Linker.Option.firstVariadicArg(firstVariadic)
                });
    }

    @SuppressWarnings("restricted") // the descriptors are those of the C library's functions
    private static MethodHandle link(String name, FunctionDescriptor function, Linker.Option[] options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), function, options);
    }

    /// Where the next call of this thread leaves its error.
    static MemorySegment errno() {
        return ERRNO_OF_THREAD.get();
    }

    /// The error of the last call of this thread.
    static int lastErrno() {
        return (int) ERRNO.get(errno(), 0L);
    }

    static boolean failedWith(Errno errno) {
        return lastErrno() == errno.number();
    }

    static long check(String call, long result) throws SystemCallException {
        if (result == -1) {
            throw new SystemCallException(call, lastErrno());
        }
        return result;
    }

    static IOException translate(Throwable failure) {
        return failure instanceof IOException known
                ? known
                : new IOException(
                        "a mount needs Linux and native access (--enable-native-access): " + failure.getMessage(), failure);
    }
}
