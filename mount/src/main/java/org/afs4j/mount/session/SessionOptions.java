package org.afs4j.mount.session;

import java.time.Duration;

/// How a session serves.
///
/// @param requestTimeout how long a request may take
/// @param storeTimeout how long one may take that stores what was written
/// @param interruptGrace how long a request may still take once its process got a signal: most end by then, and programs do
///     not expect EINTR of them
/// @param readAheadBytes how much the kernel may read ahead
/// @param servesLocks whether locks are asked of us
public record SessionOptions(
        Duration requestTimeout, Duration storeTimeout, Duration interruptGrace, int readAheadBytes, boolean servesLocks) {
    /// What serves most.
    public static SessionOptions defaults() {
        return new SessionOptions(Duration.ofSeconds(30), Duration.ofMinutes(10), Duration.ofSeconds(1), 1 << 20, true);
    }

    /// The same with another bound on requests.
    ///
    /// @param timeout the bound; storing may take twenty times as long
    public SessionOptions withRequestTimeout(Duration timeout) {
        return new SessionOptions(timeout, timeout.multipliedBy(20), interruptGrace, readAheadBytes, servesLocks);
    }
}
