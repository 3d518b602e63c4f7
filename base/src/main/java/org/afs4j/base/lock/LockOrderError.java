package org.afs4j.base.lock;

/// A lock was taken or released against the lock order: a defect of afs4j, found under `-ea`.
public final class LockOrderError extends AssertionError {
    private static final long serialVersionUID = 1L;

    /// Makes the error.
    ///
    /// @param message which lock, and under which
    public LockOrderError(String message) {
        super("lock order: " + message);
    }
}
