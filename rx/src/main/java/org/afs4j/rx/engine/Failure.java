package org.afs4j.rx.engine;

import static java.util.Objects.requireNonNullElse;

import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxClosedException;
import org.afs4j.rx.RxException;
import org.afs4j.rx.RxTimeoutException;
import org.jspecify.annotations.Nullable;

/// Why a call ended before its time; each thread that meets it gets an exception of its own.
record Failure(Kind kind, int code, String message, RxTimeoutException.@Nullable Reason reason) {
    enum Kind {
        ABORTED,
        CLOSED,
        TIMED_OUT
    }

    static Failure aborted(int code) {
        return new Failure(Kind.ABORTED, code, "", null);
    }

    static Failure closed(String what) {
        return new Failure(Kind.CLOSED, 0, what, null);
    }

    static Failure timedOut(RxTimeoutException.Reason reason, String message) {
        return new Failure(Kind.TIMED_OUT, 0, message, reason);
    }

    /// In one word or two.
    String outcome() {
        return switch (kind) {
            case ABORTED -> "abort " + code;
            case CLOSED -> message;
            case TIMED_OUT -> "timeout " + requireNonNullElse(reason, RxTimeoutException.Reason.SILENT);
        };
    }

    /// Of a call whose packets are longer than what the path lets pass; the next call's are shorter.
    static Failure tooLong(Object peer) {
        return timedOut(RxTimeoutException.Reason.IDLE, "the path to " + peer + " drops packets as long as this call's; try again");
    }

    /// Of a call of which the peer knows nothing any more.
    static Failure forgotten(Object peer) {
        return timedOut(RxTimeoutException.Reason.SILENT, peer + " was started anew and has forgotten the call");
    }

    RxException exception() {
        return switch (kind) {
            case ABORTED -> new RxAbortException(code);
            case CLOSED -> new RxClosedException(message);
            case TIMED_OUT -> new RxTimeoutException(requireNonNullElse(reason, RxTimeoutException.Reason.SILENT), message);
        };
    }
}
