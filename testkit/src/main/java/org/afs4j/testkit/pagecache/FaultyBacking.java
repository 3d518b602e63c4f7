package org.afs4j.testkit.pagecache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import org.afs4j.pagecache.backing.PageBacking;

/// A backing that fails some of what is asked of another, as a random generator says; a fill that fails has written rubbish into
/// part of its destination first.
///
/// Threads: any, if the generator allows it.
public final class FaultyBacking implements PageBacking {
    private static final byte RUBBISH = (byte) 0xA5;

    private final PageBacking backing;
    private final RandomGenerator random;
    private volatile double fillFailures;
    private volatile double writeBackFailures;
    private volatile double validateFailures;

    /// Makes a backing that fails nothing yet.
    ///
    /// @param backing what answers
    /// @param random what decides; seeded by the test
    public FaultyBacking(PageBacking backing, RandomGenerator random) {
        this.backing = backing;
        this.random = random;
    }

    /// Sets the share of fills that fail.
    ///
    /// @param share 0 to 1
    public void failFills(double share) {
        fillFailures = share;
    }

    /// Sets the share of write-backs that fail.
    ///
    /// @param share 0 to 1
    public void failWriteBacks(double share) {
        writeBackFailures = share;
    }

    /// Sets the share of validations that fail.
    ///
    /// @param share 0 to 1
    public void failValidations(double share) {
        validateFailures = share;
    }

    @Override
    public void fill(long offsetBytes, MemorySegment destination) throws IOException {
        if (random.nextDouble() < fillFailures) {
            destination.asSlice(0, random.nextLong(destination.byteSize() + 1)).fill(RUBBISH);
            throw new InjectedFailure("fill at " + offsetBytes);
        }
        backing.fill(offsetBytes, destination);
    }

    @Override
    public void writeBack(long offsetBytes, MemorySegment source, long fileSizeBytes) throws IOException {
        if (random.nextDouble() < writeBackFailures) {
            throw new InjectedFailure("write-back at " + offsetBytes);
        }
        backing.writeBack(offsetBytes, source, fileSizeBytes);
    }

    @Override
    public void validate() throws IOException {
        if (random.nextDouble() < validateFailures) {
            throw new InjectedFailure("validation");
        }
        backing.validate();
    }

    @Override
    public boolean isValid() {
        return backing.isValid();
    }

    @Override
    public void mappedChanged(boolean mapped) {
        backing.mappedChanged(mapped);
    }

    @Override
    public void strictChanged(boolean strict) {
        backing.strictChanged(strict);
    }

    /// A failure that was asked for.
    public static final class InjectedFailure extends IOException {
        private static final long serialVersionUID = 1L;

        InjectedFailure(String what) {
            super("injected: " + what);
        }
    }
}
