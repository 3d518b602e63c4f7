package org.afs4j.client.cache;

import java.net.InetSocketAddress;
import org.afs4j.client.callback.MappedVnode;
import org.afs4j.client.callback.VolumeInterest;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.server.FileServer;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.Capabilities;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.cb.CallbackReply;
import org.afs4j.protocol.cb.CallbackRequest;
import org.afs4j.protocol.cb.CallbackService;
import org.afs4j.protocol.cb.InterfaceAddresses;
import org.afs4j.rx.RxAbortException;

/// What the client answers when a file server calls: it moves counters, queues strips, and says who it is (CB-11).
///
/// Locks: only the strip queue's leaf lock. Blocks: while strict mappings are stripped (MM-11), within a bound; never otherwise.
public final class ClientCallbackService implements CallbackService {
    /// How long the answer to a break waits for strict mappings; file servers wait many times as long for it.
    private static final long STRICT_NANOS = 500_000_000L;

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
        FileServer server = context.servers().find(call.peer());
        if (server == null) {
            stranger(call.peer());
            return;
        }
        for (Fid fid : request.fids()) {
            if (!fid.isVolume()) {
                context.counters().count(AfsCounter.VNODE_BREAKS);
            }
            for (VolumeInterest volume : context.callbacks().interests(server, fid.volumeId())) {
                if (fid.isVolume()) {
                    volume.breakVolume();
                } else {
                    volume.breakVnode(fid.vnode(), fid.uniquifier());
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
        FileServer server = context.servers().find(call.peer());
        if (server == null) {
            stranger(call.peer());
        } else if (server.breakAll()) {
            context.counters().count(AfsCounter.MASS_BREAKS);
            context.strips().add(server, () -> stripMapped(server), context.strips().isAnyStrict());
            awaitStrict();
        }
    }

    private void stripMapped(FileServer server) {
        for (Cell cell : cells.all()) {
            for (MappedVnode vnode : cell.mapped().all()) {
                if (vnode.dependsOn(server)) {
                    vnode.strip();
                }
            }
        }
    }

    private void stranger(InetSocketAddress peer) {
        context.counters().count(AfsCounter.CALLBACKS_FROM_STRANGERS);
        System.getLogger("org.afs4j.client").log(System.Logger.Level.DEBUG, "a callback call from {0}, no server of ours", peer);
    }

    @Override
    public void initCallBackState3(CallContext call, CallbackRequest.OfUuid request) {
        initCallBackState(call);
    }

    @Override
    public void probeUuid(CallContext call, CallbackRequest.OfUuid request) throws RxAbortException {
        if (!request.uuid().equals(self.uuid())) {
            throw new RxAbortException(NOT_THIS_UUID);
        }
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
