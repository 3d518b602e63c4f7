package org.afs4j.rx.engine;

import org.afs4j.rx.RxCounter;
import org.afs4j.rx.RxLimits;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.RxTimeoutException.Reason;
import org.jspecify.annotations.Nullable;

/// What a call expects of its peer, and for how long: to be heard of, to move data, to take the call at all, to be done.
///
/// Locks: the connection's mutex.
final class Liveness {
    /// Pings within the dead time.
    private static final int PINGS = 6;

    private final Connection connection;
    private final long deadNanos;
    private final long idleNanos;
    private final long hardNanos;
    private final long busyNanos;
    private final long startNanos;
    private long heardNanos;
    private long pingedNanos;
    private long progressNanos;
    private boolean waiting;
    private boolean excused;
    private boolean busy;
    private long busySinceNanos;

    Liveness(Connection connection, RxOptions options) {
        this.connection = connection;
        RxLimits limits = options.limits();
        deadNanos = options.deadTimeout().toNanos();
        idleNanos = limits.idleDeadTimeout().toNanos();
        hardNanos = connection.isClient() ? limits.hardDeadTimeout().toNanos() : 0;
        busyNanos = limits.busyTimeout().toNanos();
        startNanos = connection.world.nanoTime();
        heardNanos = startNanos;
        pingedNanos = startNanos;
        progressNanos = startNanos;
    }

    /// Takes note of a packet from the peer.
    void heard(long nowNanos) {
        heardNanos = nowNanos;
        excused = false;
    }

    /// Takes note that the timer runs late: as much late, that this process was not running for a while (SIGSTOP, a frozen container), if
    /// it is the time of a ping or more. What the peer sent meanwhile may still wait to be read, so it is asked before it is judged, and
    /// has the rest of the dead time to be heard. That is granted once a silence: timers that are always late must not keep a
    /// dead peer alive. For the rest of what the peer is expected to do, time in which nobody here could see it does not count.
    ///
    /// @param lateNanos how late, 0 or more
    void ranLate(long lateNanos, long nowNanos) {
        long pingNanos = deadNanos / PINGS;
        if (lateNanos < pingNanos) {
            return;
        }
        progressNanos = earlier(progressNanos + lateNanos, nowNanos);
        busySinceNanos = earlier(busySinceNanos + lateNanos, nowNanos);
        if (!excused && nowNanos - heardNanos > pingNanos) {
            excused = true;
            heardNanos = nowNanos - pingNanos;
        }
    }

    private static long earlier(long oneNanos, long otherNanos) {
        return oneNanos - otherNanos < 0 ? oneNanos : otherNanos;
    }

    /// Takes note that the peer was asked whether it is there.
    void pinged(long nowNanos) {
        pingedNanos = nowNanos;
    }

    /// Takes note that data came, or was received by the peer.
    void progressed(long nowNanos) {
        progressNanos = nowNanos;
        busy = false;
    }

    /// Takes note that the peer is too busy to take the call.
    void refused(long nowNanos) {
        heard(nowNanos);
        if (!busy) {
            busy = true;
            busySinceNanos = nowNanos;
        }
    }

    /// Takes note that the call's thread waits for the peer; while it does not, the peer cannot be idle.
    void waits(long nowNanos) {
        if (!waiting) {
            waiting = true;
            if (nowNanos - progressNanos > 0) {
                progressNanos = nowNanos;
            }
        }
    }

    /// Takes note that the call's thread has got what it waited for.
    void waitsNoMore() {
        waiting = false;
    }

    boolean isDead(long nowNanos) {
        return nowNanos - heardNanos >= deadNanos;
    }

    boolean isPingDue(long nowNanos) {
        return nowNanos - pingAtNanos() >= 0;
    }

    private long pingAtNanos() {
        return (heardNanos - pingedNanos > 0 ? heardNanos : pingedNanos) + deadNanos / PINGS;
    }

    Failure silent() {
        return timedOut(RxCounter.CALLS_TIMED_OUT, Reason.SILENT, "has been silent", deadNanos);
    }

    /// Why the call has to end although the peer is there; null if it need not.
    @Nullable Failure overdue(long nowNanos) {
        if (hardNanos > 0 && nowNanos - startNanos >= hardNanos) {
            return timedOut(RxCounter.CALLS_TOO_LONG, Reason.TOO_LONG, "has not done with a call", hardNanos);
        }
        if (busyNanos > 0 && busy && nowNanos - busySinceNanos >= busyNanos) {
            return timedOut(RxCounter.CALLS_BUSY, Reason.BUSY, "has been busy", busyNanos);
        }
        if (idleNanos > 0 && waiting && !busy && nowNanos - progressNanos >= idleNanos) {
            return timedOut(RxCounter.CALLS_IDLE, Reason.IDLE, "has moved no data", idleNanos);
        }
        return null;
    }

    private Failure timedOut(RxCounter counter, Reason reason, String what, long nanos) {
        connection.counters.count(counter);
        return Failure.timedOut(
                reason, connection.peer + " " + what + " for " + nanos / 1_000_000 + " ms (service " + connection.serviceId + ")");
    }

    /// How long after the peer was last heard of something is due, in nanoseconds, may be negative; [Long#MAX_VALUE] if nothing is.
    ///
    /// @param watching whether the peer is expected to be heard of
    /// @param dallying whether nothing but the dead time is waited for
    long dueAfterHeardNanos(boolean watching, boolean dallying) {
        long due = watching || dallying ? deadNanos : Long.MAX_VALUE;
        if (watching) {
            due = Math.min(due, pingAtNanos() - heardNanos);
        }
        if (!dallying) {
            if (hardNanos > 0) {
                due = Math.min(due, startNanos + hardNanos - heardNanos);
            }
            if (busyNanos > 0 && busy) {
                due = Math.min(due, busySinceNanos + busyNanos - heardNanos);
            }
            if (idleNanos > 0 && waiting && !busy) {
                due = Math.min(due, progressNanos + idleNanos - heardNanos);
            }
        }
        return due;
    }

    long heardNanos() {
        return heardNanos;
    }
}
