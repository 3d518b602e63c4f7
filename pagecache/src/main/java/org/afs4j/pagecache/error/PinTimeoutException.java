package org.afs4j.pagecache.error;

import java.io.IOException;

/// Somebody waited in vain for pins to end, or for a change that waits for pins. It can be tried again; if it goes on, the holder
/// keeps its pin too long.
public final class PinTimeoutException extends IOException {
    private static final long serialVersionUID = 1L;
    private final String holder;

    /// Makes the exception.
    ///
    /// @param holder who holds the pin
    /// @param message who waited, and how long
    public PinTimeoutException(String holder, String message) {
        super(message);
        this.holder = holder;
    }

    /// The owner of the pin that was waited for (PIN-4); empty if it was a change.
    public String holder() {
        return holder;
    }
}
