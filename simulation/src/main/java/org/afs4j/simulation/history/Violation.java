package org.afs4j.simulation.history;

/// Something that must not happen and did.
///
/// @param what in words, with the client, the place and the ticks
public record Violation(String what) {}
