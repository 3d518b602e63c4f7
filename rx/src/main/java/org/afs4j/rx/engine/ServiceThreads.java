package org.afs4j.rx.engine;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.rx.RxLimits;
import org.afs4j.rx.peer.PeerRecord;
import org.jspecify.annotations.Nullable;

/// The calls of peers: those that are being served, those that wait for a place, and the half-open ones, which wait until it is
/// proven who or where the peer is. Each is bounded in number.
///
/// Places go to peers in turn, whatever each has waiting; one peer gets three quarters of them at most, and a quarter of the
/// queue, so that none shuts out the others.
///
/// Threads: any. Locks: [LockRank#LEAF].
final class ServiceThreads {
    private final World world;
    private final int limit;
    private final int limitOfPeer;
    private final int queueLimit;
    private final int queueLimitOfPeer;
    private final int halfOpenLimit;
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final RankedCondition fewer = mutex.newCondition();
    private final Set<ServerCall> served = new LinkedHashSet<>();

    /// What waits for a place, by peer; the peer whose turn is next comes first. No queue in it is empty.
    private final Map<PeerRecord, ArrayDeque<ServerCall>> queues = new LinkedHashMap<>();

    private final Set<ServerCall> halfOpen = new LinkedHashSet<>();
    private int queued;
    private boolean closed;

    /// What became of a call that asked for a place.
    enum Place {
        /// It has one; its service may begin.
        SERVED,
        /// It waits for one.
        QUEUED,
        /// It has none, and too many wait already.
        NONE
    }

    ServiceThreads(World world, int limit, RxLimits limits) {
        this.world = world;
        this.limit = limit;
        this.limitOfPeer = Math.max(1, limit - limit / 4);
        this.queueLimit = limits.maxQueuedCalls();
        this.queueLimitOfPeer = Math.min(queueLimit, Math.max(1, queueLimit / 4));
        this.halfOpenLimit = limits.maxHalfOpenCalls();
    }

    /// Takes a place for a call, or lets it wait for one.
    Place offer(ServerCall call) {
        PeerRecord peer = call.connection.peerRecord;
        mutex.lock();
        try {
            assert !served.contains(call);
            boolean gone = halfOpen.remove(call);
            assert gone || !halfOpen.contains(call);
            if (closed) {
                return Place.NONE;
            }
            if (mayServe(peer)) {
                serve(call);
                return Place.SERVED;
            }
            if (!mayQueue(peer)) {
                return Place.NONE;
            }
            queues.computeIfAbsent(peer, key -> new ArrayDeque<>()).add(call);
            queued++;
            return Place.QUEUED;
        } finally {
            mutex.unlock();
        }
    }

    private boolean mayServe(PeerRecord peer) {
        return served.size() < limit && peer.serving() < limitOfPeer;
    }

    private boolean mayQueue(PeerRecord peer) {
        ArrayDeque<ServerCall> queue = queues.get(peer);
        return queued < queueLimit && (queue == null ? queueLimit > 0 : queue.size() < queueLimitOfPeer);
    }

    private void serve(ServerCall call) {
        served.add(call);
        call.connection.peerRecord.serviceBegins();
    }

    /// Whether a call of a peer would be served or could wait.
    boolean hasPlace(PeerRecord peer) {
        mutex.lock();
        try {
            return !closed && (mayServe(peer) || mayQueue(peer));
        } finally {
            mutex.unlock();
        }
    }

    /// Takes note that a call is half-open.
    void waitForProof(ServerCall call) {
        mutex.lock();
        try {
            halfOpen.add(call);
        } finally {
            mutex.unlock();
        }
    }

    /// The oldest half-open call, if there are too many; it is not counted any more.
    @Nullable ServerCall pollExcess() {
        mutex.lock();
        try {
            if (halfOpen.size() <= halfOpenLimit) {
                return null;
            }
            Iterator<ServerCall> oldest = halfOpen.iterator();
            ServerCall call = oldest.next();
            oldest.remove();
            return call;
        } finally {
            mutex.unlock();
        }
    }

    /// Takes note that a call which was not served yet is over.
    void withdraw(ServerCall call) {
        mutex.lock();
        try {
            PeerRecord peer = call.connection.peerRecord;
            ArrayDeque<ServerCall> queue = queues.get(peer);
            if (queue != null && queue.remove(call)) {
                queued--;
                if (queue.isEmpty()) {
                    queues.remove(peer);
                }
            }
            halfOpen.remove(call);
        } finally {
            mutex.unlock();
        }
    }

    /// Gives back the place of a call.
    ///
    /// @return the call that has the place now; null if none waits
    @Nullable ServerCall end(ServerCall call) {
        mutex.lock();
        try {
            if (served.remove(call)) {
                call.connection.peerRecord.serviceEnds();
            }
            fewer.signalAll();
            return closed ? null : next();
        } finally {
            mutex.unlock();
        }
    }

    private @Nullable ServerCall next() {
        PeerRecord peer = null;
        for (PeerRecord candidate : queues.keySet()) {
            if (mayServe(candidate)) {
                peer = candidate;
                break;
            }
        }
        ArrayDeque<ServerCall> queue = peer == null ? null : queues.remove(peer);
        if (peer == null || queue == null) {
            return null;
        }
        ServerCall next = queue.remove();
        queued--;
        if (!queue.isEmpty()) {
            // Behind all others: each peer has its turn.
            queues.put(peer, queue);
        }
        serve(next);
        return next;
    }

    /// Calls that are being served.
    int count() {
        mutex.lock();
        try {
            return served.size();
        } finally {
            mutex.unlock();
        }
    }

    /// Calls that wait for a place or for proof.
    int waiting() {
        mutex.lock();
        try {
            return queued + halfOpen.size();
        } finally {
            mutex.unlock();
        }
    }

    /// Gives out no more places, and waits until the calls have ended; those that have not after half of the time are interrupted.
    /// A call whose own thread closes is not waited for.
    ///
    /// @return how many are left when the time is over
    int close(long boundNanos) {
        long deadline = world.nanoTime() + boundNanos;
        if (await(deadline - boundNanos / 2) == 0) {
            return 0;
        }
        List<ServerCall> left;
        mutex.lock();
        try {
            left = List.copyOf(served);
        } finally {
            mutex.unlock();
        }
        left.stream().filter(call -> !call.isServedByThisThread()).forEach(ServerCall::interrupt);
        return await(deadline);
    }

    private int await(long deadlineNanos) {
        boolean interrupted = false;
        mutex.lock();
        try {
            closed = true;
            while (others() > 0) {
                try {
                    if (!fewer.awaitUntil(world, deadlineNanos)) {
                        break;
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return others();
        } finally {
            mutex.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private int others() {
        int others = 0;
        for (ServerCall call : served) {
            others += call.isServedByThisThread() ? 0 : 1;
        }
        return others;
    }
}
