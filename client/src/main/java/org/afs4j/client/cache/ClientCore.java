package org.afs4j.client.cache;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.client.callback.CallbackTable;
import org.afs4j.client.callback.MappedVnode;
import org.afs4j.client.callback.StripQueue;
import org.afs4j.client.configuration.KnownCells;
import org.afs4j.client.counter.AfsCounters;
import org.afs4j.client.lock.LockTable;
import org.afs4j.client.server.CallsUnderWay;
import org.afs4j.client.server.ClientIdentity;
import org.afs4j.client.server.FileServer;
import org.afs4j.client.server.HostSleep;
import org.afs4j.client.server.ServerProbe;
import org.afs4j.client.server.ServerProber;
import org.afs4j.client.server.ServerTable;
import org.afs4j.client.status.AfsSnapshot;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.cb.CallbackDispatcher;
import org.afs4j.protocol.cb.InterfaceAddresses;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.protocol.fs.VolumeStatus;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.port.DatagramPort;
import org.jspecify.annotations.Nullable;

/// The working parts of one client, put together: endpoint, callback service, page cache, cells, prober.
public final class ClientCore implements AutoCloseable {
    private static final int CALLBACK_SERVICE = 1;
    private static final int MTU_BYTES = 1500;
    /// How long a close waits for calls that are under way, and then for servers to take their promises back.
    private static final long CLOSE_PATIENCE_NANOS = 2_000_000_000L;

    private final CacheContext context;
    private final Cells cells;
    private final ClientIdentity identity;
    private final ClientCallbackService callbacks;
    private final HostSleep sleep;
    private final ServerProber prober;

    private ClientCore(
            CacheContext context,
            Cells cells,
            ClientIdentity identity,
            ClientCallbackService callbacks,
            Duration probeInterval) {
        this.context = context;
        this.cells = cells;
        this.identity = identity;
        this.callbacks = callbacks;
        this.sleep = new HostSleep(context.world());
        this.prober = new ServerProber(
                context.world(),
                context.probe(),
                probeInterval.toNanos(),
                this::lookAfterMapped,
                () -> context.servers().servers());
    }

    /// Puts a client together and starts its callback service.
    ///
    /// @param world time, randomness and threads
    /// @param port its port, owned from now on
    /// @param known the cells, and how others are found
    /// @param settings how it is to be
    /// @throws IOException if the page cache or the state directory cannot be had
    public static ClientCore open(
            World world,
            DatagramPort port,
            KnownCells known,
            ClientSettings settings)
            throws IOException {
        AfsCounters counters = new AfsCounters();
        RxEndpoint endpoint = RxEndpoint.open(world, port, RxOptions.defaults().withDeadTimeout(settings.deadTimeout()));
        ClientIdentity identity = null;
        PageCache pages;
        try {
            identity = ClientIdentity.open(world, settings.stateDirectory());
            pages = PageCache.open(world, settings.pages());
        } catch (IOException | RuntimeException e) {
            endpoint.close();
            if (identity != null) {
                identity.close();
            }
            throw e;
        }
        CacheContext context = new CacheContext(
                world,
                endpoint,
                new ServerTable(world, endpoint),
                new CallbackTable(),
                new StripQueue(world),
                new VnodeTable(settings.mostVnodes(), counters),
                new LockTable(world, counters),
                pages,
                counters,
                new ServerProbe(world, counters, settings.probeInterval().toNanos()),
                new CallsUnderWay(),
                settings.patience().toNanos(),
                settings.deadTimeout().toNanos());
        Cells cells = new Cells(context, known);
        InterfaceAddresses self = self(identity.uuid(), endpoint.localAddress().getAddress());
        ClientCallbackService callbacks = new ClientCallbackService(context, cells, self);
        endpoint.serve(CALLBACK_SERVICE, new CallbackDispatcher(callbacks));
        return new ClientCore(context, cells, identity, callbacks, settings.probeInterval());
    }

    private static InterfaceAddresses self(AfsUuid uuid, InetAddress bound) {
        List<InterfaceAddresses.Interface> interfaces = new ArrayList<>();
        if (!bound.isAnyLocalAddress()) {
            if (bound instanceof Inet4Address) {
                interfaces.add(new InterfaceAddresses.Interface(word(bound), -1, MTU_BYTES));
            }
            return new InterfaceAddresses(uuid, interfaces);
        }
        try {
            for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
                for (InterfaceAddress address : each.getInterfaceAddresses()) {
                    if (address.getAddress() instanceof Inet4Address ipv4
                            && !ipv4.isLoopbackAddress()
                            && interfaces.size() < Limits.INTERFACE_COUNT) {
                        int netmask = -1 << (Integer.SIZE - address.getNetworkPrefixLength());
                        interfaces.add(new InterfaceAddresses.Interface(word(ipv4), netmask, MTU_BYTES));
                    }
                }
            }
        } catch (SocketException e) {
            // Servers know us by the address that our packets come from; the list only adds others.
            System.getLogger("org.afs4j.client").log(System.Logger.Level.DEBUG, "the interfaces cannot be listed", e);
        }
        return new InterfaceAddresses(uuid, interfaces);
    }

    private static int word(InetAddress ipv4) {
        byte[] bytes = ipv4.getAddress();
        return (bytes[0] & 0xFF) << 24 | (bytes[1] & 0xFF) << 16 | (bytes[2] & 0xFF) << 8 | (bytes[3] & 0xFF);
    }

    /// What the parts share.
    public CacheContext context() {
        return context;
    }

    /// How many vnodes are cached now.
    public int vnodeCount() {
        return context.vnodes().count();
    }

    /// The cells.
    public Cells cells() {
        return cells;
    }

    /// Sets mode, owner or times of a vnode.
    ///
    /// @throws IOException if the server refuses or cannot be asked
    public void storeStatus(Vnode vnode, StoreStatus status) throws IOException {
        VnodeCalls.storeStatus(context, vnode, status);
    }

    /// Asks for a volume's status.
    ///
    /// @throws IOException if the server refuses or cannot be asked
    public VolumeStatus volumeStatus(Vnode vnode) throws IOException {
        return FileServerOperation.run(context, vnode.volume(), vnode.where("GetVolumeStatus"), server ->
                        server.calls().getVolumeStatus(vnode.volume().id()))
                .status();
    }

    /// Asks for a directory's access list.
    ///
    /// @throws IOException if the server refuses or cannot be asked
    public String accessList(Vnode vnode) throws IOException {
        return FileServerOperation.run(context, vnode.volume(), vnode.where("FetchACL"), server ->
                        server.calls().fetchAcl(vnode.fid()))
                .acl();
    }

    /// Replaces a directory's access list.
    ///
    /// @throws IOException if the server refuses or cannot be asked
    public void storeAccessList(Vnode vnode, String text) throws IOException {
        VnodeCalls.storeAccessList(context, vnode, text);
    }

    /// The cache now.
    public AfsSnapshot snapshot() {
        return CacheSnapshot.take(context, cells);
    }

    /// Strips mapped vnodes whose promise has run out, all if the host has slept, and tells which servers must be heard of.
    private Set<FileServer> lookAfterMapped() {
        if (sleep.hasEnded()) {
            callbacks.hostHasSlept();
        }
        Set<FileServer> watched = new LinkedHashSet<>();
        for (Cell cell : cells.all()) {
            for (MappedVnode vnode : cell.mapped().all()) {
                vnode.stripIfExpired();
                for (FileServer server : context.servers().servers()) {
                    if (!watched.contains(server) && vnode.dependsOn(server)) {
                        watched.add(server);
                    }
                }
            }
        }
        return watched;
    }

    /// Ends what calls servers, gives up all promises (CB-3), each within a bound, then frees everything.
    ///
    /// @throws IOException if something could not be stored, or the system refuses to give the page cache's memory back
    @Override
    public void close() throws IOException {
        prober.close();
        IOException failure = storeAll();
        removeUnlinked();
        context.strips().close();
        context.calls().close(context.world(), CLOSE_PATIENCE_NANOS);
        giveUpPromises();
        context.endpoint().close();
        context.pages().endMappings();
        context.pages().close();
        identity.close();
        if (failure != null) {
            throw failure;
        }
    }

    /// Stores what is dirty of files that nobody has open: written through views, or beside a close.
    private @Nullable IOException storeAll() {
        IOException failure = null;
        for (Cell cell : cells.all()) {
            for (Volume volume : cell.volumes()) {
                for (Vnode vnode : volume.vnodes()) {
                    PageMapping mapping = vnode.pages().existingMapping();
                    try {
                        if (mapping != null && mapping.isDirty()) {
                            mapping.sync();
                        }
                    } catch (IOException e) {
                        failure = failure == null ? e : failure;
                    }
                }
            }
        }
        return failure;
    }

    /// Removes what was removed by the user while it was in use, views that are still open included.
    private void removeUnlinked() {
        for (Cell cell : cells.all()) {
            for (Volume volume : cell.volumes()) {
                volume.vnodes().forEach(UnlinkedFiles::remove);
            }
        }
    }

    private void giveUpPromises() {
        List<FileServer> met = context.servers().servers().stream()
                .filter(server -> server.isMet() && !server.isSilent())
                .toList();
        RankedMutex mutex = new RankedMutex(LockRank.LEAF);
        RankedCondition changed = mutex.newCondition();
        int[] underWay = {met.size()};
        for (FileServer server : met) {
            context.world().start("afs4j-give-up", () -> {
                try {
                    server.calls().giveUpAllCallBacks();
                } catch (IOException e) {
                    // The promises expire by themselves, or the server breaks them (CB-2).
                    System.getLogger("org.afs4j.client").log(System.Logger.Level.DEBUG, "promises not given up at " + server, e);
                } finally {
                    mutex.lock();
                    underWay[0]--;
                    changed.signalAll();
                    mutex.unlock();
                }
            });
        }
        long untilNanos = context.world().nanoTime() + CLOSE_PATIENCE_NANOS;
        mutex.lock();
        try {
            while (underWay[0] > 0 && changed.awaitUntil(context.world(), untilNanos)) {
                // until all have answered, or the bound has passed
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            mutex.unlock();
        }
    }
}
