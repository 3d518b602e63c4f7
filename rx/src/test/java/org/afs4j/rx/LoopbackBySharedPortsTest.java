package org.afs4j.rx;

import org.afs4j.rx.port.UdpKind;

/// The same where several batched sockets share each address (SO_REUSEPORT).
class LoopbackBySharedPortsTest extends LoopbackTest {
    @Override
    UdpKind kind() {
        return UdpKind.BEST;
    }

    @Override
    int portCount() {
        return 3;
    }
}
