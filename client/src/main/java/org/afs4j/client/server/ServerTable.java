package org.afs4j.client.server;

import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.fs.FileServerCalls;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxEndpoint;
import org.jspecify.annotations.Nullable;

/// All file servers that a client has met, of all its cells, found by UUID or by address.
///
/// A server that the location servers name by UUID is one record whatever its addresses, and keeps it when they change. Cells
/// that tell of one UUID at addresses which have nothing in common have a record each, with that UUID in common (MM-10): they
/// may be one server behind several networks, or copies of one machine.
///
/// Invariant: a server is found by each of its present addresses. Of an address that has passed from one server to another both
/// are found until the first one's addresses are told anew.
///
/// Threads: any. Looking up takes no lock: the thread that serves callbacks does it (CB-4). Locks: a leaf lock around changes.
public final class ServerTable {
    /// The Rx service of file servers.
    public static final int FILE_SERVICE = 1;

    private final World world;
    private final RxEndpoint endpoint;
    private final RankedMutex changes = new RankedMutex(LockRank.LEAF);
    private final List<FileServer> servers = new CopyOnWriteArrayList<>();
    private final ConcurrentMap<InetSocketAddress, List<FileServer>> byAddress = new ConcurrentHashMap<>();

    /// Makes an empty table.
    ///
    /// @param world the client's world
    /// @param endpoint through which servers are called
    public ServerTable(World world, RxEndpoint endpoint) {
        this.world = world;
        this.endpoint = endpoint;
    }

    /// Gives the record of a server, made if it is not known, with the addresses that are told now.
    ///
    /// @param uuid its UUID, if known
    /// @param addresses its addresses, at least one
    /// @param known the records that the teller, a cell, has had so far: one of them with this UUID is the server, wherever it is now
    public FileServer server(@Nullable AfsUuid uuid, List<InetSocketAddress> addresses, Collection<FileServer> known) {
        FileServer same = existing(uuid, addresses, known);
        if (same != null && (uuid == null || same.addresses().equals(addresses))) {
            return same;
        }
        // Connections are shared, so one too many costs nothing; they are not made under the lock.
        List<ServerAddress> told = addresses.stream()
                .map(address -> new ServerAddress(
                        address, new FileServerCalls(endpoint.connect(address, FILE_SERVICE, RxClientSecurity.none()))))
                .toList();
        changes.lock();
        try {
            FileServer server = existing(uuid, addresses, known);
            if (server == null) {
                server = new FileServer(uuid, told, world.nanoTime());
                servers.add(server);
            } else if (uuid != null) {
                server.setAddresses(told);
            }
            index();
            return server;
        } finally {
            changes.unlock();
        }
    }

    private @Nullable FileServer existing(
            @Nullable AfsUuid uuid, List<InetSocketAddress> addresses, Collection<FileServer> known) {
        for (FileServer server : servers) {
            boolean sameName = Objects.equals(uuid, server.uuid());
            if (sameName && ((uuid != null && known.contains(server)) || meets(server, addresses))) {
                return server;
            }
        }
        return null;
    }

    private static boolean meets(FileServer server, List<InetSocketAddress> addresses) {
        return server.addresses().stream().anyMatch(addresses::contains);
    }

    private void index() {
        for (FileServer server : servers) {
            for (InetSocketAddress address : server.addresses()) {
                List<FileServer> there = byAddress.computeIfAbsent(address, _ -> new CopyOnWriteArrayList<>());
                if (!there.contains(server)) {
                    there.add(server);
                }
            }
        }
        byAddress.forEach((address, there) -> there.removeIf(server -> !server.addresses().contains(address)));
    }

    /// The servers that have an address; none if it is none of ours.
    ///
    /// @param address where a call came from
    public List<FileServer> find(InetSocketAddress address) {
        return byAddress.getOrDefault(address, List.of());
    }

    /// The servers that a mass break concerns: those that have the address it came from, and all that share a UUID with one of
    /// them (MM-10). None if no server of ours has the address, whatever UUID the call names (CB-14).
    ///
    /// @param address where the call came from
    public Set<FileServer> sharing(InetSocketAddress address) {
        Set<FileServer> sharing = new LinkedHashSet<>(find(address));
        for (FileServer there : List.copyOf(sharing)) {
            AfsUuid uuid = there.uuid();
            for (FileServer server : servers) {
                if (uuid != null && uuid.equals(server.uuid())) {
                    sharing.add(server);
                }
            }
        }
        return sharing;
    }

    /// All servers.
    public Collection<FileServer> servers() {
        return List.copyOf(servers);
    }
}
