package org.afs4j.rx;

import org.afs4j.rx.port.UdpKind;

/// The same over sockets that need a system call for each datagram.
class LoopbackByChannelTest extends LoopbackTest {
    @Override
    UdpKind kind() {
        return UdpKind.CHANNEL;
    }
}
