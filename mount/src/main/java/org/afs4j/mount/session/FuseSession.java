package org.afs4j.mount.session;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
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
/// 1. While the mount lasts some thread reads, or is about to: who takes the last reader's place is started before a request is
///    carried out, and beyond a number of readers requests are carried out elsewhere. So an interrupt is always heard, and a request
///    that waits for a server keeps nobody from being served.
/// 2. Each request gets one answer: from who carries it out, or, after its deadline or its interrupt's grace, from the watch.
/// 3. A session has no locks.
///
/// Threads: `afs4j-fuse`, several; beyond those virtual ones.
public final class FuseSession implements AutoCloseable {
    private static final int MOST_READERS = 16;
    private static final int MOST_IDLE_READERS = 4;
    private static final int MOST_CHANNELS = 4;
    private static final int MOST_SPARE_BUFFERS = 32;
    private static final long REQUEST_BYTES = FuseInit.MOST_DATA_BYTES + 4096L * 2;
    private static final long REPLY_BYTES = FuseInit.MOST_DATA_BYTES + (long) FuseReply.HEADER_BYTES;
    private static final long WATCH_NANOS = 250_000_000L;

    /// Memory for one request and its reply; pages of it that were never written take none.
    ///
    /// @param memory where requests are read to
    /// @param request the same, to be looked at
    /// @param reply the reply to each
    private record Buffers(MemorySegment memory, ByteBuffer request, FuseReply reply) {
        static Buffers allocate() {
            Arena arena = Arena.ofAuto();
            MemorySegment memory = arena.allocate(REQUEST_BYTES, 4096);
            return new Buffers(memory, FuseRequest.buffer(memory), new FuseReply(arena.allocate(REPLY_BYTES, 4096)));
        }
    }

    private final World world;
    private final SessionOptions options;
    private final List<FuseChannel> channels = new CopyOnWriteArrayList<>();
    private final ConcurrentMap<Long, Exchange> underWay = new ConcurrentHashMap<>();
    private final ConcurrentLinkedDeque<Buffers> spares = new ConcurrentLinkedDeque<>();
    private final AtomicInteger spareCount = new AtomicInteger();
    private final AtomicInteger readers = new AtomicInteger();
    private final AtomicInteger idle = new AtomicInteger();
    private final AtomicInteger started = new AtomicInteger();
    private final CountDownLatch agreed = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Map<SessionCounter, LongAdder> counters = new EnumMap<>(SessionCounter.class);
    private volatile FuseInit.@Nullable Agreement agreement;
    private volatile @Nullable RequestHandler handler;
    private volatile boolean unmounted;

    /// Makes a session.
    ///
    /// @param world time and threads
    /// @param channel the way to the kernel, owned from now on
    /// @param options how to serve
    public FuseSession(World world, FuseChannel channel, SessionOptions options) {
        this.world = world;
        this.options = options;
        channels.add(channel);
        for (SessionCounter counter : SessionCounter.values()) {
            counters.put(counter, new LongAdder());
        }
    }

    /// Begins to serve; the mount may be made before or after.
    ///
    /// Threads: once.
    ///
    /// @param carriesOut what carries requests out
    public void start(RequestHandler carriesOut) {
        handler = carriesOut;
        startReader();
        watch();
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
        return counters.getOrDefault(counter, new LongAdder()).sum();
    }

    /// Sends a notification.
    ///
    /// Blocks: while the kernel uses what it is about, so never from within a request and never under a lock.
    ///
    /// @param message what to tell
    /// @throws IOException if the kernel knows no such node or name
    void notify(MemorySegment message) throws IOException {
        counter(SessionCounter.NOTIFICATIONS).increment();
        channels.getFirst().write(message);
    }

    private LongAdder counter(SessionCounter counter) {
        return counters.computeIfAbsent(counter, each -> new LongAdder());
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
        Buffers buffers = take();
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
                    give(buffers);
                    readers.decrementAndGet();
                    return;
                }
            }
        } catch (IOException | RuntimeException e) {
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.ERROR, "the mount cannot be served any more", e);
        }
        unmounted = true;
        agreed.countDown();
        ended.countDown();
        readers.decrementAndGet();
    }

    /// Takes a request that was read; gives the buffers to read the next one into.
    private Buffers received(FuseChannel channel, Buffers buffers, long read, boolean last) {
        @Nullable Exchange exchange = begin(channel, buffers, read);
        if (exchange == null) {
            return buffers;
        }
        if (exchange.opcode() == FuseOpcode.SETLKW) {
            // It can wait for days, so it keeps neither a thread nor the buffers.
            world.start("afs4j-fuse-lock", () -> carryOut(exchange));
            return buffers;
        }
        if (last && readers.get() >= MOST_READERS) {
            world.start("afs4j-fuse-request", () -> {
                carryOut(exchange);
                give(buffers);
            });
            return take();
        }
        if (last) {
            startReader();
        }
        carryOut(exchange);
        return buffers;
    }

    /// Makes an exchange of what was read, if it is something that has to be carried out.
    private @Nullable Exchange begin(FuseChannel channel, Buffers buffers, long read) {
        counter(SessionCounter.REQUESTS).increment();
        FuseReply reply = buffers.reply();
        reply.clear();
        try {
            FuseRequest request = FuseRequest.of(buffers.request(), read);
            @Nullable FuseOpcode opcode = FuseOpcode.of(request.opcode());
            if (opcode == null || request.bodyBytes() < opcode.leastBodyBytes()) {
                counter(SessionCounter.REFUSED).increment();
                send(channel, reply.failed(request.unique(), (opcode == null ? Errno.ENOSYS : Errno.EINVAL).number()));
                return null;
            }
            return switch (opcode) {
                case INIT -> {
                    init(channel, request, reply);
                    yield null;
                }
                case INTERRUPT -> {
                    interrupt(request, reply);
                    yield null;
                }
                default -> {
                    Exchange exchange = opcode == FuseOpcode.SETLKW
                            ? new Exchange(channel, opcode, request.copy(), FuseReply.ofBytes(0), world.nanoTime())
                            : new Exchange(channel, opcode, request, reply, world.nanoTime());
                    if (!opcode.isOneWay()) {
                        underWay.put(request.unique(), exchange);
                    }
                    yield exchange;
                }
            };
        } catch (MalformedRequestException e) {
            counter(SessionCounter.REFUSED).increment();
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.DEBUG, "a malformed request", e);
            return null;
        }
    }

    /// Passes an interrupt on. It may overtake its request, which another thread has just read: then the kernel is asked to send it
    /// again, by the request's channel, which only the kernel knows.
    private void interrupt(FuseRequest request, FuseReply reply) {
        @Nullable Exchange interrupted = underWay.get(request.int64(0));
        if (interrupted != null) {
            interrupted.interrupt(world.nanoTime());
            return;
        }
        for (FuseChannel each : channels) {
            send(each, reply.failed(request.unique(), Errno.EAGAIN.number()));
        }
    }

    private void init(FuseChannel channel, FuseRequest request, FuseReply reply) {
        try {
            FuseInit.Agreement made = FuseInit.agree(request, options.servesLocks(), options.readAheadBytes(), reply);
            send(channel, reply.done(request.unique()));
            addChannels();
            agreement = made;
        } catch (MalformedRequestException e) {
            send(channel, reply.failed(request.unique(), Errno.EPROTO.number()));
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.ERROR, "no mount is possible", e);
        }
        agreed.countDown();
    }

    private static void send(FuseChannel channel, MemorySegment message) {
        try {
            channel.write(message);
        } catch (IOException gone) {
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.TRACE, "a reply came too late", gone);
        }
    }

    private void carryOut(Exchange exchange) {
        boolean oneWay = exchange.opcode().isOneWay();
        try {
            Objects.requireNonNull(handler).handle(exchange);
            if (!oneWay && !exchange.isAnswered()) {
                exchange.answer();
            }
        } catch (IOException e) {
            refuse(exchange, e);
        } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
            counter(SessionCounter.DEFECTS).increment();
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.ERROR, exchange.opcode() + " failed by a defect", e);
            refuse(exchange, new IOException(e));
        } finally {
            if (!oneWay) {
                underWay.remove(exchange.request().unique(), exchange);
            }
        }
    }

    private void refuse(Exchange exchange, IOException failure) {
        if (!exchange.opcode().isOneWay()) {
            exchange.refuse(Objects.requireNonNull(handler).errno(failure));
        }
    }

    /// Looks every now and then after requests that take too long.
    private void watch() {
        if (unmounted) {
            return;
        }
        long now = world.nanoTime();
        for (Exchange exchange : underWay.values()) {
            if (exchange.endIfLate(now, deadlineNanos(exchange.opcode()), options.interruptGrace().toNanos())) {
                counter(SessionCounter.LATE).increment();
            }
        }
        world.schedule(WATCH_NANOS, this::watch);
    }

    private long deadlineNanos(FuseOpcode opcode) {
        return switch (opcode) {
            case SETLKW -> Long.MAX_VALUE;
            case WRITE, FLUSH, FSYNC, RELEASE, SETATTR, FALLOCATE, COPY_FILE_RANGE -> options.storeTimeout().toNanos();
            default -> options.requestTimeout().toNanos();
        };
    }

    private Buffers take() {
        @Nullable Buffers spare = spares.pollFirst();
        if (spare != null) {
            spareCount.decrementAndGet();
            return spare;
        }
        return Buffers.allocate();
    }

    private void give(Buffers buffers) {
        if (spareCount.incrementAndGet() > MOST_SPARE_BUFFERS) {
            spareCount.decrementAndGet();
        } else {
            spares.addFirst(buffers);
        }
    }

    /// Closes the channels, by which the kernel ends a mount that is not ended.
    @Override
    public void close() {
        unmounted = true;
        for (FuseChannel channel : channels) {
            channel.close();
        }
        ended.countDown();
        agreed.countDown();
    }
}
