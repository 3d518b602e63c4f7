package org.afs4j.rx;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.rx.port.DatagramPort;

/// Makes several ports of one, as if they shared its address: each datagram comes by another of them, as chance will have it.
final class ForkedPort {
    private final SimulatedWorld world;
    private final DatagramPort port;
    private final List<Branch> branches = new ArrayList<>();
    private final List<DatagramPort.DatagramHandler> handlers = new ArrayList<>();
    private int open;

    private ForkedPort(SimulatedWorld world, DatagramPort port) {
        this.world = world;
        this.port = port;
    }

    static List<DatagramPort> fork(SimulatedWorld world, DatagramPort port, int count) {
        ForkedPort fork = new ForkedPort(world, port);
        fork.open = count;
        for (int i = 0; i < count; i++) {
            fork.branches.add(fork.new Branch());
        }
        return List.copyOf(fork.branches);
    }

    private final class Branch implements DatagramPort {
        @Override
        public void start(DatagramHandler handler) {
            handlers.add(handler);
            if (handlers.size() == branches.size()) {
                port.start(new Divider());
            }
        }

        @Override
        public void send(ByteBuffer datagram, InetSocketAddress to) throws IOException {
            port.send(datagram, to);
        }

        @Override
        public InetSocketAddress localAddress() {
            return port.localAddress();
        }

        @Override
        public void close() {
            open--;
            if (open == 0) {
                port.close();
            }
        }
    }

    private final class Divider implements DatagramPort.DatagramHandler {
        private int last;

        @Override
        public void onDatagram(ByteBuffer datagram, InetSocketAddress from) {
            last = world.random().nextInt(handlers.size());
            handlers.get(last).onDatagram(datagram, from);
        }

        @Override
        public void onBatchEnd() {
            handlers.get(last).onBatchEnd();
        }
    }
}
