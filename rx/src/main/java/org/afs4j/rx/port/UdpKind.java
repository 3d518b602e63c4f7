package org.afs4j.rx.port;

/// How a UDP socket is reached.
public enum UdpKind {
    /// By batched system calls where the platform has them, else by the JDK's channel.
    BEST,
    /// By batched system calls of Linux; opening fails where there are none, or native access is denied.
    BATCHED,
    /// By the JDK's `DatagramChannel`, a system call a datagram; everywhere.
    CHANNEL
}
