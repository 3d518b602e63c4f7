package org.afs4j.simulation.workload;

import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.afs4j.base.world.World;

/// A channel that looks at what it is given only after a while.
///
/// Threads: one.
final class SlowChannel implements WritableByteChannel {
    private final World world;
    private final long slowNanos;
    private final ByteBuffer taken;
    private boolean open = true;

    /// @param slowNanos how long it keeps a buffer before it looks
    /// @param taken gets what it is given
    SlowChannel(World world, long slowNanos, ByteBuffer taken) {
        this.world = world;
        this.slowNanos = slowNanos;
        this.taken = taken;
    }

    @Override
    public int write(ByteBuffer bytes) throws InterruptedIOException {
        try {
            world.pause(slowNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a channel was slow");
        }
        int count = bytes.remaining();
        taken.put(bytes);
        return count;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }
}
