package org.afs4j.rx;

import java.net.InetSocketAddress;

/// One datagram port with its Rx connections: makes calls to peers and serves theirs.
public interface RxEndpoint extends AutoCloseable {
    /// Offers a service to peers; their calls are served on virtual threads of their own.
    ///
    /// @param serviceId the service, 1 to 65535
    /// @param service what serves it
    void serve(int serviceId, RxService service);

    /// Gives the connection to a service of a peer, made if there is none; connections are shared by their three parameters,
    /// four calls at a time run on one, and more connections are made as more calls need them.
    ///
    /// @param peer the peer
    /// @param serviceId the service
    /// @param security the caller's side of a security class
    RxConnection connect(InetSocketAddress peer, int serviceId, RxClientSecurity security);

    /// The address that the endpoint is bound to.
    InetSocketAddress localAddress();

    /// The endpoint's counters; live.
    RxCounters counters();

    /// Ends every call with [RxClosedException], waits for the service threads within a bound, and frees the port.
    @Override
    void close();
}
