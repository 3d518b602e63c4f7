package org.afs4j.rx;

import java.time.Duration;

/// What an endpoint bears with: how long calls may last in all, and how much of it peers may occupy. A duration of zero means
/// no bound.
///
/// @param idleDeadTimeout how long a call waits for a peer that is there but moves no data, before it ends with
///     [RxTimeoutException.Reason#IDLE]; counted while its thread waits to read or write, on either side
/// @param hardDeadTimeout how long a call of ours may take in all, before it ends with [RxTimeoutException.Reason#TOO_LONG]
/// @param busyTimeout how long a peer may answer a call of ours with nothing but BUSY, before it ends with
///     [RxTimeoutException.Reason#BUSY]
/// @param connectionIdleTimeout how long a peer's connection without a call is kept; more than zero
/// @param maxQueuedCalls calls of peers that wait for a service thread, at least 0; one peer gets a quarter of the places, but
///     at least one; beyond them the answer is BUSY
/// @param maxHalfOpenCalls calls of peers that wait until it is proven who or where the peer is, at least 1; beyond them the
///     oldest is forgotten
/// @param maxServerConnections connections of peers, at least 1
/// @param maxServerConnectionsPerPeer connections of one peer's address, whatever its port, at least 1
/// @param maxUnprovenConnections connections of peers of whom it is not known whether they are where their packets say, whose
///     services run all the same, at least 0; calls of further ones wait until the peer has answered a PING
/// @param receiveMemoryBytes how much memory what was received and not read yet may take, at least 0; windows shrink as it is used,
///     but every call may have 16 packets beyond it
public record RxLimits(
        Duration idleDeadTimeout,
        Duration hardDeadTimeout,
        Duration busyTimeout,
        Duration connectionIdleTimeout,
        int maxQueuedCalls,
        int maxHalfOpenCalls,
        int maxServerConnections,
        int maxServerConnectionsPerPeer,
        int maxUnprovenConnections,
        long receiveMemoryBytes) {
    /// Checks the bounds.
    ///
    /// @throws IllegalArgumentException if one is broken
    public RxLimits {
        if (idleDeadTimeout.isNegative() || hardDeadTimeout.isNegative() || busyTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    "time-outs: idle " + idleDeadTimeout + ", hard " + hardDeadTimeout + ", busy " + busyTimeout);
        }
        if (connectionIdleTimeout.isNegative() || connectionIdleTimeout.isZero()) {
            throw new IllegalArgumentException("idle connections are kept for a time: " + connectionIdleTimeout);
        }
        if (maxQueuedCalls < 0
                || maxHalfOpenCalls < 1
                || maxServerConnections < 1
                || maxServerConnectionsPerPeer < 1
                || maxUnprovenConnections < 0
                || receiveMemoryBytes < 0) {
            throw new IllegalArgumentException("queued " + maxQueuedCalls + ", half-open " + maxHalfOpenCalls + ", connections "
                    + maxServerConnections + ", of one peer " + maxServerConnectionsPerPeer + ", unproven "
                    + maxUnprovenConnections + ", receive memory " + receiveMemoryBytes);
        }
    }

    /// What suits most: idle calls end after 10 minutes, busy ones after 2, none for being long; connections are kept for 700 s;
    /// 512 calls queue, 1024 are half-open; 8192 connections, 2048 of one peer, 64 unproven; 64 MiB for what was received.
    public static RxLimits defaults() {
        return new RxLimits(
                Duration.ofMinutes(10), Duration.ZERO, Duration.ofMinutes(2), Duration.ofSeconds(700), 512, 1024, 8192, 2048, 64, 64L << 20);
    }

    /// The same with another idle-dead time-out.
    ///
    /// @param timeout zero for none
    public RxLimits withIdleDeadTimeout(Duration timeout) {
        return new RxLimits(
                timeout,
                hardDeadTimeout,
                busyTimeout,
                connectionIdleTimeout,
                maxQueuedCalls,
                maxHalfOpenCalls,
                maxServerConnections,
                maxServerConnectionsPerPeer,
                maxUnprovenConnections,
                receiveMemoryBytes);
    }

    /// The same with another hard dead time-out.
    ///
    /// @param timeout zero for none
    public RxLimits withHardDeadTimeout(Duration timeout) {
        return new RxLimits(
                idleDeadTimeout,
                timeout,
                busyTimeout,
                connectionIdleTimeout,
                maxQueuedCalls,
                maxHalfOpenCalls,
                maxServerConnections,
                maxServerConnectionsPerPeer,
                maxUnprovenConnections,
                receiveMemoryBytes);
    }

    /// The same with another busy time-out.
    ///
    /// @param timeout zero for none
    public RxLimits withBusyTimeout(Duration timeout) {
        return new RxLimits(
                idleDeadTimeout,
                hardDeadTimeout,
                timeout,
                connectionIdleTimeout,
                maxQueuedCalls,
                maxHalfOpenCalls,
                maxServerConnections,
                maxServerConnectionsPerPeer,
                maxUnprovenConnections,
                receiveMemoryBytes);
    }

    /// The same with other queues.
    ///
    /// @param queued calls that wait for a service thread
    /// @param halfOpen calls that wait for proof
    public RxLimits withQueues(int queued, int halfOpen) {
        return new RxLimits(
                idleDeadTimeout,
                hardDeadTimeout,
                busyTimeout,
                connectionIdleTimeout,
                queued,
                halfOpen,
                maxServerConnections,
                maxServerConnectionsPerPeer,
                maxUnprovenConnections,
                receiveMemoryBytes);
    }

    /// The same with other bounds of connections.
    ///
    /// @param all connections of all peers
    /// @param ofOnePeer connections of one
    /// @param unproven connections whose peer's address is not proven and need not be
    public RxLimits withConnections(int all, int ofOnePeer, int unproven) {
        return new RxLimits(
                idleDeadTimeout,
                hardDeadTimeout,
                busyTimeout,
                connectionIdleTimeout,
                maxQueuedCalls,
                maxHalfOpenCalls,
                all,
                ofOnePeer,
                unproven,
                receiveMemoryBytes);
    }

    /// The same with another bound of what was received and not read yet.
    ///
    /// @param bytes at least 0
    public RxLimits withReceiveMemory(long bytes) {
        return new RxLimits(
                idleDeadTimeout,
                hardDeadTimeout,
                busyTimeout,
                connectionIdleTimeout,
                maxQueuedCalls,
                maxHalfOpenCalls,
                maxServerConnections,
                maxServerConnectionsPerPeer,
                maxUnprovenConnections,
                bytes);
    }
}
