package org.afs4j.base.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
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
}
