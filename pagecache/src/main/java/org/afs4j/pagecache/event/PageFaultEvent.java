package org.afs4j.pagecache.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// The JFR event `org.afs4j.Fault`: an access through a view that found its page not present, from then until it was. Off unless a
/// recording asks for it; then nothing of it is kept.
@Name("org.afs4j.Fault")
@Label("Fault")
@Category({"AFS", "Page Cache"})
@Description("An access through a mapped view that had to ask or to fetch")
@Enabled(false)
@StackTrace(false)
@SuppressWarnings("exports") // who uses only its static methods needs no jdk.jfr
public final class PageFaultEvent extends Event {
    /// Tells whether a recording wants such events, so that none is made where nobody does.
    private static final PageFaultEvent ASKED = new PageFaultEvent();

    @Label("File")
    @Nullable String file;

    @Label("Offset")
    long offsetBytes;

    @Label("Write")
    @Description("Whether it was an access that writes")
    boolean write;

    private PageFaultEvent() {}

    /// Begins the event of a fault.
    ///
    /// @return the event; null if nobody wants it
    public static @Nullable PageFaultEvent start() {
        if (!ASKED.isEnabled()) {
            return null;
        }
        PageFaultEvent event = new PageFaultEvent();
        event.begin();
        return event;
    }

    /// Ends the event.
    ///
    /// @param name the file
    /// @param at where in it, bytes
    /// @param writing whether the access writes
    public void finish(Object name, long at, boolean writing) {
        end();
        if (shouldCommit()) {
            file = name.toString();
            offsetBytes = at;
            write = writing;
            commit();
        }
    }
}
