package org.afs4j.client.callback;

import java.util.concurrent.TimeUnit;
import org.afs4j.protocol.CallBackPromise;

/// A file server's promise to call before a third party's change goes unnoticed.
///
/// @param note the counters when the call that brought it was sent: the promise holds while they stand (CB-1)
/// @param expiryNanos when it expires, counted from the sending of that call, so never later than the server believes
public record Promise(BreakNote note, long expiryNanos) {
    /// How long before its expiry a promise is no longer trusted (CB-12); a quarter of its lifetime if that is less.
    public static final long EXPIRY_MARGIN_NANOS = 2_000_000_000L;

    /// The promise that a reply has brought.
    ///
    /// @param note the counters when its call was sent
    /// @param granted what the reply says of it
    public static Promise of(BreakNote note, CallBackPromise granted) {
        return new Promise(note, note.sentNanos() + TimeUnit.SECONDS.toNanos(Integer.toUnsignedLong(granted.expirationSeconds())));
    }

    /// Whether the promise holds.
    ///
    /// @param volumeBreaksNow the volume's counter now
    /// @param vnodeBreaksNow the vnode's counter now
    /// @param nowNanos the time now
    public boolean holds(long volumeBreaksNow, long vnodeBreaksNow, long nowNanos) {
        return note.stands(volumeBreaksNow, vnodeBreaksNow) && !isExpired(nowNanos);
    }

    /// Whether the promise is too near its expiry to be trusted.
    ///
    /// @param nowNanos the time now
    public boolean isExpired(long nowNanos) {
        return trustedNanos(nowNanos) <= 0;
    }

    /// For how long the promise is still trusted if nothing breaks it; not more than 0 if it is no longer.
    ///
    /// @param nowNanos the time now
    public long trustedNanos(long nowNanos) {
        long lifetimeNanos = expiryNanos - note.sentNanos();
        return expiryNanos - nowNanos - Math.min(EXPIRY_MARGIN_NANOS, lifetimeNanos / 4);
    }
}
