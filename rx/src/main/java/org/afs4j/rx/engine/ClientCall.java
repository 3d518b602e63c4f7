package org.afs4j.rx.engine;

import java.io.IOException;
import org.afs4j.rx.RxClientCall;
import org.afs4j.rx.RxErrorCodes;

/// A call of ours.
final class ClientCall extends Call implements RxClientCall {
    private final ClientPath path;
    private boolean closed;

    /// Whether anything was ever sent: kept here because a queue that is released forgets.
    private boolean known;

    ClientCall(ClientPath path, Connection connection, Connection.Channel channel, int callNumber) {
        super(connection, channel, callNumber);
        this.path = path;
    }

    @Override
    void beforeWriteLocked() {
        if (send.isLastQueued()) {
            throw new IllegalStateException("the request has ended");
        }
    }

    @Override
    void beforeReadLocked() throws IOException {
        endStreamLocked();
    }

    @Override
    public void endRequest() throws IOException {
        connection.mutex.lock();
        try {
            endStreamLocked();
        } finally {
            connection.mutex.unlock();
        }
    }

    @Override
    void onDataSentLocked() {
        known = true;
    }

    @Override
    void onReceivedLocked() {
        if (receive.next() == 1 && receive.waiting() == 0) {
            return;
        }
        // A reply says that the request has been received, or is not wanted.
        if (!send.isLastQueued()) {
            discardsWrites = true;
        }
        send.ackAll();
        if (waitingWriter) {
            waitingWriter = false;
            changed.signalAll();
        }
    }

    @Override
    void onAckedLocked() {}

    @Override
    boolean isWatchingLocked() {
        return known && !receive.isComplete();
    }

    @Override
    boolean isDallyingLocked() {
        return false;
    }

    @Override
    boolean isKnownToPeerLocked() {
        return known;
    }

    @Override
    public void close() {
        connection.mutex.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            if (receive.isAtEnd()) {
                doneLocked();
            } else {
                abortLocked(RxErrorCodes.USER_ABORT, Failure.closed("the call was closed"));
            }
            armLocked();
        } finally {
            connection.mutex.unlock();
        }
        path.release(channel);
    }
}
