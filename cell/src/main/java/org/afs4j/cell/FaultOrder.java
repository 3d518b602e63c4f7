package org.afs4j.cell;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.protocol.Fid;
import org.jspecify.annotations.Nullable;

/// An order to a server of an [AfsCell] to go wrong: which calls it concerns, what is done to them, and how often or how long.
///
/// An order is made by one of the `…` factories, narrowed by the methods that follow, and given to [ServerFaults#add]. Each method
/// gives a new order; the count of hits belongs to the order that is added.
///
/// ```java
/// cell.server(0).faults().add(FaultOrder.abort(110).ofProcedure("FetchData64").ofVolume(volume.id()).times(3));
/// ```
public final class FaultOrder {
    /// What is done to a call.
    enum Kind {
        REFUSE,
        REFUSE_ONCE_DONE,
        DELAY
    }

    final Kind kind;
    final int code;
    final Duration delay;
    final @Nullable String procedure;
    final @Nullable Integer volumeId;
    final @Nullable Fid fid;
    final int times;
    final @Nullable Duration lasting;
    final AtomicInteger hits = new AtomicInteger();

    private FaultOrder(
            Kind kind,
            int code,
            Duration delay,
            @Nullable String procedure,
            @Nullable Integer volumeId,
            @Nullable Fid fid,
            int times,
            @Nullable Duration lasting) {
        this.kind = kind;
        this.code = code;
        this.delay = delay;
        this.procedure = procedure;
        this.volumeId = volumeId;
        this.fid = fid;
        this.times = times;
        this.lasting = lasting;
    }

    private static FaultOrder of(Kind kind, int code, Duration delay) {
        return new FaultOrder(kind, code, delay, null, null, null, Integer.MAX_VALUE, null);
    }

    /// Calls are refused, and not carried out.
    ///
    /// @param code the abort code, as it goes on the wire: VICE codes, Rx codes, universal errors, anything
    public static FaultOrder abort(int code) {
        return of(Kind.REFUSE, code, Duration.ZERO);
    }

    /// Calls are carried out, and refused all the same: what a client sees if a server dies between the two.
    ///
    /// @param code the abort code
    public static FaultOrder abortOnceDone(int code) {
        return of(Kind.REFUSE_ONCE_DONE, code, Duration.ZERO);
    }

    /// Calls are carried out later.
    ///
    /// @param delay how much later, on the clock of the cell's world
    public static FaultOrder delay(Duration delay) {
        return of(Kind.DELAY, 0, delay);
    }

    /// The same for calls of one procedure only.
    ///
    /// @param name its name in the protocol, as [CellCounters#calls(String)] has it: `FetchStatus`, `GetEntryByNameU`
    public FaultOrder ofProcedure(String name) {
        return new FaultOrder(kind, code, delay, name, volumeId, fid, times, lasting);
    }

    /// The same for calls about one volume instance only.
    ///
    /// @param id the instance's id
    public FaultOrder ofVolume(int id) {
        return new FaultOrder(kind, code, delay, procedure, id, fid, times, lasting);
    }

    /// The same for calls about one vnode only: of those with several, the directory, or the first in bulk.
    ///
    /// @param vnode the vnode
    public FaultOrder ofFid(Fid vnode) {
        return new FaultOrder(kind, code, delay, procedure, volumeId, vnode, times, lasting);
    }

    /// The same for so many calls, then no more.
    ///
    /// @param count how many, more than 0
    public FaultOrder times(int count) {
        return new FaultOrder(kind, code, delay, procedure, volumeId, fid, count, lasting);
    }

    /// The same for a while after it is added, then no more.
    ///
    /// @param time how long, on the clock of the cell's world
    public FaultOrder lasting(Duration time) {
        return new FaultOrder(kind, code, delay, procedure, volumeId, fid, times, time);
    }

    /// How many calls the order has hit since it was added.
    public int hits() {
        return Math.min(hits.get(), times);
    }

    boolean concerns(String called, @Nullable Fid about) {
        return (procedure == null || procedure.equals(called))
                && (volumeId == null || (about != null && about.volumeId() == volumeId))
                && (fid == null || fid.equals(about));
    }
}
