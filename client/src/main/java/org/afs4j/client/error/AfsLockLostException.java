package org.afs4j.client.error;

/// Locks that the caller held are gone, and others may have had them since: the server was not reached for as long as it keeps a
/// lock, or had forgotten it when another came, or another came in the moment of an upgrade. What the locks protected must be looked
/// at again; then they can be taken again.
public final class AfsLockLostException extends AfsException {
    private static final long serialVersionUID = 1L;

    /// Makes the exception.
    ///
    /// @param context of which file
    public AfsLockLostException(AfsContext context) {
        super("lock lost: " + context.describe() + ": look again at what it protected, then take it again", context);
    }
}
