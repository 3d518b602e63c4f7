package org.afs4j.mount.session;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.afs4j.base.world.World;
import org.afs4j.mount.protocol.FuseOpcode;
import org.afs4j.mount.protocol.FuseReply;
import org.afs4j.mount.protocol.FuseRequest;
import org.afs4j.mount.protocol.MalformedRequestException;
import org.afs4j.protocol.Errno;
import org.jspecify.annotations.Nullable;

/// The requests of one mount that are under way, whichever way they came: each is carried out and answered, in time.
///
/// A request gets one answer: from who carries it out, or, after its deadline or its interrupt's grace, from the watch.
///
/// Threads: any.
public final class Exchanges {
    private static final long WATCH_NANOS = 250_000_000L;
    /// An interrupt whose request nobody has read for so long is one of a request that was answered before.
    private static final long MOST_EARLY_NANOS = 10_000_000_000L;
    private static final int MOST_EARLY = 100_000;

    private final World world;
    private final SessionOptions options;
    private final ConcurrentMap<Long, Exchange> underWay = new ConcurrentHashMap<>();
    /// Interrupts that overtook their requests, with the time.
    private final ConcurrentMap<Long, Long> early = new ConcurrentHashMap<>();
    private final RequestBuffers.Pool buffers = new RequestBuffers.Pool();
    private final Map<SessionCounter, LongAdder> counters = new EnumMap<>(SessionCounter.class);
    private volatile @Nullable RequestHandler handler;
    private volatile boolean ended;

    Exchanges(World world, SessionOptions options) {
        this.world = world;
        this.options = options;
        for (SessionCounter counter : SessionCounter.values()) {
            counters.put(counter, new LongAdder());
        }
    }

    /// Begins to watch.
    void start(RequestHandler carriesOut) {
        handler = carriesOut;
        watch();
    }

    /// Ends the watch.
    void end() {
        ended = true;
    }

    LongAdder counter(SessionCounter counter) {
        return counters.computeIfAbsent(counter, each -> new LongAdder());
    }

    /// Buffers for whoever serves.
    public RequestBuffers takeBuffers() {
        return buffers.take();
    }

    /// Gives buffers back, which nobody uses any more.
    public void giveBuffers(RequestBuffers unused) {
        buffers.give(unused);
    }

    /// Makes an exchange of what was read, if it is something that has to be carried out: what is malformed is refused, an interrupt
    /// passed on.
    ///
    /// @param replies where its reply goes
    /// @param read the request, and where its reply is built
    /// @param length how long the request is, bytes
    /// @return the exchange, whose buffers are the caller's again once it has been carried out; a wait for a lock has memory of its own
    public @Nullable Exchange begin(ReplyPath replies, RequestBuffers read, long length) {
        counter(SessionCounter.REQUESTS).increment();
        FuseReply reply = read.reply();
        reply.clear();
        try {
            FuseRequest request = FuseRequest.of(read.request(), length);
            @Nullable FuseOpcode opcode = FuseOpcode.of(request.opcode());
            if (opcode == null || request.bodyBytes() < opcode.leastBodyBytes()) {
                counter(SessionCounter.REFUSED).increment();
                send(replies, reply.failed(request.unique(), (opcode == null ? Errno.ENOSYS : Errno.EINVAL).number()));
                return null;
            }
            if (opcode == FuseOpcode.INTERRUPT) {
                interrupt(request.int64(0));
                return null;
            }
            Exchange exchange = opcode == FuseOpcode.SETLKW
                    ? new Exchange(replies, opcode, request.copy(), FuseReply.ofBytes(0), world.nanoTime())
                    : new Exchange(replies, opcode, request, reply, world.nanoTime());
            if (!opcode.isOneWay() && opcode != FuseOpcode.INIT) {
                underWay.put(request.unique(), exchange);
                if (!early.isEmpty() && early.remove(request.unique()) != null) {
                    exchange.interrupt(world.nanoTime());
                }
            }
            return exchange;
        } catch (MalformedRequestException e) {
            refused(e);
            return null;
        }
    }

    /// Counts what is no request.
    ///
    /// @param malformed what is wrong with it
    public void refused(MalformedRequestException malformed) {
        counter(SessionCounter.REFUSED).increment();
        System.getLogger("org.afs4j.mount").log(System.Logger.Level.DEBUG, "a malformed request", malformed);
    }

    /// Passes an interrupt on. It may overtake its request, which another thread has just read: then the request finds it here.
    private void interrupt(long unique) {
        @Nullable Exchange interrupted = underWay.get(unique);
        if (interrupted == null && early.size() < MOST_EARLY) {
            early.put(unique, world.nanoTime());
            interrupted = underWay.get(unique);
            if (interrupted != null) {
                early.remove(unique);
            }
        }
        if (interrupted != null) {
            interrupted.interrupt(world.nanoTime());
        }
    }

    static void send(ReplyPath replies, MemorySegment message) {
        try {
            replies.write(message);
        } catch (IOException gone) {
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.TRACE, "a reply came too late", gone);
        }
    }

    /// Carries a request out and sees that it is answered.
    ///
    /// Blocks: as it must, for calls to servers.
    ///
    /// @param exchange from [#begin]
    public void carryOut(Exchange exchange) {
        boolean oneWay = exchange.opcode().isOneWay();
        try {
            Objects.requireNonNull(handler).handle(exchange);
            if (!oneWay && !exchange.isAnswered()) {
                exchange.answerLast();
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
        if (ended) {
            return;
        }
        long now = world.nanoTime();
        for (Exchange exchange : underWay.values()) {
            if (exchange.endIfLate(now, deadlineNanos(exchange.opcode()), options.interruptGrace().toNanos())) {
                counter(SessionCounter.LATE).increment();
            }
        }
        early.values().removeIf(sinceNanos -> now - sinceNanos > MOST_EARLY_NANOS);
        world.schedule(WATCH_NANOS, this::watch);
    }

    private long deadlineNanos(FuseOpcode opcode) {
        return switch (opcode) {
            case SETLKW -> Long.MAX_VALUE;
            case WRITE, FLUSH, FSYNC, RELEASE, SETATTR, FALLOCATE, COPY_FILE_RANGE -> options.storeTimeout().toNanos();
            default -> options.requestTimeout().toNanos();
        };
    }
}
