package org.afs4j.rx;

/// What an endpoint has done and seen; live counters, each read on its own.
public interface RxCounters {
    /// Calls begun by us.
    long callsMade();

    /// Calls of peers that were served.
    long callsServed();
}
