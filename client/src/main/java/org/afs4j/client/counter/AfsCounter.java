package org.afs4j.client.counter;

/// What a client counts.
public enum AfsCounter {
    /// Calls to file servers, of any kind, each attempt.
    FILE_SERVER_CALLS,
    /// Calls to volume location servers, each attempt.
    LOCATION_CALLS,
    /// Questions for cells that are not configured.
    CELL_LOOKUPS,
    /// Calls that fetched file or directory data.
    DATA_FETCHES,
    /// Bytes of file and directory data fetched.
    DATA_FETCHED_BYTES,
    /// Calls that stored file data.
    DATA_STORES,
    /// Bytes of file data stored.
    DATA_STORED_BYTES,
    /// Vnodes asked about because no promise stood.
    REVALIDATIONS,
    /// Revalidations that found another data version, so that cached data was dropped to be fetched again.
    DATA_CHANGES,
    /// Vnodes that had to go because too many were cached.
    VNODE_EVICTIONS,
    /// Dirty pages met by a third party's change (CB-13).
    CONFLICTS,
    /// Breaks of single vnodes received, those of vnodes that nobody holds included.
    VNODE_BREAKS,
    /// Breaks of whole volumes received.
    VOLUME_BREAKS,
    /// Mass breaks received: a server has lost its callback state.
    MASS_BREAKS,
    /// Times that the host had slept, so that all promises were void.
    HOST_SLEEPS,
    /// Mapped vnodes stripped.
    STRIPS,
    /// Breaks of strictly mapped vnodes that were answered although the strip had not ended in its bound (MM-11).
    STRICT_BREAKS_MISSED,
    /// Server locks asked for, those refused included.
    LOCK_REQUESTS,
    /// Prolongations of server locks asked for.
    LOCK_EXTENSIONS,
    /// Server locks that the server had forgotten and gave again before anybody had changed the file.
    LOCKS_RECLAIMED,
    /// Local locks lost with their server lock.
    LOCKS_LOST,
    /// Probes of idle servers whose files are mapped or open.
    SERVER_PROBES,
    /// Callback calls from addresses that are no file server of ours; not acted on (CB-14).
    CALLBACKS_FROM_STRANGERS,
    /// Mass breaks from an address of a server of ours that named another UUID than its own: the address has changed hands (CB-14).
    CALLBACKS_WITH_OTHER_UUID,
    /// Times that an operation went on to another server or address, because one did not serve it.
    FAILOVERS,
    /// Pauses of operations before they tried again.
    RETRY_PAUSES
}
