package org.afs4j.mount.uring;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.afs4j.mount.ffi.IoUring;
import org.afs4j.mount.ffi.WakeSignal;
import org.afs4j.mount.protocol.FuseOpcode;
import org.afs4j.mount.protocol.MalformedRequestException;
import org.afs4j.mount.session.Exchange;
import org.afs4j.mount.session.Exchanges;
import org.afs4j.mount.session.RequestBuffers;
import org.afs4j.protocol.Errno;
import org.jspecify.annotations.Nullable;

/// The thread that listens with the entries for which there are no readers, of all queues: it hands each request to a virtual thread,
/// so that there can be any number under way.
///
/// Threads: [#give] any; the rest its own.
final class RingKeeper implements Runnable {
    private static final long END = 0;
    private static final long GIVEN = 1;
    private static final int RING_SIZE = 64;

    private final FuseRings rings;
    private final WakeSignal signal;
    private final ConcurrentLinkedQueue<RingEntry> given = new ConcurrentLinkedQueue<>();
    private final Map<Long, RingEntry> kept = new HashMap<>();
    private long lastNumber = GIVEN;

    RingKeeper(FuseRings rings, WakeSignal signal) {
        this.rings = rings;
        this.signal = signal;
    }

    /// Gives it an entry.
    ///
    /// @param entry answered, or new
    void give(RingEntry entry) {
        given.add(entry);
        signal.set();
    }

    @Override
    public void run() {
        try (IoUring ring = IoUring.open(RING_SIZE)) {
            ring.poll(rings.end(), END);
            ring.poll(signal, GIVEN);
            ring.submit();
            @Nullable Exchanges exchanges = rings.awaitBegin();
            boolean goesOn = exchanges != null;
            while (goesOn && exchanges != null) {
                ring.await();
                while (goesOn && ring.next()) {
                    goesOn = completed(ring, exchanges);
                }
            }
        } catch (IOException | RuntimeException e) {
            rings.failed(e);
        }
    }

    private boolean completed(IoUring ring, Exchanges exchanges) throws IOException {
        long number = ring.userData();
        if (number == END) {
            return false;
        }
        if (number == GIVEN) {
            signal.clear();
            listen(ring);
            ring.poll(signal, GIVEN);
            return true;
        }
        @Nullable RingEntry entry = kept.remove(number);
        if (entry != null && ring.result() < 0) {
            rings.queue(entry.queue()).lost();
        } else if (entry != null) {
            received(exchanges, entry);
        }
        return true;
    }

    private void listen(IoUring ring) throws IOException {
        RingEntry entry = given.poll();
        while (entry != null) {
            rings.queue(entry.queue()).listen();
            long number = ++lastNumber;
            kept.put(number, entry);
            entry.fetch(ring, rings.device(), number);
            entry = given.poll();
        }
    }

    private void received(Exchanges exchanges, RingEntry entry) throws IOException {
        RingQueue queue = rings.queue(entry.queue());
        if (!queue.taken()) {
            give(queue.newEntry());
        }
        RingReply reply = new RingReply(queue, entry, null);
        if (entry.isNudge()) {
            entry.takeNudge();
            reply.end(0);
            return;
        }
        RequestBuffers buffers = exchanges.takeBuffers();
        try {
            long length = entry.take(buffers.memory());
            @Nullable Exchange exchange = exchanges.begin(reply, buffers, length);
            if (exchange != null) {
                rings.seen(exchange.opcode(), exchange.request().nodeId());
                String name = exchange.opcode() == FuseOpcode.SETLKW ? "afs4j-fuse-lock" : "afs4j-fuse-request";
                rings.world().start(name, () -> carryOut(exchanges, exchange, reply, buffers));
                return;
            }
        } catch (MalformedRequestException e) {
            exchanges.refused(e);
        }
        reply.end(Errno.EIO.number());
        exchanges.giveBuffers(buffers);
    }

    private static void carryOut(Exchanges exchanges, Exchange exchange, RingReply reply, RequestBuffers buffers) {
        if (exchange.opcode() == FuseOpcode.SETLKW) {
            exchanges.giveBuffers(buffers);
            exchanges.carryOut(exchange);
            return;
        }
        exchanges.carryOut(exchange);
        if (exchange.opcode().isOneWay()) {
            reply.end(0);
        }
        exchanges.giveBuffers(buffers);
    }
}
