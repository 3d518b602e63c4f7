package org.afs4j.rx;

import java.net.InetAddress;

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
        long bytesSent) {}
