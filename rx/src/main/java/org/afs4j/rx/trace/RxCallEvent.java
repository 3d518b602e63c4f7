package org.afs4j.rx.trace;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// The JFR event `org.afs4j.RxCall`: one call, of either side, from its beginning to its end. Off unless a recording asks for it;
/// then nothing of it is kept.
@Name("org.afs4j.RxCall")
@Label("Rx Call")
@Category({"AFS", "Rx"})
@Description("A call by Rx, ours or a peer's")
@Enabled(false)
@StackTrace(false)
@SuppressWarnings("exports") // who uses only its static methods needs no jdk.jfr
public final class RxCallEvent extends Event {
    @Label("Peer")
    @Nullable String peer;

    @Label("Ours")
    @Description("Whether we made the call")
    boolean ours;

    @Label("Service")
    int service;

    @Label("Opcode")
    @Description("The first four bytes of the request; 0 if it has fewer")
    int opcode;

    @Label("Bytes Sent")
    @DataAmount
    long bytesSent;

    @Label("Bytes Received")
    @DataAmount
    long bytesReceived;

    @Label("Outcome")
    @Description("done, or why it ended before its time")
    @Nullable String outcome;

    /// Tells whether a recording wants such events, so that none is made where nobody does.
    private static final RxCallEvent ASKED = new RxCallEvent();

    private RxCallEvent() {}

    /// Begins the event of a call.
    ///
    /// @param ours whether we make the call
    /// @param service the service
    /// @return the event; null if nobody wants it
    public static @Nullable RxCallEvent start(boolean ours, int service) {
        if (!ASKED.isEnabled()) {
            return null;
        }
        RxCallEvent event = new RxCallEvent();
        event.ours = ours;
        event.service = service;
        event.begin();
        return event;
    }

    /// Ends the event.
    ///
    /// @param callPeer the peer
    /// @param callOpcode the first four bytes of the request, or 0
    /// @param sent payload bytes that we wrote
    /// @param received payload bytes that we read
    /// @param callOutcome `done`, or why it ended before its time
    public void finish(String callPeer, int callOpcode, long sent, long received, String callOutcome) {
        end();
        if (shouldCommit()) {
            peer = callPeer;
            opcode = callOpcode;
            bytesSent = sent;
            bytesReceived = received;
            outcome = callOutcome;
            commit();
        }
    }
}
