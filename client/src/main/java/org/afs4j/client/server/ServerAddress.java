package org.afs4j.client.server;

import java.net.InetSocketAddress;
import org.afs4j.client.event.ServerStateEvent;
import org.afs4j.protocol.fs.FileServerCalls;

/// One address of a file server: how to call it there, and how it has answered.
///
/// Threads: any; each number is read on its own.
final class ServerAddress {
    private final InetSocketAddress address;
    private final FileServerCalls calls;
    private volatile boolean silent;
    private final RoundTrip roundTrip = new RoundTrip();

    ServerAddress(InetSocketAddress address, FileServerCalls calls) {
        this.address = address;
        this.calls = calls;
    }

    InetSocketAddress address() {
        return address;
    }

    FileServerCalls calls() {
        return calls;
    }

    boolean isSilent() {
        return silent;
    }

    void setSilent(boolean nowSilent) {
        if (silent != nowSilent) {
            silent = nowSilent;
            ServerStateEvent.tell(address, nowSilent ? ServerStateEvent.State.SILENT : ServerStateEvent.State.ANSWERS);
        }
    }

    RoundTrip roundTrip() {
        return roundTrip;
    }
}
