package org.afs4j.cell;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// What the cell's servers, or one of them, have done since they were made; live, each number read on its own.
///
/// Threads: any.
public final class CellCounters {
    private final @Nullable CellCounters whole;
    private final ConcurrentHashMap<String, LongAdder> calls = new ConcurrentHashMap<>();
    private final Map<Event, LongAdder> events = new EnumMap<>(Event.class);

    /// What is counted besides calls.
    enum Event {
        BREAK_SENT,
        BREAK_FAILED,
        CLIENT_GREETED,
        CLIENT_REFUSED,
        PROMISE_GRANTED,
        FAULT
    }

    /// @param whole the counters that count the same and more, or null
    CellCounters(@Nullable CellCounters whole) {
        this.whole = whole;
        for (Event event : Event.values()) {
            events.put(event, new LongAdder());
        }
    }

    void count(String procedure) {
        calls.computeIfAbsent(procedure, p -> new LongAdder()).increment();
        if (whole != null) {
            whole.count(procedure);
        }
    }

    void count(Event event) {
        Objects.requireNonNull(events.get(event)).increment();
        if (whole != null) {
            whole.count(event);
        }
    }

    private long sum(Event event) {
        return Objects.requireNonNull(events.get(event)).sum();
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
        return sum(Event.BREAK_SENT);
    }

    /// CallBack calls that clients did not answer, or refused: their promises were all forgotten.
    public long breaksFailed() {
        return sum(Event.BREAK_FAILED);
    }

    /// Clients that were told InitCallBackState at first contact.
    public long clientsGreeted() {
        return sum(Event.CLIENT_GREETED);
    }

    /// Calls refused because the client's callback service did not answer.
    public long clientsRefused() {
        return sum(Event.CLIENT_REFUSED);
    }

    /// Promises granted, prolonged ones too.
    public long promisesGranted() {
        return sum(Event.PROMISE_GRANTED);
    }

    /// Calls and breaks that [ServerFaults] disturbed.
    public long faults() {
        return sum(Event.FAULT);
    }
}
