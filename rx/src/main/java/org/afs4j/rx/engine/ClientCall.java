package org.afs4j.rx.engine;

import java.io.IOException;
import org.afs4j.rx.RxClientCall;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.RxErrorCodes;
import org.afs4j.rx.RxTimeoutException;

/// A call of ours.
final class ClientCall extends Call implements RxClientCall {
    /// How often a call goes on to another channel: once to each of the others.
    private static final int MAX_MOVES = 3;

    /// Refusals before it does: a peer that has no thread just now is asked again first.
    private static final int MIN_REFUSALS = 2;

    private final ClientPath path;
    private boolean closed;

    /// BUSY packets that answered the call on its present channel, after so many transmissions before; how often it was moved.
    private long refusals;

    private long transmissionsBefore;
    private int moves;
    private boolean wantsToMove;

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
    void refusedLocked() {
        refusals++;
        // Each transmission was refused, so the peer has taken none, and the call may begin elsewhere without being carried out
        // twice. What a security class has sealed holds for its channel only.
        wantsToMove = connection.securityIndex == 0
                && moves < MAX_MOVES
                && refusals >= MIN_REFUSALS
                && refusals >= send.transmissions() - transmissionsBefore
                && send.firstUnacked() == 1;
        if (wantsToMove) {
            changed.signalAll();
        }
    }

    @Override
    boolean beforeWaitLocked() {
        if (!wantsToMove) {
            return false;
        }
        wantsToMove = false;
        connection.mutex.unlock();
        Connection.Channel other;
        try {
            other = path.takeSibling((ClientConnection) connection);
        } finally {
            connection.mutex.lock();
        }
        if (other != null) {
            Connection.Channel unused = moveLocked(other);
            connection.mutex.unlock();
            try {
                path.putBack(unused);
            } finally {
                connection.mutex.lock();
            }
        }
        return true;
    }

    /// Goes on to another channel, if nothing has happened meanwhile.
    ///
    /// @return the channel that is free now: that of before, or the other
    private Connection.Channel moveLocked(Connection.Channel other) {
        boolean refused = refusals >= send.transmissions() - transmissionsBefore;
        int number = other.callNumber + 1;
        if (isOver()
                || number <= 0
                || !refused
                || !send.readdress(connection.cid | other.index, number, connection.world.nanoTime())) {
            return other;
        }
        Connection.Channel before = channel;
        connection.sendAbortLocked(before.index, callNumber, RxErrorCodes.USER_ABORT);
        before.call = null;
        other.call = this;
        other.callNumber = number;
        channel = other;
        callNumber = number;
        transmissionsBefore = send.transmissions();
        refusals = 0;
        moves++;
        connection.counters.count(RxCounter.CALLS_MOVED);
        transmitLocked();
        return before;
    }

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
        Connection.Channel mine;
        connection.mutex.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            mine = channel;
            Failure why = failure;
            if (why != null && why.reason() == RxTimeoutException.Reason.SILENT) {
                ((ClientConnection) connection).distrustLocked();
                path.suspectLength();
            }
            if (receive.isAtEnd()) {
                doneLocked();
            } else {
                abortLocked(RxErrorCodes.USER_ABORT, Failure.closed("the call was closed"));
            }
            recordLocked();
            armLocked();
        } finally {
            connection.mutex.unlock();
        }
        path.release(mine);
    }
}
