package org.afs4j.client.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// The JFR event `org.afs4j.Revalidation`: a server was asked about a vnode on which no promise held, from the question to the answer, or
/// to its failure. Off unless a recording asks for it; then nothing of it is kept.
@Name("org.afs4j.Revalidation")
@Label("Revalidation")
@Category({"AFS", "Client"})
@Description("A file server was asked about a vnode whose promise did not hold")
@Enabled(false)
@StackTrace(false)
@SuppressWarnings("exports") // who uses only its static methods needs no jdk.jfr
public final class RevalidationEvent extends Event {
    /// Tells whether a recording wants such events, so that none is made where nobody does.
    private static final RevalidationEvent ASKED = new RevalidationEvent();

    @Label("Vnode")
    @Nullable String vnode;

    @Label("Answered")
    boolean answered;

    private RevalidationEvent() {}

    /// Begins the event.
    ///
    /// @return the event; null if nobody wants it
    public static @Nullable RevalidationEvent start() {
        if (!ASKED.isEnabled()) {
            return null;
        }
        RevalidationEvent event = new RevalidationEvent();
        event.begin();
        return event;
    }

    /// Ends the event.
    ///
    /// @param which the vnode
    /// @param told whether the server told of it
    public void finish(Object which, boolean told) {
        end();
        if (shouldCommit()) {
            vnode = which.toString();
            answered = told;
            commit();
        }
    }
}
