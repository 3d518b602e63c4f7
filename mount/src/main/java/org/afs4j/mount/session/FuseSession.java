package org.afs4j.mount.session;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.base.world.World;
import org.afs4j.mount.protocol.FuseInit;
import org.afs4j.mount.protocol.FuseOpcode;
import org.afs4j.mount.protocol.FuseReply;
import org.afs4j.mount.protocol.FuseRequest;
import org.afs4j.mount.protocol.MalformedRequestException;
import org.afs4j.protocol.Errno;
import org.jspecify.annotations.Nullable;

/// Serves one mount: reads requests, has them carried out and answered, each in time.
///
/// Invariants:
/// 1. While the mount lasts some thread reads the device, or is about to: who takes the last reader's place is started before a request is
///    carried out, and beyond a number of readers requests are carried out elsewhere. So an interrupt is always heard, and a request
///    that waits for a server keeps nobody from being served.
/// 2. What was read is carried out and answered by [Exchanges], as is what comes by [RequestRings], where the kernel has them.
/// 3. A session has no locks.
///
/// Threads: `afs4j-fuse`, several; beyond those virtual ones.
public final class FuseSession implements AutoCloseable {
    private static final int MOST_READERS = 16;
    private static final int MOST_IDLE_READERS = 4;
    private static final int MOST_CHANNELS = 4;

    private final World world;
    private final SessionOptions options;
    private final List<FuseChannel> channels = new CopyOnWriteArrayList<>();
    private final Exchanges exchanges;
    private final @Nullable RequestRings rings;
    private final AtomicInteger readers = new AtomicInteger();
    private final AtomicInteger idle = new AtomicInteger();
    private final AtomicInteger started = new AtomicInteger();
    private final CountDownLatch agreed = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile FuseInit.@Nullable Agreement agreement;
    private volatile boolean unmounted;

    /// Makes a session.
    ///
    /// @param world time and threads
    /// @param channel the way to the kernel, owned from now on
    /// @param options how to serve
    /// @param rings a second way for requests, used if the kernel offers it; owned from now on
    public FuseSession(World world, FuseChannel channel, SessionOptions options, @Nullable RequestRings rings) {
        this.world = world;
        this.options = options;
        this.rings = rings;
        exchanges = new Exchanges(world, options);
        channels.add(channel);
    }

    /// Begins to serve; the mount may be made before or after.
    ///
    /// Threads: once.
    ///
    /// @param carriesOut what carries requests out
    public void start(RequestHandler carriesOut) {
        exchanges.start(carriesOut);
        startReader();
    }

    /// Waits for the kernel's first request, and so for the mount to work.
    ///
    /// @return what was agreed on
    /// @throws IOException if the kernel speaks another protocol, or the mount is gone before
    public FuseInit.Agreement awaitAgreement() throws IOException {
        try {
            agreed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while mounting", e);
        }
        FuseInit.Agreement found = agreement;
        if (found == null) {
            throw new IOException("the kernel speaks a FUSE older than 7." + FuseInit.LEAST_MINOR + ", or has unmounted at once");
        }
        return found;
    }

    /// Whether the kernel can look names up again without dropping what it knows of them.
    boolean canExpire() {
        FuseInit.Agreement found = agreement;
        return found != null && found.canExpire();
    }

    /// Whether requests come by the rings.
    public boolean usesRings() {
        FuseInit.Agreement found = agreement;
        return found != null && found.byRings();
    }

    /// Waits for the end of the mount.
    ///
    /// @throws InterruptedException if the thread is interrupted
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /// Whether the mount has ended.
    public boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /// How often something happened.
    public long count(SessionCounter counter) {
        return exchanges.counter(counter).sum();
    }

    /// Sends a notification.
    ///
    /// Blocks: while the kernel uses what it is about, so never from within a request and never under a lock.
    ///
    /// @param message what to tell
    /// @throws IOException if the kernel knows no such node or name
    void notify(MemorySegment message) throws IOException {
        exchanges.counter(SessionCounter.NOTIFICATIONS).increment();
        channels.getFirst().write(message);
    }

    private void startReader() {
        int number = started.getAndIncrement();
        readers.incrementAndGet();
        idle.incrementAndGet();
        DeviceThreads.start("afs4j-fuse-" + number, () -> serve(channels.get(number % channels.size())));
    }

    private void addChannels() {
        try {
            while (channels.size() < MOST_CHANNELS) {
                channels.add(channels.getFirst().another());
            }
        } catch (IOException refused) {
            // One channel serves all, only with more waiting.
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.DEBUG, "no further channel", refused);
        }
    }

    /// What a reader does. It counts as idle when it begins.
    private void serve(FuseChannel channel) {
        RequestBuffers buffers = exchanges.takeBuffers();
        try {
            while (!unmounted) {
                long read = channel.read(buffers.memory());
                boolean last = idle.decrementAndGet() == 0;
                if (read == FuseChannel.UNMOUNTED) {
                    break;
                }
                buffers = received(channel, buffers, read, last);
                if (idle.incrementAndGet() > MOST_IDLE_READERS) {
                    idle.decrementAndGet();
                    exchanges.giveBuffers(buffers);
                    readers.decrementAndGet();
                    return;
                }
            }
        } catch (IOException | RuntimeException e) {
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.ERROR, "the mount cannot be served any more", e);
        }
        unmounted = true;
        exchanges.end();
        agreed.countDown();
        ended.countDown();
        readers.decrementAndGet();
    }

    /// Takes a request that was read; gives the buffers to read the next one into.
    private RequestBuffers received(FuseChannel channel, RequestBuffers buffers, long read, boolean last) {
        @Nullable Exchange exchange = exchanges.begin(channel, buffers, read);
        if (exchange == null) {
            return buffers;
        }
        if (exchange.opcode() == FuseOpcode.INIT) {
            init(channel, exchange.request(), exchange.reply());
            return buffers;
        }
        if (exchange.opcode() == FuseOpcode.SETLKW) {
            // It can wait for days, so it keeps neither a thread nor the buffers.
            world.start("afs4j-fuse-lock", () -> exchanges.carryOut(exchange));
            return buffers;
        }
        if (last && readers.get() >= MOST_READERS) {
            world.start("afs4j-fuse-request", () -> {
                exchanges.carryOut(exchange);
                exchanges.giveBuffers(buffers);
            });
            return exchanges.takeBuffers();
        }
        if (last) {
            startReader();
        }
        exchanges.carryOut(exchange);
        return buffers;
    }

    private void init(FuseChannel channel, FuseRequest request, FuseReply reply) {
        try {
            boolean withRings = rings != null && FuseInit.offersRings(request) && areReady(rings);
            FuseInit.Agreement made = FuseInit.agree(request, options.servesLocks(), options.readAheadBytes(), withRings, reply);
            Exchanges.send(channel, reply.done(request.unique()));
            if (rings != null && made.byRings()) {
                rings.begin(exchanges);
            }
            addChannels();
            agreement = made;
        } catch (MalformedRequestException e) {
            Exchanges.send(channel, reply.failed(request.unique(), Errno.EPROTO.number()));
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.ERROR, "no mount is possible", e);
        }
        agreed.countDown();
    }

    private static boolean areReady(RequestRings rings) {
        try {
            rings.prepare();
            return true;
        } catch (IOException refused) {
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.DEBUG, "no rings", refused);
            return false;
        }
    }

    /// Closes the channels, by which the kernel ends a mount that is not ended.
    @Override
    public void close() {
        unmounted = true;
        exchanges.end();
        if (rings != null) {
            rings.close();
        }
        for (FuseChannel channel : channels) {
            channel.close();
        }
        ended.countDown();
        agreed.countDown();
    }
}
