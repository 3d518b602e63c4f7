package org.afs4j.client.server;

import java.io.IOException;
import java.util.List;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.jspecify.annotations.Nullable;

/// Calls to servers that go out at once, so that they take one round trip together: the first by the caller's thread, the others by
/// threads of their own.
///
/// Locks: a leaf of its own, never held across a call. Threads: used by one.
public final class CallsAtOnce {
    /// One call.
    @FunctionalInterface
    public interface Call {
        /// Makes the call.
        ///
        /// @throws IOException if it fails
        void run() throws IOException;
    }

    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final RankedCondition finished = mutex.newCondition();
    private int underWay;
    private @Nullable IOException failure;
    private @Nullable RuntimeException bug;

    private CallsAtOnce(int others) {
        underWay = others;
    }

    /// Makes calls, and waits until all have ended, even if interrupted: what they write to is the caller's again then.
    ///
    /// @param world where the threads come from
    /// @param threadName what they are called
    /// @param calls what to do, at least one
    /// @throws IOException the first failure; the others go on to their end all the same
    public static void run(World world, String threadName, List<Call> calls) throws IOException {
        CallsAtOnce together = new CallsAtOnce(calls.size() - 1);
        for (Call call : calls.subList(1, calls.size())) {
            Thread thread = world.start(threadName, () -> {
                together.make(call);
                together.end();
            });
            assert thread != null;
        }
        together.make(calls.getFirst());
        together.awaitOthers();
        if (together.bug != null) {
            throw together.bug;
        }
        if (together.failure != null) {
            throw together.failure;
        }
    }

    private void make(Call call) {
        try {
            call.run();
        } catch (IOException e) {
            mutex.lock();
            failure = failure == null ? e : failure;
            mutex.unlock();
        } catch (RuntimeException e) {
            mutex.lock();
            bug = bug == null ? e : bug;
            mutex.unlock();
        }
    }

    private void end() {
        mutex.lock();
        underWay--;
        finished.signalAll();
        mutex.unlock();
    }

    private void awaitOthers() {
        mutex.lock();
        try {
            while (underWay > 0) {
                finished.awaitUninterruptibly();
            }
        } finally {
            mutex.unlock();
        }
    }
}
