package org.afs4j.rx;

import java.net.InetSocketAddress;

/// The way to one service of one peer with one security; any number of calls run on it.
public interface RxConnection {
    /// Begins a call: waits for a free channel; the first packet leaves with the first bytes written.
    ///
    /// @return the call, to be closed by the caller
    /// @throws RxClosedException if the endpoint is closed
    /// @throws InterruptedException if interrupted while all channels are busy
    RxClientCall newCall() throws RxClosedException, InterruptedException;

    /// The peer.
    InetSocketAddress peer();

    /// The service.
    int serviceId();
}
