package org.afs4j.rx.port;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.afs4j.base.lock.Lookout;
import org.afs4j.base.lock.Parking;
import org.afs4j.rx.ffi.ReceiveBatch;
import org.afs4j.rx.ffi.SocketWatch;
import org.afs4j.rx.ffi.UdpSocket;
import org.jspecify.annotations.Nullable;

/// The receiving side of a [BatchedUdpPort]: its thread, and the one that looks out in its place.
///
/// Invariants: one thread at a time hands over (`handing`), which the socket sees to, since it wakes one thread for what comes and no
/// other until that one rearms it. Who is recalled waits at the socket alone, or the port's thread, woken in its stead, calls again
/// and stands back.
///
/// Threads: the port's own platform thread; one other at a time, a platform thread too, since a system call holds a virtual thread's
/// carrier.
final class Reception implements Lookout {
    /// How long a thread looks out when nothing comes, in milliseconds: what takes longer does not mind a wake-up more, and an interrupt
    /// is seen only then.
    private static final int PATIENCE_MILLIS = 10;

    /// A message that the kernel put together is never longer.
    private static final int COALESCED_BYTES = 65_536;

    /// After how many wake-ups for nothing it lets the port's thread do the work.
    private static final int MAX_WAKES = 16;

    /// How many batches of one datagram follow upon one of several before it is idle: while much comes at a time, a thread that does
    /// nothing else hands it over sooner than one that has just asked for something.
    private static final int BUSY_BATCHES = 16;

    private static final System.Logger LOGGER = System.getLogger("org.afs4j.rx");

    private final UdpSocket socket;
    private final DatagramPort.DatagramHandler handler;
    private final ReceiveBatch<MessagePool.Message> batch;
    private final ReceiveBatch.Taker<MessagePool.Message> taker = new Taker();
    private volatile Thread thread = Thread.currentThread();
    private final SocketWatch.Place threadPlace = new SocketWatch.Place();
    private final SocketWatch.Place lookoutPlace = new SocketWatch.Place();

    /// Whether somebody hands over; also what makes the work of one visible to the next.
    private final AtomicBoolean handing = new AtomicBoolean();

    /// Who looks out.
    private final AtomicReference<@Nullable Thread> watcher = new AtomicReference<>();

    /// Whether the port's thread waits at the socket, or is about to; whether it waits for the watcher to leave.
    private volatile boolean waiting;

    private volatile boolean standsBack;

    /// Whether a thread would have liked to look out of late.
    private volatile boolean wanted;

    /// Datagrams of the batch that is handed over; of who hands over.
    private int datagrams;

    /// For how many more batches of one datagram it is taken for busy; changed by who hands over.
    private volatile int busy;

    /// Whether what comes wakes whoever waits at the socket; of the port's thread, while nobody looks out.
    private boolean armed = true;

    Reception(UdpSocket socket, DatagramPort.DatagramHandler handler, int datagramBytes) {
        this.socket = socket;
        this.handler = handler;
        MessagePool messages = new MessagePool(socket.isCoalesced() ? COALESCED_BYTES : datagramBytes);
        this.batch = messages.newBatch();
    }

    private final class Taker implements ReceiveBatch.Taker<MessagePool.Message> {
        @Override
        public void take(ByteBuffer datagram, InetSocketAddress from, MessagePool.Message message) {
            datagrams++;
            try {
                handler.onDatagram(datagram, from, message);
            } catch (RuntimeException | Error e) {
                // A defect met by one datagram must not stop all others.
                LOGGER.log(System.Logger.Level.ERROR, "a datagram could not be handled", e);
            }
        }

        @Override
        public MessagePool.Message next(MessagePool.Message message) {
            return message.next();
        }
    }

    /// Names the port's own thread, before it runs [#run] and before anybody looks out.
    void runsOn(Thread own) {
        thread = own;
    }

    /// Hands over what comes, until the socket is shut.
    void run() {
        SocketWatch.Arrival arrival = SocketWatch.Arrival.CALLED;
        while (arrival != SocketWatch.Arrival.SHUT) {
            if (!armed && isAlone()) {
                arrival = handOver(null, true) ? SocketWatch.Arrival.DATAGRAMS : SocketWatch.Arrival.SHUT;
                continue;
            }
            if (!armed) {
                armed = true;
                rearm();
            }
            standBack();
            waiting = true;
            arrival = await(threadPlace, -1);
            waiting = false;
            if (arrival == SocketWatch.Arrival.DATAGRAMS) {
                armed = false;
                arrival = handOver(null, false) ? arrival : SocketWatch.Arrival.SHUT;
            } else if (watcher.get() != null) {
                // It was meant.
                socket.call();
            }
        }
        standBack();
    }

    /// Whether the port's thread does best to take all itself: nobody looks out, and nobody would like to, or much comes at a time. It
    /// then waits in the call that receives, which costs less than to wait at the socket first.
    private boolean isAlone() {
        boolean anyWants = wanted;
        wanted = false;
        return watcher.get() == null && (!anyWants || busy > 0);
    }

    /// Lets the one who looks out be the only one who waits.
    private void standBack() {
        if (watcher.get() != null) {
            standsBack = true;
            while (watcher.get() != null) {
                LockSupport.park(this);
            }
            standsBack = false;
        }
    }

    private SocketWatch.Arrival await(SocketWatch.Place place, int timeoutMillis) {
        try {
            return socket.await(place, timeoutMillis);
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.ERROR, "nothing can be received any more", e);
            return SocketWatch.Arrival.SHUT;
        }
    }

    /// Hands over what has come.
    ///
    /// @param parking where this thread waits in truth, if it looks out: once it is woken, the rest is left to others
    /// @param waits whether to wait for something to come
    /// @return false if nothing will come any more
    private boolean handOver(@Nullable Parking parking, boolean waits) {
        if (!handing.compareAndSet(false, true)) {
            throw new IllegalStateException("two threads hand over");
        }
        try {
            int messages = ReceiveBatch.MESSAGES;
            while (messages == ReceiveBatch.MESSAGES && (parking == null || !parking.isWoken())) {
                messages = handOverBatch(waits);
            }
            return messages >= 0;
        } finally {
            handing.set(false);
        }
    }

    private int handOverBatch(boolean waits) {
        int messages = 0;
        datagrams = 0;
        try {
            messages = socket.receive(batch, taker, waits);
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "receive failed", e);
        }
        try {
            handler.onBatchEnd();
        } catch (RuntimeException | Error e) {
            LOGGER.log(System.Logger.Level.ERROR, "a batch could not be ended", e);
        }
        int batches = datagrams > 1 ? BUSY_BATCHES : Math.max(0, busy - 1);
        if (batches != busy) {
            busy = batches;
        }
        return messages;
    }

    private void rearm() {
        try {
            socket.rearm();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.ERROR, "nothing can be received any more", e);
        }
    }

    /// Takes the watch if the port's thread has nothing to do: then it is not woken for what this one waits for.
    @Override
    public boolean begin() {
        if (Thread.currentThread().isVirtual()) {
            return false;
        }
        if (!wanted) {
            wanted = true;
        }
        return waiting && busy == 0 && watcher.compareAndSet(null, Thread.currentThread());
    }

    @Override
    public void watch(Parking parking) {
        try {
            for (int wakes = 0; wakes < MAX_WAKES && !parking.isWoken() && !Thread.currentThread().isInterrupted(); wakes++) {
                switch (await(lookoutPlace, PATIENCE_MILLIS)) {
                    case DATAGRAMS -> {
                        if (!handOver(parking, false)) {
                            return;
                        }
                        rearm();
                    }
                    case CALLED -> {}
                    case NOTHING, SHUT -> {
                        return;
                    }
                }
            }
        } finally {
            watcher.set(null);
            if (standsBack) {
                LockSupport.unpark(thread);
            }
        }
    }

    @Override
    public void recall() {
        socket.call();
    }

    /// Waits until nobody hands over any more; the socket has been shut.
    @SuppressWarnings("ReferenceEquality") // a thread is itself and no other
    void awaitEnd() {
        Thread current = Thread.currentThread();
        if (thread == current || watcher.get() == current) {
            return;
        }
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            current.interrupt();
        }
    }
}
