package org.afs4j.mount.uring;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.afs4j.base.world.World;
import org.afs4j.mount.ffi.FuseDevice;
import org.afs4j.mount.ffi.Processors;
import org.afs4j.mount.ffi.WakeSignal;
import org.afs4j.mount.protocol.FuseNotification;
import org.afs4j.mount.protocol.FuseOpcode;
import org.afs4j.mount.session.DeviceThreads;
import org.afs4j.mount.session.Exchanges;
import org.afs4j.mount.session.RequestRings;
import org.jspecify.annotations.Nullable;

/// Requests by io_uring: the kernel has a queue for each processor that there can be, and hands requests out once each queue was given
/// an entry. Until then, and if it refuses one, they come by the device.
///
/// Source: Linux Documentation/filesystems/fuse/fuse-io-uring.rst.
///
/// Threads: any.
public final class FuseRings implements RequestRings {
    /// With more processors a thread for each is not worth it.
    private static final int MOST_QUEUES = 256;
    private static final long WATCH_NANOS = 250_000_000L;
    private static final String PARAMETER = "/sys/module/fuse/parameters/enable_uring";

    /// What there is once they are prepared.
    private record Prepared(List<RingQueue> queues, WakeSignal end, RingKeeper keeper) {}

    private final World world;
    private final FuseDevice device;
    private final AtomicLong nudges = new AtomicLong();
    private volatile long lockedFile;
    private volatile long usedFile;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final ConcurrentLinkedQueue<Exception> failures = new ConcurrentLinkedQueue<>();
    private volatile @Nullable CountDownLatch opening;
    private volatile @Nullable Prepared prepared;
    private volatile @Nullable Exchanges exchanges;
    private volatile boolean closed;

    /// Makes none yet.
    ///
    /// @param world time and threads
    /// @param device the kernel's, open as long as this serves
    public FuseRings(World world, FuseDevice device) {
        this.world = world;
        this.device = device;
    }

    @Override
    public void prepare() throws IOException {
        int count = Processors.possible();
        if (count > MOST_QUEUES) {
            IOException many = new IOException("this system can have " + count + " processors, more than " + MOST_QUEUES);
            failures.add(many);
            throw many;
        }
        CountDownLatch all = new CountDownLatch(count + 1);
        opening = all;
        WakeSignal end = WakeSignal.open();
        RingKeeper keeper = new RingKeeper(this, WakeSignal.open());
        List<RingQueue> queues =
                IntStream.range(0, count).mapToObj(number -> new RingQueue(this, number)).toList();
        prepared = new Prepared(queues, end, keeper);
        DeviceThreads.start("afs4j-fuse-ring-keeper", keeper);
        try {
            for (RingQueue queue : queues) {
                boolean started = queue.start(queue.newEntry());
                assert started;
            }
            all.await();
            @Nullable Exception failure = failures.peek();
            if (failure != null) {
                throw new IOException("no ring could be made: " + failure.getMessage(), failure);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            if (begun.getCount() > 0 && (!failures.isEmpty() || all.getCount() > 0)) {
                close();
            }
        }
    }

    @Override
    public void begin(Exchanges serving) {
        exchanges = serving;
        begun.countDown();
        watch();
    }

    private void watch() {
        if (!closed) {
            prepared().queues().forEach(RingQueue::nudgeIfNothingMoves);
            world.schedule(WATCH_NANOS, this::watch);
        }
    }

    /// Takes note of a request, for what its node is good for.
    ///
    /// @param opcode what is asked
    /// @param nodeId of what
    void seen(FuseOpcode opcode, long nodeId) {
        switch (opcode) {
            case SETLKW -> lockedFile = nodeId;
            case OPEN, READ, WRITE -> usedFile = nodeId;
            default -> {
                // It need not be a regular file.
            }
        }
    }

    /// Has the kernel ask something by the queue of the processor that the caller is on. It needs a regular file for that which the
    /// kernel still knows: one for whose lock somebody waits, or the last one that was used. Nobody waits for the answer, so that a
    /// daemon that dies does not wait for itself.
    void nudge() {
        if (!nudge(lockedFile)) {
            nudge(usedFile);
        }
    }

    private boolean nudge(long file) {
        if (file == 0 || closed) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            device.write(FuseNotification.ofNothing(arena, file, nudges.getAndIncrement()));
            return true;
        } catch (IOException forgotten) {
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.TRACE, "not nudged", forgotten);
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        begun.countDown();
        @Nullable Prepared found = prepared;
        if (found != null) {
            found.end().set();
            found.queues().forEach(RingQueue::wakeParked);
        }
    }

    /// Why the kernel does not hand requests out by io_uring, and what would help.
    ///
    /// @param asked the rings that were to be used
    public static String whyNot(@Nullable FuseRings asked) {
        @Nullable Exception failure = asked == null ? null : asked.failures.peek();
        return failure != null
                ? "requests cannot come by io_uring: " + failure.getMessage()
                        + "; allow it (sysctl kernel.io_uring_disabled=0, and the container's seccomp rules), or mount with"
                        + " -o io_uring=off"
                : "the kernel does not offer requests by io_uring: that needs Linux 6.14 and, set by root before the mount,"
                        + " echo Y > " + PARAMETER + "; or mount with -o io_uring=off";
    }

    World world() {
        return world;
    }

    int device() {
        return device.descriptor();
    }

    boolean isClosed() {
        return closed;
    }

    private Prepared prepared() {
        return Objects.requireNonNull(prepared);
    }

    /// Set when all threads shall end.
    WakeSignal end() {
        return prepared().end();
    }

    RingKeeper keeper() {
        return prepared().keeper();
    }

    RingQueue queue(int number) {
        return prepared().queues().get(number);
    }

    /// A thread has its ring.
    ///
    /// @return where requests go, once the kernel has agreed; null if it never will
    @Nullable Exchanges awaitBegin() {
        Objects.requireNonNull(opening).countDown();
        try {
            begun.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return closed ? null : exchanges;
    }

    /// A thread has no ring, or lost it.
    void failed(Exception failure) {
        failures.add(failure);
        Objects.requireNonNull(opening).countDown();
        if (exchanges != null && !closed) {
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.ERROR, "a ring of the mount has failed", failure);
        }
    }
}
