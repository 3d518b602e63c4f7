package org.afs4j.rx.simulation;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.rx.port.DatagramPort;
import org.afs4j.rx.simulation.DatagramTap.Fate;
import org.afs4j.rx.simulation.DatagramTap.TappedDatagram;
import org.jspecify.annotations.Nullable;

/// A datagram network inside one process: ports with addresses, links that lose, duplicate, reorder, delay and bound what
/// passes, partitions, and taps. All chance is the world's: in a simulated world a run follows from its seed.
///
/// Threads: any. Locks: [LockRank#DATAGRAM_PORT]; handlers and taps are called without it.
public final class SimulatedNetwork {
    private final World world;
    private final RankedMutex mutex = new RankedMutex(LockRank.DATAGRAM_PORT);
    private final Map<InetSocketAddress, SimulatedPort> ports = new HashMap<>();
    private final Map<Direction, LinkConditions> links = new HashMap<>();
    private final Map<Direction, Long> freeAtNanos = new HashMap<>();
    private final Set<Direction> partitions = new HashSet<>();
    private final List<DatagramTap> taps = new ArrayList<>();
    private LinkConditions everywhere = LinkConditions.perfect();

    private record Direction(InetAddress from, InetAddress to) {}

    /// Makes a network without ports.
    ///
    /// @param world its clock, timers and chance
    public SimulatedNetwork(World world) {
        this.world = world;
    }

    /// Opens a port.
    ///
    /// @param address its address; bound by no other port that is open
    /// @throws IllegalArgumentException if the address is taken
    public DatagramPort open(InetSocketAddress address) {
        SimulatedPort port = new SimulatedPort(this, address);
        mutex.lock();
        try {
            if (ports.putIfAbsent(address, port) != null) {
                throw new IllegalArgumentException("taken: " + address);
            }
        } finally {
            mutex.unlock();
        }
        return port;
    }

    /// Sets how all links behave that have no conditions of their own.
    ///
    /// @param conditions from now on
    public void setConditions(LinkConditions conditions) {
        mutex.lock();
        try {
            everywhere = conditions;
        } finally {
            mutex.unlock();
        }
    }

    /// Sets how one direction of one link behaves.
    ///
    /// @param from the sending host
    /// @param to the receiving host
    /// @param conditions from now on
    public void setConditions(InetAddress from, InetAddress to, LinkConditions conditions) {
        mutex.lock();
        try {
            links.put(new Direction(from, to), conditions);
        } finally {
            mutex.unlock();
        }
    }

    /// Lets nothing pass between two hosts, in either direction, until [#heal]; what is under way arrives.
    ///
    /// @param one a host
    /// @param other another, or the same
    public void partition(InetAddress one, InetAddress other) {
        mutex.lock();
        try {
            partitions.add(new Direction(one, other));
            partitions.add(new Direction(other, one));
        } finally {
            mutex.unlock();
        }
    }

    /// Ends the partition of two hosts.
    ///
    /// @param one a host
    /// @param other another, or the same
    public void heal(InetAddress one, InetAddress other) {
        mutex.lock();
        try {
            partitions.remove(new Direction(one, other));
            partitions.remove(new Direction(other, one));
        } finally {
            mutex.unlock();
        }
    }

    /// Shows every datagram to a tap from now on.
    ///
    /// @param tap who sees them, in the order in which they are sent
    public void tap(DatagramTap tap) {
        mutex.lock();
        try {
            taps.add(tap);
        } finally {
            mutex.unlock();
        }
    }

    /// Sends a datagram as if from any address, bound or not: what a forger could do.
    ///
    /// @param from the address that the receiver is to believe
    /// @param to where it goes
    /// @param bytes the datagram
    public void inject(InetSocketAddress from, InetSocketAddress to, byte[] bytes) {
        transmit(from, to, bytes.clone());
    }

    void transmit(InetSocketAddress from, InetSocketAddress to, byte[] bytes) {
        long now = world.nanoTime();
        Fate fate;
        List<DatagramTap> watching;
        mutex.lock();
        try {
            fate = transmitLocked(from, to, bytes, now);
            watching = taps.isEmpty() ? List.of() : List.copyOf(taps);
        } finally {
            mutex.unlock();
        }
        for (DatagramTap tap : watching) {
            tap.onDatagram(new TappedDatagram(now, from, to, bytes.clone(), fate));
        }
    }

    private Fate transmitLocked(InetSocketAddress from, InetSocketAddress to, byte[] bytes, long now) {
        Direction direction = new Direction(from.getAddress(), to.getAddress());
        if (partitions.contains(direction)) {
            return Fate.PARTITIONED;
        }
        SimulatedPort port = ports.get(to);
        if (port == null) {
            return Fate.NOBODY_THERE;
        }
        LinkConditions conditions = links.getOrDefault(direction, everywhere);
        if (bytes.length > conditions.longestBytes()) {
            return Fate.TOO_LONG;
        }
        if (happens(conditions.lossProbability())) {
            return Fate.LOST;
        }
        long queuedNanos = 0;
        if (conditions.bandwidthBytesPerSecond() > 0) {
            long freeAt = Math.max(now, freeAtNanos.getOrDefault(direction, now));
            double nanosPerByte = 1e9 / conditions.bandwidthBytesPerSecond();
            if ((freeAt - now) / nanosPerByte + bytes.length > conditions.queueLimitBytes()) {
                return Fate.QUEUE_FULL;
            }
            long passedAt = freeAt + (long) (bytes.length * nanosPerByte);
            freeAtNanos.put(direction, passedAt);
            queuedNanos = passedAt - now;
        }
        if (bytes.length > 0 && happens(conditions.corruptProbability())) {
            byte[] corrupted = bytes.clone();
            corrupted[world.random().nextInt(bytes.length)] ^= (byte) (1 << world.random().nextInt(8));
            deliverLater(port, from, corrupted, queuedNanos + travelNanos(conditions));
            return Fate.CORRUPTED;
        }
        deliverLater(port, from, bytes, queuedNanos + travelNanos(conditions));
        if (happens(conditions.duplicateProbability())) {
            deliverLater(port, from, bytes, queuedNanos + travelNanos(conditions));
            return Fate.DUPLICATED;
        }
        return Fate.DELIVERED;
    }

    private long travelNanos(LinkConditions conditions) {
        long nanos = conditions.delayNanos();
        if (conditions.jitterNanos() > 0) {
            nanos += world.random().nextLong(conditions.jitterNanos());
        }
        if (happens(conditions.reorderProbability())) {
            nanos += conditions.reorderDelayNanos();
        }
        return nanos;
    }

    private boolean happens(double probability) {
        return probability > 0 && world.random().nextDouble() < probability;
    }

    private void deliverLater(SimulatedPort port, InetSocketAddress from, byte[] bytes, long nanos) {
        // The timer's handle is not needed: a datagram for a closed port is dropped when it arrives.
        World.Timer ignored = world.schedule(nanos, () -> port.arrive(from, ByteBuffer.wrap(bytes)));
        assert ignored != null;
    }

    void unbind(InetSocketAddress address, @Nullable SimulatedPort port) {
        mutex.lock();
        try {
            ports.remove(address, port);
        } finally {
            mutex.unlock();
        }
    }
}
