package org.afs4j.simulation.history;

/// How a client looked at a place.
public enum Means {
    /// A read of a file.
    READ,
    /// An access to the memory of a mapped file.
    MAPPED,
    /// Pages handed to a channel without a copy.
    PINNED,
    /// A look-up or a listing.
    NAME
}
