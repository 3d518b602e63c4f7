package org.afs4j.client.server;

import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.afs4j.base.world.World;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.fs.FileServerCalls;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxEndpoint;
import org.jspecify.annotations.Nullable;

/// All file servers that a client has met, of all its cells, found by UUID or by address.
///
/// Threads: any. Takes no lock that could block: the thread that serves callbacks looks servers up here (CB-4).
public final class ServerTable {
    /// The Rx service of file servers.
    public static final int FILE_SERVICE = 1;

    private final World world;
    private final RxEndpoint endpoint;
    private final ConcurrentMap<InetSocketAddress, FileServer> byAddress = new ConcurrentHashMap<>();

    /// Makes an empty table.
    ///
    /// @param world the client's world
    /// @param endpoint through which servers are called
    public ServerTable(World world, RxEndpoint endpoint) {
        this.world = world;
        this.endpoint = endpoint;
    }

    /// Gives the record of a server, made if none of its addresses is known yet.
    ///
    /// @param uuid its UUID, if known
    /// @param addresses its addresses, at least one
    public FileServer server(@Nullable AfsUuid uuid, List<InetSocketAddress> addresses) {
        InetSocketAddress first = addresses.getFirst();
        FileServer server = byAddress.computeIfAbsent(first, address -> new FileServer(
                uuid,
                addresses,
                new FileServerCalls(endpoint.connect(address, FILE_SERVICE, RxClientSecurity.none())),
                world.nanoTime()));
        for (InetSocketAddress address : addresses) {
            byAddress.putIfAbsent(address, server);
        }
        return server;
    }

    /// The server that has an address, or null if it is none of ours.
    ///
    /// @param address where a call came from
    public @Nullable FileServer find(InetSocketAddress address) {
        return byAddress.get(address);
    }

    /// All servers.
    public Collection<FileServer> servers() {
        return List.copyOf(new LinkedHashSet<>(byAddress.values()));
    }
}
