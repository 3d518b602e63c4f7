package org.afs4j.client;

import java.io.IOException;
import org.afs4j.client.lock.LockRequest;

/// A locked range of a file.
///
/// Threads: any.
public final class AfsLock implements AutoCloseable {
    private final AfsFile file;
    private final AfsLockOwner owner;
    private final long offsetBytes;
    private final long lengthBytes;
    private final boolean shared;

    AfsLock(AfsFile file, AfsLockOwner owner, long offsetBytes, long lengthBytes, boolean shared) {
        if (offsetBytes < 0 || lengthBytes <= 0) {
            throw new IllegalArgumentException("no range: " + lengthBytes + " bytes from " + offsetBytes);
        }
        this.file = file;
        this.owner = owner;
        this.offsetBytes = offsetBytes;
        this.lengthBytes = lengthBytes;
        this.shared = shared;
    }

    LockRequest request() {
        long end = lengthBytes > Long.MAX_VALUE - offsetBytes ? Long.MAX_VALUE : offsetBytes + lengthBytes;
        return owner.isFlock()
                ? new LockRequest(owner, true, 0, Long.MAX_VALUE, shared)
                : new LockRequest(owner, false, offsetBytes, end, shared);
    }

    /// Who holds it.
    public AfsLockOwner owner() {
        return owner;
    }

    /// Where it begins.
    public long offsetBytes() {
        return offsetBytes;
    }

    /// Its length.
    public long lengthBytes() {
        return lengthBytes;
    }

    /// Whether others may share it.
    public boolean isShared() {
        return shared;
    }

    /// Whether the owner still has the range locked, at least as strongly: false once it is given up, or lost.
    public boolean isValid() {
        return file.holds(this);
    }

    /// Gives the range up, if its file is still open.
    ///
    /// @throws org.afs4j.client.error.AfsLockLostException if it was lost: told once
    /// @throws IOException as [AfsFile#unlock]
    @Override
    public void close() throws IOException {
        file.release(this);
    }
}
