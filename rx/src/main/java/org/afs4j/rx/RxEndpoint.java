package org.afs4j.rx;

import java.net.InetSocketAddress;
import java.util.List;
import org.afs4j.base.world.World;
import org.afs4j.rx.engine.Endpoint;
import org.afs4j.rx.port.DatagramPort;

/// One datagram port with its Rx connections: makes calls to peers and serves theirs.
public interface RxEndpoint extends AutoCloseable {
    /// Opens an endpoint on a port, which belongs to the endpoint from then on and is closed with it.
    ///
    /// @param world its time, randomness and threads
    /// @param port where its datagrams come from and go to; not started yet
    /// @param options its time-outs and windows
    static RxEndpoint open(World world, DatagramPort port, RxOptions options) {
        return Endpoint.open(world, List.of(port), options);
    }

    /// Opens an endpoint on several ports, all bound to one address, as [DatagramPort#openShared] gives them: each has a receive
    /// thread, for where one cannot take all that comes. The packets of a connection may come by any of them; ours leave by one.
    ///
    /// @param world its time, randomness and threads
    /// @param ports where its datagrams come from and go to, at least one, none started yet; they belong to the endpoint
    /// @param options its time-outs and windows
    static RxEndpoint open(World world, List<DatagramPort> ports, RxOptions options) {
        return Endpoint.open(world, ports, options);
    }

    /// Offers a service to peers without security; their calls are served on virtual threads of their own.
    ///
    /// @param serviceId the service, 1 to 65535
    /// @param service what serves it
    default void serve(int serviceId, RxService service) {
        serve(serviceId, service, RxServerSecurity.none());
    }

    /// Offers a service to peers; their calls are served on virtual threads of their own.
    ///
    /// @param serviceId the service, 1 to 65535
    /// @param service what serves it
    /// @param securities the security classes that peers may choose from, one for each index
    void serve(int serviceId, RxService service, RxServerSecurity... securities);

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

    /// What it has to do with each peer with which it has a connection now, in the order of their addresses.
    List<RxPeerStatistics> peers();

    /// Requires that nothing is left of any call: no call under way, no buffer in use, no service thread, no waiting timer.
    /// True after [#close()], and otherwise once every call has ended and peers have acknowledged its last packets.
    ///
    /// @throws IllegalStateException if something is left; the message says what
    void requireIdle();

    /// Ends every call with [RxClosedException], waits for the service threads within a bound, and frees the port.
    @Override
    void close();
}
