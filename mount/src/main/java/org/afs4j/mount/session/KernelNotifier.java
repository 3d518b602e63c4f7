package org.afs4j.mount.session;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.mount.protocol.FuseNotification;
import org.jspecify.annotations.Nullable;

/// Tells the kernel what it must not believe any longer, from threads of its own that hold no lock and carry out no request: a
/// notification waits for requests under way on the same node, and for dirty pages to be written back.
///
/// What is to be told of one node is told by one thread at a time. A node that is stuck, behind a request to a dead server, keeps
/// one thread; others are started for other nodes, up to a number.
///
/// Locks: a leaf lock around the queue; nothing is sent under it.
public final class KernelNotifier implements AutoCloseable {
    private static final int MOST_THREADS = 8;

    /// What is to be told of one node.
    private static final class Doubts {
        boolean pages;
        final Set<String> names = new LinkedHashSet<>();
    }

    private final World world;
    private final FuseSession session;
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final RankedCondition changed = mutex.newCondition();
    private final SequencedMap<Long, Doubts> queue = new LinkedHashMap<>();
    private final Set<Long> busy = new HashSet<>();
    private final Map<Long, Doubts> deferred = new HashMap<>();
    private int threads;
    private int idle;
    private boolean closed;

    /// Makes a notifier.
    ///
    /// @param world time
    /// @param session whose kernel is told
    public KernelNotifier(World world, FuseSession session) {
        this.world = world;
        this.session = session;
    }

    /// Tells that a node's attributes, and its pages too, must be asked for again. Never blocks.
    ///
    /// @param nodeId the node
    /// @param pages whether its pages go
    public void doubt(long nodeId, boolean pages) {
        add(nodeId, pages, Set.of());
    }

    /// Tells that a directory, and names in it, must be asked for again. Never blocks.
    ///
    /// @param directoryId the directory's node
    /// @param names the names
    public void doubtNames(long directoryId, Set<String> names) {
        add(directoryId, true, names);
    }

    private void add(long nodeId, boolean pages, Set<String> names) {
        mutex.lock();
        try {
            if (closed) {
                return;
            }
            Doubts doubts = (busy.contains(nodeId) ? deferred : queue).computeIfAbsent(nodeId, id -> new Doubts());
            doubts.pages |= pages;
            doubts.names.addAll(names);
            if (idle == 0 && threads < MOST_THREADS) {
                threads++;
                DeviceThreads.start("afs4j-fuse-notify-" + threads, this::work);
            }
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    /// Waits until the kernel was told all that is to be told of a node, within a bound: it can be stuck behind a request to a dead
    /// server.
    ///
    /// Blocks: so not from within a request that the kernel holds a page or a directory for.
    ///
    /// @param nodeId the node
    /// @param mostNanos how long at most
    /// @return whether all is told
    public boolean awaitTold(long nodeId, long mostNanos) {
        mutex.lock();
        try {
            long untilNanos = world.nanoTime() + mostNanos;
            boolean inTime = true;
            while (inTime && !closed && (busy.contains(nodeId) || queue.containsKey(nodeId))) {
                inTime = changed.awaitUntil(world, untilNanos);
            }
            return inTime;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            mutex.unlock();
        }
    }

    private void work() {
        Map.@Nullable Entry<Long, Doubts> next = take();
        while (next != null) {
            assert HeldLocks.none();
            tell(next.getKey(), next.getValue());
            finish(next.getKey());
            next = take();
        }
    }

    private Map.@Nullable Entry<Long, Doubts> take() {
        mutex.lock();
        try {
            idle++;
            while (queue.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            idle--;
            Map.Entry<Long, Doubts> next = closed ? null : queue.pollFirstEntry();
            if (next != null) {
                busy.add(next.getKey());
            }
            return next;
        } finally {
            mutex.unlock();
        }
    }

    private void finish(long nodeId) {
        mutex.lock();
        try {
            busy.remove(nodeId);
            Doubts again = deferred.remove(nodeId);
            if (again != null) {
                queue.put(nodeId, again);
            }
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    private void tell(long nodeId, Doubts doubts) {
        try (Arena arena = Arena.ofConfined()) {
            send(FuseNotification.ofInode(arena, nodeId, doubts.pages));
            for (String name : doubts.names) {
                send(FuseNotification.ofName(arena, nodeId, name, session.canExpire()));
            }
        }
    }

    private void send(MemorySegment message) {
        try {
            session.notify(message);
        } catch (IOException unknown) {
            // The kernel has no such node or name, so it believes nothing of it.
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.TRACE, "a notification without effect", unknown);
        }
    }

    /// Lets the threads end; what is queued is not told, for the mount is gone.
    @Override
    public void close() {
        mutex.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
    }
}
