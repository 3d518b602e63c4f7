package org.afs4j.client.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// The JFR event `org.afs4j.Strip`: all that a file's views can reach was taken away, so that the next access asks (MM-1). Off unless a
/// recording asks for it; then nothing of it is kept.
@Name("org.afs4j.Strip")
@Label("Strip")
@Category({"AFS", "Client"})
@Description("The mapped views of a file were stripped")
@Enabled(false)
@StackTrace(false)
@SuppressWarnings("exports") // who uses only its static methods needs no jdk.jfr
public final class StripEvent extends Event {
    /// Tells whether a recording wants such events, so that none is made where nobody does.
    private static final StripEvent ASKED = new StripEvent();

    @Label("Vnode")
    @Nullable String vnode;

    @Label("Delayed")
    @Description("Whether a channel or native call kept a page longer")
    boolean delayed;

    private StripEvent() {}

    /// Begins the event.
    ///
    /// @return the event; null if nobody wants it
    public static @Nullable StripEvent start() {
        if (!ASKED.isEnabled()) {
            return null;
        }
        StripEvent event = new StripEvent();
        event.begin();
        return event;
    }

    /// Ends the event.
    ///
    /// @param which the vnode
    /// @param late whether something is still held
    public void finish(Object which, boolean late) {
        end();
        if (shouldCommit()) {
            vnode = which.toString();
            delayed = late;
            commit();
        }
    }
}
