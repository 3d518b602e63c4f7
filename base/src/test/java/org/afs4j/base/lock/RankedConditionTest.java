package org.afs4j.base.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Nobody who waits on a condition is forgotten, whether the first or one of many.
@Timeout(60)
class RankedConditionTest {
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final RankedCondition changed = mutex.newCondition();
    private int value;
    private int waiting;

    private void awaitValue(int wanted) throws InterruptedException {
        mutex.lock();
        try {
            waiting++;
            changed.signalAll();
            while (value < wanted) {
                changed.await();
            }
        } finally {
            waiting--;
            mutex.unlock();
        }
    }

    private void awaitWaiters(int count) {
        mutex.lock();
        try {
            while (waiting < count) {
                changed.awaitUninterruptibly();
            }
        } finally {
            mutex.unlock();
        }
    }

    private void set(int to) {
        mutex.lock();
        try {
            value = to;
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    @Test
    void aSignalWakesAllWhoWaitHoweverMany() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        AtomicInteger ended = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            Thread.Builder builder = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
            threads.add(builder.start(() -> {
                try {
                    awaitValue(1);
                    ended.incrementAndGet();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }));
        }
        awaitWaiters(20);
        set(1);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(ended).hasValue(20);
    }

    @Test
    void twoThreadsPassATurnToAndFroWithoutLosingIt() throws InterruptedException {
        int turns = 20_000;
        Thread other = Thread.ofPlatform().start(() -> {
            for (int turn = 1; turn < turns; turn += 2) {
                takeTurn(turn);
            }
        });
        for (int turn = 0; turn < turns; turn += 2) {
            takeTurn(turn);
        }
        other.join();
        assertThat(value).isEqualTo(turns);
    }

    private void takeTurn(int turn) {
        mutex.lock();
        try {
            while (value != turn) {
                changed.awaitUninterruptibly();
            }
            value++;
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    @Test
    void anInterruptEndsAWaitAndLeavesTheMutexWithTheWaiter() throws InterruptedException {
        AtomicInteger interrupted = new AtomicInteger();
        Thread thread = Thread.ofPlatform().start(() -> {
            assertThatThrownBy(() -> awaitValue(1)).isInstanceOf(InterruptedException.class);
            interrupted.incrementAndGet();
        });
        awaitWaiters(1);
        thread.interrupt();
        thread.join();
        assertThat(interrupted).hasValue(1);
        assertThat(mutex.tryLock()).as("the mutex is free again").isTrue();
        mutex.unlock();
    }

    @Test
    void aThreadThatIsInterruptedAlreadyDoesNotWait() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> awaitValue(1)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void anInterruptOutlastsAWaitThatIgnoresIt() throws InterruptedException {
        AtomicInteger kept = new AtomicInteger();
        Thread thread = Thread.ofPlatform().start(() -> {
            Thread.currentThread().interrupt();
            mutex.lock();
            try {
                waiting++;
                changed.signalAll();
                while (value < 1) {
                    changed.awaitUninterruptibly();
                }
            } finally {
                mutex.unlock();
            }
            kept.set(Thread.currentThread().isInterrupted() ? 1 : 0);
        });
        awaitWaiters(1);
        set(1);
        thread.join();
        assertThat(kept).hasValue(1);
    }

    /// A lookout that does one thing, then waits to be recalled if it is told to.
    private static final class OneThing implements Lookout {
        private final Runnable thing;
        private final boolean stays;
        private final Semaphore recalls = new Semaphore(0);
        private boolean taken;

        private OneThing(Runnable thing, boolean stays) {
            this.thing = thing;
            this.stays = stays;
        }

        @Override
        public boolean begin() {
            boolean first = !taken;
            taken = true;
            return first;
        }

        @Override
        public void watch(Parking parking) {
            thing.run();
            while (stays && !parking.isWoken()) {
                recalls.acquireUninterruptibly();
            }
        }

        @Override
        public void recall() {
            recalls.release();
        }
    }

    private void awaitValueOn(Lookout lookout) throws InterruptedException {
        mutex.lock();
        try {
            while (value < 1) {
                changed.await(lookout);
            }
        } finally {
            mutex.unlock();
        }
    }

    @Test
    void aThreadOnALookoutHoldsNoMutexAndMayWakeItself() throws InterruptedException {
        OneThing lookout = new OneThing(() -> set(1), false);
        awaitValueOn(lookout);
        assertThat(lookout.recalls.availablePermits()).as("it needs no recall").isZero();
    }

    @Test
    void aThreadOnALookoutIsRecalledByTheSignalOfAnother() throws InterruptedException {
        OneThing lookout = new OneThing(() -> Thread.ofPlatform().start(() -> set(1)), true);
        awaitValueOn(lookout);
        assertThat(value).isEqualTo(1);
    }

    @Test
    void aThreadWhoseLookoutGivesUpIsParkedUntilTheSignal() throws InterruptedException {
        OneThing lookout = new OneThing(() -> {}, false);
        AtomicInteger ended = new AtomicInteger();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                awaitValueOn(lookout);
                ended.incrementAndGet();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        set(1);
        thread.join();
        assertThat(ended).hasValue(1);
    }

    @Test
    void anInterruptOnALookoutEndsTheWait() {
        OneThing lookout = new OneThing(() -> Thread.currentThread().interrupt(), false);
        assertThatThrownBy(() -> awaitValueOn(lookout)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(mutex.tryLock()).as("the mutex is free again").isTrue();
        mutex.unlock();
    }
}
