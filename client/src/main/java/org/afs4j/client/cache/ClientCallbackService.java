package org.afs4j.client.cache;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.afs4j.client.callback.MappedVnode;
import org.afs4j.client.callback.VolumeInterest;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.event.BreakEvent;
import org.afs4j.client.server.FileServer;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.Capabilities;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.cb.CallbackReply;
import org.afs4j.protocol.cb.CallbackRequest;
import org.afs4j.protocol.cb.CallbackService;
import org.afs4j.protocol.cb.InterfaceAddresses;
import org.afs4j.rx.RxAbortException;
import org.jspecify.annotations.Nullable;

/// What the client answers when a file server calls: it moves counters, queues strips, and says who it is (CB-11).
///
/// Locks: only the strip queue's leaf lock. Blocks: while strict mappings are stripped (MM-11), within a bound; never otherwise.
public final class ClientCallbackService implements CallbackService {
    /// How long the answer to a break waits for strict mappings; file servers wait many times as long for it.
    private static final long STRICT_NANOS = 500_000_000L;

    /// Round trips are told as ranks of ten microseconds, so that they fit the sixteen bits which ranks have by custom.
    private static final long NANOS_OF_A_RANK = 10_000;
    private static final long FARTHEST_RANK = 65_534;

    private final CacheContext context;
    private final Cells cells;
    private final InterfaceAddresses self;

    /// Makes the service.
    ///
    /// @param context what the cache shares
    /// @param cells the client's cells
    /// @param self the client's UUID and addresses
    public ClientCallbackService(CacheContext context, Cells cells, InterfaceAddresses self) {
        this.context = context;
        this.cells = cells;
        this.self = self;
    }

    @Override
    public void callBack(CallContext call, CallbackRequest.CallBack request) {
        Set<FileServer> servers = context.servers().sharing(call.peer());
        if (servers.isEmpty()) {
            stranger(call.peer());
            return;
        }
        for (Fid fid : request.fids()) {
            if (!fid.isVolume()) {
                context.counters().count(AfsCounter.VNODE_BREAKS);
            }
            for (FileServer server : servers) {
                BreakEvent.tell(fid.isVolume() ? BreakEvent.Kind.VOLUME : BreakEvent.Kind.VNODE, server, fid);
                for (VolumeInterest volume : context.callbacks().interests(server, fid.volumeId())) {
                    if (fid.isVolume()) {
                        volume.breakVolume();
                    } else {
                        volume.breakVnode(fid.vnode(), fid.uniquifier());
                    }
                }
            }
        }
        awaitStrict();
    }

    private void awaitStrict() {
        if (!context.strips().awaitStrict(STRICT_NANOS)) {
            context.counters().count(AfsCounter.STRICT_BREAKS_MISSED);
        }
    }

    @Override
    public void initCallBackState(CallContext call) {
        breakAll(call.peer());
    }

    /// Takes a mass break, of every server that shares the caller's UUID (MM-10).
    ///
    /// @return the servers that it concerns
    private Set<FileServer> breakAll(InetSocketAddress peer) {
        Set<FileServer> servers = context.servers().sharing(peer);
        if (servers.isEmpty()) {
            stranger(peer);
        }
        if (breakAll(servers)) {
            context.counters().count(AfsCounter.MASS_BREAKS);
            awaitStrict();
        }
        return servers;
    }

    private boolean breakAll(Collection<FileServer> servers) {
        boolean counts = false;
        for (FileServer server : servers) {
            if (server.breakAll()) {
                counts = true;
                BreakEvent.tell(BreakEvent.Kind.MASS, server, null);
                context.strips().add(server, () -> stripMapped(server), context.strips().isAnyStrict());
            }
        }
        return counts;
    }

    /// Takes note that the host has slept, for longer than any promise may have lasted: all are void, and all locks in doubt (CB-12).
    /// Never blocks.
    void hostHasSlept() {
        context.counters().count(AfsCounter.HOST_SLEEPS);
        breakAll(context.servers().servers().stream().filter(FileServer::isMet).toList());
    }

    private void stripMapped(FileServer server) {
        for (Cell cell : cells.all()) {
            for (MappedVnode vnode : cell.mapped().all()) {
                if (vnode.dependsOn(server)) {
                    vnode.strip();
                }
            }
        }
        context.locks().doubt(vnode -> vnode.isOn(server));
    }

    private void stranger(InetSocketAddress peer) {
        context.counters().count(AfsCounter.CALLBACKS_FROM_STRANGERS);
        System.getLogger("org.afs4j.client").log(System.Logger.Level.DEBUG, "a callback call from {0}, no server of ours", peer);
    }

    @Override
    public void initCallBackState3(CallContext call, CallbackRequest.OfUuid request) {
        Set<FileServer> servers = breakAll(call.peer());
        // Another server has the address now. Promises of the one that had it are void in any case; where the volumes are is asked
        // anew before they are walked to next.
        boolean other = !servers.isEmpty()
                && servers.stream().allMatch(server -> server.uuid() != null && !request.uuid().equals(server.uuid()));
        if (other) {
            context.counters().count(AfsCounter.CALLBACKS_WITH_OTHER_UUID);
            cells.all().forEach(Cell::forgetLocations);
        }
    }

    @Override
    public void probeUuid(CallContext call, CallbackRequest.OfUuid request) throws RxAbortException {
        if (!request.uuid().equals(self.uuid())) {
            throw new RxAbortException(NOT_THIS_UUID);
        }
    }

    /// Tells how far a server is: lower is nearer. One that was never measured is as far as can be told.
    @Override
    public CallbackReply.ServerPreference getServerPreferences(CallContext call, CallbackRequest.OfIndex request) {
        List<FileServer> servers = List.copyOf(context.servers().servers());
        if (request.index() < 0 || request.index() >= servers.size()) {
            return new CallbackReply.ServerPreference(-1, -1);
        }
        FileServer server = servers.get(request.index());
        int rank = (int) Math.min(server.roundTripNanos() / NANOS_OF_A_RANK, FARTHEST_RANK);
        return new CallbackReply.ServerPreference(word(server.address()), rank);
    }

    /// Tells of a cell by its place, from 0.
    @Override
    public CallbackReply.Cell getCellServers(CallContext call, CallbackRequest.OfIndex request) {
        return tell(cells.at(request.index()));
    }

    /// Tells of a cell by its number, from 1.
    @Override
    public CallbackReply.Cell getCellByNumber(CallContext call, CallbackRequest.OfIndex request) {
        return tell(cells.at(request.index() - 1));
    }

    private static CallbackReply.Cell tell(@Nullable Cell cell) {
        if (cell == null) {
            return new CallbackReply.Cell("", List.of());
        }
        return new CallbackReply.Cell(
                cell.name(),
                cell.locationServers().stream()
                        .filter(server -> server.getAddress() instanceof Inet4Address)
                        .limit(Limits.CELL_SERVER_COUNT)
                        .map(ClientCallbackService::word)
                        .toList());
    }

    private static int word(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address ipv4 ? ByteBuffer.wrap(ipv4.getAddress()).getInt() : -1;
    }

    @Override
    public CallbackReply.LocalCell getLocalCell(CallContext call) {
        return new CallbackReply.LocalCell(cells.own());
    }

    @Override
    public CallbackReply.Addresses whoAreYou(CallContext call) {
        return new CallbackReply.Addresses(self);
    }

    @Override
    public CallbackReply.Self tellMeAboutYourself(CallContext call) {
        return new CallbackReply.Self(self, Capabilities.of(Capabilities.CLIENT_ERROR_TRANSLATION));
    }
}
