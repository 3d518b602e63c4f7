package org.afs4j.client.server;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.afs4j.client.event.ServerStateEvent;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.fs.FileServerCalls;
import org.jspecify.annotations.Nullable;

/// One file server: who it is, at which addresses, how it answers, and how often it has taken all its promises back.
///
/// Calls go to one address until that is silent, then to the next that is not. A server is silent when all its addresses are.
///
/// Invariants:
/// 1. [#massBreaks()] only grows; a promise of this server made before it moved is void (CB-5).
/// 2. It moves by a mass break only once the server is met (CB-6): before, there is no promise that could be void.
/// 3. There is at least one address; the list is replaced as a whole.
///
/// Threads: any; no method blocks or takes a lock.
public final class FileServer {
    private final @Nullable AfsUuid uuid;
    private final AtomicLong massBreaks = new AtomicLong();
    private final AtomicBoolean met = new AtomicBoolean();
    private volatile List<ServerAddress> addresses;
    private volatile ServerAddress current;
    private volatile long lastContactNanos;

    FileServer(@Nullable AfsUuid uuid, List<ServerAddress> addresses, long nowNanos) {
        this.uuid = uuid;
        this.addresses = List.copyOf(addresses);
        this.current = this.addresses.getFirst();
        this.lastContactNanos = nowNanos;
    }

    /// The server's UUID, if the location servers have told it.
    public @Nullable AfsUuid uuid() {
        return uuid;
    }

    /// The server's addresses.
    public List<InetSocketAddress> addresses() {
        return addresses.stream().map(ServerAddress::address).toList();
    }

    /// Takes note of the addresses that the location servers tell now. What is known of those that stay is kept.
    ///
    /// @param told the addresses, at least one
    void setAddresses(List<ServerAddress> told) {
        List<ServerAddress> before = addresses;
        List<ServerAddress> after = new ArrayList<>();
        for (ServerAddress address : told) {
            after.add(before.stream()
                    .filter(each -> each.address().equals(address.address()))
                    .findFirst()
                    .orElse(address));
        }
        addresses = List.copyOf(after);
        if (!after.contains(current)) {
            current = best(after);
        }
    }

    private static ServerAddress best(List<ServerAddress> candidates) {
        ServerAddress best = candidates.getFirst();
        for (ServerAddress each : candidates) {
            boolean better = best.isSilent() == each.isSilent()
                    ? each.roundTrip().nanos() < best.roundTrip().nanos()
                    : best.isSilent();
            best = better ? each : best;
        }
        return best;
    }

    /// The stub that calls the server, at the address that is in use now.
    public FileServerCalls calls() {
        return current.calls();
    }

    /// The address that is in use now.
    public InetSocketAddress address() {
        return current.address();
    }

    /// How often the server has taken all its promises back.
    public long massBreaks() {
        return massBreaks.get();
    }

    /// Takes note of a mass break. Takes no lock.
    ///
    /// @return whether it counts: false on first contact (CB-6)
    public boolean breakAll() {
        if (meet()) {
            return false;
        }
        massBreaks.incrementAndGet();
        return true;
    }

    /// Takes note that the server has answered a call.
    ///
    /// @param nowNanos the moment
    public void heard(long nowNanos) {
        meet();
        lastContactNanos = nowNanos;
        current.setSilent(false);
    }

    /// Takes note that the server has been heard of.
    ///
    /// @return whether that is the first time
    private boolean meet() {
        boolean first = !met.get() && met.compareAndSet(false, true);
        if (first) {
            ServerStateEvent.tell(address(), ServerStateEvent.State.MET);
        }
        return first;
    }

    /// Takes note of how long a call took that the server answered.
    ///
    /// @param tookNanos from the call to its answer
    /// @param small whether it moved no data
    public void measured(long tookNanos, boolean small) {
        current.roundTrip().note(tookNanos, small);
    }

    /// Takes note that the server has let a call time out at an address; calls go to another one from now on, if there is one that
    /// is not silent too.
    ///
    /// @param address where it was called
    /// @return whether there is such a one
    public boolean missed(InetSocketAddress address) {
        List<ServerAddress> all = addresses;
        for (ServerAddress each : all) {
            if (each.address().equals(address)) {
                each.setSilent(true);
            }
        }
        ServerAddress next = best(all);
        current = next;
        return !next.isSilent();
    }

    /// Whether the last call to each address timed out.
    public boolean isSilent() {
        return addresses.stream().allMatch(ServerAddress::isSilent);
    }

    /// Has the next address tried: of a server that is silent everywhere, each has its turn.
    public void tryNextAddress() {
        List<ServerAddress> all = addresses;
        current = all.get((all.indexOf(current) + 1) % all.size());
    }

    /// Whether the server has ever answered.
    public boolean isMet() {
        return met.get();
    }

    /// When the server last answered a call.
    public long lastContactNanos() {
        return lastContactNanos;
    }

    /// How long small calls take at the address in use, nanoseconds; `Long.MAX_VALUE` if none was measured.
    public long roundTripNanos() {
        return current.roundTrip().nanos();
    }

    /// The address in use, as messages show it.
    @Override
    public String toString() {
        return describe(address());
    }

    /// An address, as messages show it.
    ///
    /// @param address the address
    public static String describe(InetSocketAddress address) {
        return (address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress())
                + ":" + address.getPort();
    }
}
