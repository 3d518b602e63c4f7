package org.afs4j.client.event;

import java.net.InetSocketAddress;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// The JFR event `org.afs4j.ServerState`: a file server was met, fell silent at an address, or answers there again. Off unless a recording
/// asks for it; then nothing of it is kept.
@Name("org.afs4j.ServerState")
@Label("Server State")
@Category({"AFS", "Client"})
@Description("A file server was met, fell silent at an address, or answers there again")
@Enabled(false)
@StackTrace(false)
@SuppressWarnings("exports") // who uses only its static methods needs no jdk.jfr
public final class ServerStateEvent extends Event {
    /// Tells whether a recording wants such events, so that none is made where nobody does.
    private static final ServerStateEvent ASKED = new ServerStateEvent();

    @Label("Server")
    @Description("Its address")
    @Nullable String server;

    @Label("State")
    @Nullable String state;

    private ServerStateEvent() {}

    /// What a server has become.
    public enum State {
        /// It has been heard of for the first time.
        MET,
        /// A call to the address ended without an answer.
        SILENT,
        /// It was silent at the address, and answers.
        ANSWERS
    }

    /// Tells of a change, if anybody wants to know.
    ///
    /// @param address where the server is
    /// @param now what it has become
    public static void tell(InetSocketAddress address, State now) {
        if (ASKED.isEnabled()) {
            ServerStateEvent event = new ServerStateEvent();
            event.server = address.toString();
            event.state = now.name();
            event.commit();
        }
    }
}
