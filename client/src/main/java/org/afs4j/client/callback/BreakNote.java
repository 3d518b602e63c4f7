package org.afs4j.client.callback;

import org.afs4j.client.server.FileServer;

/// The break counters as they stood when a call was sent (CB-1).
///
/// @param server the server that was called; the note keeps its record so that it can compare
/// @param massBreaks the server's counter
/// @param volumeBreaks the volume's counter
/// @param vnodeBreaks the vnode's counter; 0 where the vnode is not known before the reply
/// @param sentNanos when the call was sent
public record BreakNote(FileServer server, long massBreaks, long volumeBreaks, long vnodeBreaks, long sentNanos) {
    /// Whether no break has come since.
    ///
    /// @param volumeBreaksNow the volume's counter now
    /// @param vnodeBreaksNow the vnode's counter now
    public boolean stands(long volumeBreaksNow, long vnodeBreaksNow) {
        return massBreaks == server.massBreaks() && volumeBreaks == volumeBreaksNow && vnodeBreaks == vnodeBreaksNow;
    }
}
