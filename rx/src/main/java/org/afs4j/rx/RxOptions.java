package org.afs4j.rx;

import java.time.Duration;

/// Time-outs and windows of an endpoint.
///
/// @param deadTimeout how long a silent peer is waited for before a call ends with [RxTimeoutException]; 12 s by custom
/// @param receiveWindowPackets packets that a peer may have under way to us in one call, 1 to 255
/// @param sendWindowPackets packets that we have under way in one call at most, as far as the peer's window allows; 1 to 4096
/// @param maxServerCalls calls of peers served at once, at least 1; more wait, see [RxLimits]. One peer gets three quarters of
///     the places at most, but at least one
/// @param limits further time-outs, and what peers may occupy
public record RxOptions(
        Duration deadTimeout, int receiveWindowPackets, int sendWindowPackets, int maxServerCalls, RxLimits limits) {
    /// Checks the bounds.
    ///
    /// @throws IllegalArgumentException if one is broken
    public RxOptions {
        if (deadTimeout.isZero() || deadTimeout.isNegative()) {
            throw new IllegalArgumentException("a dead time-out is more than zero: " + deadTimeout);
        }
        if (receiveWindowPackets < 1 || receiveWindowPackets > 255 || sendWindowPackets < 1 || sendWindowPackets > 4096) {
            throw new IllegalArgumentException("windows: receive " + receiveWindowPackets + ", send " + sendWindowPackets);
        }
        if (maxServerCalls < 1) {
            throw new IllegalArgumentException("at least one call is served: " + maxServerCalls);
        }
    }

    /// Options with the default limits.
    ///
    /// @param deadTimeout how long a silent peer is waited for
    /// @param receiveWindowPackets packets that a peer may have under way to us in one call, 1 to 255
    /// @param sendWindowPackets packets that we have under way in one call at most, 1 to 4096
    /// @param maxServerCalls calls of peers served at once, at least 1
    public RxOptions(Duration deadTimeout, int receiveWindowPackets, int sendWindowPackets, int maxServerCalls) {
        this(deadTimeout, receiveWindowPackets, sendWindowPackets, maxServerCalls, RxLimits.defaults());
    }

    /// What suits most: 12 s, windows of 255 packets, the most of which an acknowledgement can tell, 256 calls.
    public static RxOptions defaults() {
        return new RxOptions(Duration.ofSeconds(12), 255, 255, 256);
    }

    /// The same with another dead time-out.
    ///
    /// @param timeout more than zero
    public RxOptions withDeadTimeout(Duration timeout) {
        return new RxOptions(timeout, receiveWindowPackets, sendWindowPackets, maxServerCalls, limits);
    }

    /// The same with other limits.
    ///
    /// @param newLimits the limits
    public RxOptions withLimits(RxLimits newLimits) {
        return new RxOptions(deadTimeout, receiveWindowPackets, sendWindowPackets, maxServerCalls, newLimits);
    }
}
