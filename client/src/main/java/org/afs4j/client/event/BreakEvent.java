package org.afs4j.client.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.afs4j.client.server.FileServer;
import org.afs4j.protocol.Fid;
import org.jspecify.annotations.Nullable;

/// The JFR event `org.afs4j.Break`: a file server took one promise back, those of a volume, or all. Off unless a recording asks for it; then
/// nothing of it is kept.
@Name("org.afs4j.Break")
@Label("Break")
@Category({"AFS", "Client"})
@Description("A file server took promises back")
@Enabled(false)
@StackTrace(false)
@SuppressWarnings("exports") // who uses only its static methods needs no jdk.jfr
public final class BreakEvent extends Event {
    /// Tells whether a recording wants such events, so that none is made where nobody does.
    private static final BreakEvent ASKED = new BreakEvent();

    @Label("Kind")
    @Nullable String kind;

    @Label("Server")
    @Nullable String server;

    @Label("Fid")
    @Description("Of what; nothing if of all that the server had promised")
    @Nullable String fid;

    private BreakEvent() {}

    /// What is taken back.
    public enum Kind {
        /// The promise on one vnode.
        VNODE,
        /// Those on a volume (CB-10).
        VOLUME,
        /// All of the server (CB-5).
        MASS
    }

    /// Tells of a break, if anybody wants to know.
    ///
    /// @param what what is taken back
    /// @param from the server
    /// @param whose the fid, or null for a mass break
    public static void tell(Kind what, FileServer from, @Nullable Fid whose) {
        if (ASKED.isEnabled()) {
            BreakEvent event = new BreakEvent();
            event.kind = what.name();
            event.server = from.toString();
            event.fid = whose == null ? null : whose.toString();
            event.commit();
        }
    }
}
