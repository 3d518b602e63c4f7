package org.afs4j.base.lock;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.afs4j.base.simulation.SimulatedWorld;
import org.jspecify.annotations.Nullable;

/// A mutual exclusion lock with a rank. Not reentrant: taking it twice is a lock order error under `-ea`. A thread that waits for it
/// alone costs no object; who comes while another waits joins the queue of the JDK's lock, at the cost of a node.
///
/// Invariant: whoever lets the lock go looks for a `waiter` afterwards and unparks it ([#release()]), or has closed that place before
/// ([#beforeAwait()]), so that all wait in the lock's queue, which is the lock's own concern.
///
/// Threads: any, virtual ones too; a waiting virtual thread gives up its carrier.
public final class RankedMutex {
    /// How often a mutex that is held is tried again before the thread is parked: what it guards takes as long as that at most, most
    /// of the time, and a switch of threads costs more.
    private static final int SPINS = 64;

    /// The `waiter` of a mutex outside whose queue nobody may wait.
    private static final Object CLOSED = new Object();

    private final LockRank rank;
    private final long key;
    final ReentrantLock lock = new ReentrantLock();

    /// The thread that waits outside the lock's queue, or [#CLOSED].
    private final AtomicReference<@Nullable Object> waiter = new AtomicReference<>();

    /// Whom to wake when the mutex is released next; under the mutex.
    private @Nullable Parking toWake;

    /// Makes a mutex.
    ///
    /// @param rank its place in the lock order
    /// @param key its place among locks of the same rank, where a rank allows several; ascending
    public RankedMutex(LockRank rank, long key) {
        this.rank = rank;
        this.key = key;
    }

    /// Makes a mutex of a rank of which a thread never holds several.
    ///
    /// @param rank its place in the lock order
    public RankedMutex(LockRank rank) {
        this(rank, 0);
    }

    /// Takes the mutex.
    ///
    /// Blocks: until no other thread holds it.
    public void lock() {
        assert HeldLocks.check(rank, key, this) && SimulatedWorld.reachedPoint();
        acquire();
        assert HeldLocks.push(rank, key, this);
    }

    /// Takes the lock itself.
    void acquire() {
        if (tryOften()) {
            return;
        }
        Thread current = Thread.currentThread();
        if (!waiter.compareAndSet(null, current) || !acquireAlone(current)) {
            lock.lock();
            // Whoever closed the place has let the lock go since.
            boolean reopened = waiter.compareAndSet(CLOSED, null);
            assert reopened || lock.isHeldByCurrentThread();
        }
    }

    private boolean tryOften() {
        for (int i = 0; i < SPINS; i++) {
            if (lock.tryLock()) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /// Waits outside the queue. The thread is the `waiter` before it tries again, and who releases looks for one after that, so one of
    /// the two sees the other.
    ///
    /// @return false if it has been sent to the queue
    @SuppressWarnings("ReferenceEquality") // a thread is itself and no other
    private boolean acquireAlone(Thread current) {
        boolean interrupted = false;
        boolean taken = lock.tryLock();
        while (!taken && waiter.get() == current) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
            taken = tryOften();
        }
        boolean left = waiter.compareAndSet(current, null);
        assert left || waiter.get() != current;
        if (interrupted) {
            current.interrupt();
        }
        return taken;
    }

    /// Takes the mutex if no thread holds it.
    ///
    /// @return whether it was taken
    public boolean tryLock() {
        assert !HeldLocks.holds(this) : "taken twice: " + rank;
        assert SimulatedWorld.reachedPoint();
        boolean taken = lock.tryLock();
        assert !taken || HeldLocks.push(rank, key, this);
        return taken;
    }

    /// Releases the mutex, which the current thread holds.
    public void unlock() {
        assert HeldLocks.pop(this);
        release();
        assert SimulatedWorld.reachedPoint();
    }

    /// Releases the lock itself, then wakes those who are to be woken.
    void release() {
        Parking first = toWake;
        toWake = null;
        lock.unlock();
        if (waiter.get() instanceof Thread waiting) {
            LockSupport.unpark(waiting);
        }
        wake(first);
    }

    /// Before a wait on a condition of the lock, which releases it by other means than [#release()]: wakes those who are to be woken,
    /// and sends the waiter, and who comes before the lock is free, to the lock's queue.
    void beforeAwait() {
        Parking first = toWake;
        toWake = null;
        if (waiter.getAndSet(CLOSED) instanceof Thread waiting) {
            LockSupport.unpark(waiting);
        }
        wake(first);
    }

    private static void wake(@Nullable Parking first) {
        Parking parking = first;
        while (parking != null) {
            parking = parking.unchainAndWake();
        }
    }

    /// Has a thread woken as soon as the mutex, which the current thread holds, is released.
    ///
    /// @param parking where it waits; only ever given to one mutex at a time
    public void wakeAfterUnlock(Parking parking) {
        assert lock.isHeldByCurrentThread();
        if (parking.chain(toWake)) {
            toWake = parking;
        }
    }

    /// Says whether the current thread holds the mutex.
    public boolean isHeldByCurrentThread() {
        return lock.isHeldByCurrentThread();
    }

    /// Makes a condition on which holders of this mutex wait.
    public RankedCondition newCondition() {
        return new RankedCondition(this, lock.newCondition());
    }

    @Override
    public String toString() {
        return rank + "(" + key + ")";
    }
}
