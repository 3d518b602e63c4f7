package org.afs4j.mount.uring;

import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.afs4j.mount.ffi.Processors;
import org.afs4j.mount.session.DeviceThreads;
import org.jspecify.annotations.Nullable;

/// One of the kernel's queues, that of a processor, and who serves it.
///
/// A request goes to the entry that was given back last, and to the thread whose ring it was given back by. An entry cannot be taken
/// from the kernel again: a ring that ends with one loses what the kernel has just put there. So threads that serve stay, and their
/// number is that of the requests that were under way at once.
///
/// What came while the kernel had no entry here waits in the kernel until some entry is given back with a reply: a new entry is not
/// used for it. So whoever brings a new one has the kernel ask something by this queue, whose reply then fetches what waits; and where
/// requests are under way and none is answered for a while that is done again.
///
/// Invariants:
/// 1. Each thread listens with one entry at most, and carries out itself what comes there; so what is under way holds up nothing else.
/// 2. Whoever takes a request and leaves fewer than [#LEAST_LISTENING] that listen has another listen before he carries it out.
/// 3. Beyond [#MOST_READERS] entries go to the [RingKeeper], which carries nothing out itself.
///
/// Threads: any.
final class RingQueue {
    static final int MOST_READERS = 64;
    private static final int LEAST_LISTENING = 2;

    private final FuseRings rings;
    private final int number;
    private final AtomicInteger listening = new AtomicInteger();
    private final AtomicInteger readers = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong answered = new AtomicLong();
    private long answeredBefore;
    private final ConcurrentLinkedDeque<RingReader> parked = new ConcurrentLinkedDeque<>();

    RingQueue(FuseRings rings, int number) {
        this.rings = rings;
        this.number = number;
    }

    int number() {
        return number;
    }

    RingEntry newEntry() throws IOException {
        return new RingEntry(number);
    }

    /// Starts a thread.
    ///
    /// @param entry what it listens with
    /// @return whether it was started, and there are not as many as may be
    boolean start(RingEntry entry) {
        int count = readers.incrementAndGet();
        if (count > MOST_READERS) {
            readers.decrementAndGet();
            return false;
        }
        listening.incrementAndGet();
        DeviceThreads.start("afs4j-fuse-ring-" + number + "-" + (count - 1), new RingReader(rings, this, entry));
        return true;
    }

    /// A request came.
    ///
    /// @return whether somebody, or a new thread, listens for the next
    boolean taken() {
        underWay.incrementAndGet();
        int left = listening.decrementAndGet();
        return left >= LEAST_LISTENING || another() || left > 0;
    }

    private boolean another() {
        try {
            if (parked.isEmpty() && readers.get() >= MOST_READERS) {
                return false;
            }
            RingEntry entry = newEntry();
            return giveToParked(entry) || start(entry);
        } catch (IOException noMemory) {
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.WARNING, "no further entry of a ring", noMemory);
            return false;
        }
    }

    private boolean giveToParked(RingEntry entry) {
        @Nullable RingReader idle = parked.pollFirst();
        if (idle == null) {
            return false;
        }
        listening.incrementAndGet();
        idle.give(entry);
        return true;
    }

    /// Counts an answer, with which the entry goes back to the kernel.
    void answered() {
        underWay.decrementAndGet();
        answered.incrementAndGet();
    }

    /// Has the kernel ask something by this queue, if anything may wait there. To be called on the queue's processor.
    void nudge() {
        if (underWay.get() > 0) {
            rings.nudge();
        }
    }

    /// Nudges if nothing was answered since the last call though something is under way.
    ///
    /// Threads: one at a time.
    void nudgeIfNothingMoves() {
        long now = answered.get();
        if (underWay.get() > 0 && now == answeredBefore) {
            DeviceThreads.start("afs4j-fuse-ring-" + number + "-nudge", () -> {
                Processors.keepOn(number);
                nudge();
            });
        }
        answeredBefore = now;
    }

    /// Counts the caller as one that listens, if nobody does.
    boolean listenIfNobodyDoes() {
        return listening.compareAndSet(0, 1);
    }

    /// Counts the caller as one that listens.
    void listen() {
        listening.incrementAndGet();
    }

    /// Counts the caller out, whose entry the kernel has not taken.
    void lost() {
        listening.decrementAndGet();
    }

    /// Has a reader wait for an entry.
    void park(RingReader idle) {
        parked.addFirst(idle);
    }

    /// A reader ends.
    ///
    /// @param entry what it was given and has not listened with, or null
    void left(@Nullable RingEntry entry) {
        readers.decrementAndGet();
        if (entry != null) {
            listening.decrementAndGet();
            if (entry.isRegistered()) {
                rings.keeper().give(entry);
            }
        }
    }

    /// Gives an entry back to the kernel that was answered by another thread than its ring's.
    void adopt(RingEntry answered) {
        if (!giveToParked(answered) && !start(answered)) {
            rings.keeper().give(answered);
        }
    }

    /// Has parked readers see that this is the end.
    void wakeParked() {
        parked.forEach(RingReader::wake);
    }
}
