package org.afs4j.mount.uring;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.afs4j.mount.ffi.IoUring;
import org.afs4j.mount.ffi.Processors;
import org.afs4j.mount.protocol.FuseOpcode;
import org.afs4j.mount.protocol.MalformedRequestException;
import org.afs4j.mount.session.Exchange;
import org.afs4j.mount.session.Exchanges;
import org.afs4j.mount.session.RequestBuffers;
import org.afs4j.protocol.Errno;
import org.jspecify.annotations.Nullable;

/// A thread with a ring of its own that listens with one entry, and carries out what comes there. The reply and the next wait are one
/// system call, where nothing is left to do after the reply.
///
/// States: listening (the kernel has the entry); carrying out; parked (another has the entry, and enough others listen).
///
/// Threads: [#give] any; the rest its own. A thread of the system: it waits in the kernel.
final class RingReader implements Runnable {
    private static final long END = 0;
    private static final long REQUEST = 1;
    private static final int RING_SIZE = 4;

    private final FuseRings rings;
    private final RingQueue queue;
    private final AtomicReference<@Nullable RingEntry> given;
    private @Nullable IoUring ring;
    private volatile @Nullable Thread thread;
    private long requests;
    /// Whether the entry of the request that is being carried out has gone back to the kernel by this ring.
    private boolean listens;

    /// Makes one.
    ///
    /// @param first what it listens with
    RingReader(FuseRings rings, RingQueue queue, RingEntry first) {
        this.rings = rings;
        this.queue = queue;
        given = new AtomicReference<>(first);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        Processors.keepOn(queue.number());
        try (IoUring opened = IoUring.open(RING_SIZE)) {
            ring = opened;
            opened.poll(rings.end(), END);
            opened.submit();
            @Nullable Exchanges exchanges = rings.awaitBegin();
            if (exchanges != null) {
                serve(opened, exchanges);
            }
        } catch (IOException | RuntimeException e) {
            rings.failed(e);
        } finally {
            queue.left(given.getAndSet(null));
        }
    }

    /// How many requests have come.
    long requests() {
        return requests;
    }

    /// Whether the caller is the reader's thread, and carries out the newest request that came.
    ///
    /// @param request how many had come with the one that is meant
    boolean carriesOut(long request) {
        return Thread.currentThread().equals(thread) && requests == request;
    }

    /// Ends the reader's being parked.
    ///
    /// @param entry what it listens with
    void give(RingEntry entry) {
        given.set(entry);
        wake();
    }

    /// Has it look again whether it is parked.
    void wake() {
        LockSupport.unpark(thread);
    }

    private void serve(IoUring opened, Exchanges exchanges) throws IOException {
        RequestBuffers buffers = exchanges.takeBuffers();
        @Nullable RingEntry entry = given.getAndSet(null);
        while (entry != null) {
            boolean registers = !entry.isRegistered();
            if (!listens) {
                entry.fetch(opened, rings.device(), REQUEST);
                if (registers) {
                    opened.submit();
                    queue.nudge();
                }
            }
            listens = false;
            int result = awaitRequest(opened);
            if (result < 0 && (registers || rings.isClosed() || isEnd(result))) {
                return;
            }
            if (result < 0) {
                queue.lost();
            } else {
                requests++;
                buffers = received(exchanges, entry, buffers);
            }
            if (!listens) {
                entry = next();
            }
        }
    }

    /// Whether the mount has ended.
    private static boolean isEnd(int result) {
        return result == -Errno.ENOTCONN.number() || result == -Errno.ECONNABORTED.number() || result == -Errno.ENODEV.number();
    }

    /// Waits for a request.
    ///
    /// @return 0 if there is one, or a negative errno
    private int awaitRequest(IoUring opened) throws IOException {
        opened.await();
        int result = 0;
        while (opened.next()) {
            if (opened.userData() == END) {
                return -Errno.ENOTCONN.number();
            }
            result = opened.result();
        }
        if (result < 0 && !isEnd(result)) {
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.WARNING, "a ring of the mount: error " + -result);
        }
        return result;
    }

    /// Carries out what came.
    ///
    /// @return buffers for the next
    private RequestBuffers received(Exchanges exchanges, RingEntry entry, RequestBuffers buffers) throws IOException {
        boolean heard = queue.taken();
        RingReply reply = new RingReply(queue, entry, this);
        if (entry.isNudge()) {
            entry.takeNudge();
            reply.end(0);
            return buffers;
        }
        long length;
        try {
            length = entry.take(buffers.memory());
        } catch (MalformedRequestException e) {
            exchanges.refused(e);
            reply.end(Errno.EIO.number());
            return buffers;
        }
        @Nullable Exchange exchange = exchanges.begin(reply, buffers, length);
        if (exchange == null) {
            reply.end(Errno.EIO.number());
            return buffers;
        }
        rings.seen(exchange.opcode(), exchange.request().nodeId());
        if (exchange.opcode() == FuseOpcode.SETLKW) {
            // It can wait for days, so it keeps neither a thread nor the buffers.
            rings.world().start("afs4j-fuse-lock", () -> exchanges.carryOut(exchange));
            return buffers;
        }
        if (!heard) {
            rings.world().start("afs4j-fuse-request", () -> {
                exchanges.carryOut(exchange);
                exchanges.giveBuffers(buffers);
            });
            return exchanges.takeBuffers();
        }
        exchanges.carryOut(exchange);
        if (exchange.opcode().isOneWay()) {
            reply.end(0);
        }
        return buffers;
    }

    /// Gives the entry back to the kernel with the reply in it.
    ///
    /// @param entry the one of the request that is being carried out
    /// @param atOnce whether that cannot wait for the next wait
    void takeBack(RingEntry entry, boolean atOnce) {
        IoUring opened = Objects.requireNonNull(ring);
        queue.listen();
        listens = true;
        try {
            entry.fetch(opened, rings.device(), REQUEST);
            if (atOnce) {
                opened.submit();
            }
        } catch (IOException e) {
            // The next wait fails as well, and ends the thread.
            rings.failed(e);
        }
    }

    /// An entry to listen with when another has the last one; null at the end.
    private @Nullable RingEntry next() throws IOException {
        if (queue.listenIfNobodyDoes()) {
            return queue.newEntry();
        }
        queue.park(this);
        @Nullable RingEntry got = given.getAndSet(null);
        while (got == null && !rings.isClosed()) {
            LockSupport.park(this);
            got = given.getAndSet(null);
        }
        return got;
    }
}
