package org.afs4j.base.world;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The alarms of the real world, in a heap by their time, and the daemon thread that rings them, `afs4j-timer`. To set an alarm, again
/// or to another time, costs no object: a transport does so all the time.
///
/// Invariant: the alarm at `heap[i]` has `place` i, and rings no later than those at 2i + 1 and 2i + 2; an alarm that is not set is in
/// no place.
///
/// Threads: any. Locks: its own, under which nothing else is taken; tasks run without it.
final class AlarmClock {
    private static final int NOWHERE = -1;

    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Ringer[] heap = new @Nullable Ringer[64];
    private int size;
    private @Nullable Thread thread;

    /// An alarm.
    private final class Ringer implements World.Alarm {
        private final Runnable task;
        private int place = NOWHERE;
        private long atNanos;

        Ringer(Runnable task) {
            this.task = task;
        }

        @Override
        public void set(long delayNanos) {
            Thread waiting;
            lock.lock();
            try {
                atNanos = nanoTime.getAsLong() + Math.max(0, delayNanos);
                if (place == NOWHERE) {
                    if (size == heap.length) {
                        heap = Arrays.copyOf(heap, 2 * size);
                    }
                    put(this, size++);
                }
                settle(this);
                if (thread == null) {
                    thread = Thread.ofPlatform().daemon().name("afs4j-timer").start(AlarmClock.this::run);
                }
                waiting = place == 0 ? thread : null;
            } finally {
                lock.unlock();
            }
            LockSupport.unpark(waiting);
        }

        @Override
        public void cancel() {
            lock.lock();
            try {
                if (place != NOWHERE) {
                    remove(this);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /// Makes a clock on which no alarm is set.
    ///
    /// @param nanoTime what it goes by; runs as `System.nanoTime`
    AlarmClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    World.Alarm newAlarm(Runnable task) {
        return new Ringer(task);
    }

    private void run() {
        while (true) {
            Ringer due = null;
            long waitNanos = Long.MAX_VALUE;
            lock.lock();
            try {
                Ringer first = heap[0];
                if (first != null) {
                    waitNanos = first.atNanos - nanoTime.getAsLong();
                    if (waitNanos <= 0) {
                        remove(first);
                        due = first;
                    }
                }
            } finally {
                lock.unlock();
            }
            if (due == null) {
                LockSupport.parkNanos(this, waitNanos);
                // Nobody has a reason to interrupt it; if somebody does, it must not spin.
                boolean ignored = Thread.interrupted();
            } else {
                ring(due.task);
            }
        }
    }

    private static void ring(Runnable task) {
        try {
            task.run();
        } catch (Throwable failure) {
            // One timer's failure must be seen, and must not stop the others.
            System.getLogger("org.afs4j.base").log(System.Logger.Level.ERROR, "a timer failed", failure);
        }
    }

    private void put(Ringer alarm, int place) {
        heap[place] = alarm;
        alarm.place = place;
    }

    private Ringer at(int place) {
        Ringer alarm = heap[place];
        if (alarm == null) {
            throw new IllegalStateException("no alarm at " + place + " of " + size);
        }
        return alarm;
    }

    private void remove(Ringer alarm) {
        int place = alarm.place;
        alarm.place = NOWHERE;
        size--;
        Ringer last = at(size);
        heap[size] = null;
        if (place < size) {
            put(last, place);
            settle(last);
        }
    }

    /// Moves an alarm to where its time belongs.
    private void settle(Ringer alarm) {
        int place = alarm.place;
        while (place > 0 && alarm.atNanos - at((place - 1) / 2).atNanos < 0) {
            put(at((place - 1) / 2), place);
            place = (place - 1) / 2;
        }
        while (2 * place + 1 < size) {
            int child = 2 * place + 1;
            if (child + 1 < size && at(child + 1).atNanos - at(child).atNanos < 0) {
                child++;
            }
            if (alarm.atNanos - at(child).atNanos <= 0) {
                break;
            }
            put(at(child), place);
            place = child;
        }
        put(alarm, place);
    }
}
