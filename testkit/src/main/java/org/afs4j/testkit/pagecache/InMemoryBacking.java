package org.afs4j.testkit.pagecache;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.pagecache.error.PinTimeoutException;
import org.jspecify.annotations.Nullable;

/// A backing whose "server file" is an array: with a data version, with a promise that a third party's change breaks, with gates
/// that hold fills and validations, and with counts of what was asked of it.
///
/// It plays the part that the client plays for a real file: a change by a third party takes the promise back and strips the
/// mapping; validation compares versions and has changed pages dropped.
///
/// Locks: one of rank [LockRank#LEAF]; none is held while it waits at a gate or calls the mapping. Threads: any.
public final class InMemoryBacking implements PageBacking {
    /// The version of pages of which nobody knows whether they are of the newest.
    private static final long NO_VERSION = 0;

    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final RankedCondition changed = mutex.newCondition();
    private final RankedMutex validation = new RankedMutex(LockRank.VNODE_VALIDATION);
    private byte[] contents;
    private long version = 1;
    private long knownVersion = 1;
    private volatile boolean promised = true;
    private long breaks;
    private final AtomicInteger conflicts = new AtomicInteger();
    private boolean deleted;
    private boolean fillsHeld;
    private int heldFills;
    private int fills;
    private int validations;
    private int writeBacks;
    private int mappedTransitions;
    private boolean mapped;
    private boolean strict;
    private @Nullable PageMapping mapping;

    /// Makes a backing.
    ///
    /// @param contents the server's file; copied
    public InMemoryBacking(byte[] contents) {
        this.contents = contents.clone();
    }

    /// Tells it which mapping a third party's change concerns.
    ///
    /// @param target the mapping of this backing
    public void attach(PageMapping target) {
        mapping = target;
    }

    @Override
    public void fill(long offsetBytes, MemorySegment destination) throws IOException {
        mutex.lock();
        try {
            fills++;
            heldFills++;
            changed.signalAll();
            while (fillsHeld) {
                changed.await();
            }
            heldFills--;
            if (deleted) {
                throw new FileNotFoundException("the file is deleted");
            }
            int available = (int) Math.clamp(contents.length - offsetBytes, 0, destination.byteSize());
            if (available > 0) {
                MemorySegment.copy(MemorySegment.ofArray(contents), offsetBytes, destination, 0, available);
            }
            destination.asSlice(available).fill((byte) 0);
        } catch (InterruptedException e) {
            heldFills--;
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted in a fill");
        } finally {
            mutex.unlock();
        }
    }

    @Override
    public void writeBack(long offsetBytes, MemorySegment source, long fileSizeBytes) throws IOException {
        mutex.lock();
        try {
            writeBacks++;
            if (deleted) {
                throw new FileNotFoundException("the file is deleted");
            }
            int end = Math.toIntExact(Math.max(fileSizeBytes, offsetBytes + source.byteSize()));
            if (end != contents.length) {
                contents = Arrays.copyOf(contents, end);
            }
            MemorySegment.copy(source, 0, MemorySegment.ofArray(contents), offsetBytes, source.byteSize());
            // Our own store: the version moves by one and the cached pages are of it.
            if (knownVersion == version) {
                knownVersion++;
            }
            version++;
        } finally {
            mutex.unlock();
        }
    }

    @Override
    public void validate() throws IOException {
        if (promised) {
            return;
        }
        validation.lock();
        try {
            while (!promised) {
                validateOnce();
            }
        } finally {
            validation.unlock();
        }
    }

    private void validateOnce() throws IOException {
        long seenBreaks;
        boolean dataChanged;
        mutex.lock();
        try {
            validations++;
            if (deleted) {
                throw new FileNotFoundException("the file is deleted");
            }
            dataChanged = knownVersion != version;
            knownVersion = version;
            seenBreaks = breaks;
        } finally {
            mutex.unlock();
        }
        if (dataChanged) {
            dropChanged();
        }
        mutex.lock();
        try {
            // The promise counts only once the changed pages are gone, and only if nothing broke it meanwhile (CB-1).
            promised = breaks == seenBreaks;
        } finally {
            mutex.unlock();
        }
    }

    private void dropChanged() throws IOException {
        PageMapping target = mapping;
        try {
            if (target != null && target.invalidate(this::sizeBytes)) {
                conflicts.incrementAndGet();
            }
        } catch (PinTimeoutException e) {
            mutex.lock();
            try {
                knownVersion = NO_VERSION;
            } finally {
                mutex.unlock();
            }
            throw e;
        }
    }

    private long sizeBytes() {
        mutex.lock();
        try {
            return contents.length;
        } finally {
            mutex.unlock();
        }
    }

    @Override
    public boolean isValid() {
        return promised;
    }

    @Override
    public void mappedChanged(boolean nowMapped) {
        mutex.lock();
        try {
            assert mapped != nowMapped : "the transitions alternate";
            mapped = nowMapped;
            mappedTransitions++;
        } finally {
            mutex.unlock();
        }
    }

    @Override
    public void strictChanged(boolean nowStrict) {
        mutex.lock();
        try {
            assert strict != nowStrict : "the transitions alternate";
            strict = nowStrict;
        } finally {
            mutex.unlock();
        }
    }

    /// Whether the file has a strict view, as this backing was told.
    public boolean isStrict() {
        mutex.lock();
        try {
            return strict;
        } finally {
            mutex.unlock();
        }
    }

    /// Changes the file as a third party does: new contents, a new version, and a break, which strips the mapping.
    ///
    /// @param newContents the new file; copied
    public void changeByOther(byte[] newContents) {
        changeByOther(_ -> newContents);
    }

    /// Changes the file as a third party does, in one step.
    ///
    /// @param change makes the new file of the present one, which it may change
    public void changeByOther(UnaryOperator<byte[]> change) {
        mutex.lock();
        try {
            contents = change.apply(contents.clone()).clone();
            version++;
            breaks++;
            promised = false;
        } finally {
            mutex.unlock();
        }
        stripMapping();
    }

    /// Takes the promise back without a change of data, as a third party's chmod does.
    public void breakPromise() {
        mutex.lock();
        try {
            breaks++;
            promised = false;
        } finally {
            mutex.unlock();
        }
        stripMapping();
    }

    private void stripMapping() {
        PageMapping target = mapping;
        if (target != null) {
            target.strip();
        }
    }

    /// Changes the file's size as an operation of ours does: the version moves by one, and it is ours.
    ///
    /// @param sizeBytes the new size
    public void resizeByUs(int sizeBytes) {
        replaceByUs(Arrays.copyOf(contents(), sizeBytes));
    }

    /// Gives the file new blocks, as an operation of ours does: the version moves by one, and it is ours.
    ///
    /// @param newContents the new file; copied
    public void replaceByUs(byte[] newContents) {
        changeByUs(_ -> newContents);
    }

    /// Changes the file as an operation of ours does, in one step.
    ///
    /// @param change makes the new file of the present one, which it may change
    public void changeByUs(UnaryOperator<byte[]> change) {
        mutex.lock();
        try {
            contents = change.apply(contents.clone()).clone();
            if (knownVersion == version) {
                knownVersion++;
            }
            version++;
        } finally {
            mutex.unlock();
        }
    }

    /// Deletes the file: whatever is asked from now on fails, once the promise is gone.
    public void delete() {
        mutex.lock();
        try {
            deleted = true;
        } finally {
            mutex.unlock();
        }
    }

    /// Holds fills at a gate, until [#releaseFills()].
    public void holdFills() {
        mutex.lock();
        try {
            fillsHeld = true;
        } finally {
            mutex.unlock();
        }
    }

    /// Opens the gate of the fills.
    public void releaseFills() {
        mutex.lock();
        try {
            fillsHeld = false;
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    /// Waits until some fills are held at the gate.
    ///
    /// @param count how many at least
    public void awaitHeldFills(int count) {
        mutex.lock();
        try {
            while (heldFills < count) {
                changed.awaitUninterruptibly();
            }
        } finally {
            mutex.unlock();
        }
    }

    /// The server's file as it is now; a copy.
    public byte[] contents() {
        mutex.lock();
        try {
            return contents.clone();
        } finally {
            mutex.unlock();
        }
    }

    /// How many fills were asked for.
    public int fills() {
        mutex.lock();
        try {
            return fills;
        } finally {
            mutex.unlock();
        }
    }

    /// How many validations had to ask the server.
    public int validations() {
        mutex.lock();
        try {
            return validations;
        } finally {
            mutex.unlock();
        }
    }

    /// How many ranges were written back.
    public int writeBacks() {
        mutex.lock();
        try {
            return writeBacks;
        } finally {
            mutex.unlock();
        }
    }

    /// How many changes by others met dirty pages.
    public int conflicts() {
        return conflicts.get();
    }

    /// How often the file came to be mapped or ceased to be.
    public int mappedTransitions() {
        mutex.lock();
        try {
            return mappedTransitions;
        } finally {
            mutex.unlock();
        }
    }

    /// Whether the file has a view, as this backing was told.
    public boolean isMapped() {
        mutex.lock();
        try {
            return mapped;
        } finally {
            mutex.unlock();
        }
    }
}
