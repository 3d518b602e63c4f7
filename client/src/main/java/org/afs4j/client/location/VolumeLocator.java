package org.afs4j.client.location;

import java.io.IOException;
import java.io.InterruptedIOException;
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

/// Asks a cell's volume location servers where volumes are; answers are kept for a while.
///
/// Threads: any. Blocks: for calls to the location servers, one after another until one answers.
public final class VolumeLocator {
    private static final long KEEP_NANOS = 300_000_000_000L;

    private record Kept(VolumeLocation location, long untilNanos) {}

    /// A call to one location server.
    @FunctionalInterface
    private interface Ask<R> {
        R of(VolumeLocationCalls server) throws IOException;
    }

    private final World world;
    private final RxEndpoint endpoint;
    private final CellConfiguration cell;
    private final AfsCounters counters;
    private final ConcurrentMap<String, Kept> kept = new ConcurrentHashMap<>();
    private final ConcurrentMap<AfsUuid, List<InetSocketAddress>> addresses = new ConcurrentHashMap<>();

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

    /// Finds a volume.
    ///
    /// @param name its name, without `.readonly` or `.backup`
    /// @throws AfsFileException if there is none of this name
    /// @throws AfsUnreachableException if no location server answers
    /// @throws IOException if interrupted, or if a reply is malformed
    public VolumeLocation locate(String name) throws IOException {
        Kept known = kept.get(name);
        if (known != null && known.untilNanos - world.nanoTime() > 0) {
            return known.location;
        }
        AfsContext where = new AfsContext(null, cell.name(), name, null, null, "volume look-up");
        VolumeLocation location = ask(where, server -> server.lookUp(name));
        kept.put(name, new Kept(location, world.nanoTime() + KEEP_NANOS));
        return location;
    }

    /// Forgets where a volume is, because a server said that it is not there.
    ///
    /// @param name the volume's name
    public void forget(String name) {
        kept.remove(name);
    }

    /// The addresses of the server that a site names.
    ///
    /// @param site a volume's site
    /// @throws IOException as [#locate(String)]
    public List<InetSocketAddress> addresses(VolumeSite site) throws IOException {
        if (!site.hasUuid()) {
            return List.of(address(site.address()));
        }
        List<InetSocketAddress> known = addresses.get(site.server());
        if (known == null) {
            AfsContext where = new AfsContext(null, cell.name(), null, null, null, "look-up of server " + site.server());
            known = ask(where, server -> {
                List<InetSocketAddress> told = new ArrayList<>();
                for (int address : server.getAddressesU(site.server()).addresses()) {
                    told.add(address(address));
                }
                return told;
            });
            if (known.isEmpty()) {
                throw new AfsUnreachableException(List.of("server " + site.server() + " has no address"), where);
            }
            addresses.put(site.server(), known);
        }
        return known;
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
        List<String> tried = new ArrayList<>();
        for (InetSocketAddress address : cell.locationServers()) {
            counters.count(AfsCounter.LOCATION_CALLS);
            String server = address.getAddress().getHostAddress() + ":" + address.getPort();
            try {
                return question.of(new VolumeLocationCalls(
                        endpoint.connect(address, VolumeLocationCalls.SERVICE_ID, RxClientSecurity.none())));
            } catch (RxTimeoutException e) {
                tried.add(server + ": " + e.getMessage());
            } catch (RxClosedException | InterruptedIOException e) {
                throw AfsFileException.of(e, where);
            } catch (RxAbortException e) {
                AfsError error = AfsError.ofCode(e.code());
                AfsFileException failure = new AfsFileException(
                        error,
                        e.code(),
                        new AfsContext(null, cell.name(), where.volume(), null, server, where.procedure()));
                failure.initCause(e);
                if (error == AfsError.VL_NOENT) {
                    throw failure;
                }
                tried.add(failure.getMessage());
            } catch (IOException e) {
                tried.add(server + ": malformed reply: " + e.getMessage());
            }
        }
        throw new AfsUnreachableException(tried, where);
    }
}
