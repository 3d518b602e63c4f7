package org.afs4j.mount;

import java.io.IOException;
import java.util.Map;
import org.afs4j.mount.ffi.UnixDatagram;
import org.jspecify.annotations.Nullable;

/// Tells who started this process how it fares, as services of systemd do: nothing where nobody asked for it.
///
/// Source: sd_notify(3).
///
/// Threads: any. Blocks: never.
public final class ServiceNotice {
    private final @Nullable String socket;

    /// Makes the notice.
    ///
    /// @param variables the environment variables, of which `NOTIFY_SOCKET` says where notices go
    public ServiceNotice(Map<String, String> variables) {
        socket = variables.get("NOTIFY_SOCKET");
    }

    /// Tells that the mount can be used.
    ///
    /// @param status one line for people
    public void ready(String status) {
        send("READY=1\nSTATUS=" + status.replace('\n', ' ') + "\n");
    }

    /// Tells that the end has begun.
    public void stopping() {
        send("STOPPING=1\n");
    }

    private void send(String text) {
        if (socket == null) {
            return;
        }
        try {
            UnixDatagram.send(socket, text);
        } catch (IOException nobodyListens) {
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.WARNING, "no notice could be sent", nobodyListens);
        }
    }
}
