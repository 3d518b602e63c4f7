package org.afs4j.pagecache;

/// How pages are to be pinned.
///
/// @param owner whose pin it is
/// @param longTerm whether it may last longer than one transfer. Refused, unless the cache was told to allow it (PIN-4): the pages
///     are the storage itself, so whoever changes the file waits for the pin
/// @param waitNanos how long to wait for a change of the range that is under way (PIN-3)
public record PinOptions(PinOwner owner, boolean longTerm, long waitNanos) {
    private static final long DEFAULT_WAIT_NANOS = 30_000_000_000L;

    /// A pin for one transfer.
    ///
    /// @param owner whose pin it is
    public static PinOptions shortTerm(PinOwner owner) {
        return new PinOptions(owner, false, DEFAULT_WAIT_NANOS);
    }
}
