package org.afs4j.base.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Nobody who waits for a mutex is forgotten, whether it waits alone, behind others, or while conditions are waited for.
@Timeout(60)
class RankedMutexTest {
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final RankedCondition changed = mutex.newCondition();
    private final AtomicInteger passed = new AtomicInteger();
    private int turns;
    private boolean open;

    private Thread pass(Thread.Builder builder) {
        return builder.start(() -> {
            mutex.lock();
            mutex.unlock();
            passed.incrementAndGet();
        });
    }

    private static void awaitParked(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void onlyWhoWaitsBehindAnotherIsInTheQueueOfTheLock() throws InterruptedException {
        requireOnlyTheSecondInTheQueue();
    }

    private void requireOnlyTheSecondInTheQueue() throws InterruptedException {
        int before = passed.get();
        mutex.lock();
        Thread first = pass(Thread.ofPlatform());
        awaitParked(first);
        assertThat(mutex.lock.hasQueuedThreads()).isFalse();
        Thread second = pass(Thread.ofPlatform());
        awaitParked(second);
        assertThat(mutex.lock.hasQueuedThreads()).isTrue();
        mutex.unlock();
        first.join();
        second.join();
        assertThat(passed).hasValue(before + 2);
    }

    @Test
    void whoWaitsForTheMutexGetsItWhenItsHolderWaitsForAConditionBehindAnother() throws InterruptedException {
        Thread other = Thread.ofPlatform().start(this::awaitOpen);
        awaitParked(other);
        mutex.lock();
        Thread waiter = pass(Thread.ofPlatform());
        awaitParked(waiter);
        Thread opener = Thread.ofPlatform().start(() -> {
            join(waiter);
            mutex.lock();
            open = true;
            changed.signalAll();
            mutex.unlock();
        });
        while (!open) {
            changed.awaitUninterruptibly();
        }
        mutex.unlock();
        opener.join();
        other.join();
        assertThat(passed).hasValue(1);

        // The first to wait afterwards may have to open the place again, by way of the queue.
        mutex.lock();
        Thread next = pass(Thread.ofPlatform());
        awaitParked(next);
        mutex.unlock();
        next.join();
        requireOnlyTheSecondInTheQueue();
    }

    private void awaitOpen() {
        mutex.lock();
        try {
            while (!open) {
                changed.awaitUninterruptibly();
            }
        } finally {
            mutex.unlock();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anInterruptNeitherEndsTheWaitForAMutexNorIsLost() throws InterruptedException {
        mutex.lock();
        AtomicInteger kept = new AtomicInteger();
        Thread thread = Thread.ofPlatform().start(() -> {
            mutex.lock();
            mutex.unlock();
            kept.set(Thread.currentThread().isInterrupted() ? 1 : 2);
        });
        awaitParked(thread);
        thread.interrupt();
        awaitParked(thread);
        assertThat(thread.isAlive()).isTrue();
        mutex.unlock();
        thread.join();
        assertThat(kept).hasValue(1);
    }

    @Test
    @SuppressWarnings("ThreadPriorityCheck") // the yield lets others find the mutex held
    void manyThreadsThatWantAMutexAndWaitForItsConditionAllComeToTheirEnd() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        int rounds = 300;
        for (int i = 0; i < 8; i++) {
            int number = i;
            Thread.Builder builder = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
            threads.add(builder.start(() -> {
                for (int round = 0; round < rounds; round++) {
                    mutex.lock();
                    turns++;
                    Thread.yield();
                    changed.signalAll();
                    // Four of them go hand in hand, in twos and threes on the condition.
                    while (number < 4 && turns % 4 == 0 && turns < 8 * rounds) {
                        changed.awaitUninterruptibly();
                        turns++;
                    }
                    mutex.unlock();
                    passed.incrementAndGet();
                }
                mutex.lock();
                turns += 8 * rounds;
                changed.signalAll();
                mutex.unlock();
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(passed).hasValue(8 * rounds);
    }
}
