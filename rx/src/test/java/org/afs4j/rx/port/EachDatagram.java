package org.afs4j.rx.port;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.BiConsumer;

/// A handler that does the same with each datagram, whatever it came together with.
///
/// @param what takes a datagram and who sent it
public record EachDatagram(BiConsumer<ByteBuffer, InetSocketAddress> what) implements DatagramPort.DatagramHandler {
    @Override
    public void onDatagram(ByteBuffer datagram, InetSocketAddress from) {
        what.accept(datagram, from);
    }

    @Override
    public void onBatchEnd() {
        // Nothing was put off.
    }
}
