package org.afs4j.pagecache.writeback;

import java.io.IOException;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.jspecify.annotations.Nullable;

/// The errors of one file's write-backs, so that each who may have caused one is told of it, once.
///
/// Errors are numbered. Who wants to be told keeps the number of the last one that he knows of, and asks for what came since. Of
/// several he learns the last.
///
/// Locks: its own, a leaf. Threads: any.
public final class ErrorSequence {
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private volatile long count;
    private boolean told = true;
    private @Nullable IOException last;

    /// Makes the sequence of a file without errors.
    public ErrorSequence() {}

    /// Takes note of an error.
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the mutex only
    public void record(IOException error) {
        mutex.lock();
        try {
            last = error;
            told = false;
            count++;
        } finally {
            mutex.unlock();
        }
    }

    /// How many errors there were.
    public long count() {
        return count;
    }

    /// The number from which a new stream asks: of errors that somebody was told it learns nothing, but an error that nobody was
    /// told must not be lost.
    public long startingPoint() {
        mutex.lock();
        try {
            return told ? count : count - 1;
        } finally {
            mutex.unlock();
        }
    }

    /// The last error, if there was any after a number; whoever asks is told thereby.
    ///
    /// @param seen the number of the last error that the asker knows of
    public @Nullable IOException since(long seen) {
        if (count == seen) {
            return null;
        }
        mutex.lock();
        try {
            told = true;
            return last;
        } finally {
            mutex.unlock();
        }
    }

    /// Forgets all: what could not be written is not wanted any more.
    public void forget() {
        mutex.lock();
        try {
            told = true;
            last = null;
        } finally {
            mutex.unlock();
        }
    }
}
