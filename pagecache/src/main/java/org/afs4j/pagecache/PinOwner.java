package org.afs4j.pagecache;

import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.jspecify.annotations.Nullable;

/// Whose pins they are: a scope that ends them all, so that a holder that is gone blocks no file for ever (PIN-5).
///
/// Locks: its own, a leaf. Threads: any.
public final class PinOwner implements AutoCloseable {
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final String name;
    private final @Nullable Thread thread;
    private final List<PinState> pins = new ArrayList<>();
    private boolean closed;

    private PinOwner(String name, @Nullable Thread thread) {
        this.name = name;
        this.thread = thread;
    }

    /// Makes an owner whose pins end when it is closed.
    ///
    /// @param name what messages and metrics call it
    public static PinOwner named(String name) {
        return new PinOwner(name, null);
    }

    /// Makes an owner whose pins end when it is closed, and are taken away by whoever needs their pages once a thread has ended.
    ///
    /// @param thread the thread
    public static PinOwner ofThread(Thread thread) {
        return new PinOwner("thread " + thread.getName() + " (" + thread.threadId() + ")", thread);
    }

    /// What messages and metrics call it.
    public String name() {
        return name;
    }

    boolean isGone() {
        return thread != null && !thread.isAlive();
    }

    void add(PinState pin) {
        mutex.lock();
        try {
            if (closed) {
                throw new IllegalStateException(name + " is closed and pins nothing any more");
            }
            pins.add(pin);
        } finally {
            mutex.unlock();
        }
    }

    void remove(PinState pin) {
        mutex.lock();
        try {
            pins.remove(pin);
        } finally {
            mutex.unlock();
        }
    }

    /// Ends all its pins, and lets it make no more.
    ///
    /// Locks: as [PagePin#close()].
    @Override
    public void close() {
        List<PinState> open;
        mutex.lock();
        try {
            closed = true;
            open = List.copyOf(pins);
        } finally {
            mutex.unlock();
        }
        for (PinState pin : open) {
            pin.release();
        }
    }
}
