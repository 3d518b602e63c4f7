package org.afs4j.client.cache;

import java.nio.file.Path;
import java.time.Duration;
import org.afs4j.pagecache.PageCacheOptions;
import org.jspecify.annotations.Nullable;

/// How a client is to be.
///
/// @param pages sizes of the page cache
/// @param mostVnodes how many vnodes are cached at most, but for those that have to stay
/// @param probeInterval how long a server whose files are mapped may go unheard; another one's for twice as long
/// @param deadTimeout how long a silent server is waited for
/// @param patience how long an operation is tried again while servers ask to wait
/// @param stateDirectory where the client's UUID is kept, or null for one of this run alone
public record ClientSettings(
        PageCacheOptions pages,
        int mostVnodes,
        Duration probeInterval,
        Duration deadTimeout,
        Duration patience,
        @Nullable Path stateDirectory) {
    private static final int DEFAULT_VNODES = 100_000;

    /// The settings of a client of which nothing is said.
    public static ClientSettings defaults() {
        return new ClientSettings(
                PageCacheOptions.defaults(), DEFAULT_VNODES, Duration.ofSeconds(5), Duration.ofSeconds(12), Duration.ofMinutes(1), null);
    }

    /// The same with another page cache.
    ///
    /// @param options its sizes
    public ClientSettings withPages(PageCacheOptions options) {
        return new ClientSettings(options, mostVnodes, probeInterval, deadTimeout, patience, stateDirectory);
    }

    /// The same with another bound on cached vnodes.
    ///
    /// @param most more than zero
    public ClientSettings withMostVnodes(int most) {
        return new ClientSettings(pages, most, probeInterval, deadTimeout, patience, stateDirectory);
    }

    /// The same with another probe interval.
    ///
    /// @param interval more than zero
    public ClientSettings withProbeInterval(Duration interval) {
        return new ClientSettings(pages, mostVnodes, interval, deadTimeout, patience, stateDirectory);
    }

    /// The same with another dead time-out.
    ///
    /// @param timeout more than zero
    public ClientSettings withDeadTimeout(Duration timeout) {
        return new ClientSettings(pages, mostVnodes, probeInterval, timeout, patience, stateDirectory);
    }

    /// The same with another patience.
    ///
    /// @param longest zero or more
    public ClientSettings withPatience(Duration longest) {
        return new ClientSettings(pages, mostVnodes, probeInterval, deadTimeout, longest, stateDirectory);
    }

    /// The same with a state directory.
    ///
    /// @param directory the directory, made when the client is opened
    public ClientSettings withStateDirectory(Path directory) {
        return new ClientSettings(pages, mostVnodes, probeInterval, deadTimeout, patience, directory);
    }
}
