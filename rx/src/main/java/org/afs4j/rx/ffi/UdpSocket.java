package org.afs4j.rx.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// A UDP socket of Linux that sends and receives many datagrams by one system call, cut and put together by the kernel where it
/// can (UDP_SEGMENT, UDP_GRO). It is an IPv6 socket that speaks IPv4 too, unless it is bound to an IPv4 address or there is no
/// IPv6.
///
/// Threads: any may send and wait for datagrams; one at a time receives. The descriptor is closed when the last who uses it leaves, so that nobody meets a
/// descriptor that has become another's.
public final class UdpSocket implements AutoCloseable {
    /// How often a full send buffer is waited for, and for how long each time, before datagrams are given up for lost.
    private static final int SEND_WAITS = 50;

    private static final int SEND_WAIT_MILLIS = 10;

    private final int descriptor;
    private final SocketWatch watch;
    private final SocketAddresses addresses;
    private final InetSocketAddress localAddress;
    private final boolean coalesced;
    private volatile boolean segmented;
    private final AtomicBoolean shut = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    /// Who uses the descriptor: the owner until it closes, and whoever is in a call.
    private final AtomicInteger users = new AtomicInteger(1);

    private UdpSocket(
            int descriptor,
            SocketWatch watch,
            SocketAddresses addresses,
            InetSocketAddress localAddress,
            boolean segmented,
            boolean coalesced) {
        this.descriptor = descriptor;
        this.watch = watch;
        this.addresses = addresses;
        this.localAddress = localAddress;
        this.segmented = segmented;
        this.coalesced = coalesced;
    }

    /// Opens a socket.
    ///
    /// @param bind the address to bind; port 0 lets the system choose
    /// @param bufferBytes the size of the system's buffers, asked for in both directions; the system gives what it allows
    /// @throws BindException if the system refuses the address; another may do
    /// @throws SystemCallException if there are no such sockets here
    public static UdpSocket open(InetSocketAddress bind, int bufferBytes) throws IOException {
        return open(bind, bufferBytes, false);
    }

    /// Opens a socket whose address others of this user may share (SO_REUSEPORT); the kernel chooses among them by the sender's
    /// address.
    ///
    /// @param bind the address to bind; port 0 lets the system choose
    /// @param bufferBytes the size of the system's buffers, asked for in both directions; the system gives what it allows
    /// @throws BindException if the system refuses the address; another may do
    /// @throws SystemCallException if there are no such sockets here
    public static UdpSocket openShared(InetSocketAddress bind, int bufferBytes) throws IOException {
        return open(bind, bufferBytes, true);
    }

    private static UdpSocket open(InetSocketAddress bind, int bufferBytes, boolean isShared) throws IOException {
        if (!SocketCalls.isThisPlatform()) {
            throw new SystemCallException("batched sockets need 64-bit Linux", new UnsupportedOperationException());
        }
        boolean isInet4 = bind.getAddress() instanceof Inet4Address && !bind.getAddress().isAnyLocalAddress();
        if (isInet4) {
            return open(bind, bufferBytes, isShared, false);
        }
        try {
            return open(bind, bufferBytes, isShared, true);
        } catch (IOException e) {
            if (!(bind.getAddress() instanceof Inet4Address)) {
                throw e;
            }
            // The wildcard address stands for both; a system without IPv6 has only the other.
            return open(bind, bufferBytes, isShared, false);
        }
    }

    private static UdpSocket open(InetSocketAddress bind, int bufferBytes, boolean isShared, boolean isInet6) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = SocketCalls.newState(arena);
            int family = isInet6 ? SocketCalls.AF_INET6 : SocketCalls.AF_INET;
            int descriptor = SocketCalls.check(
                    "socket", (int) SocketCalls.SOCKET.invokeExact(state, family, SocketCalls.SOCK_DGRAM_CLOEXEC, 0), state);
            try {
                if (isInet6) {
                    boolean both = setOption(state, arena, descriptor, SocketCalls.IPPROTO_IPV6, SocketCalls.IPV6_V6ONLY, 0);
                    assert both;
                }
                boolean receives = setOption(state, arena, descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_RCVBUF, bufferBytes);
                boolean sends = setOption(state, arena, descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_SNDBUF, bufferBytes);
                assert receives && sends;
                if (isShared && !setOption(state, arena, descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_REUSEPORT, 1)) {
                    throw new SystemCallException("SO_REUSEPORT", SocketCalls.errno(state));
                }
                SocketAddresses addresses = new SocketAddresses(isInet6);
                MemorySegment name = arena.allocate(32, Long.BYTES);
                addresses.write(addresses.known(bind), name, 0);
                if ((int) SocketCalls.BIND.invokeExact(state, descriptor, name, addresses.bytes()) == -1) {
                    // As the JDK's sockets say it, with the error number in the cause.
                    BindException refused = new BindException("the system refuses " + bind);
                    refused.initCause(new SystemCallException("bind", SocketCalls.errno(state)));
                    throw refused;
                }
                MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, (int) name.byteSize());
                SocketCalls.check(
                        "getsockname", (int) SocketCalls.GETSOCKNAME.invokeExact(state, descriptor, name, length), state);
                InetSocketAddress local = addresses.read(name, 0);
                // Setting a segment size of none changes nothing, but tells whether the kernel knows of it.
                boolean segmented = setOption(state, arena, descriptor, SocketCalls.SOL_UDP, SocketCalls.UDP_SEGMENT, 0);
                boolean coalesced = setOption(state, arena, descriptor, SocketCalls.SOL_UDP, SocketCalls.UDP_GRO, 1);
                return new UdpSocket(descriptor, SocketWatch.of(descriptor), addresses, local, segmented, coalesced);
            } catch (Throwable failure) {
                int ignored = (int) SocketCalls.CLOSE.invokeExact(state, descriptor);
                throw failure;
            }
        } catch (BindException e) {
            throw e;
        } catch (Throwable failure) {
            throw SocketCalls.translate(failure);
        }
    }

    private static boolean setOption(MemorySegment state, Arena arena, int descriptor, int level, int option, int value)
            throws Throwable {
        MemorySegment argument = arena.allocateFrom(ValueLayout.JAVA_INT, value);
        return (int) SocketCalls.SETSOCKOPT.invokeExact(state, descriptor, level, option, argument, Integer.BYTES) == 0;
    }

    /// The address that it is bound to.
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /// Whether the kernel cuts what is sent, as far as is known yet.
    public boolean isSegmented() {
        return segmented;
    }

    /// Whether the kernel puts together what is received.
    public boolean isCoalesced() {
        return coalesced;
    }

    /// Sends the datagrams of a batch, in order.
    ///
    /// Blocks: while the system's send buffer is full, half a second at most.
    ///
    /// @param batch what to send; the same afterwards
    /// @param to where
    /// @return how many system calls it took
    /// @throws ClosedChannelException if the socket is closed
    /// @throws SystemCallException if the system refuses; those not sent are lost
    public int send(SendBatch batch, InetSocketAddress to) throws IOException {
        SocketAddresses.Known known = addresses.known(to);
        enter();
        try {
            return send(batch, known);
        } catch (Throwable failure) {
            throw SocketCalls.translate(failure);
        } finally {
            leave();
        }
    }

    private int send(SendBatch batch, SocketAddresses.Known to) throws Throwable {
        MessageVector vector = batch.vector;
        int messages = batch.group(0, mayCut(to), addresses, to);
        int sentDatagrams = 0;
        int sent = 0;
        int calls = 0;
        int waits = 0;
        while (sent < messages) {
            MemorySegment headers = sent == 0 ? vector.headers : vector.headersFrom(sent);
            int result = (int) SocketCalls.SENDMMSG.invokeExact(
                    vector.state, descriptor, headers, messages - sent, SocketCalls.MSG_DONTWAIT | SocketCalls.MSG_NOSIGNAL);
            calls++;
            if (result > 0) {
                for (int i = 0; i < result; i++) {
                    sentDatagrams += batch.datagramsOf(sent + i);
                }
                sent += result;
                continue;
            }
            int errno = SocketCalls.errno(vector.state);
            boolean full = errno == SocketCalls.EAGAIN || errno == SocketCalls.ENOBUFS;
            if (full && waits < SEND_WAITS && !shut.get()) {
                waits++;
                awaitWritable();
            } else if (batch.datagramsOf(sent) > 1 && refusesSegments(errno)) {
                // The path's datagrams are shorter, or the device does no checksums: as single datagrams they pass.
                to.refusesSegments = true;
                segmented &= errno != SocketCalls.EIO;
                messages = batch.group(sentDatagrams, false, addresses, to);
                sent = 0;
            } else if (errno != SocketCalls.EINTR) {
                throw new SystemCallException("sendmmsg to " + to.address, errno);
            }
        }
        return calls;
    }

    private boolean mayCut(SocketAddresses.Known to) {
        return segmented && !to.refusesSegments;
    }

    private static boolean refusesSegments(int errno) {
        return errno == SocketCalls.EIO || errno == SocketCalls.EINVAL || errno == SocketCalls.EMSGSIZE;
    }

    private void awaitWritable() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment poll = arena.allocate(Long.BYTES, Long.BYTES);
            poll.set(ValueLayout.JAVA_INT, 0, descriptor);
            poll.set(ValueLayout.JAVA_SHORT, 4, SocketCalls.POLLOUT);
            int ready = (int) SocketCalls.POLL.invokeExact(SocketCalls.newState(arena), poll, 1L, SEND_WAIT_MILLIS);
            assert ready >= -1;
        }
    }

    /// Waits for datagrams. Several threads may: the last to come is woken, and no other until it has called [#rearm].
    ///
    /// Blocks: until datagrams come, [#call], [#shut] or the time is over.
    ///
    /// @param place the thread's memory
    /// @param timeoutMillis the bound; −1 for none
    /// @throws SystemCallException if the system refuses
    public SocketWatch.Arrival await(SocketWatch.Place place, int timeoutMillis) throws IOException {
        try {
            enter();
        } catch (ClosedChannelException e) {
            return SocketWatch.Arrival.SHUT;
        }
        try {
            SocketWatch.Arrival arrival = watch.await(place, timeoutMillis);
            if (!shut.get()) {
                return arrival;
            }
            // A ring wakes one thread, and others may wait as well.
            watch.ring();
            return SocketWatch.Arrival.SHUT;
        } catch (Throwable failure) {
            throw SocketCalls.translate(failure);
        } finally {
            leave();
        }
    }

    /// Has the waits for datagrams go on, after a wait that found some.
    ///
    /// @throws SystemCallException if the system refuses
    public void rearm() throws IOException {
        use(SocketWatch::rearm);
    }

    /// Wakes one of the threads that wait for datagrams.
    public void call() {
        try {
            use(SocketWatch::ring);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @FunctionalInterface
    private interface WatchUse {
        void on(SocketWatch watch) throws Throwable;
    }

    private void use(WatchUse use) throws SystemCallException {
        try {
            enter();
        } catch (ClosedChannelException e) {
            return;
        }
        try {
            use.on(watch);
        } catch (Throwable failure) {
            throw SocketCalls.translate(failure);
        } finally {
            leave();
        }
    }

    /// Receives what has come and hands it on; one thread at a time.
    ///
    /// Blocks: if it is to wait, until a datagram comes, or [#shut].
    ///
    /// @param <M> what a message is kept in
    /// @param batch memory for it
    /// @param taker who takes them, on this thread
    /// @param waits whether to wait for a datagram if none has come
    /// @return how many messages of the batch were filled; −1 if nothing more will come
    /// @throws SystemCallException if the system refuses; the socket may still be good
    public <M extends ReceivedMessage> int receive(ReceiveBatch<M> batch, ReceiveBatch.Taker<M> taker, boolean waits)
            throws IOException {
        int received;
        try {
            enter();
        } catch (ClosedChannelException e) {
            return -1;
        }
        try {
            batch.expect();
            int flags = waits ? SocketCalls.MSG_WAITFORONE : SocketCalls.MSG_DONTWAIT;
            received = (int) SocketCalls.RECVMMSG.invokeExact(
                    batch.vector.state, descriptor, batch.vector.headers, ReceiveBatch.MESSAGES, flags, MemorySegment.NULL);
            int errno = received < 0 ? SocketCalls.errno(batch.vector.state) : 0;
            if (received < 0 && errno != SocketCalls.EINTR && errno != SocketCalls.EAGAIN && !shut.get()) {
                throw new SystemCallException("recvmmsg", errno);
            }
        } catch (Throwable failure) {
            throw SocketCalls.translate(failure);
        } finally {
            leave();
        }
        for (int i = 0; i < received && !shut.get(); i++) {
            batch.handOver(i, addresses, taker);
        }
        return shut.get() ? -1 : Math.max(0, received);
    }

    /// Wakes whoever waits for datagrams, for good.
    public void shut() {
        try {
            enter();
        } catch (ClosedChannelException e) {
            return;
        }
        shut.set(true);
        try (Arena arena = Arena.ofConfined()) {
            // Of a socket without a peer the kernel says that it is not connected, but wakes those who wait all the same.
            int ignored = (int) SocketCalls.SHUTDOWN.invokeExact(SocketCalls.newState(arena), descriptor, SocketCalls.SHUT_RDWR);
            watch.ring();
        } catch (Throwable failure) {
            throw new IllegalStateException(failure);
        } finally {
            leave();
        }
    }

    private void enter() throws ClosedChannelException {
        int now = users.get();
        while (now > 0 && !shut.get()) {
            if (users.compareAndSet(now, now + 1)) {
                return;
            }
            now = users.get();
        }
        throw new ClosedChannelException();
    }

    private void leave() {
        if (users.decrementAndGet() == 0) {
            try (Arena arena = Arena.ofConfined()) {
                watch.close();
                int ignored = (int) SocketCalls.CLOSE.invokeExact(SocketCalls.newState(arena), descriptor);
            } catch (Throwable failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    /// Closes the socket, once nobody uses it.
    @Override
    public void close() {
        shut();
        if (closed.compareAndSet(false, true)) {
            leave();
        }
    }
}
