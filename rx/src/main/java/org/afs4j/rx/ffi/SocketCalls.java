package org.afs4j.rx.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.util.Locale;

/// The downcalls, linked on first use, so that a JVM that refuses native access says so where a socket is opened.
///
/// Source: socket(7), udp(7), sendmmsg(2), recvmmsg(2), poll(2), epoll(7), eventfd(2) of Linux; constants and layouts are those of x86-64 and AArch64.
final class SocketCalls {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    static final int SOL_SOCKET = 1;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_REUSEPORT = 15;
    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_V6ONLY = 26;
    static final int SOL_UDP = 17;
    static final int UDP_SEGMENT = 103;
    static final int UDP_GRO = 104;
    static final int SHUT_RDWR = 2;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_WAITFORONE = 0x10000;
    static final short POLLOUT = 4;

    static final int EPOLL_CLOEXEC = 0x80000;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_MOD = 3;
    static final int EPOLLIN = 1;
    static final int EPOLLONESHOT = 1 << 30;
    static final int EPOLLET = 1 << 31;
    static final int EFD_CLOEXEC_NONBLOCK = 0x80000 | 0x800;

    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int EINVAL = 22;
    static final int EMSGSIZE = 90;
    static final int ENOBUFS = 105;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET_BYTES = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    static final MethodHandle SOCKET = link("socket", FunctionDescriptor.of(INT, INT, INT, INT));
    static final MethodHandle BIND = link("bind", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT));
    static final MethodHandle GETSOCKNAME =
            link("getsockname", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    static final MethodHandle SETSOCKOPT =
            link("setsockopt", FunctionDescriptor.of(INT, INT, INT, INT, ValueLayout.ADDRESS, INT));
    static final MethodHandle SENDMMSG = link("sendmmsg", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT, INT));
    static final MethodHandle RECVMMSG =
            link("recvmmsg", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT, INT, ValueLayout.ADDRESS));
    static final MethodHandle POLL = link("poll", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, INT));
    static final MethodHandle SHUTDOWN = link("shutdown", FunctionDescriptor.of(INT, INT, INT));
    static final MethodHandle EPOLL_CREATE1 = link("epoll_create1", FunctionDescriptor.of(INT, INT));
    static final MethodHandle EPOLL_CTL = link("epoll_ctl", FunctionDescriptor.of(INT, INT, INT, INT, ValueLayout.ADDRESS));
    static final MethodHandle EPOLL_WAIT = link("epoll_wait", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT, INT));
    static final MethodHandle EVENTFD = link("eventfd", FunctionDescriptor.of(INT, INT, INT));
    static final MethodHandle EVENTFD_WRITE = plain("eventfd_write", FunctionDescriptor.of(INT, INT, ValueLayout.JAVA_LONG));
    static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(INT, INT));

    private SocketCalls() {}

    /// Whether constants and layouts are those of this platform.
    static boolean isThisPlatform() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux")
                && ValueLayout.ADDRESS.byteSize() == Long.BYTES
                && ByteOrder.nativeOrder().equals(ByteOrder.LITTLE_ENDIAN);
    }

    @SuppressWarnings("restricted") // the descriptors are those of the C library's functions
    private static MethodHandle link(String name, FunctionDescriptor function) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), function, Linker.Option.captureCallState("errno"));
    }

    /// Links a function whose error number does not matter.
    @SuppressWarnings("restricted") // the descriptors are those of the C library's functions
    private static MethodHandle plain(String name, FunctionDescriptor function) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), function);
    }

    /// Memory in which a call leaves its error number.
    static MemorySegment newState(Arena arena) {
        return arena.allocate(STATE);
    }

    static int errno(MemorySegment state) {
        return state.get(INT, ERRNO_OFFSET_BYTES);
    }

    static int check(String call, int result, MemorySegment state) throws SystemCallException {
        if (result == -1) {
            throw new SystemCallException(call, errno(state));
        }
        return result;
    }

    static SystemCallException translate(Throwable failure) {
        if (failure instanceof SystemCallException known) {
            return known;
        }
        return new SystemCallException(
                "batched sockets need Linux and native access (--enable-native-access): " + failure.getMessage(), failure);
    }
}
