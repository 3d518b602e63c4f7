package org.afs4j.rx.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.Lookout;
import org.afs4j.base.lock.Parking;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.jspecify.annotations.Nullable;

/// The threads on which services run. One that has served its call waits for another, the one that waited least first, so that a
/// call costs neither a thread nor, while it streams, an object for each wait.
///
/// How many there are is bounded by the calls that [ServiceThreads] lets be served.
///
/// Threads: any. Locks: [LockRank#LEAF].
final class ServiceWorkers {
    /// Threads that are kept for later calls; more than this end with their call.
    private static final int MAX_IDLE = 32;

    private final World world;
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final ArrayDeque<Worker> idle = new ArrayDeque<>();
    private boolean closed;

    ServiceWorkers(World world) {
        this.world = world;
    }

    private final class Worker implements Runnable {
        private final Parking parking = new Parking();

        /// What to serve next; under the mutex.
        private @Nullable ServerCall call;

        /// Where it may wait for the next: where the last call came from.
        private @Nullable Lookout lookout;

        private Worker(ServerCall first) {
            this.call = first;
        }

        @Override
        public void run() {
            for (ServerCall mine = take(); mine != null; mine = await() ? take() : null) {
                mine.serve();
                lookout = mine.connection.port.lookout();
            }
        }

        private @Nullable ServerCall take() {
            mutex.lock();
            try {
                ServerCall mine = call;
                call = null;
                return mine;
            } finally {
                mutex.unlock();
            }
        }

        /// Waits for a call.
        ///
        /// @return false if the thread is not needed any more
        private boolean await() {
            // An interrupt was meant for the call that is over.
            boolean cleared = Thread.interrupted();
            assert cleared || !Thread.currentThread().isInterrupted();
            mutex.lock();
            try {
                if (closed || idle.size() >= MAX_IDLE) {
                    return false;
                }
                idle.addLast(this);
                Lookout port = lookout;
                if (port != null && port.begin()) {
                    parking.prepare(port);
                } else {
                    parking.prepare();
                }
            } finally {
                mutex.unlock();
            }
            while (true) {
                parking.parkUninterruptibly();
                mutex.lock();
                try {
                    if (call != null || closed) {
                        return call != null;
                    }
                    parking.prepare();
                } finally {
                    mutex.unlock();
                }
            }
        }
    }

    /// Has a call served by a thread.
    ///
    /// @param held the mutex of the call's connection, which the current thread holds: the thread wakes when it is free
    void begin(ServerCall call, RankedMutex held) {
        Worker worker;
        mutex.lock();
        try {
            worker = idle.pollLast();
            if (worker != null) {
                worker.call = call;
            }
        } finally {
            mutex.unlock();
        }
        if (worker != null) {
            held.wakeAfterUnlock(worker.parking);
        } else {
            world.startWorker("afs4j-rx-call", new Worker(call));
        }
    }

    /// Lets threads end that have nothing to do.
    void close() {
        List<Worker> waiting;
        mutex.lock();
        try {
            closed = true;
            waiting = new ArrayList<>(idle);
            idle.clear();
        } finally {
            mutex.unlock();
        }
        waiting.forEach(worker -> worker.parking.wake());
    }
}
