package org.afs4j.rx;

import java.net.InetAddress;
import java.util.Map;

/// What an endpoint and one peer have to do with each other, kept as long as there are connections between them. All ports of an
/// address count as one peer.
///
/// @param address the peer
/// @param connections connections that it or we have made
/// @param callsServing its calls that are being served
/// @param callsServed its calls that a service began to serve
/// @param callsMade calls of ours to it
/// @param callsRefused its calls that were answered BUSY
/// @param datagramsReceived datagrams that came on its connections
/// @param bytesReceived their bytes, Rx headers included
/// @param datagramsSent datagrams sent on its connections
/// @param bytesSent their bytes, Rx headers included
/// @param roundTripNanos the smoothed round trip time over all its connections, in nanoseconds; 0 before the first sample
/// @param leastRoundTripNanos the least round trip time, in nanoseconds; 0 before the first sample
/// @param counts the peer's share of those of the endpoint's counters that are kept by peer: retransmissions by reason, window
///     stalls, packets that came for nothing, by reason; not to be modified
public record RxPeerStatistics(
        InetAddress address,
        int connections,
        int callsServing,
        long callsServed,
        long callsMade,
        long callsRefused,
        long datagramsReceived,
        long bytesReceived,
        long datagramsSent,
        long bytesSent,
        long roundTripNanos,
        long leastRoundTripNanos,
        Map<RxCounter, Long> counts) {}
