package org.afs4j.rx;

import org.afs4j.rx.port.UdpKind;

/// The same where several sockets that need a system call for each datagram share each address (SO_REUSEPORT).
class LoopbackBySharedChannelsTest extends LoopbackTest {
    @Override
    UdpKind kind() {
        return UdpKind.CHANNEL;
    }

    @Override
    int portCount() {
        return 3;
    }
}
