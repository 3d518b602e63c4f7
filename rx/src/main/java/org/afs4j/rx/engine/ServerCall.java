package org.afs4j.rx.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.RxErrorCodes;
import org.afs4j.rx.RxServerCall;
import org.afs4j.rx.RxService;
import org.jspecify.annotations.Nullable;

/// A peer's call that we serve: waiting for its service thread, served, then dallying until the peer has the whole reply.
final class ServerCall extends Call implements RxServerCall {
    private static final System.Logger LOGGER = System.getLogger("org.afs4j.rx");

    private final RxService service;
    private boolean serving = true;
    private boolean started;
    private boolean queued;
    private boolean halfOpen;
    private volatile @Nullable Thread thread;

    ServerCall(Connection connection, Connection.Channel channel, int callNumber, RxService service) {
        super(connection, channel, callNumber);
        this.service = service;
    }

    @Override
    public InetSocketAddress peer() {
        return connection.peer;
    }

    @Override
    public int serviceId() {
        return connection.serviceId;
    }

    /// Starts the service thread; once.
    void startLocked() {
        if (!started) {
            started = true;
            connection.counters.count(RxCounter.CALLS_SERVED);
            connection.endpoint.workers.begin(this, connection.mutex);
        }
    }

    boolean isStarted() {
        return started;
    }

    /// Takes note that it waits for a place.
    void queuedLocked() {
        queued = true;
        halfOpen = false;
    }

    boolean isQueued() {
        return queued;
    }

    /// Takes note that it waits for proof of who or where the peer is.
    ///
    /// @return false if it did already
    boolean waitForProofLocked() {
        boolean first = !halfOpen;
        halfOpen = true;
        return first;
    }

    /// Starts the service thread of a call that has got its place after all.
    ///
    /// @return false if it is over, so that it needs none
    boolean startQueued() {
        connection.mutex.lock();
        try {
            queued = false;
            if (isOver()) {
                return false;
            }
            startLocked();
            return true;
        } finally {
            connection.mutex.unlock();
        }
    }

    /// Whether it is this thread that serves the call.
    @SuppressWarnings("ReferenceEquality") // a thread is itself and no other
    boolean isServedByThisThread() {
        return thread == Thread.currentThread();
    }

    @Override
    void releaseLocked() {
        super.releaseLocked();
        if (!started) {
            connection.endpoint.services.withdraw(this);
        }
    }

    void interrupt() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    /// Serves the call, on the thread that is its own until this returns.
    void serve() {
        thread = Thread.currentThread();
        try {
            service.serve(this);
            connection.mutex.lock();
            try {
                discardsReads = true;
                receive.discard();
                endStreamLocked();
            } finally {
                connection.mutex.unlock();
            }
        } catch (RxAbortException e) {
            abort(e.code() == 0 ? RxErrorCodes.PROTOCOL_ERROR : e.code());
        } catch (IOException e) {
            if (!hasEnded()) {
                fail(e);
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        } finally {
            ended();
        }
    }

    private boolean hasEnded() {
        connection.mutex.lock();
        try {
            return isOver();
        } finally {
            connection.mutex.unlock();
        }
    }

    private void fail(Throwable e) {
        connection.counters.count(RxCounter.SERVICE_FAILURES);
        LOGGER.log(System.Logger.Level.WARNING, "service " + connection.serviceId + " failed a call of " + connection.peer, e);
        abort(RxErrorCodes.PROTOCOL_ERROR);
    }

    private void ended() {
        connection.mutex.lock();
        try {
            serving = false;
            recordLocked();
            onAckedLocked();
            armLocked();
        } finally {
            connection.mutex.unlock();
        }
        connection.endpoint.serviceEnded(this);
    }

    @Override
    void beforeWriteLocked() {
        if (!discardsReads) {
            discardsReads = true;
            receive.discard();
        }
    }

    @Override
    void beforeReadLocked() {}

    @Override
    void onDataSentLocked() {
        if (receive.isComplete()) {
            ackByDataLocked();
        }
    }

    @Override
    void onReceivedLocked() {}

    @Override
    void refusedLocked() {}

    @Override
    void onAckedLocked() {
        if (!serving && !isOver() && send.isLastQueued() && send.isEmpty()) {
            doneLocked();
        }
    }

    @Override
    boolean isWatchingLocked() {
        return serving || !send.isAllSoftAcked();
    }

    @Override
    boolean isDallyingLocked() {
        return !serving && send.isAllSoftAcked();
    }

    @Override
    boolean isKnownToPeerLocked() {
        return true;
    }
}
