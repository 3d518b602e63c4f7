package org.afs4j.rx.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;

/// Lets several threads wait for one socket. What comes wakes one of them, the one that began to wait last (the kernel keeps them in
/// that order), and no other until [#rearm]. So a thread that has just asked for something gets the answer, while the one that waits
/// for whatever may come sleeps on.
///
/// A bell wakes one of them too. It is never read: each ring is an event of its own.
///
/// Threads: any wait, each at a [Place] of its own, and ring; the one that was woken by the socket rearms.
public final class SocketWatch {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    /// `struct epoll_event` is packed on x86-64 only.
    private static final boolean PACKED = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT).matches("amd64|x86_64");

    private static final int EVENT_BYTES = PACKED ? 12 : 16;
    private static final int EVENT_DATA = PACKED ? 4 : 8;

    /// What the data of an event says.
    private static final int SOCKET = 1;

    private static final int BELL = 2;

    private final int queue;
    private final int bell;
    private final int socket;
    private final MemorySegment state;
    private final MemorySegment interest;

    /// How a wait ended.
    public enum Arrival {
        /// Datagrams have come; nobody else is woken for them.
        DATAGRAMS,
        /// Somebody rang, or it ended for no reason.
        CALLED,
        /// The time is over.
        NOTHING,
        /// Nothing will come any more.
        SHUT
    }

    /// Memory with which a thread waits, one at a time.
    public static final class Place {
        private final MemorySegment state;
        private final MemorySegment event;

        /// Makes the memory.
        public Place() {
            Arena arena = Arena.ofAuto();
            state = SocketCalls.newState(arena);
            event = arena.allocate(EVENT_BYTES, Long.BYTES);
        }
    }

    private SocketWatch(int queue, int bell, int socket) {
        this.queue = queue;
        this.bell = bell;
        this.socket = socket;
        Arena arena = Arena.ofAuto();
        state = SocketCalls.newState(arena);
        interest = arena.allocate(EVENT_BYTES, Long.BYTES);
    }

    static SocketWatch of(int socket) throws Throwable {
        MemorySegment state = SocketCalls.newState(Arena.ofAuto());
        int queue = SocketCalls.check(
                "epoll_create1", (int) SocketCalls.EPOLL_CREATE1.invokeExact(state, SocketCalls.EPOLL_CLOEXEC), state);
        int bell = -1;
        try {
            bell = SocketCalls.check(
                    "eventfd", (int) SocketCalls.EVENTFD.invokeExact(state, 0, SocketCalls.EFD_CLOEXEC_NONBLOCK), state);
            SocketWatch watch = new SocketWatch(queue, bell, socket);
            watch.control(SocketCalls.EPOLL_CTL_ADD, bell, SocketCalls.EPOLLIN | SocketCalls.EPOLLET, BELL);
            watch.control(SocketCalls.EPOLL_CTL_ADD, socket, SocketCalls.EPOLLIN | SocketCalls.EPOLLONESHOT, SOCKET);
            return watch;
        } catch (Throwable failure) {
            close(state, bell);
            close(state, queue);
            throw failure;
        }
    }

    private void control(int operation, int descriptor, int events, int data) throws Throwable {
        interest.set(INT, 0, events);
        interest.set(INT, EVENT_DATA, data);
        int done = SocketCalls.check(
                "epoll_ctl", (int) SocketCalls.EPOLL_CTL.invokeExact(state, queue, operation, descriptor, interest), state);
        assert done == 0;
    }

    /// Waits for the socket or the bell.
    ///
    /// @param timeoutMillis the bound; −1 for none
    Arrival await(Place place, int timeoutMillis) throws Throwable {
        int count = (int) SocketCalls.EPOLL_WAIT.invokeExact(place.state, queue, place.event, 1, timeoutMillis);
        if (count == 0) {
            return Arrival.NOTHING;
        }
        if (count < 0) {
            int errno = SocketCalls.errno(place.state);
            if (errno == SocketCalls.EINTR) {
                return Arrival.CALLED;
            }
            throw new SystemCallException("epoll_wait", errno);
        }
        return place.event.get(INT, EVENT_DATA) == SOCKET ? Arrival.DATAGRAMS : Arrival.CALLED;
    }

    /// Lets what comes, or has come meanwhile, wake somebody again.
    void rearm() throws Throwable {
        control(SocketCalls.EPOLL_CTL_MOD, socket, SocketCalls.EPOLLIN | SocketCalls.EPOLLONESHOT, SOCKET);
    }

    void ring() throws Throwable {
        int rung = (int) SocketCalls.EVENTFD_WRITE.invokeExact(bell, 1L);
        assert rung == 0;
    }

    void close() throws Throwable {
        close(state, queue);
        close(state, bell);
    }

    private static void close(MemorySegment state, int descriptor) throws Throwable {
        int ignored = (int) SocketCalls.CLOSE.invokeExact(state, descriptor);
    }
}
