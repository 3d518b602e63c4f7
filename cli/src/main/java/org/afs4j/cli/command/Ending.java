package org.afs4j.cli.command;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// How a command ends: what it has opened is closed once, last opened first, when it returns, or when SIGINT or SIGTERM
/// arrives, whichever is first. A signal lets the process go only after that.
///
/// Threads: the command's, and the JVM's shutdown thread.
public final class Ending implements AutoCloseable {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Resource> open = new ArrayDeque<>();
    private final Thread hook = new Thread(this::closeOnSignal, "afs4j-ending");

    /// What can be closed, as far as a command needs to know.
    @FunctionalInterface
    public interface Resource {
        /// Closes it.
        ///
        /// @throws IOException if something was lost by it
        void close() throws IOException;
    }

    private Ending() {}

    /// Begins to watch for signals; [#close()] ends it.
    public static Ending watch() {
        Ending ending = new Ending();
        try {
            Runtime.getRuntime().addShutdownHook(ending.hook);
        } catch (IllegalStateException alreadyEnding) {
            ending.begun.countDown();
        }
        return ending;
    }

    /// Takes charge of closing something.
    ///
    /// @param resource what closes it
    public void closes(Resource resource) {
        lock.lock();
        try {
            open.push(resource);
        } finally {
            lock.unlock();
        }
    }

    /// Ends waits as a signal does: what the command waits for is over.
    public void begin() {
        begun.countDown();
    }

    /// Whether a signal has arrived.
    public boolean hasBegun() {
        return begun.getCount() == 0;
    }

    /// Pauses, at most until a signal arrives.
    ///
    /// @param bound the pause
    /// @return whether a signal arrived, or the thread was interrupted: stop
    public boolean await(Duration bound) {
        try {
            return begun.await(bound.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void closeOnSignal() {
        begun.countDown();
        try {
            closeAll();
        } catch (IOException | RuntimeException e) {
            System.err.println(FailureReport.line(e)); // the command's own writer may be gone by now
        }
    }

    private void closeAll() throws IOException {
        lock.lock(); // held throughout: the second to come returns only when all is closed
        try {
            @Nullable Exception failure = null;
            while (!open.isEmpty()) {
                try {
                    open.pop().close();
                } catch (IOException | RuntimeException e) {
                    if (failure == null) {
                        failure = e;
                    } else {
                        failure.addSuppressed(e);
                    }
                }
            }
            switch (failure) {
                case null -> {}
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                default -> throw new IllegalStateException(failure);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Closes everything that is still open, and watches no longer.
    ///
    /// @throws IOException the first failure to close, with the others suppressed
    @Override
    public void close() throws IOException {
        try {
            closeAll();
        } finally {
            if (!hasBegun()) {
                unhook();
            }
        }
    }

    private void unhook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException signalledJustNow) {
            begun.countDown(); // the hook finds nothing left to close
        }
    }
}
