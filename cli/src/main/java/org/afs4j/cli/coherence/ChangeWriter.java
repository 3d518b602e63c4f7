package org.afs4j.cli.coherence;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.afs4j.base.world.World;
import org.afs4j.cli.command.Ending;
import org.afs4j.client.AfsFile;
import org.jspecify.annotations.Nullable;

/// Writes the numbers 1, 2, 3, … into the first 8 bytes of a file, each stored by fsync, and holds each against what a reader of
/// a mapping sees: every one, in order.
final class ChangeWriter {
    private final AfsFile file;
    private final MappingReader reader;
    private final World world;
    private final Ending ending;
    private final DemoOutput output;
    private final long boundNanos;
    private final Latencies latencies = new Latencies();
    private long changes;
    private long seen;
    private @Nullable String surprise;

    /// Prepares.
    ///
    /// @param bound how long the reader may take to see a change
    ChangeWriter(AfsFile file, MappingReader reader, World world, Ending ending, DemoOutput output, Duration bound) {
        this.file = file;
        this.reader = reader;
        this.world = world;
        this.ending = ending;
        this.output = output;
        this.boundNanos = bound.toNanos();
    }

    /// Makes changes at an interval, for a time.
    ///
    /// @throws IOException if one could not be stored
    void changeFor(Duration time, Duration interval) throws IOException {
        long startNanos = world.nanoTime();
        long nextNanos = startNanos;
        do {
            latencies.add(change(""));
            nextNanos += interval.toNanos();
            long restNanos = nextNanos - world.nanoTime();
            if (restNanos > 0) {
                ending.await(Duration.ofNanos(restNanos));
            } else {
                nextNanos = world.nanoTime();
            }
        } while (isGood() && !ending.hasBegun() && world.nanoTime() - startNanos < time.toNanos());
    }

    /// Makes one change, and waits until it is seen.
    ///
    /// @param remark said after its line
    /// @return the time from fsync returning to its being seen, 0 or less if it was seen before, in nanoseconds
    /// @throws IOException if it could not be stored
    long change(String remark) throws IOException {
        changes++;
        file.write(0, ByteBuffer.allocate(Long.BYTES).putLong(0, changes));
        file.sync();
        long storedNanos = world.nanoTime();
        MappingReader.@Nullable Seen next = next();
        if (next == null) {
            surprise = "change " + changes + " was not seen within " + Duration.ofNanos(boundNanos).toMillis() + " ms";
            return boundNanos;
        }
        if (next.number() != changes) {
            surprise = "change " + changes + " was due, " + next.number() + " was seen";
            return boundNanos;
        }
        seen++;
        long latencyNanos = next.atNanos() - storedNanos;
        output.change(changes, latencyNanos, remark);
        return latencyNanos;
    }

    private MappingReader.@Nullable Seen next() throws IOException {
        try {
            return reader.next(boundNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a change was awaited");
        }
    }

    /// Whether every change so far was seen, in order.
    boolean isGood() {
        return surprise == null;
    }

    /// What was not as it should be, or null.
    @Nullable String surprise() {
        return surprise;
    }

    /// How many changes were stored.
    long changes() {
        return changes;
    }

    /// How many of them were seen, in order.
    long seen() {
        return seen;
    }

    /// The times of the changes made by [#changeFor].
    Latencies latencies() {
        return latencies;
    }
}
