package org.afs4j.client.callback;

/// A file server's promise to call before a third party's change goes unnoticed.
///
/// @param note the counters when the call that brought it was sent: the promise holds while they stand (CB-1)
/// @param expiryNanos when it expires, counted from the sending of that call, so never later than the server believes
public record Promise(BreakNote note, long expiryNanos) {
    /// How long before its expiry a promise is no longer trusted (CB-12).
    public static final long EXPIRY_MARGIN_NANOS = 2_000_000_000L;

    /// Whether the promise holds.
    ///
    /// @param volumeBreaksNow the volume's counter now
    /// @param vnodeBreaksNow the vnode's counter now
    /// @param nowNanos the time now
    public boolean holds(long volumeBreaksNow, long vnodeBreaksNow, long nowNanos) {
        return note.stands(volumeBreaksNow, vnodeBreaksNow) && expiryNanos - nowNanos > EXPIRY_MARGIN_NANOS;
    }
}
