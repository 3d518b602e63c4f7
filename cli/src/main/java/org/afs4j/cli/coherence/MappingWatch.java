package org.afs4j.cli.coherence;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import org.afs4j.base.world.World;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.FailureReport;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.error.MappedAccessException;

/// Reads a mapped view in a loop, and nothing but its memory, and puts each change that it sees into a queue: whoever prints them
/// does not hold up the reading.
final class MappingWatch {
    private static final Duration BETWEEN_RETRIES = Duration.ofMillis(200);

    private final MappedView view;
    private final World world;
    private final Ending ending;
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final byte[] shown;
    private long changes;
    private boolean isShort;
    private boolean unreachable;

    /// What the watch has come to.
    sealed interface Event {}

    /// The bytes at the start, or after a change.
    ///
    /// @param number 0 for the start, then 1, 2, …
    /// @param at when they were seen
    /// @param bytes what was seen, as many as are watched; empty if the file is shorter than that now
    @SuppressWarnings("ArrayRecordComponent") // never compared, and never changed after it is made
    record Seen(long number, Instant at, byte[] bytes) implements Event {}

    /// The server cannot be asked; the watch goes on.
    ///
    /// @param failure why
    record Unreachable(MappedAccessException failure) implements Event {}

    /// There will be no more.
    record End() implements Event {}

    /// Reads the view for the first time; its bytes are the first event.
    MappingWatch(MappedView view, World world, Ending ending) {
        this.view = view;
        this.world = world;
        this.ending = ending;
        this.shown = new byte[(int) view.sizeBytes()];
        view.copyTo(0, shown);
        events.add(new Seen(0, world.wallTime(), shown.clone()));
    }

    /// The events, in order; [End] is the last.
    LinkedBlockingQueue<Event> events() {
        return events;
    }

    /// Reads until enough changes were seen, the time has passed, a signal has come, or nobody wants more.
    ///
    /// @param count how many changes are enough
    /// @param boundNanos the time
    /// @param isWanted whether somebody wants more
    /// @return how many changes were seen
    /// @throws MappedAccessException if the file cannot be read, for another reason than silent servers
    long watch(long count, long boundNanos, BooleanSupplier isWanted) {
        long startNanos = world.nanoTime();
        byte[] now = new byte[shown.length];
        try {
            while (changes < count
                    && world.nanoTime() - startNanos < boundNanos
                    && !ending.hasBegun()
                    && isWanted.getAsBoolean()) {
                look(now);
            }
        } finally {
            events.add(new End());
        }
        return changes;
    }

    private void look(byte[] now) {
        try {
            view.copyTo(0, now);
        } catch (MappedAccessException e) {
            absorb(e);
            return;
        }
        unreachable = false;
        if (isShort || !Arrays.equals(now, shown)) {
            isShort = false;
            events.add(new Seen(++changes, world.wallTime(), now.clone()));
            System.arraycopy(now, 0, shown, 0, now.length);
        } else {
            Thread.onSpinWait();
        }
    }

    private void absorb(MappedAccessException e) {
        if (e.reason() == MappedAccessException.Reason.BEYOND_END) {
            if (!isShort) {
                isShort = true;
                events.add(new Seen(++changes, world.wallTime(), new byte[0]));
            }
            return;
        }
        if (FailureReport.exitCode(e) != ExitCode.UNREACHABLE) {
            throw e;
        }
        if (!unreachable) {
            unreachable = true;
            events.add(new Unreachable(e));
        }
        ending.await(BETWEEN_RETRIES);
    }
}
