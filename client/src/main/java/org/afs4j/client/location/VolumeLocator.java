package org.afs4j.client.location;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.base.world.World;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.counter.AfsCounters;
import org.afs4j.client.error.AfsConfigurationException;
import org.afs4j.client.error.AfsContext;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.client.error.AfsUnreachableException;
import org.afs4j.client.server.Backoff;
import org.afs4j.client.server.FileServer;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.vl.VolumeLocation;
import org.afs4j.protocol.vl.VolumeLocationCalls;
import org.afs4j.protocol.vl.VolumeSite;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxClosedException;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxTimeoutException;
import org.jspecify.annotations.Nullable;

/// Asks a cell's volume location servers where volumes are; answers are kept for a while, also that there is no volume of a name.
///
/// Threads: any. Blocks: for calls to the location servers, one after another until one answers.
public final class VolumeLocator {
    /// How long an answer is believed.
    private static final long KEEP_NANOS = 300_000_000_000L;
    /// How long a location server that asks to wait is asked again.
    private static final long PATIENCE_NANOS = 12_000_000_000L;
    private static final int MOST_KEPT = 100_000;
    /// How long it is believed that there is no volume of a name.
    private static final long KEEP_ABSENT_NANOS = 5_000_000_000L;
    /// How long an answer is used further while no location server can be asked.
    private static final long KEEP_UNASKED_NANOS = 30_000_000_000L;

    /// An answer: where a volume is, or that there is none.
    private record Kept(@Nullable VolumeLocation location, @Nullable AfsFileException absence, long untilNanos) {}

    /// The addresses of a server, as they were when its entry had that uniquifier.
    private record KeptAddresses(int uniquifier, List<InetSocketAddress> addresses, long untilNanos) {}

    /// A call to one location server.
    @FunctionalInterface
    private interface Ask<R> {
        R of(VolumeLocationCalls server) throws IOException;
    }

    private final World world;
    private final RxEndpoint endpoint;
    private volatile CellConfiguration cell;
    private final AfsCounters counters;
    private final ConcurrentMap<String, Kept> kept = new ConcurrentHashMap<>();
    private final ConcurrentMap<AfsUuid, KeptAddresses> addresses = new ConcurrentHashMap<>();
    private volatile @Nullable InetSocketAddress answering;

    /// Makes a locator.
    ///
    /// @param world the client's world
    /// @param endpoint through which servers are called
    /// @param cell whose volumes
    /// @param counters what is counted
    public VolumeLocator(World world, RxEndpoint endpoint, CellConfiguration cell, AfsCounters counters) {
        this.world = world;
        this.endpoint = endpoint;
        this.cell = cell;
        this.counters = counters;
    }

    /// Takes note of where the cell's servers are now. What is known of volumes stays.
    ///
    /// @param now the same cell
    public void configure(CellConfiguration now) {
        cell = now;
    }

    /// The location servers, as they are configured.
    public List<InetSocketAddress> locationServers() {
        return cell.locationServers();
    }

    /// Finds a volume.
    ///
    /// @param name its name, without `.readonly` or `.backup`
    /// @throws AfsFileException if there is none of this name
    /// @throws AfsUnreachableException if no location server answers
    /// @throws IOException if interrupted, or if a reply is malformed
    public VolumeLocation locate(String name) throws IOException {
        Kept known = kept.get(name);
        VolumeLocation last = known == null ? null : known.location;
        if (known != null && known.untilNanos - world.nanoTime() > 0) {
            if (last != null) {
                return last;
            }
            if (known.absence != null) {
                throw new AfsFileException(known.absence.error(), known.absence.code(), known.absence.context());
            }
        }
        AfsContext where = new AfsContext(null, cell.name(), name, null, null, "volume look-up");
        try {
            VolumeLocation location = ask(where, server -> server.lookUp(name));
            keep(name, location, KEEP_NANOS);
            return location;
        } catch (AfsFileException e) {
            if (e.error() == AfsError.VL_NOENT) {
                makeRoom();
                kept.put(name, new Kept(null, e, world.nanoTime() + KEEP_ABSENT_NANOS));
            }
            throw e;
        } catch (AfsUnreachableException e) {
            if (last == null) {
                throw e;
            }
            keep(name, last, KEEP_UNASKED_NANOS);
            return last;
        }
    }

    private void keep(String name, VolumeLocation location, long forNanos) {
        makeRoom();
        kept.put(name, new Kept(location, null, world.nanoTime() + forNanos));
    }

    /// Bounds what is kept: names come from mount points, which anyone may write.
    private void makeRoom() {
        if (kept.size() >= MOST_KEPT) {
            long nowNanos = world.nanoTime();
            kept.values().removeIf(each -> each.untilNanos - nowNanos <= 0 || each.location == null);
            if (kept.size() >= MOST_KEPT) {
                kept.clear();
            }
        }
    }

    /// Forgets where a volume is, because a server said that it is not there.
    ///
    /// @param name the volume's name
    public void forget(String name) {
        kept.remove(name);
    }

    /// Forgets where every volume and server is, because a server is not who it was.
    public void forgetAll() {
        kept.clear();
        addresses.clear();
    }

    /// The addresses of the server that a site names.
    ///
    /// @param site a volume's site
    /// @throws IOException as [#locate(String)]
    public List<InetSocketAddress> addresses(VolumeSite site) throws IOException {
        if (!site.hasUuid()) {
            return List.of(address(site.address()));
        }
        KeptAddresses known = addresses.get(site.server());
        if (known != null && known.uniquifier == site.uniquifier() && known.untilNanos - world.nanoTime() > 0) {
            return known.addresses;
        }
        AfsContext where = new AfsContext(null, cell.name(), null, null, null, "look-up of server " + site.server());
        List<InetSocketAddress> told;
        try {
            told = ask(where, server -> {
                List<InetSocketAddress> read = new ArrayList<>();
                for (int address : server.getAddressesU(site.server()).addresses()) {
                    read.add(address(address));
                }
                return read;
            });
        } catch (AfsUnreachableException e) {
            if (known == null) {
                throw e;
            }
            return known.addresses;
        }
        if (told.isEmpty()) {
            throw new AfsUnreachableException(List.of("server " + site.server() + " has no address"), where);
        }
        addresses.put(site.server(), new KeptAddresses(site.uniquifier(), List.copyOf(told), world.nanoTime() + KEEP_NANOS));
        return told;
    }

    private InetSocketAddress address(int ipv4) throws UnknownHostException {
        byte[] bytes = {(byte) (ipv4 >>> 24), (byte) (ipv4 >>> 16), (byte) (ipv4 >>> 8), (byte) ipv4};
        return new InetSocketAddress(InetAddress.getByAddress(bytes), cell.fileServerPort());
    }

    private <R> R ask(AfsContext where, Ask<R> question) throws IOException {
        assert HeldLocks.allowCall();
        if (cell.locationServers().isEmpty()) {
            throw new AfsConfigurationException(
                    "cell " + cell.name() + " has no server in the configuration: name one (--server) or add it to CellServDB",
                    where);
        }
        Backoff backoff = new Backoff(world);
        boolean worthWaiting;
        List<String> tried;
        do {
            worthWaiting = false;
            tried = new ArrayList<>();
            for (InetSocketAddress address : inTurn(tried)) {
                counters.count(AfsCounter.LOCATION_CALLS);
                String server = FileServer.describe(address);
                try {
                    R answer = question.of(new VolumeLocationCalls(
                            endpoint.connect(address, VolumeLocationCalls.SERVICE_ID, RxClientSecurity.none())));
                    answering = address;
                    return answer;
                } catch (RxTimeoutException e) {
                    tried.add(server + ": " + e.getMessage());
                } catch (RxClosedException | InterruptedIOException e) {
                    throw AfsFileException.of(e, where);
                } catch (RxAbortException e) {
                    AfsFileException failure = failure(e, where, server);
                    if (failure.error() == AfsError.VL_NOENT) {
                        throw failure;
                    }
                    worthWaiting |= failure.error().remedy() == AfsError.Remedy.RETRY_LATER;
                    tried.add(failure.getMessage());
                } catch (IOException e) {
                    tried.add(server + ": malformed reply: " + e.getMessage());
                }
            }
        } while (worthWaiting && backoff.pause(PATIENCE_NANOS, String.valueOf(where.procedure())));
        throw new AfsUnreachableException(tried, where);
    }

    private static AfsFileException failure(RxAbortException abort, AfsContext where, String server) {
        AfsContext context = new AfsContext(null, where.cell(), where.volume(), null, server, where.procedure());
        AfsFileException failure = new AfsFileException(AfsError.ofCode(abort.code()), abort.code(), context);
        failure.initCause(abort);
        return failure;
    }

    /// The location servers, the one that answered last before the others. A host that is known by name is looked up each time, for
    /// the system remembers.
    private List<InetSocketAddress> inTurn(List<String> unknown) {
        List<InetSocketAddress> servers = new ArrayList<>();
        for (InetSocketAddress server : cell.locationServers()) {
            if (!server.isUnresolved()) {
                servers.add(server);
                continue;
            }
            try {
                for (InetAddress address : InetAddress.getAllByName(server.getHostString())) {
                    if (address instanceof Inet4Address) {
                        servers.add(new InetSocketAddress(address, server.getPort()));
                    }
                }
            } catch (UnknownHostException e) {
                unknown.add(server.getHostString() + ": unknown host");
            }
        }
        InetSocketAddress last = answering;
        if (last != null && servers.remove(last)) {
            servers.addFirst(last);
        }
        return servers;
    }
}
