package org.afs4j.cell;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// What the cell's servers have done since they were made; live, each number read on its own.
///
/// Threads: any.
public final class CellCounters {
    private final ConcurrentHashMap<String, LongAdder> calls = new ConcurrentHashMap<>();
    final LongAdder breaksSent = new LongAdder();
    final LongAdder breaksFailed = new LongAdder();
    final LongAdder clientsGreeted = new LongAdder();
    final LongAdder clientsRefused = new LongAdder();
    final LongAdder promisesGranted = new LongAdder();

    CellCounters() {}

    void count(String procedure) {
        calls.computeIfAbsent(procedure, p -> new LongAdder()).increment();
    }

    /// Calls that came, by procedure, under its name in the protocol (`FetchStatus`, `GetEntryByNameU`); refused ones count too.
    ///
    /// @return a copy, in the order of names
    public Map<String, Long> calls() {
        Map<String, Long> copy = new TreeMap<>();
        calls.forEach((procedure, count) -> copy.put(procedure, count.sum()));
        return copy;
    }

    /// Calls of one procedure that came.
    ///
    /// @param procedure its name in the protocol
    public long calls(String procedure) {
        LongAdder count = calls.get(procedure);
        return count == null ? 0 : count.sum();
    }

    /// CallBack calls that clients answered.
    public long breaksSent() {
        return breaksSent.sum();
    }

    /// CallBack calls that clients did not answer, or refused: their promises were all forgotten.
    public long breaksFailed() {
        return breaksFailed.sum();
    }

    /// Clients that were told InitCallBackState at first contact.
    public long clientsGreeted() {
        return clientsGreeted.sum();
    }

    /// Calls refused because the client's callback service did not answer.
    public long clientsRefused() {
        return clientsRefused.sum();
    }

    /// Promises granted, prolonged ones too.
    public long promisesGranted() {
        return promisesGranted.sum();
    }
}
